/// What no host does as Arm does it, and what is made of other operations.
extension BinaryFormat {
    /// FNEG: the other sign, also of a NaN.
    @inlinable @inline(__always)
    package static func negate(_ a: Bits) -> Bits { a ^ ~(Bits.max &>> 1) }

    /// FABD: the magnitude of the difference, also of a NaN.
    @inlinable @inline(__always)
    package static func absoluteDifference(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        subtract(a, b, &environment) & (Bits.max &>> 1)
    }

    /// FMULX: zero times infinity is two.
    @inlinable
    package static func multiplyExtended(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.multiplyExtended(UInt64(a), UInt64(b), &environment))
    }

    /// FRECPS: `2 - a * b`, rounded once.
    @inlinable
    package static func reciprocalStep(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.reciprocalStep(UInt64(a), UInt64(b), &environment))
    }

    /// FRSQRTS: `(3 - a * b) / 2`, rounded once.
    @inlinable
    package static func squareRootStep(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.squareRootStep(UInt64(a), UInt64(b), &environment))
    }

    /// FRECPE.
    @inlinable
    package static func reciprocalEstimate(_ a: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.reciprocalEstimate(UInt64(a), &environment))
    }

    /// FRSQRTE.
    @inlinable
    package static func reciprocalSquareRootEstimate(_ a: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.reciprocalSquareRootEstimate(UInt64(a), &environment))
    }

    /// FRECPX.
    @inlinable
    package static func reciprocalExponent(_ a: Bits, _ environment: inout FPEnvironment) -> Bits {
        narrow(format.reciprocalExponent(UInt64(a), &environment))
    }

    /// FRINT32x and FRINT64x: an integer that fits into a signed one of `width` bits.
    @inlinable
    package static func roundToIntegral(
        _ a: Bits, _ mode: RoundingMode, width: Int, _ environment: inout FPEnvironment
    ) -> Bits {
        narrow(format.roundToIntegral(UInt64(a), mode, width: width, &environment))
    }

    /// FCVT: `a` in another format, rounded as the environment says.
    @inlinable @inline(__always)
    package static func convert<Target: BinaryFormat>(
        _ a: Bits, to _: Target.Type, _ environment: inout FPEnvironment
    ) -> Target.Bits {
        convert(a, to: Target.self, environment.control.rounding, &environment)
    }

    /// The same with a rounding mode of its own (FCVTXN: to odd).
    @inlinable
    package static func convert<Target: BinaryFormat>(
        _ a: Bits, to _: Target.Type, _ mode: RoundingMode, _ environment: inout FPEnvironment
    ) -> Target.Bits {
        Target.narrow(format.convert(UInt64(a), to: Target.format, mode, &environment))
    }
}

extension Binary32 {
    /// FCVT to double is exact; only NaNs and flushed subnormals need more.
    @inlinable @inline(__always)
    package static func toDouble(_ a: UInt32, _ environment: inout FPEnvironment) -> UInt64 {
        let x = native(a)
        if environment.isUnflushed && x == x { return Binary64.bits(Double(x)) }
        return convert(a, to: Binary64.self, &environment)
    }

    /// FMLAL: half-precision factors, rounded once (FPMulAddH).
    @inlinable
    package static func fusedMultiplyAddLong(
        _ addend: UInt32, _ a: UInt16, _ b: UInt16, _ environment: inout FPEnvironment
    ) -> UInt32 {
        narrow(FloatFormat.fusedMultiplyAddLong(UInt64(addend), UInt64(a), UInt64(b), &environment))
    }

    /// URECPE: of a fixed-point number in [0.5, 1).
    package static func unsignedReciprocalEstimate(_ a: UInt32) -> UInt32 { Estimate.unsignedReciprocal(a) }

    /// URSQRTE: of a fixed-point number in [0.25, 1).
    package static func unsignedReciprocalSquareRootEstimate(_ a: UInt32) -> UInt32 {
        Estimate.unsignedReciprocalRoot(a)
    }
}

extension Binary64 {
    /// FCVT to single.
    @inlinable @inline(__always)
    package static func toSingle(_ a: UInt64, _ environment: inout FPEnvironment) -> UInt32 {
        let result = Binary32.bits(Float(native(a)))
        if environment.trustsHardware && Binary32.isSafelyNormal(result) { return result }
        return convert(a, to: Binary32.self, &environment)
    }

    /// FJCVTZS: JavaScript's ToInt32, and whether it was exact and not minus zero, which goes to PSTATE.Z.
    package static func toInt32JavaScript(
        _ a: UInt64, _ environment: inout FPEnvironment
    ) -> (value: UInt32, isExact: Bool) {
        FloatFormat.toInt32JavaScript(a, &environment)
    }
}
