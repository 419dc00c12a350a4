import IR
import Memory
import Support
import Synchronization

// Ordered accesses and read-modify-writes of guest memory. Those with a descriptor are
// | handler | d | a | b | c | descriptor |; the address is cell a.

/// The host address of an aligned Word at guest `address` if the software TLB allows `tag`.
@inline(__always)
func alignedHit(_ address: UInt64, bytes: UInt64, write: Bool, _ m: Context, _ t: TLBBase) -> UnsafeMutableRawPointer? {
    let entry = tlbEntry(address, m, t)
    let tag = write ? entry.pointee.writeTag : entry.pointee.readTag
    guard address & (SoftTLB.pageMask | (bytes &- 1)) == tag else { return nil }
    return hostAddress(address, entry)
}

// Ordered loads and stores: | handler | d | a | imm32 | descriptor |

// d = memory[a + imm32], aligned: an acquire needs no more on x86-64

@inline(__always)
func loadAligned<Word: GuestWord>(_: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let address = base(f, p)
    let bytes = Word.bitWidth / 8
    guard let host = alignedHit(address, bytes: UInt64(bytes), write: false, m, t) else {
        return loadSlow(f, p, m, t, address, p.word(2))
    }
    f.set(p.d, Word.guestLoadAcquire(host))
    return next(f, p + 24, m, t)
}

@c func execLoadAligned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadAligned(UInt8.self, f, p, m, t)
}
@c func execLoadAligned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadAligned(UInt16.self, f, p, m, t)
}
@c func execLoadAligned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadAligned(UInt32.self, f, p, m, t)
}
@c func execLoadAligned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadAligned(UInt64.self, f, p, m, t)
}

// memory[a + imm32] = d, aligned, before every later load: XCHG

@inline(__always)
func storeRelease<Word: GuestWord>(_: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let address = base(f, p)
    let bytes = Word.bitWidth / 8
    guard let host = alignedHit(address, bytes: UInt64(bytes), write: true, m, t) else {
        return storeSlow(f, p, m, t, address, p.word(2))
    }
    (f.get(p.d) as Word).guestStoreSequential(host)
    return next(f, p + 24, m, t)
}

@c func execStoreRelease8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storeRelease(UInt8.self, f, p, m, t)
}
@c func execStoreRelease16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storeRelease(UInt16.self, f, p, m, t)
}
@c func execStoreRelease32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storeRelease(UInt32.self, f, p, m, t)
}
@c func execStoreRelease64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storeRelease(UInt64.self, f, p, m, t)
}

// memory[a + imm32] = d, aligned, in no particular order

@inline(__always)
func storeAligned<Word: GuestWord>(_: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let address = base(f, p)
    let bytes = Word.bitWidth / 8
    guard let host = alignedHit(address, bytes: UInt64(bytes), write: true, m, t) else {
        return storeSlow(f, p, m, t, address, p.word(2))
    }
    (f.get(p.d) as Word).guestStore(host)
    return next(f, p + 24, m, t)
}

@c func execStoreAligned8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storeAligned(UInt8.self, f, p, m, t)
}
@c func execStoreAligned16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storeAligned(UInt16.self, f, p, m, t)
}
@c func execStoreAligned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storeAligned(UInt32.self, f, p, m, t)
}
@c func execStoreAligned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storeAligned(UInt64.self, f, p, m, t)
}

// Accesses that the engine always does itself (unprivileged ones, and 128 bits wide with an order):
// | handler | d | a | imm32 | descriptor |

@c func execLoadByEngine(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadSlow(f, p, m, t, base(f, p), p.word(2))
}
@c func execStoreByEngine(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storeSlow(f, p, m, t, base(f, p), p.word(2))
}

// Fence: every earlier access before every later one

@c func execFence(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    return next(f, p + 8, m, t)
}

/// The host address for the read-modify-write at `p`, or nil after a fault.
@inline(__always)
func target(_ f: Frame, _ p: Cursor, _ access: AccessDescriptor, _ m: Context, _ t: TLBBase) -> UnsafeMutableRawPointer?
{
    let address = f.get64(p.a)
    if let host = alignedHit(address, bytes: access.bytes, write: true, m, t) {
        if m.context.pointee.storeTable != 0 { StoreTest.note(host, m.context) }
        return host
    }
    let host = m.context.pointee.calls.probe(m, address, access.bytes, access.attributes)
    if host == 0 { m.context.pointee.exitCursor = p }
    return UnsafeMutableRawPointer(bitPattern: UInt(host))
}

// d = memory[a]; memory[a] = b

@c func execExchange(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let access = AccessDescriptor(rawValue: p.word(2))
    guard let host = target(f, p, access, m, t) else { return leave(.memoryFault) }
    switch access.bytes {
    case 1: f.set(p.d, (f.get(p.b) as UInt8).guestExchange(host))
    case 2: f.set(p.d, (f.get(p.b) as UInt16).guestExchange(host))
    case 4: f.set(p.d, (f.get(p.b) as UInt32).guestExchange(host))
    default: f.set(p.d, (f.get(p.b) as UInt64).guestExchange(host))
    }
    releaseGranule(m)
    return next(f, p + 24, m, m.context.pointee.tlbEntries)
}

// d = memory[a]; memory[a] = d op b; the operation is cell number c

@inline(__always)
func fetchAndOperate<Word: GuestWord>(_ operation: FetchOperation, _ host: UnsafeMutableRawPointer, _ operand: Word)
    -> Word
{
    var old = Word.guestLoad(host)
    while true {
        let seen = Word.guestCompareExchange(host, expected: old, desired: operation.apply(old, operand))
        if seen == old { return old }
        old = seen
    }
}

/// Kept apart, so that the handler itself has no variables in memory and can end in a jump.
@inline(never)
func fetchAndOperate(_ bytes: UInt64, _ number: Int, _ host: UnsafeMutableRawPointer, _ operand: UInt64) -> UInt64 {
    let operation = FetchOperation(rawValue: UInt8(truncatingIfNeeded: number)) ?? .add
    return switch bytes {
    case 1: UInt64(fetchAndOperate(operation, host, UInt8(truncatingIfNeeded: operand)))
    case 2: UInt64(fetchAndOperate(operation, host, UInt16(truncatingIfNeeded: operand)))
    case 4: UInt64(fetchAndOperate(operation, host, UInt32(truncatingIfNeeded: operand)))
    default: fetchAndOperate(operation, host, operand)
    }
}

@c func execFetchAndOperate(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let access = AccessDescriptor(rawValue: p.word(2))
    guard let host = target(f, p, access, m, t) else { return leave(.memoryFault) }
    f.set(p.d, fetchAndOperate(access.bytes, p.c, host, f.get64(p.b)))
    releaseGranule(m)
    return next(f, p + 24, m, m.context.pointee.tlbEntries)
}

// The commonest of them is one LOCK XADD

@inline(__always)
func fetchAdd(_ bytes: UInt64, _ host: UnsafeMutableRawPointer, _ f: Frame, _ p: Cursor) {
    if bytes == 8 {
        let cell = host.assumingMemoryBound(to: Atomic<UInt64>.self)
        f.set(p.d, cell.pointee.wrappingAdd(f.get(p.b), ordering: .sequentiallyConsistent).oldValue)
    } else {
        let cell = host.assumingMemoryBound(to: Atomic<UInt32>.self)
        f.set(p.d, cell.pointee.wrappingAdd(f.get(p.b), ordering: .sequentiallyConsistent).oldValue)
    }
}

@c func execFetchAdd(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let access = AccessDescriptor(rawValue: p.word(2))
    guard let host = target(f, p, access, m, t) else { return leave(.memoryFault) }
    fetchAdd(access.bytes, host, f, p)
    releaseGranule(m)
    return next(f, p + 24, m, m.context.pointee.tlbEntries)
}

// d = memory[a]; if d == b, memory[a] = c

@c func execCompareAndSwap(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let access = AccessDescriptor(rawValue: p.word(2))
    guard let host = target(f, p, access, m, t) else { return leave(.memoryFault) }
    switch access.bytes {
    case 1: f.set(p.d, UInt8.guestCompareExchange(host, expected: f.get(p.b), desired: f.get(p.c)))
    case 2: f.set(p.d, UInt16.guestCompareExchange(host, expected: f.get(p.b), desired: f.get(p.c)))
    case 4: f.set(p.d, UInt32.guestCompareExchange(host, expected: f.get(p.b), desired: f.get(p.c)))
    case 8: f.set(p.d, UInt64.guestCompareExchange(host, expected: f.get(p.b), desired: f.get(p.c)))
    default:
        let old = compareExchange128(host, expected: pair(f, p.b), desired: pair(f, p.c))
        f.set(p.d, UInt64(old.first))
        f.set(p.d &+ 8, UInt64(old.second))
    }
    releaseGranule(m)
    return next(f, p + 24, m, m.context.pointee.tlbEntries)
}

@inline(__always)
func pair(_ f: Frame, _ offset: Int) -> WordPair {
    WordPair(first: UInt(f.get64(offset)), second: UInt(f.get64(offset &+ 8)))
}

@inline(__always)
func compareExchange128(_ host: UnsafeMutableRawPointer, expected: WordPair, desired: WordPair) -> WordPair {
    host.assumingMemoryBound(to: Atomic<WordPair>.self).pointee.compareExchange(
        expected: expected, desired: desired, ordering: .sequentiallyConsistent
    ).original
}
