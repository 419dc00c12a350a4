/// A number taken apart (FPUnpack).
struct Operand {
    enum Kind { case zero, finite, infinity, quietNaN, signalingNaN }

    var kind: Kind
    var negative: Bool
    /// The value of a finite operand is `significand * 2^(exponent - 63)`, the significand's bit 63 set.
    var exponent = 0
    var significand: UInt64 = 0
    /// As it came, for NaNs.
    var bits: UInt64

    var isNaN: Bool { kind == .quietNaN || kind == .signalingNaN }
    var isInfinite: Bool { kind == .infinity }
    var isZero: Bool { kind == .zero }
    /// A number with a finite value.
    var isOrdinary: Bool { kind == .zero || kind == .finite }
}

extension FloatFormat {
    /// Takes `bits` apart. A subnormal that is flushed sets IDC, except in half precision.
    func unpack(_ bits: UInt64, _ environment: inout FPEnvironment) -> Operand {
        unpack(bits, flushing: flushes(environment.control), &environment)
    }

    func unpack(_ bits: UInt64, flushing: Bool, _ environment: inout FPEnvironment) -> Operand {
        let (field, fraction) = (field(bits), bits & fractionMask)
        var result = Operand(kind: .finite, negative: bits & signBit != 0, bits: bits)
        if field == 0 {
            guard fraction != 0 else { return result.become(.zero) }
            guard !flushing else {
                if !isHalf { environment.raise(.inputDenormal) }
                return result.become(.zero)
            }
            let shift = fraction.leadingZeroBitCount
            result.exponent = minimumExponent - fractionBits + 63 - shift
            result.significand = fraction << UInt64(shift)
            return result
        }
        if field == maximumField && !isAlternative {
            guard fraction != 0 else { return result.become(.infinity) }
            return result.become(fraction & quietBit != 0 ? .quietNaN : .signalingNaN)
        }
        result.exponent = field - bias
        result.significand = 1 << 63 | fraction << UInt64(63 - fractionBits)
        return result
    }
}

extension Operand {
    fileprivate func become(_ kind: Kind) -> Operand {
        var result = self
        result.kind = kind
        return result
    }

    /// The place among all numbers: `order` of two operands compares like their values. Not for NaNs.
    func order(in format: FloatFormat) -> Int64 {
        guard !isZero else { return 0 }
        let magnitude = Int64(bits & format.magnitudeMask)
        return negative ? -magnitude : magnitude
    }
}
