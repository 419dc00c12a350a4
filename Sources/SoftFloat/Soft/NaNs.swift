extension FloatFormat {
    /// The result that a NaN operand gives (FPProcessNaN).
    func processNaN(_ operand: Operand, _ environment: inout FPEnvironment) -> UInt64 {
        if operand.kind == .signalingNaN { environment.raise(.invalid) }
        return environment.control.defaultNaN ? defaultNaN : operand.bits | quietBit
    }

    /// The result if an operand is a NaN: signalling ones come first, then the order of operands (FPProcessNaNs).
    func processNaNs(_ a: Operand, _ b: Operand, _ environment: inout FPEnvironment) -> UInt64? {
        guard a.isNaN || b.isNaN else { return nil }
        if a.kind == .signalingNaN { return processNaN(a, &environment) }
        if b.kind == .signalingNaN { return processNaN(b, &environment) }
        return processNaN(a.isNaN ? a : b, &environment)
    }

    /// The default NaN of an operation without a result.
    func invalid(_ environment: inout FPEnvironment) -> UInt64 {
        environment.raise(.invalid)
        return defaultNaN
    }

    /// The NaN `bits` of this format, quiet, in the format `target`, which keeps the upper bits (FPConvertNaN).
    func convertNaN(_ bits: UInt64, to target: FloatFormat) -> UInt64 {
        let payload = (bits << UInt64(64 - fractionBits)) >> UInt64(64 - target.fractionBits)
        return target.zero(negative: bits & signBit != 0) | target.defaultNaN | payload
    }
}
