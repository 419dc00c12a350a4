import IR
import Memory
import Support

// Two neighbouring words at once, as LDP and STP access them: | handler | d | a | imm32 | second register |.
// One look at the software TLB serves both; each word is an access of its own to other vCPUs.

@inline(__always)
func secondRegister(_ p: Cursor) -> Int { Int(p.load(fromByteOffset: 16, as: UInt16.self)) }

@inline(__always)
func loadPair<Word: GuestWord>(_: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let address = base(f, p)
    let bytes = Word.bitWidth / 8
    guard let host = pairHit(address, bytes: UInt64(bytes &* 2), write: false, m, t) else {
        return loadPairSlow(f, p, m, t, address, UInt64(bytes))
    }
    let (first, second) = (Word.guestLoad(host), Word.guestLoad(host + bytes))
    f.set(p.d, first)
    f.set(secondRegister(p), second)
    return next(f, p + 24, m, t)
}

@inline(__always)
func storePair<Word: GuestWord>(_: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let address = base(f, p)
    let bytes = Word.bitWidth / 8
    guard let host = pairHit(address, bytes: UInt64(bytes &* 2), write: true, m, t) else {
        return storePairSlow(f, p, m, t, address, UInt64(bytes))
    }
    (f.get(p.d) as Word).guestStore(host)
    (f.get(secondRegister(p)) as Word).guestStore(host + bytes)
    return next(f, p + 24, m, t)
}

@inline(__always)
func pairHit(_ address: UInt64, bytes: UInt64, write: Bool, _ m: Context, _ t: TLBBase) -> UnsafeMutableRawPointer? {
    let entry = tlbEntry(address, m, t)
    let tag = write ? entry.pointee.writeTag : entry.pointee.readTag
    guard (address &+ (bytes &- 1)) & SoftTLB.pageMask == tag else { return nil }
    return hostAddress(address, entry)
}

/// A pair that missed: two accesses by the engine. Neither register changes unless both succeed.
@c @inline(never)
func loadPairSlow(
    _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase, _ address: UInt64, _ bytes: UInt64
) -> UInt64 {
    guard m.context.pointee.calls.load(m, address, bytes, 0) == 0 else { return leaveForFault(p, m) }
    let (first, firstHigh) = (m.context.pointee.slowValue, m.context.pointee.slowValueHigh)
    guard m.context.pointee.calls.load(m, address &+ bytes, bytes, 0) == 0 else { return leaveForFault(p, m) }
    f.set(p.d, first)
    f.set(secondRegister(p), m.context.pointee.slowValue)
    if bytes == 16 {
        f.set(p.d &+ 8, firstHigh)
        f.set(secondRegister(p) &+ 8, m.context.pointee.slowValueHigh)
    }
    return next(f, p + 24, m, m.context.pointee.tlbEntries)
}

/// As `loadPairSlow`; the first word stays written when the second faults, as the manual allows.
@c @inline(never)
func storePairSlow(
    _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase, _ address: UInt64, _ bytes: UInt64
) -> UInt64 {
    m.context.pointee.slowValue = f.get64(p.d)
    if bytes == 16 { m.context.pointee.slowValueHigh = f.get64(p.d &+ 8) }
    guard m.context.pointee.calls.store(m, address, bytes, 0) == 0 else { return leaveForFault(p, m) }
    m.context.pointee.slowValue = f.get64(secondRegister(p))
    if bytes == 16 { m.context.pointee.slowValueHigh = f.get64(secondRegister(p) &+ 8) }
    guard m.context.pointee.calls.store(m, address &+ bytes, bytes, 0) == 0 else { return leaveForFault(p, m) }
    return next(f, p + 24, m, m.context.pointee.tlbEntries)
}

@inline(__always)
func leaveForFault(_ p: Cursor, _ m: Context) -> UInt64 {
    m.context.pointee.exitCursor = p
    return leave(.memoryFault)
}

@c func execLoadPair32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadPair(UInt32.self, f, p, m, t)
}
@c func execLoadPair64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadPair(UInt64.self, f, p, m, t)
}
@c func execStorePair32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storePair(UInt32.self, f, p, m, t)
}
@c func execStorePair64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storePair(UInt64.self, f, p, m, t)
}
