import Glibc
import IR
import Memory
import Support
import Synchronization

// Load-linked and store-conditional. The local monitor remembers host address, width and value of the load. After a
// load of a closed sequence the store succeeds when the location still holds that value, by one compare-and-swap. A
// tracked load also remembers the version of its granule, which every write to it advances: the engine watches its page
// (Engine/ExclusiveMonitors.swift), so that no write escapes.

// d = memory[a], monitored: | handler | d | a | - | - | descriptor |

@c func execLoadLinked(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    guard loadLinked(f.get64(p.a), AccessDescriptor(rawValue: p.word(2)), m, t) else {
        m.context.pointee.exitCursor = p
        return leave(.memoryFault)
    }
    f.set(p.d, m.context.pointee.monitorValue)
    if AccessDescriptor(rawValue: p.word(2)).bytes == 16 { f.set(p.d &+ 8, m.context.pointee.monitorValueHigh) }
    return next(f, p + 24, m, m.context.pointee.tlbEntries)
}

/// Loads into `monitorValue` and sets the local monitor; false after a fault.
@inline(__always)
func loadLinked(_ address: UInt64, _ access: AccessDescriptor, _ m: Context, _ t: TLBBase) -> Bool {
    let isTracked = MemoryAttributes(rawValue: UInt16(truncatingIfNeeded: access.attributes)).tracked
    var location = isTracked ? nil : alignedHit(address, bytes: access.bytes, write: false, m, t)
    m.context.pointee.monitorGranule = 0
    if location == nil {
        // For a tracked load the probe leaves granule and version, which must be read before the value.
        let found = m.context.pointee.calls.probe(m, address, access.bytes, access.attributes)
        location = UnsafeMutableRawPointer(bitPattern: UInt(found))
    }
    guard let host = location else { return false }
    monitor(host, access.bytes, m)
    return true
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
        // A compare-and-swap would be one access too, but the page may be for reading only.
        (m.context.pointee.monitorValue, m.context.pointee.monitorValueHigh) = host.loadWhole(m.context)
    }
}

// d = 0 if b could be stored at memory[a], else 1: | handler | d | a | b | - | descriptor |

@c func execStoreConditional(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let access = AccessDescriptor(rawValue: p.word(2))
    guard let host = target(f, p, access, m, t) else { return leave(.memoryFault) }
    f.set(p.d, (storeConditional(host, access.bytes, f, p, m) ? 0 : 1) as UInt32)
    return next(f, p + 24, m, m.context.pointee.tlbEntries)
}

/// Stores cell b at `host` if the monitor still covers it, and loses the monitor either way.
@inline(__always)
func storeConditional(_ host: UnsafeMutableRawPointer, _ bytes: UInt64, _ f: Frame, _ p: Cursor, _ m: Context) -> Bool {
    let isCovered =
        m.context.pointee.monitorHost == UInt64(UInt(bitPattern: host)) && m.context.pointee.monitorSize == bytes
    if !isCovered { reportAbandoned(m) }
    let isCurrent = m.context.pointee.monitorGranule == 0 || versionIsCurrent(m)
    m.context.pointee.monitorHost = 0
    // Of a tracked load the value is unchanged when the version is, so that the comparison decides nothing there.
    let stored = isCovered && isCurrent && storeMonitored(host, bytes, f, p, m)
    // A store that was not made leaves no number, or two vCPUs could make each other fail for ever.
    if !stored && m.context.pointee.storeTable != 0 { m.context.pointee.heldGranule = 0 }
    releaseGranule(m)
    return stored
}

/// Whether nothing was written to the tracked granule since its load-linked. Its page is watched, so the engine has
/// locked the granule for this store.
@inline(never)
func versionIsCurrent(_ m: Context) -> Bool {
    m.context.pointee.heldGranule == m.context.pointee.monitorGranule
        && ExclusiveGranule.heldVersion(m.context.pointee.heldGranule) == m.context.pointee.monitorVersion
}

/// A store-conditional of a sequence that was thought to be left: from now on the engine tracks its load-linked.
@inline(never)
func reportAbandoned(_ m: Context) {
    guard m.context.pointee.monitorSize & ExecutionContext.abandoned != 0, m.context.pointee.monitorHost != 0 else {
        return
    }
    _ = m.context.pointee.calls.probe(m, m.context.pointee.monitorSite, 0, RuntimeCalls.abandonedProbe)
}

/// After a read-modify-write on a location for which the engine had to lock its granule.
@inline(__always)
func releaseGranule(_ m: Context) {
    if m.context.pointee.heldGranule != 0 { ExclusiveGranule.releaseHeld(m.context) }
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

// If a, the sequence of the load-linked at word 2 is left: | handler | - | a | - | - | pc |

@c func execAbandonExclusive(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    if f.get64(p.a) & 1 != 0 {
        m.context.pointee.monitorSize |= ExecutionContext.abandoned
        m.context.pointee.monitorSite = p.word(2)
    }
    return next(f, p + 24, m, t)
}

/// The version of an aligned block of guest memory in a watched page: odd while a writer holds it, and another number
/// after each write.
package enum ExclusiveGranule {
    @inline(__always)
    private static func cell(_ granule: UInt64) -> UnsafeMutablePointer<Atomic<UInt64>>? {
        UnsafeMutablePointer(bitPattern: UInt(granule))
    }

    /// Waits until no writer holds it.
    package static func version(_ granule: UInt64) -> UInt64 {
        guard let cell = cell(granule) else { return 0 }
        while true {
            let version = cell.pointee.load(ordering: .acquiring)
            if version & 1 == 0 { return version }
            pause()
        }
    }

    package static func hold(_ granule: UInt64) {
        guard let cell = cell(granule) else { return }
        while true {
            let version = cell.pointee.load(ordering: .relaxed)
            if version & 1 == 0,
                cell.pointee.compareExchange(
                    expected: version, desired: version | 1, ordering: .sequentiallyConsistent
                ).exchanged
            {
                return
            }
            pause()
        }
    }

    /// The version that the granule had before its present holder, the caller, took it.
    package static func heldVersion(_ granule: UInt64) -> UInt64 {
        (cell(granule)?.pointee.load(ordering: .relaxed) ?? 1) & ~1
    }

    /// Takes it for a write of someone who is no vCPU, or of a vCPU that needs it only while `write` runs.
    package static func holding(_ granule: UInt64, _ write: () -> Void) {
        hold(granule)
        write()
        guard let cell = cell(granule) else { return }
        cell.pointee.store(cell.pointee.load(ordering: .relaxed) &+ 1, ordering: .sequentiallyConsistent)
    }

    /// Releases the granule that `context`'s vCPU holds. Its own writes do not lose its own monitor, which the
    /// architecture leaves open (Arm ARM B2.9.1): distant granules share a version, and a store to another one between
    /// load-linked and store-conditional would otherwise lose the monitor every time.
    package static func releaseHeld(_ context: UnsafeMutablePointer<ExecutionContext>) {
        let granule = context.pointee.heldGranule
        context.pointee.heldGranule = 0
        guard let cell = cell(granule) else { return }
        if context.pointee.storeTable != 0 { return mark(granule, context.pointee.storeNumber) }
        let before = heldVersion(granule)
        if context.pointee.monitorGranule == granule && context.pointee.monitorVersion == before {
            context.pointee.monitorVersion = before &+ 2
        }
        cell.pointee.store(before &+ 2, ordering: .sequentiallyConsistent)
    }

    /// Leaves a number (`StoreTest`).
    package static func mark(_ entry: UInt64, _ number: UInt64) {
        cell(entry)?.pointee.store(number, ordering: .releasing)
    }

    /// The holder may be a thread that its core was taken from.
    private static func pause() { sched_yield() }
}
