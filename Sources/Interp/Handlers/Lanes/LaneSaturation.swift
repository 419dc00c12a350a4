import IR
import Support

// Sums and differences of integer lanes that stay in range, on all 128 bits; the operands are those of `execStickyLanes`:
// | handler | d | a | b | c | attribute, environment slot | parameter |

/// The result of one lane, and all ones where it was saturated. Without branches, so that lanes become vectors.
private protocol SaturatedPair {
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> (result: Word, saturated: Word)
}

private enum AddUnsigned: SaturatedPair {
    @inline(__always) static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> (result: Word, saturated: Word) {
        let sum = a &+ b
        let saturated = Word.ones(where: sum < a)
        return (sum | saturated, saturated)
    }
}

private enum SubUnsigned: SaturatedPair {
    @inline(__always) static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> (result: Word, saturated: Word) {
        let saturated = Word.ones(where: a < b)
        return ((a &- b) & ~saturated, saturated)
    }
}

private enum AddSigned: SaturatedPair {
    @inline(__always) static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> (result: Word, saturated: Word) {
        let sum = a &+ b
        return keep(sum, of: a, overflow: (a ^ sum) & (b ^ sum))
    }
}

private enum SubSigned: SaturatedPair {
    @inline(__always) static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> (result: Word, saturated: Word) {
        let difference = a &- b
        return keep(difference, of: a, overflow: (a ^ b) & (a ^ difference))
    }
}

/// `exact`, or where the sign bit of `overflow` is set the end of the signed range on the side of `a`.
@inline(__always)
private func keep<Word: MachineWord>(_ exact: Word, of a: Word, overflow: Word) -> (result: Word, saturated: Word) {
    let saturated = Word.ones(where: overflow.isNegative)
    let end = Word.ones(where: a.isNegative) ^ (.max &>> 1)
    return (exact & ~saturated | end & saturated, saturated)
}

@inline(__always)
private func saturate<Op: SaturatedPair, Vector: LaneVector>(
    _: Op.Type, _: Vector.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let (a, b) = (Vector(bits: f.get128(p.a)), Vector(bits: f.get128(p.b)))
    var (result, saturated) = (Vector(), Vector())
    for lane in 0..<Vector.scalarCount { (result[lane], saturated[lane]) = Op.apply(a[lane], b[lane]) }
    f.set128(p.d, result.bits)
    let slot = PackedLanes(rawValue: p.word(2)).environment
    if !saturated.isClear { f.set(slot, f.get64(slot) | LaneMeaning.saturationBit) }
    return next(f, p + 32, m, t)
}

@c func execSaturatingAddSigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(AddSigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execSaturatingAddSigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(AddSigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execSaturatingAddSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(AddSigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execSaturatingAddSigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(AddSigned.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execSaturatingAddUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(AddUnsigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execSaturatingAddUnsigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(AddUnsigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execSaturatingAddUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(AddUnsigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execSaturatingAddUnsigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(AddUnsigned.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execSaturatingSubSigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(SubSigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execSaturatingSubSigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(SubSigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execSaturatingSubSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(SubSigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execSaturatingSubSigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(SubSigned.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execSaturatingSubUnsigned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(SubUnsigned.self, SIMD16<UInt8>.self, f, p, m, t)
}
@c func execSaturatingSubUnsigned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(SubUnsigned.self, SIMD8<UInt16>.self, f, p, m, t)
}
@c func execSaturatingSubUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(SubUnsigned.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execSaturatingSubUnsigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    saturate(SubUnsigned.self, SIMD2<UInt64>.self, f, p, m, t)
}

/// For full vectors; nil for what is too rare to have a handler.
func saturatingHandler(_ operation: LaneOperation, _ lanes: Lanes) -> Handler? {
    guard lanes.width == .full else { return nil }
    return switch operation {
    case .saturatingAddSigned:
        choose(
            lanes.size, execSaturatingAddSigned8, execSaturatingAddSigned16, execSaturatingAddSigned32,
            execSaturatingAddSigned64)
    case .saturatingAddUnsigned:
        choose(
            lanes.size, execSaturatingAddUnsigned8, execSaturatingAddUnsigned16, execSaturatingAddUnsigned32,
            execSaturatingAddUnsigned64)
    case .saturatingSubSigned:
        choose(
            lanes.size, execSaturatingSubSigned8, execSaturatingSubSigned16, execSaturatingSubSigned32,
            execSaturatingSubSigned64)
    case .saturatingSubUnsigned:
        choose(
            lanes.size, execSaturatingSubUnsigned8, execSaturatingSubUnsigned16, execSaturatingSubUnsigned32,
            execSaturatingSubUnsigned64)
    default: nil
    }
}
