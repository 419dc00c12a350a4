/// How floating-point operations round, flush and propagate NaNs: the fields of Arm's FPCR that arithmetic looks at,
/// packed into the low bits so that a fast path tests all of them with one mask.
@frozen @usableFromInline
package struct FPControl: Hashable, BitwiseCopyable, Sendable {
    /// Bits 1:0 rounding (Arm's RMode order), 2 FZ, 3 FZ16, 4 DN, 5 AHP.
    @usableFromInline package var rawValue: UInt32

    @inlinable @inline(__always)
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Rounds as `rounding` says, with nothing flushed.
    @inlinable
    package init(rounding: RoundingMode) { rawValue = UInt32(rounding.rawValue) & 3 }

    /// The rounding mode of operations that do not name one.
    @inlinable @inline(__always)
    package var rounding: RoundingMode {
        switch rawValue & 3 {
        case 0: .nearestEven
        case 1: .plusInfinity
        case 2: .minusInfinity
        default: .zero
        }
    }

    /// FZ: subnormal single and double operands and results become zeros.
    @usableFromInline package static let flushToZeroBit: UInt32 = 1 << 2
    /// FZ16: the same for half precision, without the input flag.
    package static let flushToZero16Bit: UInt32 = 1 << 3
    /// DN: a NaN result is the default NaN.
    package static let defaultNaNBit: UInt32 = 1 << 4
    /// AHP: conversions take half precision as Arm's alternative format, without infinities and NaNs.
    package static let alternativeHalfBit: UInt32 = 1 << 5

    package var flushToZero: Bool {
        get { rawValue & Self.flushToZeroBit != 0 }
        set { set(Self.flushToZeroBit, newValue) }
    }
    package var flushToZero16: Bool {
        get { rawValue & Self.flushToZero16Bit != 0 }
        set { set(Self.flushToZero16Bit, newValue) }
    }
    package var defaultNaN: Bool {
        get { rawValue & Self.defaultNaNBit != 0 }
        set { set(Self.defaultNaNBit, newValue) }
    }
    package var alternativeHalf: Bool {
        get { rawValue & Self.alternativeHalfBit != 0 }
        set { set(Self.alternativeHalfBit, newValue) }
    }

    private mutating func set(_ bit: UInt32, _ value: Bool) {
        rawValue = value ? rawValue | bit : rawValue & ~bit
    }
}

/// What floating-point operations have met since somebody cleared it; the positions are those of Arm's FPSR.
@frozen @usableFromInline
package struct FPStatus: OptionSet, Hashable, BitwiseCopyable, Sendable {
    @usableFromInline package var rawValue: UInt32

    @inlinable @inline(__always)
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// IOC.
    @inlinable package static var invalid: FPStatus { FPStatus(rawValue: 1 << 0) }
    /// DZC.
    @inlinable package static var divideByZero: FPStatus { FPStatus(rawValue: 1 << 1) }
    /// OFC.
    @inlinable package static var overflow: FPStatus { FPStatus(rawValue: 1 << 2) }
    /// UFC.
    @inlinable package static var underflow: FPStatus { FPStatus(rawValue: 1 << 3) }
    /// IXC.
    @inlinable package static var inexact: FPStatus { FPStatus(rawValue: 1 << 4) }
    /// IDC.
    @inlinable package static var inputDenormal: FPStatus { FPStatus(rawValue: 1 << 7) }
    /// QC, which saturating integer instructions set.
    @inlinable package static var saturated: FPStatus { FPStatus(rawValue: 1 << 27) }
}

/// The state that every floating-point operation reads and writes: eight bytes of a vCPU's state, the control word at
/// offset 0 and the status word at offset 4.
@frozen @usableFromInline
package struct FPEnvironment: Hashable, BitwiseCopyable, Sendable {
    /// Control in the low half, status in the high half: fast paths test both at once.
    @usableFromInline package var rawValue: UInt64

    @inlinable @inline(__always)
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    @inlinable
    package init(control: FPControl = FPControl(rawValue: 0), status: FPStatus = []) {
        rawValue = UInt64(control.rawValue) | UInt64(status.rawValue) &<< 32
    }

    @inlinable @inline(__always)
    package var control: FPControl {
        get { FPControl(rawValue: UInt32(truncatingIfNeeded: rawValue)) }
        set { rawValue = rawValue & ~0xFFFF_FFFF | UInt64(newValue.rawValue) }
    }

    @inlinable @inline(__always)
    package var status: FPStatus {
        get { FPStatus(rawValue: UInt32(truncatingIfNeeded: rawValue &>> 32)) }
        set { rawValue = rawValue & 0xFFFF_FFFF | UInt64(newValue.rawValue) &<< 32 }
    }

    /// Adds `flags` to the status; the flags are cumulative.
    @inlinable @inline(__always)
    package mutating func raise(_ flags: FPStatus) { rawValue |= UInt64(flags.rawValue) &<< 32 }
}
