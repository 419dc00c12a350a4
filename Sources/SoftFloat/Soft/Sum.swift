/// An exact product or addend with room for a double-width significand; value and invariants like `Unrounded`, with bit
/// 127 as the leading one. A zero has significand 0.
struct Wide {
    var negative: Bool
    var exponent: Int
    var significand: UInt128

    /// A finite or zero operand.
    init(_ operand: Operand) {
        negative = operand.negative
        exponent = operand.exponent
        significand = operand.isZero ? 0 : UInt128(operand.significand) << 64
    }

    /// The exact product of two finite or zero operands.
    init(_ a: Operand, times b: Operand) {
        negative = a.negative != b.negative
        exponent = a.exponent + b.exponent + 1
        significand = a.isZero || b.isZero ? 0 : UInt128(a.significand) * UInt128(b.significand)
        normalize()
    }

    private mutating func normalize() {
        guard significand != 0 else { return }
        let shift = significand.leadingZeroBitCount
        significand <<= UInt128(shift)
        exponent -= shift
    }

    /// Nothing is lost but what the sticky bit tells.
    var unrounded: Unrounded {
        Unrounded(
            negative: negative, exponent: exponent,
            significand: UInt64(significand >> 64) | (UInt64(truncatingIfNeeded: significand) != 0 ? 1 : 0))
    }

    /// The exact sum, its last bit sticky; zero has no sign yet.
    ///
    /// Bits are lost only where the exponents are far apart. There the larger number's last bits are zeros, so the
    /// sticky bit of the smaller one makes the sum's last bit sticky, and cancellation moves it up by one place at most.
    static func + (x: Wide, y: Wide) -> Wide {
        if x.significand == 0 { return y }
        if y.significand == 0 { return x }
        let xIsLarger = (x.exponent, x.significand) >= (y.exponent, y.significand)
        let (larger, smaller) = xIsLarger ? (x, y) : (y, x)
        var result = larger
        let distance = larger.exponent - smaller.exponent
        if x.negative == y.negative {
            // One place is free for the carry: products have at most 106 bits.
            result.significand = larger.significand >> 1 + smaller.significand.shiftedRightSticky(distance + 1)
            result.exponent += 1
        } else {
            result.significand = larger.significand - smaller.significand.shiftedRightSticky(distance)
        }
        result.normalize()
        return result
    }
}

extension FloatFormat {
    /// Rounds a sum; an exact zero is negative only when rounding towards minus infinity.
    func round(sum: Wide, _ environment: inout FPEnvironment) -> UInt64 {
        guard sum.significand != 0 else { return zero(negative: environment.control.rounding == .minusInfinity) }
        return round(sum.unrounded, &environment)
    }
}
