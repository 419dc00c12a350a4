/// A binary floating-point format as numbers, so that one body of code serves all of them; bit patterns of every format
/// travel in the low bits of a `UInt64`.
@frozen @usableFromInline
package struct FloatFormat: Hashable, BitwiseCopyable, Sendable {
    /// One word, so that a call passes one register: bits 7:0 and 15:8 the widths, bit 16 the alternative.
    @usableFromInline let rawValue: UInt32

    @inlinable @inline(__always)
    init(exponentBits: UInt32, fractionBits: UInt32, isAlternative: Bool = false) {
        rawValue = exponentBits | fractionBits &<< 8 | (isAlternative ? 1 &<< 16 : 0)
    }

    @inlinable @inline(__always)
    var exponentBits: Int { Int(rawValue & 0xFF) }
    @inlinable @inline(__always)
    package var fractionBits: Int { Int(rawValue &>> 8 & 0xFF) }
    /// The largest exponent field is an ordinary one: no infinities, no NaNs (Arm's alternative half precision).
    var isAlternative: Bool { rawValue &>> 16 != 0 }

    @inlinable package static var half: FloatFormat { FloatFormat(exponentBits: 5, fractionBits: 10) }
    @inlinable package static var single: FloatFormat { FloatFormat(exponentBits: 8, fractionBits: 23) }
    @inlinable package static var double: FloatFormat { FloatFormat(exponentBits: 11, fractionBits: 52) }
    /// The upper half of a single.
    package static var bfloat16: FloatFormat { FloatFormat(exponentBits: 8, fractionBits: 7) }
    package static var alternativeHalf: FloatFormat {
        FloatFormat(exponentBits: 5, fractionBits: 10, isAlternative: true)
    }
}

extension FloatFormat {
    var bias: Int { (1 << (exponentBits - 1)) - 1 }
    /// Of the smallest normal number.
    var minimumExponent: Int { 1 - bias }
    var signBit: UInt64 { 1 << UInt64(exponentBits + fractionBits) }
    var magnitudeMask: UInt64 { signBit - 1 }
    var fractionMask: UInt64 { (1 << UInt64(fractionBits)) - 1 }
    /// The largest exponent field.
    @usableFromInline var maximumField: Int { (1 << exponentBits) - 1 }
    var quietBit: UInt64 { 1 << UInt64(fractionBits - 1) }
    var infinity: UInt64 { UInt64(maximumField) << UInt64(fractionBits) }
    var defaultNaN: UInt64 { infinity | quietBit }
    /// The biased exponent of `bits`.
    func field(_ bits: UInt64) -> Int { Int(bits >> UInt64(fractionBits)) & maximumField }

    func zero(negative: Bool) -> UInt64 { negative ? signBit : 0 }
    func infinity(negative: Bool) -> UInt64 { zero(negative: negative) | infinity }
    func largest(negative: Bool) -> UInt64 { zero(negative: negative) | (infinity - 1) }
    /// Two to the power of `exponent`, a normal one.
    func power(_ exponent: Int, negative: Bool = false) -> UInt64 {
        zero(negative: negative) | UInt64(exponent + bias) << UInt64(fractionBits)
    }

    /// Half precision has a flush bit of its own, and no flag for flushed operands.
    var isHalf: Bool { exponentBits == 5 }
    func flushes(_ control: FPControl) -> Bool { isHalf ? control.flushToZero16 : control.flushToZero }
}
