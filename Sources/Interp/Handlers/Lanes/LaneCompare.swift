import IR
import Support

// Comparisons of integer lanes: all ones where they hold.

@c func execLaneEqual8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneEqual.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneEqual16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneEqual.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneEqual.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneEqual.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLaneGreaterSigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterSigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneGreaterSigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterSigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneGreaterSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterSigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneGreaterSigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterSigned.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLaneGreaterEqualSigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterEqualSigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneGreaterEqualSigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterEqualSigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneGreaterEqualSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterEqualSigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneGreaterEqualSigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterEqualSigned.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLaneGreaterUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterUnsigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneGreaterUnsigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterUnsigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneGreaterUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterUnsigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneGreaterUnsigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterUnsigned.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLaneGreaterEqualUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterEqualUnsigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneGreaterEqualUnsigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterEqualUnsigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneGreaterEqualUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterEqualUnsigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneGreaterEqualUnsigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneGreaterEqualUnsigned.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLaneTest8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneTest.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLaneTest16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneTest.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLaneTest32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneTest.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLaneTest64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    mapLanes(LaneTest.self, SIMD2<UInt64>.self, f, p, m, t)
}

/// nil for other operations.
func laneCompareHandler(_ operation: LaneOperation, _ size: Lanes.Size) -> Handler? {
    switch operation {
    case .compareEqual: choose(size, execLaneEqual8, execLaneEqual16, execLaneEqual32, execLaneEqual64)
    case .compareGreaterSigned:
        choose(size, execLaneGreaterSigned8, execLaneGreaterSigned16, execLaneGreaterSigned32, execLaneGreaterSigned64)
    case .compareGreaterEqualSigned:
        choose(
            size, execLaneGreaterEqualSigned8, execLaneGreaterEqualSigned16, execLaneGreaterEqualSigned32,
            execLaneGreaterEqualSigned64)
    case .compareGreaterUnsigned:
        choose(
            size, execLaneGreaterUnsigned8, execLaneGreaterUnsigned16, execLaneGreaterUnsigned32,
            execLaneGreaterUnsigned64)
    case .compareGreaterEqualUnsigned:
        choose(
            size, execLaneGreaterEqualUnsigned8, execLaneGreaterEqualUnsigned16, execLaneGreaterEqualUnsigned32,
            execLaneGreaterEqualUnsigned64)
    case .test: choose(size, execLaneTest8, execLaneTest16, execLaneTest32, execLaneTest64)
    default: nil
    }
}
