extension FloatFormat {
    /// FPConvert: `a` of this format in the format `target`, half precision as AHP says. FZ16 has no effect here.
    @usableFromInline package func convert(
        _ a: UInt64, to target: FloatFormat, _ mode: RoundingMode, _ environment: inout FPEnvironment
    ) -> UInt64 {
        let alternative = environment.control.alternativeHalf
        let source = isHalf && alternative ? .alternativeHalf : self
        let target = target.isHalf && alternative ? .alternativeHalf : target
        let x = source.unpack(a, flushing: !isHalf && environment.control.flushToZero, &environment)
        switch x.kind {
        case .quietNaN, .signalingNaN: return convertNaN(x, to: target, &environment)
        case .infinity where target.isAlternative:
            environment.raise(.invalid)
            return target.zero(negative: x.negative) | target.magnitudeMask
        case .infinity: return target.infinity(negative: x.negative)
        case .zero: return target.zero(negative: x.negative)
        case .finite:
            let value = Unrounded(negative: x.negative, exponent: x.exponent, significand: x.significand)
            let flushing = !target.isHalf && environment.control.flushToZero
            return target.round(value, mode, flushing: flushing, &environment)
        }
    }

    /// The alternative format has no NaN: zero takes its place.
    private func convertNaN(_ x: Operand, to target: FloatFormat, _ environment: inout FPEnvironment) -> UInt64 {
        if x.kind == .signalingNaN || target.isAlternative { environment.raise(.invalid) }
        if target.isAlternative { return target.zero(negative: x.negative) }
        return environment.control.defaultNaN ? target.defaultNaN : convertNaN(x.bits, to: target)
    }
}
