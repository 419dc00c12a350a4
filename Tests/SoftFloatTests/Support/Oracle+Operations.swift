import SoftFloat

/// The operations, after the manual's FPAdd, FPMul, and so on.
extension Oracle {
    var defaultNaN: UInt64 { pack(false, ones, 1 << UInt64(fractionBits - 1)) }

    private func invalid(_ environment: inout FPEnvironment) -> UInt64 {
        environment.raise(.invalid)
        return defaultNaN
    }

    func processNaN(_ x: Unpacked, _ environment: inout FPEnvironment) -> UInt64 {
        if x.isSignaling { environment.raise(.invalid) }
        return environment.control.defaultNaN ? defaultNaN : x.bits | 1 << UInt64(fractionBits - 1)
    }

    func processNaNs(_ operands: [Unpacked], _ environment: inout FPEnvironment) -> UInt64? {
        guard let first = operands.first(where: \.isSignaling) ?? operands.first(where: \.isNaN) else { return nil }
        return processNaN(first, &environment)
    }

    private func rounded(sum: Rational, _ environment: inout FPEnvironment) -> UInt64 {
        sum.sign == 0
            ? pack(environment.control.rounding == .minusInfinity, 0, 0) : round(sum, &environment)
    }

    func add(_ a: UInt64, _ b: UInt64, subtracting: Bool = false, _ environment: inout FPEnvironment) -> UInt64 {
        let x = unpack(a, &environment)
        var y = unpack(b, &environment)
        if let nan = processNaNs([x, y], &environment) { return nan }
        var value = y.value
        if subtracting {
            y.negative.toggle()
            value = Rational(0) - value
        }
        if x.isInfinite && y.isInfinite && x.negative != y.negative { return invalid(&environment) }
        if x.isInfinite { return pack(x.negative, ones, 0) }
        if y.isInfinite { return pack(y.negative, ones, 0) }
        if x.isZero && y.isZero && x.negative == y.negative { return pack(x.negative, 0, 0) }
        return rounded(sum: x.value + value, &environment)
    }

    func multiply(_ a: UInt64, _ b: UInt64, extended: Bool = false, _ environment: inout FPEnvironment) -> UInt64 {
        let (x, y) = (unpack(a, &environment), unpack(b, &environment))
        if let nan = processNaNs([x, y], &environment) { return nan }
        let negative = x.negative != y.negative
        if x.isInfinite && y.isZero || x.isZero && y.isInfinite {
            return extended ? pack(negative, (ones + 1) / 2, 0) : invalid(&environment)
        }
        if x.isInfinite || y.isInfinite { return pack(negative, ones, 0) }
        if x.isZero || y.isZero { return pack(negative, 0, 0) }
        return round(x.value * y.value, &environment)
    }

    func divide(_ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment) -> UInt64 {
        let (x, y) = (unpack(a, &environment), unpack(b, &environment))
        if let nan = processNaNs([x, y], &environment) { return nan }
        let negative = x.negative != y.negative
        if x.isInfinite && y.isInfinite || x.isZero && y.isZero { return invalid(&environment) }
        if x.isInfinite || y.isZero {
            if !x.isInfinite { environment.raise(.divideByZero) }
            return pack(negative, ones, 0)
        }
        if x.isZero || y.isInfinite { return pack(negative, 0, 0) }
        return round(x.value / y.value, &environment)
    }

    func squareRoot(_ a: UInt64, _ environment: inout FPEnvironment) -> UInt64 {
        let x = unpack(a, &environment)
        if x.isNaN { return processNaN(x, &environment) }
        if x.isZero { return pack(x.negative, 0, 0) }
        if x.isInfinite && !x.negative { return pack(false, ones, 0) }
        if x.negative { return invalid(&environment) }
        return round(x.value.stickyRoot, &environment)
    }

    func fusedMultiplyAdd(_ c: UInt64, _ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment) -> UInt64 {
        let z = unpack(c, &environment)
        let (x, y) = (unpack(a, &environment), unpack(b, &environment))
        let isInvalid = x.isInfinite && y.isZero || x.isZero && y.isInfinite
        if z.isNaN && !z.isSignaling && isInvalid { return invalid(&environment) }
        if let nan = processNaNs([z, x, y], &environment) { return nan }
        return fused(z, x, y, &environment)
    }

    /// The rest of FPMulAdd and FPMulAddH.
    func fused(_ z: Unpacked, _ x: Unpacked, _ y: Unpacked, _ environment: inout FPEnvironment) -> UInt64 {
        let negative = x.negative != y.negative
        let isInfinite = x.isInfinite || y.isInfinite
        let isInvalid = x.isInfinite && y.isZero || x.isZero && y.isInfinite
        if isInvalid || z.isInfinite && isInfinite && z.negative != negative { return invalid(&environment) }
        if z.isInfinite && !z.negative || isInfinite && !negative { return pack(false, ones, 0) }
        if z.isInfinite || isInfinite { return pack(true, ones, 0) }
        if z.isZero && (x.isZero || y.isZero) && z.negative == negative { return pack(negative, 0, 0) }
        return rounded(sum: z.value + x.value * y.value, &environment)
    }

    /// FPRecipStepFused and FPRSqrtStepFused.
    func step(_ a: UInt64, _ b: UInt64, root: Bool, _ environment: inout FPEnvironment) -> UInt64 {
        let x = unpack(a ^ 1 << UInt64(width - 1), &environment)
        let y = unpack(b, &environment)
        if let nan = processNaNs([x, y], &environment) { return nan }
        if x.isInfinite && y.isZero || x.isZero && y.isInfinite {
            return round(root ? Rational(3, power: -1) : Rational(2), &environment)
        }
        if x.isInfinite || y.isInfinite { return pack(x.negative != y.negative, ones, 0) }
        let sum = Rational(root ? 3 : 2) + x.value * y.value
        return rounded(sum: root ? sum.scaled(by: -1) : sum, &environment)
    }

    /// FPConvert of a number (NaNs have tests of their own).
    func convert(
        _ a: UInt64, to target: Oracle, mode: RoundingMode, _ environment: inout FPEnvironment
    ) -> UInt64? {
        let flushes = environment.control.flushToZero
        let x = unpack(a, &environment, flushing: exponentBits != 5 && flushes)
        switch x.number {
        case .nan: return nil
        case .infinity where target.isAlternative:
            environment.raise(.invalid)
            return target.pack(x.negative, target.ones, (1 << UInt64(target.fractionBits)) - 1)
        case .infinity: return target.pack(x.negative, target.ones, 0)
        case .zero: return target.pack(x.negative, 0, 0)
        case .finite(let value):
            return target.round(value, &environment, mode: mode, flushing: target.exponentBits != 5 && flushes)
        }
    }
}

/// Integers.
extension Oracle {
    /// A number rounded to an integer, and whether that changed it.
    static func integer(_ value: Rational, _ mode: RoundingMode) -> (Rational, isInexact: Bool) {
        let (floor, rest) = value.magnitude.split
        let up = rest.map { goesUp(mode, value.sign < 0, odd: floor.isOdd, $0) } ?? false
        let magnitude = up ? floor + Rational(1) : floor
        return (value.sign < 0 ? Rational(0) - magnitude : magnitude, rest != nil)
    }

    /// FPToFixed.
    func toInteger(
        _ a: UInt64, width: Int, signed: Bool, fractionBits scale: Int, _ mode: RoundingMode,
        _ environment: inout FPEnvironment
    ) -> UInt64 {
        let x = unpack(a, &environment)
        if x.isNaN {
            environment.raise(.invalid)
            return 0
        }
        let huge = Rational(1, power: 1000, negative: x.negative)
        let (integer, isInexact) = Self.integer((x.isInfinite ? huge : x.value).scaled(by: scale), mode)
        let least = signed ? Rational(1, power: width - 1, negative: true) : Rational(0)
        let most = Rational(1, power: signed ? width - 1 : width) - Rational(1)
        let mask: UInt64 = ~0 >> UInt64(64 - width)
        if integer.compare(least) < 0 || integer.compare(most) > 0 {
            environment.raise(.invalid)
            return (integer.sign < 0 ? least : most).lowWord & mask
        }
        if isInexact { environment.raise(.inexact) }
        return integer.lowWord & mask
    }

    /// FixedToFP.
    func fromInteger(
        _ value: UInt64, width: Int, signed: Bool, fractionBits scale: Int, _ environment: inout FPEnvironment
    ) -> UInt64 {
        let field = value & ~0 >> UInt64(64 - width)
        let negative = signed && field >> UInt64(width - 1) != 0
        let integer = negative ? Rational(field) - Rational(1, power: width) : Rational(field)
        return field == 0 ? 0 : round(integer.scaled(by: -scale), &environment)
    }

    /// FPRoundInt, and FPRoundIntN where `width` is given.
    func roundToIntegral(
        _ a: UInt64, _ mode: RoundingMode, exact: Bool, width: Int? = nil, _ environment: inout FPEnvironment
    ) -> UInt64 {
        let x = unpack(a, &environment)
        if let width, x.isNaN || x.isInfinite { return mostNegative(width, &environment) }
        if x.isNaN { return processNaN(x, &environment) }
        if x.isInfinite { return pack(x.negative, ones, 0) }
        if x.isZero { return pack(x.negative, 0, 0) }
        let (integer, isInexact) = Self.integer(x.value, mode)
        if let width {
            let limit = Rational(1, power: width - 1)
            if integer.compare(limit) >= 0 || (integer + limit).sign < 0 { return mostNegative(width, &environment) }
        }
        if isInexact && (exact || width != nil) { environment.raise(.inexact) }
        return integer.sign == 0 ? pack(x.negative, 0, 0) : round(integer, &environment, mode: .zero)
    }

    private func mostNegative(_ width: Int, _ environment: inout FPEnvironment) -> UInt64 {
        environment.raise(.invalid)
        return round(Rational(1, power: width - 1, negative: true), &environment)
    }

    /// FPToFixedJS.
    func toInt32JavaScript(_ a: UInt64, _ environment: inout FPEnvironment) -> (UInt32, Bool) {
        let x = unpack(a, &environment)
        if x.isNaN || x.isInfinite {
            environment.raise(.invalid)
            return (0, false)
        }
        let (integer, isInexact) = Self.integer(x.value, .zero)
        let low = UInt32(truncatingIfNeeded: integer.lowWord)
        if integer.compare(Rational(1 << 31)) >= 0 || integer.compare(Rational(1 << 31, negative: true)) < 0 {
            environment.raise(.invalid)
            return (low, false)
        }
        if isInexact { environment.raise(.inexact) }
        return (low, !isInexact && !(x.isZero && a != 0))
    }
}
