import SoftFloat

/// Conversions between formats and to and from integers.
extension LaneMeaning {
    static func floatConversion(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128,
        _ environment: inout UInt64
    ) -> Vector128 {
        var state = FPEnvironment(rawValue: environment)
        defer { environment = state.rawValue }
        switch operation {
        case .floatConvert:
            let target = Lanes.Size(rawValue: UInt8(truncatingIfNeeded: p)) ?? .d
            return Vector128(convert(a[0], lanes.size, to: target, nil, &state), 0)
        case .floatWiden: return widen(lanes, a, upper: p == 1, &state)
        case .floatNarrow: return narrow(lanes, a, nil, &state)
        case .floatNarrowOdd: return narrow(lanes, a, .odd, &state)
        case .floatToSigned: return toIntegers(lanes, p, a, signed: true, &state)
        case .floatToUnsigned: return toIntegers(lanes, p, a, signed: false, &state)
        case .floatFromSigned: return fromIntegers(lanes, p, a, signed: true, &state)
        case .floatFromUnsigned: return fromIntegers(lanes, p, a, signed: false, &state)
        case .floatToJavaScriptInteger:
            let (value, isExact) = Binary64.toInt32JavaScript(a[0], &state)
            return Vector128(UInt64(value) | (isExact ? 1 << 32 : 0), 0)
        case .floatMultiplyAddLong: return multiplyAddLong(lanes, p, a, b, c, &state)
        default: return bfloat(operation, lanes, p, a, b, c, &state)
        }
    }

    // MARK: Between formats

    /// A number in the low bits; `mode` nil: as the environment says.
    private static func convert(
        _ word: UInt64, _ source: Lanes.Size, to target: Lanes.Size, _ mode: RoundingMode?,
        _ environment: inout FPEnvironment
    ) -> UInt64 {
        let mode = mode ?? environment.control.rounding
        let (half, single) = (UInt16(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word))
        switch (source, target) {
        case (.h, .s): return UInt64(Binary16.convert(half, to: Binary32.self, mode, &environment))
        case (.h, _): return Binary16.convert(half, to: Binary64.self, mode, &environment)
        case (.s, .h): return UInt64(Binary32.convert(single, to: Binary16.self, mode, &environment))
        case (.s, _): return Binary32.toDouble(single, &environment)
        case (_, .h): return UInt64(Binary64.convert(word, to: Binary16.self, mode, &environment))
        default:
            return mode == .odd
                ? UInt64(Binary64.convert(word, to: Binary32.self, mode, &environment))
                : UInt64(Binary64.toSingle(word, &environment))
        }
    }

    /// Lane `index` of `size`, zero-extended.
    private static func word(_ vector: Vector128, _ size: Lanes.Size, _ index: Int) -> UInt64 {
        let bit = index &* size.bits
        return vector[bit &>> 6 & 1] &>> UInt64(bit & 63) & .max &>> UInt64(64 &- size.bits)
    }

    /// Puts `word` into lane `index` of `size`, which is zero.
    private static func put(_ word: UInt64, _ size: Lanes.Size, _ index: Int, _ vector: inout Vector128) {
        let bit = index &* size.bits
        vector[bit &>> 6 & 1] |= word &<< UInt64(bit & 63)
    }

    private static func widen(
        _ lanes: Lanes, _ a: Vector128, upper: Bool, _ environment: inout FPEnvironment
    ) -> Vector128 {
        let (size, count) = (lanes.size, 64 / lanes.size.bits)
        var result = Vector128()
        for index in 0..<count {
            let number = word(a, size, upper ? index + count : index)
            put(convert(number, size, to: size.doubled, nil, &environment), size.doubled, index, &result)
        }
        return result
    }

    private static func narrow(
        _ lanes: Lanes, _ a: Vector128, _ mode: RoundingMode?, _ environment: inout FPEnvironment
    ) -> Vector128 {
        let size = lanes.size
        var result = Vector128()
        for index in 0..<lanes.count {
            put(
                convert(word(a, size, index), size, to: size.halved, mode, &environment), size.halved, index, &result)
        }
        return result
    }

    // MARK: Integers

    /// The integers' size and the fraction bits in an operation's parameter.
    private static func integers(_ p: UInt64) -> (size: Lanes.Size, fractionBits: Int) {
        let size = Lanes.Size(rawValue: UInt8(truncatingIfNeeded: p >> 4 & 3)) ?? .d
        return (size, Int(truncatingIfNeeded: p >> 8 & 0xff))
    }

    private static func toIntegers(
        _ lanes: Lanes, _ p: UInt64, _ a: Vector128, signed: Bool, _ environment: inout FPEnvironment
    ) -> Vector128 {
        let (size, fractionBits) = integers(p)
        let mode = FloatRounding(parameter: p).mode(environment)
        var result = Vector128()
        for index in 0..<lanes.count {
            let number = word(a, lanes.size, index)
            let integer =
                switch lanes.size {
                case .b, .h:
                    Binary16.toInteger(
                        UInt16(truncatingIfNeeded: number), width: size.bits, signed: signed,
                        fractionBits: fractionBits, mode, &environment)
                case .s:
                    Binary32.toInteger(
                        UInt32(truncatingIfNeeded: number), width: size.bits, signed: signed,
                        fractionBits: fractionBits, mode, &environment)
                case .d, .q:
                    Binary64.toInteger(
                        number, width: size.bits, signed: signed, fractionBits: fractionBits, mode, &environment)
                }
            put(integer, size, index, &result)
        }
        return result
    }

    private static func fromIntegers(
        _ lanes: Lanes, _ p: UInt64, _ a: Vector128, signed: Bool, _ environment: inout FPEnvironment
    ) -> Vector128 {
        let (size, fractionBits) = integers(p)
        var result = Vector128()
        for index in 0..<lanes.count {
            let integer = word(a, size, index)
            let number =
                switch lanes.size {
                case .b, .h:
                    UInt64(
                        Binary16.fromInteger(
                            integer, width: size.bits, signed: signed, fractionBits: fractionBits, &environment))
                case .s:
                    UInt64(
                        Binary32.fromInteger(
                            integer, width: size.bits, signed: signed, fractionBits: fractionBits, &environment))
                case .d, .q:
                    Binary64.fromInteger(
                        integer, width: size.bits, signed: signed, fractionBits: fractionBits, &environment)
                }
            put(number, lanes.size, index, &result)
        }
        return result
    }
}
