import IR
import Memory
import Support

// 128-bit values in memory. The host's 16-byte access keeps each aligned doubleword whole, and an aligned quadword too on
// every host with AVX (Intel SDM volume 3, 10.1.1; AMD64 manual volume 2, 7.3.2).

// One of them: | handler | d | a | imm32 |; indexed: | handler | d | a | b | shift | imm64 |

@inline(__always)
private func load128(
    _ address: UInt64, _ access: AccessDescriptor, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    guard let host = pairHit(address, bytes: 16, write: false, m, t) else {
        return loadSlow(f, p, m, t, address, access.rawValue)
    }
    f.set128(p.d, host.get128(0))
    return next(f, p + access.length, m, t)
}

@inline(__always)
private func store128(
    _ address: UInt64, _ access: AccessDescriptor, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    guard let host = pairHit(address, bytes: 16, write: true, m, t) else {
        return storeSlow(f, p, m, t, address, access.rawValue)
    }
    host.set128(0, f.get128(p.d))
    return next(f, p + access.length, m, t)
}

@c func execLoad128(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    load128(base(f, p), AccessDescriptor(bytes: 16, words: 2), f, p, m, t)
}
@c func execLoadIndexed128(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    load128(indexed(f, p), AccessDescriptor(bytes: 16, words: 3), f, p, m, t)
}
@c func execStore128(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    store128(base(f, p), AccessDescriptor(bytes: 16, words: 2), f, p, m, t)
}
@c func execStoreIndexed128(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    store128(indexed(f, p), AccessDescriptor(bytes: 16, words: 3), f, p, m, t)
}

// Registers full of elements: | handler | d | a | imm32 | AccessDescriptor |

@c func execLoadElements128(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    load128(base(f, p), AccessDescriptor(rawValue: p.word(2)), f, p, m, t)
}
@c func execStoreElements128(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    store128(base(f, p), AccessDescriptor(rawValue: p.word(2)), f, p, m, t)
}
@c func execLoadElements64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    guard let host = readHit(UInt64.self, base(f, p), m, t) else {
        return loadSlow(f, p, m, t, base(f, p), p.word(2))
    }
    f.set(p.d, UInt64.guestLoad(host))
    return next(f, p + 24, m, t)
}
@c func execStoreElements64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    guard let host = writeHit(UInt64.self, base(f, p), m, t) else {
        return storeSlow(f, p, m, t, base(f, p), p.word(2))
    }
    f.get64(p.d).guestStore(host)
    return next(f, p + 24, m, t)
}

// Two of them, as LDP and STP access them: | handler | d | a | imm32 | second register |

@c func execLoadPair128(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let address = base(f, p)
    guard let host = pairHit(address, bytes: 32, write: false, m, t) else {
        return loadPairSlow(f, p, m, t, address, 16)
    }
    let (first, second) = (host.get128(0), host.get128(16))
    f.set128(p.d, first)
    f.set128(secondRegister(p), second)
    return next(f, p + 24, m, t)
}

@c func execStorePair128(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let address = base(f, p)
    guard let host = pairHit(address, bytes: 32, write: true, m, t) else {
        return storePairSlow(f, p, m, t, address, 16)
    }
    host.set128(0, f.get128(p.d))
    host.set128(16, f.get128(secondRegister(p)))
    return next(f, p + 24, m, t)
}

// A scalar into a vector register: the rest of its 128 bits is zero. Operands as for the integer loads.

@inline(__always)
private func loadScalar<Word: GuestWord>(
    _: Word.Type, _ address: UInt64, words: Int, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    guard let host = readHit(Word.self, address, m, t) else {
        let access = AccessDescriptor(bytes: Word.bitWidth / 8, extend: .vector, words: words)
        return loadSlow(f, p, m, t, address, access.rawValue)
    }
    f.setScalar(p.d, Word.guestLoad(host))
    return next(f, p + words &* 8, m, t)
}

@c func execLoadScalar8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadScalar(UInt8.self, base(f, p), words: 2, f, p, m, t)
}
@c func execLoadScalarIndexed8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadScalar(UInt8.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execLoadScalar16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadScalar(UInt16.self, base(f, p), words: 2, f, p, m, t)
}
@c func execLoadScalarIndexed16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadScalar(UInt16.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execLoadScalar32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadScalar(UInt32.self, base(f, p), words: 2, f, p, m, t)
}
@c func execLoadScalarIndexed32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadScalar(UInt32.self, indexed(f, p), words: 3, f, p, m, t)
}
@c func execLoadScalar64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadScalar(UInt64.self, base(f, p), words: 2, f, p, m, t)
}
@c func execLoadScalarIndexed64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadScalar(UInt64.self, indexed(f, p), words: 3, f, p, m, t)
}
