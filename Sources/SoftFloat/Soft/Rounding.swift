/// An exact result before it is rounded: `significand * 2^(exponent - 63)`, bit 63 set, bit 0 sticky. Every format keeps
/// at most 53 bits, so there is always room for the sticky bit.
struct Unrounded {
    var negative: Bool
    var exponent: Int
    var significand: UInt64
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// Shifted right; the last bit remembers whether a one was lost.
    func shiftedRightSticky(_ count: Int) -> Self {
        guard count > 0 else { return self }
        guard count < Self.bitWidth else { return self == 0 ? 0 : 1 }
        return self >> Self(count) | (self << Self(Self.bitWidth - count) != 0 ? 1 : 0)
    }
}

extension FloatFormat {
    func round(_ value: Unrounded, _ environment: inout FPEnvironment) -> UInt64 {
        round(value, environment.control.rounding, flushing: flushes(environment.control), &environment)
    }

    /// Rounds and packs (FPRoundBase). A flushed result sets UFC alone; underflow is detected before rounding.
    func round(
        _ value: Unrounded, _ mode: RoundingMode, flushing: Bool, _ environment: inout FPEnvironment
    ) -> UInt64 {
        let isTiny = value.exponent < minimumExponent
        if isTiny && flushing {
            environment.raise(.underflow)
            return zero(negative: value.negative)
        }
        let significand =
            isTiny ? value.significand.shiftedRightSticky(minimumExponent - value.exponent) : value.significand
        let fraction = significand << UInt64(fractionBits + 1)
        var kept = significand >> UInt64(63 - fractionBits)
        if mode.roundsUp(negative: value.negative, isOdd: kept & 1 != 0, fraction: fraction) { kept += 1 }
        if mode == .odd && fraction != 0 { kept |= 1 }
        // The leading one of `kept` adds one to the exponent field, as does a carry out of rounding.
        let field = isTiny ? 0 : UInt64(value.exponent - minimumExponent)
        let magnitude = field << UInt64(fractionBits) + kept
        if magnitude >= (isAlternative ? signBit : infinity) { return overflow(value, mode, &environment) }
        if fraction != 0 { environment.raise(isTiny ? [.underflow, .inexact] : .inexact) }
        return zero(negative: value.negative) | magnitude
    }

    private func overflow(_ value: Unrounded, _ mode: RoundingMode, _ environment: inout FPEnvironment) -> UInt64 {
        if isAlternative {
            environment.raise(.invalid)
            return zero(negative: value.negative) | magnitudeMask
        }
        environment.raise([.overflow, .inexact])
        return mode.overflowsToInfinity(negative: value.negative)
            ? infinity(negative: value.negative) : largest(negative: value.negative)
    }
}
