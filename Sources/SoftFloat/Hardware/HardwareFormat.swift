/// A format that the host computes in. Its results are taken only where they and the flags are provably Arm's; the
/// host's rounding mode stays to nearest, and nobody reads the host's flags.
@usableFromInline
package protocol HardwareFormat: BinaryFormat {
    associatedtype Native: BinaryFloatingPoint

    static func native(_ bits: Bits) -> Native
    static func bits(_ native: Native) -> Bits
    /// An integral number in the range of the type.
    static func signed(_ native: Native) -> Int64
    static func unsigned(_ native: Native) -> UInt64
    /// To nearest.
    static func native(_ value: Int64) -> Native
}

extension HardwareFormat {
    @inlinable @inline(__always)
    package static var exponentMask: Bits {
        Bits(truncatingIfNeeded: ((1 as UInt64) &<< UInt64(format.exponentBits) &- 1) &<< UInt64(format.fractionBits))
    }
    @inlinable @inline(__always)
    package static var signBit: Bits { 1 &<< Bits(truncatingIfNeeded: Bits.bitWidth - 1) }
    @inlinable @inline(__always)
    package static var smallestNormal: Bits { 1 &<< Bits(truncatingIfNeeded: format.fractionBits) }

    @inlinable @inline(__always)
    package static func isFinite(_ bits: Bits) -> Bool { bits & exponentMask != exponentMask }

    /// Normal and larger than the smallest normal number, which a result below the range may have been rounded to
    /// (that underflows, or is flushed).
    @inlinable @inline(__always)
    package static func isSafelyNormal(_ bits: Bits) -> Bool {
        bits & ~signBit &- smallestNormal &- 1 < exponentMask &- smallestNormal &- 1
    }

    @inlinable @inline(__always)
    package static func isSubnormal(_ bits: Bits) -> Bool { bits & exponentMask == 0 && bits & ~signBit != 0 }
}

extension FPEnvironment {
    /// To nearest, nothing flushed, and inexact already known: only results out of the normal range have flags to add.
    @inlinable @inline(__always)
    package var trustsHardware: Bool {
        let nearestUnflushed = UInt64(FPControl.flushToZeroBit | 3)
        let inexact = UInt64(FPStatus.inexact.rawValue) &<< 32
        return rawValue & (nearestUnflushed | inexact) == inexact
    }

    /// To nearest and nothing flushed: results that are exact and in the normal range have no flag to add.
    @inlinable @inline(__always)
    package var trustsExactHardware: Bool { rawValue & UInt64(FPControl.flushToZeroBit | 3) == 0 }

    /// Subnormal operands and results are what they are.
    @inlinable @inline(__always)
    package var isUnflushed: Bool { rawValue & UInt64(FPControl.flushToZeroBit) == 0 }

    @inlinable @inline(__always)
    package var isInexact: Bool { rawValue & UInt64(FPStatus.inexact.rawValue) &<< 32 != 0 }

    @inlinable @inline(__always)
    package var roundsToNearest: Bool { rawValue & 3 == 0 }
}

/// Where no result of a sum has flags but overflow and inexact: a sum in the subnormal range is exact.
extension HardwareFormat {
    @inlinable @inline(__always)
    package static func add(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        let sum = bits(native(a) + native(b))
        if environment.trustsHardware && isFinite(sum) { return sum }
        return Bits(truncatingIfNeeded: format.add(UInt64(a), UInt64(b), &environment))
    }

    @inlinable @inline(__always)
    package static func subtract(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        let difference = bits(native(a) - native(b))
        if environment.trustsHardware && isFinite(difference) { return difference }
        return Bits(truncatingIfNeeded: format.subtract(UInt64(a), UInt64(b), &environment))
    }

    @inlinable @inline(__always)
    package static func multiply(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        let product = bits(native(a) * native(b))
        if environment.trustsHardware && isSafelyNormal(product) { return product }
        return Bits(truncatingIfNeeded: format.multiply(UInt64(a), UInt64(b), &environment))
    }

    @inlinable @inline(__always)
    package static func divide(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        let quotient = bits(native(a) / native(b))
        if environment.trustsHardware && isSafelyNormal(quotient) { return quotient }
        return Bits(truncatingIfNeeded: format.divide(UInt64(a), UInt64(b), &environment))
    }

    @inlinable @inline(__always)
    package static func squareRoot(_ a: Bits, _ environment: inout FPEnvironment) -> Bits {
        let root = bits(native(a).squareRoot())
        if environment.trustsHardware && isSafelyNormal(root) { return root }
        return Bits(truncatingIfNeeded: format.squareRoot(UInt64(a), &environment))
    }

    @inlinable @inline(__always)
    package static func fusedMultiplyAdd(
        _ addend: Bits, _ a: Bits, _ b: Bits, _ environment: inout FPEnvironment
    ) -> Bits {
        if environment.trustsHardware {
            let sum = bits(native(addend).addingProduct(native(a), native(b)))
            if isSafelyNormal(sum) { return sum }
        }
        return Bits(
            truncatingIfNeeded: format.fusedMultiplyAdd(UInt64(addend), UInt64(a), UInt64(b), &environment))
    }
}
