import SoftFloat

/// Arm's pseudocode on exact fractions: unpacking and rounding, written after the manual and not after the code.
struct Oracle {
    let exponentBits: Int
    let fractionBits: Int
    var isAlternative = false

    static let half = Oracle(exponentBits: 5, fractionBits: 10)
    static let single = Oracle(exponentBits: 8, fractionBits: 23)
    static let double = Oracle(exponentBits: 11, fractionBits: 52)
    static let bfloat16 = Oracle(exponentBits: 8, fractionBits: 7)
    static let alternativeHalf = Oracle(exponentBits: 5, fractionBits: 10, isAlternative: true)

    enum Number {
        case nan(signaling: Bool)
        case infinity
        case zero
        case finite(Rational)
    }

    struct Unpacked {
        var number: Number
        var negative: Bool
        var bits: UInt64

        var isSignaling: Bool { if case .nan(true) = number { true } else { false } }
        var isNaN: Bool { if case .nan = number { true } else { false } }
        var isInfinite: Bool { if case .infinity = number { true } else { false } }
        var isZero: Bool { if case .zero = number { true } else { false } }
        /// Zero for everything that is not finite.
        var value: Rational { if case .finite(let value) = number { value } else { Rational(0) } }
    }

    var width: Int { 1 + exponentBits + fractionBits }
    var minimumExponent: Int { 2 - (1 << (exponentBits - 1)) }
    var ones: Int { (1 << exponentBits) - 1 }

    func pack(_ negative: Bool, _ field: Int, _ fraction: UInt64) -> UInt64 {
        (negative ? 1 : 0) << UInt64(width - 1) | UInt64(field) << UInt64(fractionBits) | fraction
    }

    func flushes(_ control: FPControl) -> Bool { exponentBits == 5 ? control.flushToZero16 : control.flushToZero }

    func unpack(_ bits: UInt64, _ environment: inout FPEnvironment, flushing: Bool? = nil) -> Unpacked {
        let negative = bits >> UInt64(width - 1) & 1 != 0
        let field = Int(bits >> UInt64(fractionBits)) & ones
        let fraction = bits & ((1 << UInt64(fractionBits)) - 1)
        func result(_ number: Number) -> Unpacked { Unpacked(number: number, negative: negative, bits: bits) }
        if field == 0 && fraction == 0 { return result(.zero) }
        if field == 0 {
            if flushing ?? flushes(environment.control) {
                if exponentBits != 5 { environment.raise(.inputDenormal) }
                return result(.zero)
            }
            return result(.finite(Rational(fraction, power: minimumExponent - fractionBits, negative: negative)))
        }
        if field == ones && !isAlternative {
            if fraction == 0 { return result(.infinity) }
            return result(.nan(signaling: fraction >> UInt64(fractionBits - 1) == 0))
        }
        let significand = 1 << UInt64(fractionBits) | fraction
        return result(
            .finite(
                Rational(significand, power: minimumExponent - fractionBits + field - 1, negative: negative)))
    }

    /// FPRoundBase.
    func round(
        _ value: Rational, _ environment: inout FPEnvironment, mode: RoundingMode? = nil, flushing: Bool? = nil
    ) -> UInt64 {
        let mode = mode ?? environment.control.rounding
        let (negative, magnitude) = (value.sign < 0, value.magnitude)
        let exponent = magnitude.binaryExponent
        if exponent < minimumExponent && (flushing ?? flushes(environment.control)) {
            environment.raise(.underflow)
            return pack(negative, 0, 0)
        }
        let unit = max(exponent, minimumExponent) - fractionBits
        let (floor, rest) = magnitude.scaled(by: -unit).split
        if exponent < minimumExponent && rest != nil { environment.raise(.underflow) }
        var significand = floor.lowWord
        if rest != nil && Self.goesUp(mode, negative, odd: floor.isOdd, rest ?? 0) { significand += 1 }
        if rest != nil && mode == .odd { significand |= 1 }
        let rounded = Rational(significand, power: unit)
        let limit = Rational(1, power: -minimumExponent + (isAlternative ? 3 : 2))
        if rounded.compare(limit) >= 0 { return overflow(negative, mode, &environment) }
        if rest != nil { environment.raise(.inexact) }
        if significand >> UInt64(fractionBits) == 0 { return pack(negative, 0, significand) }
        let field = rounded.binaryExponent - minimumExponent + 1
        let shifted = significand >> UInt64(rounded.binaryExponent - unit - fractionBits)
        return pack(negative, field, shifted & ((1 << UInt64(fractionBits)) - 1))
    }

    /// Whether a magnitude with a rest goes up; `rest` compares the rest with a half.
    static func goesUp(_ mode: RoundingMode, _ negative: Bool, odd: Bool, _ rest: Int) -> Bool {
        switch mode {
        case .nearestEven: rest > 0 || rest == 0 && odd
        case .plusInfinity: !negative
        case .minusInfinity: negative
        case .zero, .odd: false
        case .tiesAway: rest >= 0
        }
    }

    private func overflow(
        _ negative: Bool, _ mode: RoundingMode, _ environment: inout FPEnvironment
    ) -> UInt64 {
        if isAlternative {
            environment.raise(.invalid)
            return pack(negative, ones, (1 << UInt64(fractionBits)) - 1)
        }
        environment.raise([.overflow, .inexact])
        let isInfinite =
            switch mode {
            case .nearestEven, .tiesAway: true
            case .plusInfinity: !negative
            case .minusInfinity: negative
            case .zero, .odd: false
            }
        return isInfinite ? pack(negative, ones, 0) : pack(negative, ones, 0) - 1
    }
}
