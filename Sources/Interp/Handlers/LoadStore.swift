import IR
import Memory
import Support
import Synchronization

// Loads and stores: | handler | d | a | imm32 |, the address is cell a + imm32; a store's value is cell d.
// Indexed ones: | handler | d | a | b | shift | imm64 |, the address is a + (b << shift) + imm64.

/// The host address of the Word at guest `address` if the software TLB knows its page for reading.
/// Accesses that cross into another page never match: the tag is compared with the page of the last byte.
@inline(__always)
func readHit<Word: MachineWord>(_: Word.Type, _ address: UInt64, _ m: Context, _ t: TLBBase) -> UnsafeMutableRawPointer?
{
    let entry = tlbEntry(address, m, t)
    guard (address &+ UInt64(Word.bitWidth / 8 - 1)) & SoftTLB.pageMask == entry.pointee.readTag else { return nil }
    return hostAddress(address, entry)
}

@inline(__always)
func writeHit<Word: MachineWord>(_: Word.Type, _ address: UInt64, _ m: Context, _ t: TLBBase)
    -> UnsafeMutableRawPointer?
{
    let entry = tlbEntry(address, m, t)
    guard (address &+ UInt64(Word.bitWidth / 8 - 1)) & SoftTLB.pageMask == entry.pointee.writeTag else { return nil }
    return hostAddress(address, entry)
}

@inline(__always)
func tlbEntry(_ address: UInt64, _ m: Context, _ t: TLBBase) -> UnsafeMutablePointer<TLBEntry> {
    let offset = (address &>> (SoftTLB.pageBits &- TLBEntry.shift)) & m.context.pointee.tlbMask
    return (t + Int(truncatingIfNeeded: offset)).assumingMemoryBound(to: TLBEntry.self)
}

@inline(__always)
func hostAddress(_ address: UInt64, _ entry: UnsafeMutablePointer<TLBEntry>) -> UnsafeMutableRawPointer {
    // An entry that matched came from `VCPU.fill`, which computed the addend from a host address.
    UnsafeMutableRawPointer(bitPattern: Int(truncatingIfNeeded: address) &+ entry.pointee.addend).unsafelyUnwrapped
}

/// What the slow path of an access needs to know of it, packed into one argument.
struct AccessDescriptor {
    let rawValue: UInt64
    init(bytes: Int, extend: Extension = .zero, words: Int, attributes: UInt64 = 0) {
        rawValue = UInt64(bytes) | UInt64(extend.rawValue) << 8 | UInt64(words) << 16 | attributes << 24
    }
    init(rawValue: UInt64) { self.rawValue = rawValue }
    var bytes: UInt64 { rawValue & 0xff }
    var extend: Extension { Extension(rawValue: UInt8(truncatingIfNeeded: rawValue >> 8)) ?? .zero }
    /// Length of the operation in bytes.
    var length: Int { Int(truncatingIfNeeded: rawValue >> 16 & 0xff) &* 8 }
    var attributes: UInt64 { rawValue >> 24 }

    enum Extension: UInt8 {
        case zero, signed32, signed64
        /// To 128 bits.
        case vector
    }
}

/// A load that missed the TLB: the engine does it, then threaded code goes on.
@c @inline(never)
func loadSlow(
    _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase, _ address: UInt64, _ raw: UInt64
) -> UInt64 {
    let access = AccessDescriptor(rawValue: raw)
    guard m.context.pointee.calls.load(m, address, access.bytes, access.attributes) == 0 else {
        m.context.pointee.exitCursor = p
        return leave(.memoryFault)
    }
    let value = m.context.pointee.slowValue
    switch access.extend {
    case .zero:
        f.set(p.d, value)
        if access.bytes == 16 { f.set(p.d &+ 8, m.context.pointee.slowValueHigh) }
    case .signed32:
        f.set(p.d, UInt32(truncatingIfNeeded: BitField.extractSigned(value, low: 0, width: access.bytes &* 8)))
    case .signed64: f.set(p.d, BitField.extractSigned(value, low: 0, width: access.bytes &* 8))
    case .vector: f.set128(p.d, Vector128(value, 0))
    }
    return next(f, p + access.length, m, m.context.pointee.tlbEntries)
}

@c @inline(never)
func storeSlow(
    _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase, _ address: UInt64, _ raw: UInt64
) -> UInt64 {
    let access = AccessDescriptor(rawValue: raw)
    m.context.pointee.slowValue = f.get64(p.d)
    if access.bytes == 16 { m.context.pointee.slowValueHigh = f.get64(p.d &+ 8) }
    guard m.context.pointee.calls.store(m, address, access.bytes, access.attributes) == 0 else {
        m.context.pointee.exitCursor = p
        return leave(.memoryFault)
    }
    return next(f, p + access.length, m, m.context.pointee.tlbEntries)
}

@inline(__always)
func load<Word: GuestWord>(
    _: Word.Type, _ address: UInt64, words: Int, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    guard let host = readHit(Word.self, address, m, t) else {
        return loadSlow(f, p, m, t, address, AccessDescriptor(bytes: Word.bitWidth / 8, words: words).rawValue)
    }
    f.set(p.d, Word.guestLoad(host))
    return next(f, p + words &* 8, m, t)
}

@inline(__always)
func loadSigned<Word: GuestWord, To: MachineWord>(
    _: Word.Type, _: To.Type, _ address: UInt64, words: Int, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    guard let host = readHit(Word.self, address, m, t) else {
        let extend: AccessDescriptor.Extension = To.bitWidth == 32 ? .signed32 : .signed64
        let access = AccessDescriptor(bytes: Word.bitWidth / 8, extend: extend, words: words)
        return loadSlow(f, p, m, t, address, access.rawValue)
    }
    f.set(p.d, To(truncatingIfNeeded: Word.guestLoad(host).signed))
    return next(f, p + words &* 8, m, t)
}

@inline(__always)
func store<Word: GuestWord>(
    _: Word.Type, _ address: UInt64, words: Int, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    guard let host = writeHit(Word.self, address, m, t) else {
        return storeSlow(f, p, m, t, address, AccessDescriptor(bytes: Word.bitWidth / 8, words: words).rawValue)
    }
    (f.get(p.d) as Word).guestStore(host)
    return next(f, p + words &* 8, m, t)
}

@inline(__always)
func base(_ f: Frame, _ p: Cursor) -> UInt64 { f.get64(p.a) &+ p.imm32 }

@inline(__always)
func indexed(_ f: Frame, _ p: Cursor) -> UInt64 {
    f.get64(p.a) &+ f.get64(p.b) &<< UInt64(p.c) &+ p.word(2)
}

@c func execLoad8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    load(UInt8.self, base(f, p), words: 2, f, p, m, t)
}
@c func execLoadIndexed8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    load(UInt8.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execStore8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    store(UInt8.self, base(f, p), words: 2, f, p, m, t)
}
@c func execStoreIndexed8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    store(UInt8.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execLoad16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    load(UInt16.self, base(f, p), words: 2, f, p, m, t)
}
@c func execLoadIndexed16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    load(UInt16.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execStore16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    store(UInt16.self, base(f, p), words: 2, f, p, m, t)
}
@c func execStoreIndexed16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    store(UInt16.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execLoad32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    load(UInt32.self, base(f, p), words: 2, f, p, m, t)
}
@c func execLoadIndexed32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    load(UInt32.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execStore32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    store(UInt32.self, base(f, p), words: 2, f, p, m, t)
}
@c func execStoreIndexed32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    store(UInt32.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execLoad64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    load(UInt64.self, base(f, p), words: 2, f, p, m, t)
}
@c func execLoadIndexed64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    load(UInt64.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execStore64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    store(UInt64.self, base(f, p), words: 2, f, p, m, t)
}
@c func execStoreIndexed64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    store(UInt64.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execLoadSigned8To32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadSigned(UInt8.self, UInt32.self, base(f, p), words: 2, f, p, m, t)
}
@c func execLoadIndexedSigned8To32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadSigned(UInt8.self, UInt32.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execLoadSigned8To64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadSigned(UInt8.self, UInt64.self, base(f, p), words: 2, f, p, m, t)
}
@c func execLoadIndexedSigned8To64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadSigned(UInt8.self, UInt64.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execLoadSigned16To32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadSigned(UInt16.self, UInt32.self, base(f, p), words: 2, f, p, m, t)
}
@c func execLoadIndexedSigned16To32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadSigned(UInt16.self, UInt32.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execLoadSigned16To64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadSigned(UInt16.self, UInt64.self, base(f, p), words: 2, f, p, m, t)
}
@c func execLoadIndexedSigned16To64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadSigned(UInt16.self, UInt64.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execLoadSigned32To64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadSigned(UInt32.self, UInt64.self, base(f, p), words: 2, f, p, m, t)
}
@c func execLoadIndexedSigned32To64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadSigned(UInt32.self, UInt64.self, indexed(f, p), words: 3, f, p, m, t)
}
