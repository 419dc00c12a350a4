import IR
import Support

// Bits of all 128.

@c func execLanesAnd(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set128(p.d, f.get128(p.a) & f.get128(p.b))
    return next(f, p + 16, m, t)
}
@c func execLanesOr(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set128(p.d, f.get128(p.a) | f.get128(p.b))
    return next(f, p + 16, m, t)
}
@c func execLanesXor(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set128(p.d, f.get128(p.a) ^ f.get128(p.b))
    return next(f, p + 16, m, t)
}
@c func execLanesAndNot(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set128(p.d, f.get128(p.a) & ~f.get128(p.b))
    return next(f, p + 16, m, t)
}
@c func execLanesOrNot(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set128(p.d, f.get128(p.a) | ~f.get128(p.b))
    return next(f, p + 16, m, t)
}
@c func execLanesNot(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set128(p.d, ~f.get128(p.a))
    return next(f, p + 16, m, t)
}
@c func execLanesSelect(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let (mask, b, c) = (f.get128(p.a), f.get128(p.b), f.get128(p.c))
    f.set128(p.d, c ^ (b ^ c) & mask)
    return next(f, p + 16, m, t)
}

/// Zeroes the upper half of d: what follows an operation on all lanes to make it one on half of them.
@c func execClearHigh(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d &+ 8, 0 as UInt64)
    return next(f, p + 16, m, t)
}

/// nil for other operations.
func laneLogicHandler(_ operation: LaneOperation) -> Handler? {
    switch operation {
    case .and: execLanesAnd
    case .or: execLanesOr
    case .xor: execLanesXor
    case .andNot: execLanesAndNot
    case .orNot: execLanesOrNot
    case .not: execLanesNot
    case .bitSelect: execLanesSelect
    default: nil
    }
}
