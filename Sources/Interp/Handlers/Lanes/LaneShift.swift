import IR
import Support

// Shifts of integer lanes on all 128 bits: by imm32, which is less than the lanes' size, or by the lanes of b.

@inline(__always)
private func shiftLanes<Op: BinaryMeaning, Vector: LaneVector>(
    _: Op.Type, _: Vector.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set128(p.d, Vector.map(Op.self, f.get128(p.a), immediate: p.imm32))
    return next(f, p + 16, m, t)
}

@c func execLaneShiftLeft8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shiftLanes(ShiftLeft.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneShiftLeft16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shiftLanes(ShiftLeft.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneShiftLeft32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shiftLanes(ShiftLeft.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneShiftLeft64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shiftLanes(ShiftLeft.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLaneShiftRightSigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shiftLanes(ShiftRightArithmetic.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneShiftRightSigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shiftLanes(ShiftRightArithmetic.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneShiftRightSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shiftLanes(ShiftRightArithmetic.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneShiftRightSigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shiftLanes(ShiftRightArithmetic.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLaneShiftRightUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shiftLanes(ShiftRightLogical.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneShiftRightUnsigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shiftLanes(ShiftRightLogical.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneShiftRightUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shiftLanes(ShiftRightLogical.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneShiftRightUnsigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shiftLanes(ShiftRightLogical.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLaneShiftByLaneSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneShiftSigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneShiftByLaneSigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneShiftSigned.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLaneShiftByLaneUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneShiftUnsigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneShiftByLaneUnsigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneShiftUnsigned.self, SIMD2<UInt64>.self, f, p, m, t)
}

/// By imm32; nil for other operations.
func laneShiftHandler(_ operation: LaneOperation, _ size: Lanes.Size) -> Handler? {
    switch operation {
    case .shiftLeftImmediate:
        choose(size, execLaneShiftLeft8, execLaneShiftLeft16, execLaneShiftLeft32, execLaneShiftLeft64)
    case .shiftRightImmediateSigned:
        choose(
            size, execLaneShiftRightSigned8, execLaneShiftRightSigned16, execLaneShiftRightSigned32,
            execLaneShiftRightSigned64)
    case .shiftRightImmediateUnsigned:
        choose(
            size, execLaneShiftRightUnsigned8, execLaneShiftRightUnsigned16, execLaneShiftRightUnsigned32,
            execLaneShiftRightUnsigned64)
    default: nil
    }
}

/// By the lanes of b; nil for other operations.
func laneShiftByLaneHandler(_ operation: LaneOperation, _ size: Lanes.Size) -> Handler? {
    switch operation {
    case .shiftSigned: choose(size, nil, nil, execLaneShiftByLaneSigned32, execLaneShiftByLaneSigned64)
    case .shiftUnsigned: choose(size, nil, nil, execLaneShiftByLaneUnsigned32, execLaneShiftByLaneUnsigned64)
    default: nil
    }
}
