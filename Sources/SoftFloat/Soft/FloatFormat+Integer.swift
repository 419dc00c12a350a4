extension Operand {
    /// The magnitude of a finite operand times 2^`scale` as an integer and 64 bits behind the point, the last of them
    /// sticky; nil from 2^64 up.
    func fixedPoint(scale: Int = 0) -> (integer: UInt64, fraction: UInt64)? {
        guard !isZero else { return (0, 0) }
        let exponent = exponent + scale
        guard exponent < 64 else { return nil }
        if exponent < 0 { return (0, significand.shiftedRightSticky(-1 - exponent)) }
        return (significand >> UInt64(63 - exponent), exponent == 63 ? 0 : significand << UInt64(exponent + 1))
    }

    /// The magnitude rounded to an integer, and whether that changed it; nil from 2^64 up.
    func rounded(_ mode: RoundingMode, scale: Int = 0) -> (magnitude: UInt64, isInexact: Bool)? {
        guard let (integer, fraction) = fixedPoint(scale: scale) else { return nil }
        // With a fraction there are at most 63 bits before the point: no overflow.
        let up = mode.roundsUp(negative: negative, isOdd: integer & 1 != 0, fraction: fraction)
        return (up ? integer + 1 : integer, fraction != 0)
    }
}

extension FloatFormat {
    /// FPToFixed: the value times 2^`fractionBits` as an integer of `width` bits, saturated. NaNs give zero.
    @usableFromInline package func toInteger(
        _ a: UInt64, width: Int, signed: Bool, fractionBits scale: Int, _ mode: RoundingMode,
        _ environment: inout FPEnvironment
    ) -> UInt64 {
        let x = unpack(a, &environment)
        if x.isNaN {
            environment.raise(.invalid)
            return 0
        }
        let limit: UInt64 = signed ? 1 << UInt64(width - 1) - (x.negative ? 0 : 1) : x.negative ? 0 : ones(width)
        guard !x.isInfinite, let (magnitude, isInexact) = x.rounded(mode, scale: scale), magnitude <= limit else {
            environment.raise(.invalid)
            return (x.negative ? 0 &- limit : limit) & ones(width)
        }
        if isInexact { environment.raise(.inexact) }
        return (x.negative ? 0 &- magnitude : magnitude) & ones(width)
    }

    /// FixedToFP: the integer in the low `width` bits of `value`, divided by 2^`fractionBits`.
    @usableFromInline package func fromInteger(
        _ value: UInt64, width: Int, signed: Bool, fractionBits scale: Int, _ environment: inout FPEnvironment
    ) -> UInt64 {
        let integer = value & ones(width)
        let negative = signed && integer >> UInt64(width - 1) != 0
        let magnitude = negative ? (0 &- integer) & ones(width) : integer
        guard magnitude != 0 else { return 0 }
        let shift = magnitude.leadingZeroBitCount
        return round(
            Unrounded(negative: negative, exponent: 63 - shift - scale, significand: magnitude << UInt64(shift)),
            &environment)
    }

    private func ones(_ width: Int) -> UInt64 { ~0 >> UInt64(64 - width) }
}

extension FloatFormat {
    /// FPRoundInt: the nearest integer in the sense of `mode`, in this format; sets IXC only when `exact`.
    @usableFromInline package func roundToIntegral(
        _ a: UInt64, _ mode: RoundingMode, exact: Bool, _ environment: inout FPEnvironment
    ) -> UInt64 {
        let x = unpack(a, &environment)
        if x.isNaN { return processNaN(x, &environment) }
        if x.isZero { return zero(negative: x.negative) }
        guard !x.isInfinite, x.exponent < fractionBits, let (magnitude, isInexact) = x.rounded(mode) else { return a }
        if exact && isInexact { environment.raise(.inexact) }
        return integral(magnitude, negative: x.negative)
    }

    /// FPRoundIntN: like `roundToIntegral`, but what does not fit into a signed integer of `width` bits becomes the
    /// most negative one and sets IOC (FRINT32, FRINT64).
    @usableFromInline package func roundToIntegral(
        _ a: UInt64, _ mode: RoundingMode, width: Int, _ environment: inout FPEnvironment
    ) -> UInt64 {
        let x = unpack(a, &environment)
        let limit: UInt64 = 1 << UInt64(width - 1) - (x.negative ? 0 : 1)
        guard !x.isNaN, !x.isInfinite, let (magnitude, isInexact) = x.rounded(mode), magnitude <= limit else {
            environment.raise(.invalid)
            return power(width - 1, negative: true)
        }
        if isInexact { environment.raise(.inexact) }
        return integral(magnitude, negative: x.negative)
    }

    /// An integer that the format holds exactly.
    private func integral(_ magnitude: UInt64, negative: Bool) -> UInt64 {
        guard magnitude != 0 else { return zero(negative: negative) }
        let shift = magnitude.leadingZeroBitCount
        let fraction = ((magnitude << UInt64(shift)) << 1) >> UInt64(64 - fractionBits)
        return power(63 - shift, negative: negative) | fraction
    }
}

extension FloatFormat {
    /// FPToFixedJS: a double as JavaScript's ToInt32, and whether that was exact and not minus zero (FJCVTZS).
    @usableFromInline package static func toInt32JavaScript(
        _ a: UInt64, _ environment: inout FPEnvironment
    ) -> (value: UInt32, isExact: Bool) {
        let x = double.unpack(a, &environment)
        switch x.kind {
        case .quietNaN, .signalingNaN, .infinity:
            environment.raise(.invalid)
            return (0, false)
        case .zero: return (0, a == 0)
        case .finite: break
        }
        let low = UInt32(truncatingIfNeeded: lowBits(x))
        let value = x.negative ? 0 &- low : low
        let limit: UInt64 = x.negative ? 1 << 31 : 1 << 31 - 1
        guard let (magnitude, isInexact) = x.rounded(.zero), magnitude <= limit else {
            environment.raise(.invalid)
            return (value, false)
        }
        if isInexact { environment.raise(.inexact) }
        return (value, !isInexact)
    }

    /// The low 64 bits of the magnitude's integer part.
    private static func lowBits(_ x: Operand) -> UInt64 {
        let shift = x.exponent - 63
        return shift >= 64 ? 0 : shift >= 0 ? x.significand << UInt64(shift) : x.rounded(.zero)?.magnitude ?? 0
    }
}
