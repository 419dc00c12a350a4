import SoftFloat

/// Lanes of a floating-point format.
extension LaneMeaning {
    @inline(__always)
    static func lane<F: BinaryFormat>(_: F.Type, _ vector: Vector128, _ index: Int) -> F.Bits {
        let bit = index &* F.Bits.bitWidth
        return F.Bits(truncatingIfNeeded: vector[bit &>> 6 & 1] &>> UInt64(truncatingIfNeeded: bit & 63))
    }

    /// Puts `bits` into a lane that is zero.
    @inline(__always)
    static func put<F: BinaryFormat>(_: F.Type, _ bits: F.Bits, _ index: Int, _ vector: inout Vector128) {
        let bit = index &* F.Bits.bitWidth
        vector[bit &>> 6 & 1] |= UInt64(truncatingIfNeeded: bits) &<< UInt64(truncatingIfNeeded: bit & 63)
    }

    /// A lane of half the size, for what reads narrower lanes than it writes.
    @inline(__always)
    static func half(_ vector: Vector128, _ index: Int) -> UInt16 { lane(Binary16.self, vector, index) }

    /// One result for each lane of a.
    @inline(__always)
    static func map<F: BinaryFormat>(
        _: F.Type, _ lanes: Lanes, _ a: Vector128, _ environment: inout FPEnvironment,
        _ body: (F.Bits, inout FPEnvironment) -> F.Bits
    ) -> Vector128 {
        var result = Vector128()
        for index in 0..<lanes.count { put(F.self, body(lane(F.self, a, index), &environment), index, &result) }
        return result
    }

    @inline(__always)
    static func map<F: BinaryFormat>(
        _: F.Type, _ lanes: Lanes, _ a: Vector128, _ b: Vector128, _ environment: inout FPEnvironment,
        _ body: (F.Bits, F.Bits, inout FPEnvironment) -> F.Bits
    ) -> Vector128 {
        var result = Vector128()
        for index in 0..<lanes.count {
            put(F.self, body(lane(F.self, a, index), lane(F.self, b, index), &environment), index, &result)
        }
        return result
    }
}

extension FloatRounding {
    /// The mode as the arithmetic knows it.
    func mode(_ environment: FPEnvironment) -> RoundingMode {
        switch self {
        case .nearestEven: .nearestEven
        case .plusInfinity: .plusInfinity
        case .minusInfinity: .minusInfinity
        case .towardZero: .zero
        case .nearestAway: .tiesAway
        case .dynamic: environment.control.rounding
        }
    }

    /// From the low three bits of an operation's parameter.
    init(parameter: UInt64) { self = FloatRounding(rawValue: UInt8(truncatingIfNeeded: parameter & 7)) ?? .dynamic }
}
