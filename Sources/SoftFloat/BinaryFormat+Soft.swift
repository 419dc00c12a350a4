/// What a format does that the host does not compute in.
extension BinaryFormat {
    @inlinable @inline(__always)
    package static func narrow(_ bits: UInt64) -> Bits { Bits(truncatingIfNeeded: bits) }

    @inlinable package static func add(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.add(UInt64(a), UInt64(b), &environment))
    }

    @inlinable package static func subtract(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.subtract(UInt64(a), UInt64(b), &environment))
    }

    @inlinable package static func multiply(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.multiply(UInt64(a), UInt64(b), &environment))
    }

    @inlinable package static func divide(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.divide(UInt64(a), UInt64(b), &environment))
    }

    @inlinable package static func squareRoot(_ a: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.squareRoot(UInt64(a), &environment))
    }

    @inlinable package static func fusedMultiplyAdd(
        _ addend: Bits, _ a: Bits, _ b: Bits, _ environment: inout FPEnvironment
    ) -> Bits {
        narrow(format.fusedMultiplyAdd(UInt64(addend), UInt64(a), UInt64(b), &environment))
    }

    @inlinable package static func compare(
        _ a: Bits, _ b: Bits, signaling: Bool, _ environment: inout FPEnvironment
    ) -> FPOrdering {
        format.compare(UInt64(a), UInt64(b), signaling: signaling, &environment)
    }

    @inlinable package static func compareEqual(
        _ a: Bits, _ b: Bits, _ environment: inout FPEnvironment
    ) -> Bool {
        compare(a, b, signaling: false, &environment) == .equal
    }

    @inlinable package static func compareGreaterOrEqual(
        _ a: Bits, _ b: Bits, _ environment: inout FPEnvironment
    ) -> Bool {
        let ordering = compare(a, b, signaling: true, &environment)
        return ordering == .greater || ordering == .equal
    }

    @inlinable package static func compareGreater(
        _ a: Bits, _ b: Bits, _ environment: inout FPEnvironment
    ) -> Bool {
        compare(a, b, signaling: true, &environment) == .greater
    }

    @inlinable package static func max(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.extremum(UInt64(a), UInt64(b), maximum: true, &environment))
    }

    @inlinable package static func min(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.extremum(UInt64(a), UInt64(b), maximum: false, &environment))
    }

    @inlinable package static func maxNumber(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.extremumNumber(UInt64(a), UInt64(b), maximum: true, &environment))
    }

    @inlinable package static func minNumber(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.extremumNumber(UInt64(a), UInt64(b), maximum: false, &environment))
    }

    @inlinable package static func toInteger(
        _ a: Bits, width: Int, signed: Bool, fractionBits: Int, _ mode: RoundingMode,
        _ environment: inout FPEnvironment
    ) -> UInt64 {
        format.toInteger(UInt64(a), width: width, signed: signed, fractionBits: fractionBits, mode, &environment)
    }

    @inlinable package static func fromInteger(
        _ value: UInt64, width: Int, signed: Bool, fractionBits: Int, _ environment: inout FPEnvironment
    ) -> Bits {
        narrow(
            format.fromInteger(value, width: width, signed: signed, fractionBits: fractionBits, &environment))
    }

    @inlinable package static func roundToIntegral(
        _ a: Bits, _ mode: RoundingMode, exact: Bool, _ environment: inout FPEnvironment
    ) -> Bits {
        narrow(format.roundToIntegral(UInt64(a), mode, exact: exact, &environment))
    }
}
