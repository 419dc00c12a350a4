extension FloatFormat {
    /// FPAdd.
    @usableFromInline package func add(_ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment) -> UInt64 {
        if let sum = checkedHardwareAdd(a, b, &environment) { return sum }
        let (x, y) = (unpack(a, &environment), unpack(b, &environment))
        return processNaNs(x, y, &environment) ?? sum(x, y, &environment)
    }

    /// FPSub: the second operand changes sign unless it is a NaN.
    @usableFromInline package func subtract(_ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment) -> UInt64 {
        if let difference = checkedHardwareAdd(a, b ^ signBit, &environment) { return difference }
        let x = unpack(a, &environment)
        var y = unpack(b, &environment)
        if let nan = processNaNs(x, y, &environment) { return nan }
        y.negative.toggle()
        return sum(x, y, &environment)
    }

    /// FABD: the magnitude of the difference, also of a NaN.
    @usableFromInline package func absoluteDifference(_ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment)
        -> UInt64
    {
        subtract(a, b, &environment) & magnitudeMask
    }

    private func sum(_ x: Operand, _ y: Operand, _ environment: inout FPEnvironment) -> UInt64 {
        if x.isInfinite || y.isInfinite {
            if x.isInfinite && y.isInfinite && x.negative != y.negative { return invalid(&environment) }
            return infinity(negative: x.isInfinite ? x.negative : y.negative)
        }
        if x.isZero && y.isZero && x.negative == y.negative { return zero(negative: x.negative) }
        return round(sum: Wide(x) + Wide(y), &environment)
    }
}
