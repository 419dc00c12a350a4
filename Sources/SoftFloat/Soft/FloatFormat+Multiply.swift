extension FloatFormat {
    /// FPMul.
    @usableFromInline package func multiply(_ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment) -> UInt64 {
        if let product = checkedHardwareMultiply(a, b, &environment) { return product }
        return multiply(a, b, zeroTimesInfinity: nil, &environment)
    }

    /// FPMulX: zero times infinity is two, with the sign of the product.
    @usableFromInline package func multiplyExtended(_ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment)
        -> UInt64
    {
        multiply(a, b, zeroTimesInfinity: power(1), &environment)
    }

    private func multiply(
        _ a: UInt64, _ b: UInt64, zeroTimesInfinity: UInt64?, _ environment: inout FPEnvironment
    ) -> UInt64 {
        let (x, y) = (unpack(a, &environment), unpack(b, &environment))
        if let nan = processNaNs(x, y, &environment) { return nan }
        let negative = x.negative != y.negative
        if x.isInfinite || y.isInfinite {
            guard x.isZero || y.isZero else { return infinity(negative: negative) }
            guard let zeroTimesInfinity else { return invalid(&environment) }
            return zero(negative: negative) | zeroTimesInfinity
        }
        if x.isZero || y.isZero { return zero(negative: negative) }
        return round(Wide(x, times: y).unrounded, &environment)
    }
}
