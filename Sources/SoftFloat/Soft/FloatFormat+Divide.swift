extension FloatFormat {
    /// FPDiv.
    @usableFromInline package func divide(_ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment) -> UInt64 {
        if let quotient = checkedHardwareDivide(a, b, &environment) { return quotient }
        let (x, y) = (unpack(a, &environment), unpack(b, &environment))
        if let nan = processNaNs(x, y, &environment) { return nan }
        let negative = x.negative != y.negative
        if x.isInfinite && y.isInfinite || x.isZero && y.isZero { return invalid(&environment) }
        if x.isInfinite { return infinity(negative: negative) }
        if y.isZero {
            environment.raise(.divideByZero)
            return infinity(negative: negative)
        }
        if x.isZero || y.isInfinite { return zero(negative: negative) }
        return round(quotient(x, y, negative: negative), &environment)
    }

    private func quotient(_ x: Operand, _ y: Operand, negative: Bool) -> Unrounded {
        // Significands within a factor of two of each other: half of one is less than the other, as the division needs.
        let (quotient, remainder) =
            y.significand.dividingFullWidth((x.significand >> 1, x.significand << 63))
        let shift = quotient.leadingZeroBitCount
        return Unrounded(
            negative: negative, exponent: x.exponent - y.exponent - shift,
            significand: quotient << UInt64(shift) | (remainder != 0 ? 1 : 0))
    }

    /// FPSqrt.
    @usableFromInline package func squareRoot(_ a: UInt64, _ environment: inout FPEnvironment) -> UInt64 {
        if let root = checkedHardwareSquareRoot(a, &environment) { return root }
        let x = unpack(a, &environment)
        if x.isNaN { return processNaN(x, &environment) }
        if x.isZero { return zero(negative: x.negative) }
        if x.negative { return invalid(&environment) }
        if x.isInfinite { return infinity }
        return round(root(x), &environment)
    }

    /// One bit of the root a turn, as one does it on paper: two bits more than the format holds, then a sticky one.
    private func root(_ x: Operand) -> Unrounded {
        let digits = fractionBits + 3
        // The radicand as a fixed-point number in [1, 4) whose exponent is even, the point before the last 126 bits.
        let isOdd = x.exponent & 1 != 0
        var radicand = UInt128(x.significand) << (isOdd ? 64 : 63)
        var (root, remainder): (UInt64, UInt128) = (0, 0)
        for _ in 0..<digits {
            remainder = remainder << 2 | radicand >> 126
            radicand <<= 2
            let trial = UInt128(root) << 2 | 1
            root <<= 1
            if remainder >= trial {
                remainder -= trial
                root |= 1
            }
        }
        let sticky: UInt64 = remainder != 0 || radicand != 0 ? 1 : 0
        return Unrounded(
            negative: false, exponent: x.exponent >> 1, significand: root << UInt64(64 - digits) | sticky)
    }
}
