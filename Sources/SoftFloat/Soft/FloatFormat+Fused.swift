extension FloatFormat {
    /// FPMulAdd: `addend + a * b`, rounded once.
    @usableFromInline package func fusedMultiplyAdd(
        _ addend: UInt64, _ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment
    ) -> UInt64 {
        if let sum = checkedHardwareFusedMultiplyAdd(addend, a, b, &environment) { return sum }
        let z = unpack(addend, &environment)
        let (x, y) = (unpack(a, &environment), unpack(b, &environment))
        if Self.isInvalid(quietAddend: z, x, y) { return invalid(&environment) }
        if let nan = processNaNs(z, x, y, &environment) { return nan }
        return fused(z, x, y, &environment)
    }

    /// FPMulAddH: half-precision factors, single-precision addend and result (FMLAL).
    @usableFromInline package static func fusedMultiplyAddLong(
        _ addend: UInt64, _ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment
    ) -> UInt64 {
        let z = single.unpack(addend, &environment)
        let (x, y) = (half.unpack(a, &environment), half.unpack(b, &environment))
        if isInvalid(quietAddend: z, x, y) { return single.invalid(&environment) }
        if z.kind == .signalingNaN { return single.processNaN(z, &environment) }
        if x.kind == .signalingNaN || y.kind == .signalingNaN || !z.isNaN,
            let nan = half.processNaNs(x, y, &environment)
        {
            return half.convertNaN(nan, to: single)
        }
        if z.isNaN { return single.processNaN(z, &environment) }
        return single.fused(z, x, y, &environment)
    }

    /// FPRecipStepFused: `2 - a * b`.
    @usableFromInline package func reciprocalStep(_ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment)
        -> UInt64
    {
        step(a, b, base: power(1), invalid: power(1), halving: false, &environment)
    }

    /// FPRSqrtStepFused: `(3 - a * b) / 2`.
    @usableFromInline package func squareRootStep(_ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment)
        -> UInt64
    {
        step(a, b, base: power(1) | quietBit, invalid: power(0) | quietBit, halving: true, &environment)
    }

    /// An invalid product beats a quiet NaN as the addend, but not a signalling one.
    private static func isInvalid(quietAddend z: Operand, _ x: Operand, _ y: Operand) -> Bool {
        z.kind == .quietNaN && (x.isInfinite && y.isZero || x.isZero && y.isInfinite)
    }

    private func processNaNs(
        _ a: Operand, _ b: Operand, _ c: Operand, _ environment: inout FPEnvironment
    ) -> UInt64? {
        if a.isNaN && (a.kind == .signalingNaN || b.kind != .signalingNaN && c.kind != .signalingNaN) {
            return processNaN(a, &environment)
        }
        return processNaNs(b, c, &environment)
    }

    /// The sum for operands that are not NaNs; the factors may come from a narrower format.
    private func fused(_ z: Operand, _ x: Operand, _ y: Operand, _ environment: inout FPEnvironment) -> UInt64 {
        let negative = x.negative != y.negative
        let productIsZero = x.isZero || y.isZero
        if x.isInfinite || y.isInfinite {
            if productIsZero || z.isInfinite && z.negative != negative { return invalid(&environment) }
            return infinity(negative: negative)
        }
        if z.isInfinite { return infinity(negative: z.negative) }
        if z.isZero && productIsZero && z.negative == negative { return zero(negative: negative) }
        return round(sum: Wide(z) + Wide(x, times: y), &environment)
    }

    private func step(
        _ a: UInt64, _ b: UInt64, base: UInt64, invalid: UInt64, halving: Bool, _ environment: inout FPEnvironment
    ) -> UInt64 {
        let (x, y) = (unpack(a ^ signBit, &environment), unpack(b, &environment))
        if let nan = processNaNs(x, y, &environment) { return nan }
        if x.isInfinite || y.isInfinite {
            return x.isZero || y.isZero ? invalid : infinity(negative: x.negative != y.negative)
        }
        var sum = Wide(unpack(base, &environment)) + Wide(x, times: y)
        if halving { sum.exponent -= 1 }
        return round(sum: sum, &environment)
    }
}
