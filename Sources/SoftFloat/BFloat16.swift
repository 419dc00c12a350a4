/// The arithmetic of Arm's BF16 instructions (FEAT_BF16 without FEAT_EBF16).
///
/// The dot products have rules of their own, whatever FPCR says: subnormals are zeros, on the way in and out, results
/// are rounded to odd, overflow is infinite, every NaN is the default NaN, and no flag is set.
package enum BFloat16 {
    /// BFCVT: as an ordinary conversion.
    package static func fromSingle(_ a: UInt32, _ environment: inout FPEnvironment) -> UInt16 {
        let rounding = environment.control.rounding
        return UInt16(
            truncatingIfNeeded: FloatFormat.single.convert(UInt64(a), to: .bfloat16, rounding, &environment))
    }

    /// BFMLALB and BFMLALT: an ordinary fused multiplication.
    @inlinable
    package static func fusedMultiplyAddLong(
        _ addend: UInt32, _ a: UInt16, _ b: UInt16, _ environment: inout FPEnvironment
    ) -> UInt32 {
        Binary32.fusedMultiplyAdd(addend, UInt32(a) &<< 16, UInt32(b) &<< 16, &environment)
    }

    /// BFDOT and BFMMLA: `addend + (a.0 * b.0 + a.1 * b.1)`, each step rounded (BFDotAdd).
    package static func dotAdd(_ addend: UInt32, _ a: (UInt16, UInt16), _ b: (UInt16, UInt16)) -> UInt32 {
        sum(addend, sum(product(a.0, b.0), product(a.1, b.1)))
    }

    private static var environment: FPEnvironment {
        FPEnvironment(
            control: FPControl(rawValue: FPControl.flushToZeroBit | FPControl.defaultNaNBit))
    }

    /// BFMulH: a product of two eight-bit significands is exact, or out of range.
    private static func product(_ a: UInt16, _ b: UInt16) -> UInt32 {
        var environment = environment
        return UInt32(
            truncatingIfNeeded: FloatFormat.single.multiply(UInt64(a) << 16, UInt64(b) << 16, &environment))
    }

    /// FPAdd_BF16.
    private static func sum(_ a: UInt32, _ b: UInt32) -> UInt32 {
        let single = FloatFormat.single
        var environment = environment
        let (x, y) = (single.unpack(UInt64(a), &environment), single.unpack(UInt64(b), &environment))
        let result: UInt64
        if x.isOrdinary && y.isOrdinary, case let sum = Wide(x) + Wide(y), sum.significand != 0 {
            result =
                sum.exponent > single.bias
                ? single.infinity(negative: sum.negative)
                : single.round(sum.unrounded, .odd, flushing: true, &environment)
        } else {
            result = single.add(UInt64(a), UInt64(b), &environment)
        }
        return UInt32(truncatingIfNeeded: result)
    }
}
