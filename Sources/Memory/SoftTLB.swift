/// One page as a software TLB knows it. A tag is the page's virtual address, and more, so that it never matches, when
/// that kind of access must take the slow path.
@usableFromInline package struct TLBEntry: BitwiseCopyable, Sendable {
    @usableFromInline package var readTag: UInt64
    @usableFromInline package var writeTag: UInt64
    @usableFromInline package var fetchTag: UInt64
    /// Host address minus guest virtual address.
    @usableFromInline package var addend: Int

    /// Binary logarithm of an entry's 32 bytes.
    @inlinable @inline(__always) package static var shift: UInt64 { 5 }
    @inlinable @inline(__always) package static var invalidTag: UInt64 { .max }
    /// Set in the tag of a page that only the slow path may access. A hit compares the page and the lowest bits of an
    /// address, which must be zero where the access is to be aligned: this bit is in neither, so no address matches.
    package static var slowPath: UInt64 { 0x800 }
    package static let invalid = TLBEntry(
        readTag: invalidTag, writeTag: invalidTag, fetchTag: invalidTag, addend: 0)

    package init(readTag: UInt64, writeTag: UInt64, fetchTag: UInt64, addend: Int) {
        self.readTag = readTag
        self.writeTag = writeTag
        self.fetchTag = fetchTag
        self.addend = addend
    }
}

/// What the slow path remembers of an entry, beside what a hit needs.
package struct TLBPage: BitwiseCopyable, Sendable {
    /// Physical address of the page.
    package var physical: UInt64 = 0
    package var device = false
    package var global = false
    package var guarded = false
    /// Bytes of the guest mapping that the page is part of, a power of two.
    package var span: UInt64 = 4096
    package init(
        physical: UInt64 = 0, device: Bool = false, global: Bool = false, guarded: Bool = false, span: UInt64 = 4096
    ) {
        self.physical = physical
        self.device = device
        self.global = global
        self.guarded = guarded
        self.span = span
    }
}

/// One vCPU's software TLB for one privilege level: direct-mapped, owned by the vCPU's thread alone.
///
/// It doubles when, between two flushes, misses that evicted another page outnumber its entries, up to
/// `largestCount`, because a program that walks a large heap would otherwise miss on each access.
@usableFromInline package final class SoftTLB {
    @inlinable @inline(__always) package static var pageBits: UInt64 { 12 }
    @inlinable @inline(__always) package static var pageMask: UInt64 { ~0xfff }
    static let smallestCount = 256
    static let largestCount = 8192

    package private(set) var entries: UnsafeMutablePointer<TLBEntry>
    private var pages: UnsafeMutablePointer<TLBPage>
    private var count: Int
    private var evictions = 0
    /// The largest mapping entered since the last flush.
    private var largestSpan: UInt64 = 4096

    package init() {
        count = Self.smallestCount
        entries = .allocate(capacity: count)
        entries.initialize(repeating: .invalid, count: count)
        pages = .allocate(capacity: count)
        pages.initialize(repeating: TLBPage(), count: count)
    }

    deinit {
        entries.deallocate()
        pages.deallocate()
    }

    /// ANDed with `address >> (pageBits - TLBEntry.shift)` it gives the byte offset of the address's entry.
    package var offsetMask: UInt64 { UInt64(count - 1) &<< TLBEntry.shift }

    @inline(__always)
    private func index(_ address: UInt64) -> Int {
        Int(truncatingIfNeeded: address &>> Self.pageBits) & (count &- 1)
    }

    /// The entry of `address`'s page when it is present for any access.
    package func lookup(_ address: UInt64) -> (entry: TLBEntry, page: TLBPage)? {
        let index = index(address)
        let entry = entries[index]
        guard Self.holds(entry, address & Self.pageMask) else { return nil }
        return (entry, pages[index])
    }

    private static func holds(_ entry: TLBEntry, _ page: UInt64) -> Bool {
        entry.readTag & pageMask == page && entry.readTag != TLBEntry.invalidTag
            || entry.writeTag & pageMask == page && entry.writeTag != TLBEntry.invalidTag
            || entry.fetchTag & pageMask == page && entry.fetchTag != TLBEntry.invalidTag
    }

    package func fill(_ address: UInt64, _ entry: TLBEntry, _ page: TLBPage) {
        let old = index(address)
        if entries[old].readTag != TLBEntry.invalidTag && !Self.holds(entries[old], address & Self.pageMask) {
            evictions += 1
            if evictions > count && count < Self.largestCount { grow() }
        }
        let index = index(address)
        entries[index] = entry
        pages[index] = page
        largestSpan = max(largestSpan, page.span)
    }

    private func grow() {
        entries.deallocate()
        pages.deallocate()
        count *= 2
        entries = .allocate(capacity: count)
        pages = .allocate(capacity: count)
        entries.initialize(repeating: .invalid, count: count)
        pages.initialize(repeating: TLBPage(), count: count)
        evictions = 0
    }

    package func flush() {
        entries.update(repeating: .invalid, count: count)
        evictions = 0
        largestSpan = 4096
    }

    /// Forgets every page of the mapping that holds `address`.
    package func flush(page address: UInt64) {
        let index = index(address)
        if Self.holds(entries[index], address & Self.pageMask) { entries[index] = .invalid }
        if largestSpan > 4096 { flushMapping(of: address) }
    }

    private func flushMapping(of address: UInt64) {
        for index in 0..<count where pages[index].span > 4096 {
            let entry = entries[index]
            let tag = min(entry.readTag, entry.writeTag, entry.fetchTag)
            if (tag ^ address) & ~(pages[index].span - 1) == 0 { entries[index] = .invalid }
        }
    }

    /// Forgets the pages of `bytes` bytes from `address`, both page-aligned, under any tag.
    package func flush(from address: UInt64, count bytes: UInt64) {
        let pages = bytes &>> Self.pageBits
        if pages > UInt64(count / 4) { return flush() }
        for page in 0..<pages {
            let virtual = address &+ page &<< Self.pageBits
            let index = index(virtual)
            let entry = entries[index]
            let tag = min(entry.readTag, entry.writeTag, entry.fetchTag)
            if (tag ^ virtual) & 0x00ff_ffff_ffff_f000 == 0 { entries[index] = .invalid }
        }
    }

    package func flushNonGlobal() {
        for index in 0..<count where !pages[index].global { entries[index] = .invalid }
    }
}
