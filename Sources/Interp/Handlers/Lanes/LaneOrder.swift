import IR
import Support

// Lanes in another order, of all 128 bits.

@inline(__always)
private func reorder(
    _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase, _ order: (Vector128, Vector128) -> Vector128
) -> UInt64 {
    f.set128(p.d, order(f.get128(p.a), f.get128(p.b)))
    return next(f, p + 16, m, t)
}

@c func execLaneZipLow8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD16<UInt8>.zipLow($0, $1) }
}
@c func execLaneZipLow16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD8<UInt16>.zipLow($0, $1) }
}
@c func execLaneZipLow32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD4<UInt32>.zipLow($0, $1) }
}
@c func execLaneZipHigh8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD16<UInt8>.zipHigh($0, $1) }
}
@c func execLaneZipHigh16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD8<UInt16>.zipHigh($0, $1) }
}
@c func execLaneZipHigh32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD4<UInt32>.zipHigh($0, $1) }
}
@c func execLaneUnzipEven8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD16<UInt8>.unzipEven($0, $1) }
}
@c func execLaneUnzipEven16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD8<UInt16>.unzipEven($0, $1) }
}
@c func execLaneUnzipEven32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD4<UInt32>.unzipEven($0, $1) }
}
@c func execLaneUnzipOdd8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD16<UInt8>.unzipOdd($0, $1) }
}
@c func execLaneUnzipOdd16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD8<UInt16>.unzipOdd($0, $1) }
}
@c func execLaneUnzipOdd32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD4<UInt32>.unzipOdd($0, $1) }
}
@c func execLaneTransposeEven8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD16<UInt8>.transposeEven($0, $1) }
}
@c func execLaneTransposeEven16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD8<UInt16>.transposeEven($0, $1) }
}
@c func execLaneTransposeEven32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD4<UInt32>.transposeEven($0, $1) }
}
@c func execLaneTransposeOdd8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD16<UInt8>.transposeOdd($0, $1) }
}
@c func execLaneTransposeOdd16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD8<UInt16>.transposeOdd($0, $1) }
}
@c func execLaneTransposeOdd32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reorder(f, p, m, t) { SIMD4<UInt32>.transposeOdd($0, $1) }
}

// d = lane at byte c of a, everywhere: broadcasts of lanes, and with c 0 of integers

@inline(__always)
private func broadcast<Vector: LaneVector>(
    _: Vector.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set128(p.d, Vector(repeating: f.get(p.a &+ p.c)).bits)
    return next(f, p + 16, m, t)
}

@c func execBroadcast8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    broadcast(SIMD16<UInt8>.self, f, p, m, t)
}
@c func execBroadcast16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    broadcast(SIMD8<UInt16>.self, f, p, m, t)
}
@c func execBroadcast32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    broadcast(SIMD4<UInt32>.self, f, p, m, t)
}
@c func execBroadcast64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    broadcast(SIMD2<UInt64>.self, f, p, m, t)
}

// d = the 16 bytes from c of a followed by b
@c func execExtractBytes(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set128(p.d, LaneBytes.extract(f.get128(p.a), f.get128(p.b), from: UInt64(truncatingIfNeeded: p.c)))
    return next(f, p + 16, m, t)
}

// d = low half of a, low half of b
@c func execConcatenateLow(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let (low, high) = (f.get64(p.a), f.get64(p.b))
    f.set128(p.d, Vector128(low, high))
    return next(f, p + 16, m, t)
}

// d = high half of a, high half of b
@c func execConcatenateHigh(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let (low, high) = (f.get64(p.a &+ 8), f.get64(p.b &+ 8))
    f.set128(p.d, Vector128(low, high))
    return next(f, p + 16, m, t)
}

// d = the bytes of a that b less c selects
@c func execLookUp(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let first = UInt64(truncatingIfNeeded: p.c)
    f.set128(p.d, LaneBytes.lookUp(f.get128(p.a), f.get128(p.b), first: first, otherwise: .zero))
    return next(f, p + 16, m, t)
}

/// nil for other operations. Of two doublewords, all of them take the lower halves or the upper ones.
func laneOrderHandler(_ operation: LaneOperation, _ size: Lanes.Size) -> Handler? {
    switch operation {
    case .zipLow: choose(size, execLaneZipLow8, execLaneZipLow16, execLaneZipLow32, execConcatenateLow)
    case .zipHigh: choose(size, execLaneZipHigh8, execLaneZipHigh16, execLaneZipHigh32, execConcatenateHigh)
    case .unzipEven: choose(size, execLaneUnzipEven8, execLaneUnzipEven16, execLaneUnzipEven32, execConcatenateLow)
    case .unzipOdd: choose(size, execLaneUnzipOdd8, execLaneUnzipOdd16, execLaneUnzipOdd32, execConcatenateHigh)
    case .transposeEven:
        choose(size, execLaneTransposeEven8, execLaneTransposeEven16, execLaneTransposeEven32, execConcatenateLow)
    case .transposeOdd:
        choose(size, execLaneTransposeOdd8, execLaneTransposeOdd16, execLaneTransposeOdd32, execConcatenateHigh)
    case .concatenateLow: execConcatenateLow
    default: nil
    }
}

func broadcastHandler(_ size: Lanes.Size) -> Handler {
    choose(size, execBroadcast8, execBroadcast16, execBroadcast32, execBroadcast64) ?? execBroadcast64
}
