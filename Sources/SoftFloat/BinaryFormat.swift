/// Arm's floating-point arithmetic on the bit patterns of one IEEE 754 format.
///
/// Every function gives Arm's result and adds Arm's flags to the environment (Arm ARM, shared pseudocode `FP...`,
/// without FEAT_AFP and without trapped exceptions). The common case is inlined host arithmetic where the host computes
/// in the format, everything else one call of integer arithmetic in `FloatFormat`.
@usableFromInline
package protocol BinaryFormat {
    associatedtype Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable

    static var format: FloatFormat { get }

    static func add(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits
    static func subtract(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits
    static func multiply(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits
    static func divide(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits
    static func squareRoot(_ a: Bits, _ environment: inout FPEnvironment) -> Bits
    /// `addend + a * b`, rounded once.
    static func fusedMultiplyAdd(_ addend: Bits, _ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits

    /// FCMP, and with `signaling` FCMPE.
    static func compare(_ a: Bits, _ b: Bits, signaling: Bool, _ environment: inout FPEnvironment) -> FPOrdering
    /// FCMEQ: quiet.
    static func compareEqual(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bool
    /// FCMGE: signaling.
    static func compareGreaterOrEqual(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bool
    /// FCMGT: signaling.
    static func compareGreater(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bool
    static func max(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits
    static func min(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits
    /// FMAXNM: a single quiet NaN loses.
    static func maxNumber(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits
    static func minNumber(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits

    /// `a` times 2^`fractionBits` as an integer in the low `width` (16, 32 or 64) bits, saturated.
    static func toInteger(
        _ a: Bits, width: Int, signed: Bool, fractionBits: Int, _ mode: RoundingMode,
        _ environment: inout FPEnvironment
    ) -> UInt64
    /// The integer in the low `width` bits of `value` over 2^`fractionBits`, rounded as the environment says.
    static func fromInteger(
        _ value: UInt64, width: Int, signed: Bool, fractionBits: Int, _ environment: inout FPEnvironment
    ) -> Bits
    /// FRINTx; inexact is flagged only if `exact` (FRINTX).
    static func roundToIntegral(
        _ a: Bits, _ mode: RoundingMode, exact: Bool, _ environment: inout FPEnvironment
    ) -> Bits
}

/// Half precision.
@frozen @usableFromInline
package enum Binary16: BinaryFormat {
    @inlinable @inline(__always) package static var format: FloatFormat { .half }
    @usableFromInline package typealias Bits = UInt16
}

/// Single precision.
@frozen @usableFromInline
package enum Binary32: HardwareFormat {
    @usableFromInline package typealias Bits = UInt32
    @usableFromInline package typealias Native = Float
    @inlinable @inline(__always) package static var format: FloatFormat { .single }
    @inlinable @inline(__always) package static func native(_ bits: UInt32) -> Float { Float(bitPattern: bits) }
    @inlinable @inline(__always) package static func bits(_ native: Float) -> UInt32 { native.bitPattern }
    @inlinable @inline(__always) package static func signed(_ native: Float) -> Int64 { Int64(native) }
    @inlinable @inline(__always) package static func unsigned(_ native: Float) -> UInt64 { UInt64(native) }
    @inlinable @inline(__always) package static func native(_ value: Int64) -> Float { Float(value) }
}

/// Double precision.
@frozen @usableFromInline
package enum Binary64: HardwareFormat {
    @usableFromInline package typealias Bits = UInt64
    @usableFromInline package typealias Native = Double
    @inlinable @inline(__always) package static var format: FloatFormat { .double }
    @inlinable @inline(__always) package static func native(_ bits: UInt64) -> Double { Double(bitPattern: bits) }
    @inlinable @inline(__always) package static func bits(_ native: Double) -> UInt64 { native.bitPattern }
    @inlinable @inline(__always) package static func signed(_ native: Double) -> Int64 { Int64(native) }
    @inlinable @inline(__always) package static func unsigned(_ native: Double) -> UInt64 { UInt64(native) }
    @inlinable @inline(__always) package static func native(_ value: Int64) -> Double { Double(value) }
}
