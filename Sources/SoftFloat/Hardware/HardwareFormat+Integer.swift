extension HardwareFormat {
    /// Integers of up to 64 bits: the host rounds the number, and it is Arm's result if it is in range and its
    /// inexactness is known already or not there. A subnormal that would be flushed has another flag.
    @inlinable @inline(__always)
    package static func toInteger(
        _ a: Bits, width: Int, signed: Bool, fractionBits: Int, _ mode: RoundingMode,
        _ environment: inout FPEnvironment
    ) -> UInt64 {
        let x = native(a)
        if fractionBits == 0 && environment.isUnflushed {
            let rounded = rounded(x, mode)
            if environment.isInexact || rounded == x,
                let result = integer(rounded, width: width, signed: signed)
            {
                return result
            }
        }
        return format.toInteger(
            UInt64(a), width: width, signed: signed, fractionBits: fractionBits, mode, &environment)
    }

    @inlinable @inline(__always)
    package static func rounded(_ x: Native, _ mode: RoundingMode) -> Native {
        switch mode {
        case .nearestEven: x.rounded(.toNearestOrEven)
        case .plusInfinity: x.rounded(.up)
        case .minusInfinity: x.rounded(.down)
        case .zero, .odd: x.rounded(.towardZero)
        case .tiesAway: x.rounded(.toNearestOrAwayFromZero)
        }
    }

    /// An integral number in the low `width` bits; nil where it does not fit (or is a NaN).
    @inlinable @inline(__always)
    package static func integer(_ x: Native, width: Int, signed: Bool) -> UInt64? {
        let limit = native(1 &<< Int64(truncatingIfNeeded: width &- 2)) * (signed ? 2 : 4)
        if signed {
            guard x >= -limit && x < limit else { return nil }
            return UInt64(bitPattern: Self.signed(x)) & (~0 &>> UInt64(truncatingIfNeeded: 64 &- width))
        }
        guard x >= 0 && x < limit else { return nil }
        return unsigned(x)
    }

    /// An integer is exact if it has no more bits than the significand.
    @inlinable @inline(__always)
    package static func fromInteger(
        _ value: UInt64, width: Int, signed: Bool, fractionBits: Int, _ environment: inout FPEnvironment
    ) -> Bits {
        if fractionBits == 0 && environment.roundsToNearest {
            let shift = UInt64(truncatingIfNeeded: 64 &- width)
            let extended =
                signed
                ? Int64(bitPattern: value &<< shift) &>> Int64(shift) : Int64(bitPattern: (value &<< shift) &>> shift)
            let exact = Int64(1) &<< Int64(format.fractionBits &+ 1)
            if (signed || extended >= 0) && (environment.isInexact || extended < exact && extended > -exact) {
                return bits(native(extended))
            }
        }
        return Bits(
            truncatingIfNeeded: format.fromInteger(
                value, width: width, signed: signed, fractionBits: fractionBits, &environment))
    }

    @inlinable @inline(__always)
    package static func roundToIntegral(
        _ a: Bits, _ mode: RoundingMode, exact: Bool, _ environment: inout FPEnvironment
    ) -> Bits {
        let x = native(a)
        let result = rounded(x, mode)
        if environment.isUnflushed && (!exact || environment.isInexact || result == x) && result == result {
            return bits(result)
        }
        return Bits(truncatingIfNeeded: format.roundToIntegral(UInt64(a), mode, exact: exact, &environment))
    }
}
