/// The reciprocal estimates of eight fraction bits, which Arm prescribes bit by bit.
enum Estimate {
    /// RecipEstimate: of `a`/512 in [0.5, 1), the reciprocal times 256.
    static func reciprocal(_ a: UInt64) -> UInt64 {
        ((1 << 19) / (a * 2 + 1) + 1) / 2
    }

    /// RecipSqrtEstimate: of `a`/512 in [0.25, 1), the reciprocal root times 256.
    static func reciprocalRoot(_ a: UInt64) -> UInt64 {
        let scaled = a < 256 ? a * 2 + 1 : (a & ~1 + 1) * 2
        // The largest root with scaled * root * root < 2^28; it has ten bits.
        var root: UInt64 = 512
        for bit in (0..<9).reversed() {
            let trial = root + 1 << UInt64(bit)
            if scaled * trial * trial < 1 << 28 { root = trial }
        }
        return (root + 1) / 2
    }

    /// UnsignedRecipEstimate, of a fixed-point number in [0.5, 1) (URECPE).
    static func unsignedReciprocal(_ a: UInt32) -> UInt32 {
        a >> 31 == 0 ? .max : UInt32(truncatingIfNeeded: reciprocal(UInt64(a >> 23)) << 23)
    }

    /// UnsignedRSqrtEstimate, of a fixed-point number in [0.25, 1) (URSQRTE).
    static func unsignedReciprocalRoot(_ a: UInt32) -> UInt32 {
        a >> 30 == 0 ? .max : UInt32(truncatingIfNeeded: reciprocalRoot(UInt64(a >> 23)) << 23)
    }
}

extension FloatFormat {
    /// FPRecipEstimate.
    @usableFromInline package func reciprocalEstimate(_ a: UInt64, _ environment: inout FPEnvironment) -> UInt64 {
        let x = unpack(a, &environment)
        switch x.kind {
        case .quietNaN, .signalingNaN: return processNaN(x, &environment)
        case .infinity: return zero(negative: x.negative)
        case .zero:
            environment.raise(.divideByZero)
            return infinity(negative: x.negative)
        case .finite: break
        }
        // Below 2^(minimum - 2) the reciprocal is out of range, from 2^(-minimum) up it is subnormal.
        if x.exponent < minimumExponent - 2 {
            environment.raise([.overflow, .inexact])
            return environment.control.rounding.overflowsToInfinity(negative: x.negative)
                ? infinity(negative: x.negative) : largest(negative: x.negative)
        }
        if x.exponent >= -minimumExponent && flushes(environment.control) {
            environment.raise(.underflow)
            return zero(negative: x.negative)
        }
        return reciprocal(x)
    }

    /// The estimate of a number whose reciprocal is in range; it is cut off where it is subnormal, not rounded.
    private func reciprocal(_ x: Operand) -> UInt64 {
        let estimate = Estimate.reciprocal(x.significand >> 55)
        // 1/x lies in (0.5, 1] times 2^-exponent, the estimate is 256 to 511 for it.
        let field = bias - 1 - x.exponent
        let fraction = ((estimate & 0xFF) << UInt64(fractionBits)) >> 8
        guard field <= 0 else {
            return zero(negative: x.negative) | UInt64(field) << UInt64(fractionBits) | fraction
        }
        let leading: UInt64 = 1 << UInt64(fractionBits)
        return zero(negative: x.negative) | (leading | fraction) >> UInt64(1 - field)
    }

    /// FPRSqrtEstimate.
    @usableFromInline package func reciprocalSquareRootEstimate(_ a: UInt64, _ environment: inout FPEnvironment)
        -> UInt64
    {
        let x = unpack(a, &environment)
        switch x.kind {
        case .quietNaN, .signalingNaN: return processNaN(x, &environment)
        case .zero:
            environment.raise(.divideByZero)
            return infinity(negative: x.negative)
        case .infinity, .finite:
            if x.negative { return invalid(&environment) }
            if x.isInfinite { return 0 }
        }
        // An even exponent leaves the number in [0.5, 1), an odd one in [0.25, 0.5), times an even power.
        let isOdd = x.exponent & 1 != 0
        let estimate = Estimate.reciprocalRoot(x.significand >> (isOdd ? 55 : 56))
        let exponent = (-x.exponent - 1) >> 1
        return power(exponent) | ((estimate & 0xFF) << UInt64(fractionBits)) >> 8
    }

    /// FPRecpX: a power of two near the reciprocal.
    @usableFromInline package func reciprocalExponent(_ a: UInt64, _ environment: inout FPEnvironment) -> UInt64 {
        let x = unpack(a, &environment)
        if x.isNaN { return processNaN(x, &environment) }
        let field = field(a)
        let result = field == 0 ? maximumField - 1 : maximumField ^ field
        return zero(negative: x.negative) | UInt64(result) << UInt64(fractionBits)
    }
}
