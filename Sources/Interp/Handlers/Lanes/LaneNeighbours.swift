import IR
import Support

// Lanes of other sizes, and neighbours.

// d = the lanes of the 64 bits at a, widened

@inline(__always)
private func widen<Narrow: LaneVector, Wide: LaneVector, Extension: LaneExtension>(
    _: Narrow.Type, _: Wide.Type, _: Extension.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set128(p.d, Wide.widened(from: Narrow.self, Extension.self, f.get64(p.a)))
    return next(f, p + 16, m, t)
}

@c func execWidenSigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    widen(SIMD16<UInt8>.self, SIMD8<UInt16>.self, SignExtension.self, f, p, m, t)
}
@c func execWidenUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    widen(SIMD16<UInt8>.self, SIMD8<UInt16>.self, ZeroExtension.self, f, p, m, t)
}
@c func execWidenSigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    widen(SIMD8<UInt16>.self, SIMD4<UInt32>.self, SignExtension.self, f, p, m, t)
}
@c func execWidenUnsigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    widen(SIMD8<UInt16>.self, SIMD4<UInt32>.self, ZeroExtension.self, f, p, m, t)
}
@c func execWidenSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    widen(SIMD4<UInt32>.self, SIMD2<UInt64>.self, SignExtension.self, f, p, m, t)
}
@c func execWidenUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    widen(SIMD4<UInt32>.self, SIMD2<UInt64>.self, ZeroExtension.self, f, p, m, t)
}

// d = a's lanes, truncated, in the lower half

@inline(__always)
private func narrow<Wide: LaneVector, Narrow: LaneVector>(
    _: Wide.Type, _: Narrow.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set128(p.d, Narrow.narrowed(from: Wide.self, f.get128(p.a)))
    return next(f, p + 16, m, t)
}

@c func execNarrow16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    narrow(SIMD8<UInt16>.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execNarrow32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    narrow(SIMD4<UInt32>.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execNarrow64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    narrow(SIMD2<UInt64>.self, SIMD4<UInt32>.self, f, p, m, t)
}

// d = op of the neighbours in a, then in b

@inline(__always)
private func pairs<Op: BinaryMeaning, Vector: LaneVector>(
    _: Op.Type, _: Vector.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set128(p.d, Vector.pairs(Op.self, f.get128(p.a), f.get128(p.b)))
    return next(f, p + 16, m, t)
}

@c func execLanePairsAdd8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    pairs(Add.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLanePairsAdd16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    pairs(Add.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLanePairsAdd32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    pairs(Add.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLanePairsAdd64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    pairs(Add.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execLanePairsMaxUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    pairs(MaxUnsigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLanePairsMinUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    pairs(MinUnsigned.self, SIMD16<UInt8>.self, f, p, m, t)
}

// d = op of all of a's lanes

@inline(__always)
private func reduce<Op: BinaryMeaning, Vector: LaneVector>(
    _: Op.Type, _: Vector.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set128(p.d, Vector.reduce(Op.self, f.get128(p.a), Vector.scalarCount))
    return next(f, p + 16, m, t)
}

@c func execLanesSum8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reduce(Add.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLanesSum16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reduce(Add.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLanesSum32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reduce(Add.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLanesMaxUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reduce(MaxUnsigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLanesMaxUnsigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reduce(MaxUnsigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLanesMaxUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reduce(MaxUnsigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execLanesMinUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reduce(MinUnsigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execLanesMinUnsigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reduce(MinUnsigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execLanesMinUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    reduce(MinUnsigned.self, SIMD4<UInt32>.self, f, p, m, t)
}

/// For lanes of `size`, from the 64 bits at a; nil for other operations.
func laneWidenHandler(_ operation: LaneOperation, _ size: Lanes.Size) -> Handler? {
    switch operation {
    case .widenSigned: choose(size, execWidenSigned8, execWidenSigned16, execWidenSigned32, nil)
    case .widenUnsigned: choose(size, execWidenUnsigned8, execWidenUnsigned16, execWidenUnsigned32, nil)
    default: nil
    }
}

/// For full vectors of `size`; nil for other operations.
func laneNeighbourHandler(_ operation: LaneOperation, _ size: Lanes.Size) -> Handler? {
    switch operation {
    case .narrow: choose(size, nil, execNarrow16, execNarrow32, execNarrow64)
    case .addPairs: choose(size, execLanePairsAdd8, execLanePairsAdd16, execLanePairsAdd32, execLanePairsAdd64)
    case .maxPairsUnsigned: choose(size, execLanePairsMaxUnsigned8, nil, nil, nil)
    case .minPairsUnsigned: choose(size, execLanePairsMinUnsigned8, nil, nil, nil)
    case .addAcross: choose(size, execLanesSum8, execLanesSum16, execLanesSum32, nil)
    case .maxAcrossUnsigned: choose(size, execLanesMaxUnsigned8, execLanesMaxUnsigned16, execLanesMaxUnsigned32, nil)
    case .minAcrossUnsigned: choose(size, execLanesMinUnsigned8, execLanesMinUnsigned16, execLanesMinUnsigned32, nil)
    default: nil
    }
}
