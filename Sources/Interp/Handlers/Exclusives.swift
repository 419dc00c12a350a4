import IR
import Memory
import Support
import Synchronization

// Load-linked and store-conditional. The local monitor remembers host address, width and value of the load; the
// store succeeds when the location still holds that value, by one compare-and-swap.

// d = memory[a], monitored: | handler | d | a | - | - | descriptor |

@c func execLoadLinked(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let access = AccessDescriptor(rawValue: p.word(2))
    let address = f.get64(p.a)
    var location = alignedHit(address, bytes: access.bytes, write: false, m, t)
    if location == nil {
        let found = m.context.pointee.calls.probe(m, address, access.bytes, access.attributes)
        location = UnsafeMutableRawPointer(bitPattern: UInt(found))
    }
    guard let host = location else {
        m.context.pointee.exitCursor = p
        return leave(.memoryFault)
    }
    monitor(host, access.bytes, m)
    f.set(p.d, m.context.pointee.monitorValue)
    if access.bytes == 16 { f.set(p.d &+ 8, m.context.pointee.monitorValueHigh) }
    return next(f, p + 24, m, m.context.pointee.tlbEntries)
}

/// Loads `bytes` at `host` and sets the local monitor on them.
@inline(__always)
func monitor(_ host: UnsafeMutableRawPointer, _ bytes: UInt64, _ m: Context) {
    m.context.pointee.monitorHost = UInt64(UInt(bitPattern: host))
    m.context.pointee.monitorSize = bytes
    switch bytes {
    case 1: m.context.pointee.monitorValue = UInt64(UInt8.guestLoadAcquire(host))
    case 2: m.context.pointee.monitorValue = UInt64(UInt16.guestLoadAcquire(host))
    case 4: m.context.pointee.monitorValue = UInt64(UInt32.guestLoadAcquire(host))
    case 8: m.context.pointee.monitorValue = UInt64.guestLoadAcquire(host)
    default:
        let zero = WordPair(first: 0, second: 0)
        let value = compareExchange128(host, expected: zero, desired: zero)
        m.context.pointee.monitorValue = UInt64(value.first)
        m.context.pointee.monitorValueHigh = UInt64(value.second)
    }
}

// d = 0 if b could be stored at memory[a], else 1: | handler | d | a | b | - | descriptor |

@c func execStoreConditional(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let access = AccessDescriptor(rawValue: p.word(2))
    guard let host = target(f, p, access, m, t) else { return leave(.memoryFault) }
    let monitored =
        m.context.pointee.monitorHost == UInt64(UInt(bitPattern: host))
        && m.context.pointee.monitorSize == access.bytes
    m.context.pointee.monitorHost = 0
    f.set(p.d, (monitored && storeMonitored(host, access.bytes, f, p, m) ? 0 : 1) as UInt32)
    return next(f, p + 24, m, m.context.pointee.tlbEntries)
}

@inline(__always)
func storeMonitored(_ host: UnsafeMutableRawPointer, _ bytes: UInt64, _ f: Frame, _ p: Cursor, _ m: Context) -> Bool {
    let expected = m.context.pointee.monitorValue
    switch bytes {
    case 1:
        let old = UInt8(truncatingIfNeeded: expected)
        return UInt8.guestCompareExchange(host, expected: old, desired: f.get(p.b)) == old
    case 2:
        let old = UInt16(truncatingIfNeeded: expected)
        return UInt16.guestCompareExchange(host, expected: old, desired: f.get(p.b)) == old
    case 4:
        let old = UInt32(truncatingIfNeeded: expected)
        return UInt32.guestCompareExchange(host, expected: old, desired: f.get(p.b)) == old
    case 8: return UInt64.guestCompareExchange(host, expected: expected, desired: f.get(p.b)) == expected
    default:
        let old = WordPair(first: UInt(expected), second: UInt(m.context.pointee.monitorValueHigh))
        return compareExchange128(host, expected: old, desired: pair(f, p.b)) == old
    }
}

@c func execClearExclusive(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    m.context.pointee.monitorHost = 0
    return next(f, p + 8, m, t)
}
