import SoftFloat

/// Floating-point arithmetic, lane by lane, by SoftFloat.
extension LaneMeaning {
    static func float(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128,
        _ environment: inout UInt64
    ) -> Vector128 {
        var state = FPEnvironment(rawValue: environment)
        defer { environment = state.rawValue }
        return switch lanes.size {
        case .b, .h: float(Binary16.self, operation, lanes, p, a, b, c, &state)
        case .s: float(Binary32.self, operation, lanes, p, a, b, c, &state)
        case .d, .q: float(Binary64.self, operation, lanes, p, a, b, c, &state)
        }
    }

    @inline(__always)
    private static func float<F: BinaryFormat>(
        _: F.Type, _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128,
        _ c: Vector128, _ environment: inout FPEnvironment
    ) -> Vector128 {
        switch operation {
        case .floatNegate, .floatAbsolute, .floatSquareRoot, .floatRound, .floatRoundToRange, .floatReciprocalEstimate,
            .floatReciprocalSquareRootEstimate, .floatReciprocalExponent:
            return floatUnary(F.self, operation, lanes, p, a, &environment)
        case .floatMultiplyAdd:
            var result = Vector128()
            for index in 0..<lanes.count {
                let sum = F.fusedMultiplyAdd(
                    lane(F.self, c, index), lane(F.self, a, index), lane(F.self, b, index), &environment)
                put(F.self, sum, index, &result)
            }
            return result
        case .floatComplexAdd, .floatComplexMultiplyAdd:
            return floatComplex(F.self, operation, lanes, p, a, b, c, &environment)
        case .floatAddPairs, .floatMaxPairs, .floatMinPairs, .floatMaxNumberPairs, .floatMinNumberPairs:
            return floatPairs(F.self, operation, lanes, a, b, &environment)
        case .floatMaxAcross, .floatMinAcross, .floatMaxNumberAcross, .floatMinNumberAcross:
            return floatAcross(F.self, operation, lanes, a, &environment)
        default:
            return map(F.self, lanes, a, b, &environment) { x, y, environment in
                floatBinary(F.self, operation, x, y, &environment)
            }
        }
    }

    @inline(__always)
    private static func floatUnary<F: BinaryFormat>(
        _: F.Type, _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128,
        _ environment: inout FPEnvironment
    ) -> Vector128 {
        let mode = FloatRounding(parameter: p).mode(environment)
        return map(F.self, lanes, a, &environment) { x, environment in
            switch operation {
            case .floatNegate: F.negate(x)
            case .floatAbsolute: x & (F.Bits.max &>> 1)
            case .floatSquareRoot: F.squareRoot(x, &environment)
            case .floatRound: F.roundToIntegral(x, mode, exact: p & 8 != 0, &environment)
            case .floatRoundToRange: F.roundToIntegral(x, mode, width: p & 16 == 0 ? 32 : 64, &environment)
            case .floatReciprocalEstimate: F.reciprocalEstimate(x, &environment)
            case .floatReciprocalSquareRootEstimate: F.reciprocalSquareRootEstimate(x, &environment)
            default: F.reciprocalExponent(x, &environment)
            }
        }
    }

    /// An operation on two numbers, which lanes, pairs and reductions share.
    @inline(__always)
    static func floatBinary<F: BinaryFormat>(
        _: F.Type, _ operation: LaneOperation, _ x: F.Bits, _ y: F.Bits, _ environment: inout FPEnvironment
    ) -> F.Bits {
        switch operation {
        case .floatAdd, .floatAddPairs: F.add(x, y, &environment)
        case .floatSub: F.subtract(x, y, &environment)
        case .floatMultiply: F.multiply(x, y, &environment)
        case .floatMultiplyExtended: F.multiplyExtended(x, y, &environment)
        case .floatDivide: F.divide(x, y, &environment)
        case .floatMax, .floatMaxPairs, .floatMaxAcross: F.max(x, y, &environment)
        case .floatMin, .floatMinPairs, .floatMinAcross: F.min(x, y, &environment)
        case .floatMaxNumber, .floatMaxNumberPairs, .floatMaxNumberAcross: F.maxNumber(x, y, &environment)
        case .floatMinNumber, .floatMinNumberPairs, .floatMinNumberAcross: F.minNumber(x, y, &environment)
        case .floatAbsoluteDifference: F.absoluteDifference(x, y, &environment)
        case .floatReciprocalStep: F.reciprocalStep(x, y, &environment)
        case .floatSquareRootStep: F.squareRootStep(x, y, &environment)
        default: floatComparison(F.self, operation, x, y, &environment) ? F.Bits.max : 0
        }
    }

    @inline(__always)
    private static func floatComparison<F: BinaryFormat>(
        _: F.Type, _ operation: LaneOperation, _ x: F.Bits, _ y: F.Bits, _ environment: inout FPEnvironment
    ) -> Bool {
        let magnitude = F.Bits.max &>> 1
        return switch operation {
        case .floatCompareEqual: F.compareEqual(x, y, &environment)
        case .floatCompareGreaterEqual: F.compareGreaterOrEqual(x, y, &environment)
        case .floatCompareGreater: F.compareGreater(x, y, &environment)
        case .floatAbsoluteCompareGreaterEqual:
            F.compareGreaterOrEqual(x & magnitude, y & magnitude, &environment)
        default: F.compareGreater(x & magnitude, y & magnitude, &environment)
        }
    }
}

extension LaneMeaning {
    /// The flags of FPCompare of lane 0; with `signaling` quiet NaNs are invalid too.
    package static func floatCompare(
        _ size: Lanes.Size, _ a: Vector128, _ b: Vector128, signaling: Bool, _ environment: inout UInt64
    ) -> Flags {
        var state = FPEnvironment(rawValue: environment)
        let ordering =
            switch size {
            case .b, .h:
                Binary16.compare(half(a, 0), half(b, 0), signaling: signaling, &state)
            case .s:
                Binary32.compare(
                    lane(Binary32.self, a, 0), lane(Binary32.self, b, 0), signaling: signaling, &state)
            case .d, .q: Binary64.compare(a[0], b[0], signaling: signaling, &state)
            }
        environment = state.rawValue
        return Flags(statusWord: ordering.nzcv << 28)
    }
}
