import IR
import Support

// Integer operations, lane by lane, on all 128 bits: d = op a, d = a op b, d = op of a, b and c.

@inline(__always)
func mapLanes<Op: UnaryMeaning, Vector: LaneVector>(
    _: Op.Type, _: Vector.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set128(p.d, Vector.map(Op.self, f.get128(p.a)))
    return next(f, p + 16, m, t)
}

@inline(__always)
func mapLanes<Op: BinaryMeaning, Vector: LaneVector>(
    _: Op.Type, _: Vector.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set128(p.d, Vector.map(Op.self, f.get128(p.a), f.get128(p.b)))
    return next(f, p + 16, m, t)
}

@inline(__always)
func mapLanes<Op: TernaryMeaning, Vector: LaneVector>(
    _: Op.Type, _: Vector.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set128(p.d, Vector.map(Op.self, f.get128(p.a), f.get128(p.b), f.get128(p.c)))
    return next(f, p + 16, m, t)
}

/// The handler for lanes of `size`.
func choose(_ size: Lanes.Size, _ b: Handler?, _ h: Handler?, _ s: Handler?, _ d: Handler?) -> Handler? {
    switch size {
    case .b: b
    case .h: h
    case .s: s
    case .d: d
    case .q: nil
    }
}

@c func execLaneAdd8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Add.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneAdd16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Add.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneAdd32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Add.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneAdd64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Add.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLaneSub8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Sub.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneSub16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Sub.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneSub32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Sub.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneSub64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Sub.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLaneMul8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Mul.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneMul16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Mul.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneMul32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Mul.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneMinSigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MinSigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneMinSigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MinSigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneMinSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MinSigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneMinUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MinUnsigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneMinUnsigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MinUnsigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneMinUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MinUnsigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneMaxSigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MaxSigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneMaxSigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MaxSigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneMaxSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MaxSigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneMaxUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MaxUnsigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneMaxUnsigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MaxUnsigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneMaxUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MaxUnsigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneDistanceSigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(AbsoluteDifferenceSigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneDistanceSigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(AbsoluteDifferenceSigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneDistanceSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(AbsoluteDifferenceSigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneDistanceUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(AbsoluteDifferenceUnsigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneDistanceUnsigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(AbsoluteDifferenceUnsigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneDistanceUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(AbsoluteDifferenceUnsigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneRoundingHalvingAddUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(RoundingHalvingAddUnsigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneRoundingHalvingAddUnsigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(RoundingHalvingAddUnsigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneNegate8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Negate.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneNegate16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Negate.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneNegate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Negate.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneNegate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Negate.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLaneAbsolute8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Absolute.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneAbsolute16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Absolute.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneAbsolute32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Absolute.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneAbsolute64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(Absolute.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLaneMultiplyAdd8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MultiplyAdd.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneMultiplyAdd16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MultiplyAdd.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneMultiplyAdd32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MultiplyAdd.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneMultiplySubtract8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MultiplySubtract.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneMultiplySubtract16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MultiplySubtract.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneMultiplySubtract32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(MultiplySubtract.self, SIMD4<UInt32>.self, f, p, m, t)
}

/// nil for what is too rare to have a handler.
func laneArithmeticHandler(_ operation: LaneOperation, _ size: Lanes.Size) -> Handler? {
    switch operation {
    case .add: choose(size, execLaneAdd8, execLaneAdd16, execLaneAdd32, execLaneAdd64)
    case .sub: choose(size, execLaneSub8, execLaneSub16, execLaneSub32, execLaneSub64)
    case .mul: choose(size, execLaneMul8, execLaneMul16, execLaneMul32, nil)
    case .minSigned: choose(size, execLaneMinSigned8, execLaneMinSigned16, execLaneMinSigned32, nil)
    case .minUnsigned: choose(size, execLaneMinUnsigned8, execLaneMinUnsigned16, execLaneMinUnsigned32, nil)
    case .maxSigned: choose(size, execLaneMaxSigned8, execLaneMaxSigned16, execLaneMaxSigned32, nil)
    case .maxUnsigned: choose(size, execLaneMaxUnsigned8, execLaneMaxUnsigned16, execLaneMaxUnsigned32, nil)
    case .absoluteDifferenceSigned:
        choose(size, execLaneDistanceSigned8, execLaneDistanceSigned16, execLaneDistanceSigned32, nil)
    case .absoluteDifferenceUnsigned:
        choose(size, execLaneDistanceUnsigned8, execLaneDistanceUnsigned16, execLaneDistanceUnsigned32, nil)
    case .roundingHalvingAddUnsigned:
        choose(size, execLaneRoundingHalvingAddUnsigned8, execLaneRoundingHalvingAddUnsigned16, nil, nil)
    case .negate: choose(size, execLaneNegate8, execLaneNegate16, execLaneNegate32, execLaneNegate64)
    case .absolute: choose(size, execLaneAbsolute8, execLaneAbsolute16, execLaneAbsolute32, execLaneAbsolute64)
    case .multiplyAdd: choose(size, execLaneMultiplyAdd8, execLaneMultiplyAdd16, execLaneMultiplyAdd32, nil)
    case .multiplySubtract:
        choose(size, execLaneMultiplySubtract8, execLaneMultiplySubtract16, execLaneMultiplySubtract32, nil)
    default: nil
    }
}
