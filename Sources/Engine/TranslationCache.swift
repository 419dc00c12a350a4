import Glibc
package import Interp
import Memory
import Support
import Synchronization

/// All translated blocks of a machine: a lock-free hash table from (physical address, pc, flags), and for each
/// physical page a list of the blocks that were translated from it.
///
/// vCPU threads look up and insert at any time. Entries disappear singly when their code is invalidated, and all at
/// once in `clear`, which wants every vCPU stopped.
///
/// A translation races with a code change: the translator notes `epoch` before it reads guest code and inserts with
/// it; whoever invalidates raises the epoch before it walks the lists. So either the walk finds the block on its page's
/// list, or the insertion, which looks after the block is there, sees the new epoch and drops the block before anybody can
/// find it. A block that the walk found before it was in the table is invalid, and look-ups pass over those.
/// `Tests/ProtocolTests` (`TranslationModel`) goes through all orders.
package final class TranslationCache: @unchecked Sendable {
    private static let tableSize = 1 << 17
    private static let pageLists = 1 << 14
    private static let removed: UInt64 = 1

    private let table: UnsafeMutablePointer<Atomic<UInt64>>
    private let pages: UnsafeMutablePointer<Atomic<UInt64>>
    private let oneInvalidationAtATime = Guarded<Void>(())
    private let used = Atomic<Int>(0)
    private let changes = Atomic<UInt64>(0)

    package init() {
        table = Self.cells(Self.tableSize)
        pages = Self.cells(Self.pageLists)
    }

    deinit {
        free(table)
        free(pages)
    }

    private static func cells(_ count: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        guard let memory = calloc(count, 8) else { preconditionFailure("no memory for the translation cache") }
        return memory.bindMemory(to: Atomic<UInt64>.self, capacity: count)
    }

    /// To be noted before guest code is read for a translation.
    package var epoch: UInt64 { changes.load(ordering: .sequentiallyConsistent) }
    /// No further block should be inserted before a `clear`.
    package var isFull: Bool { used.load(ordering: .relaxed) > Self.tableSize * 3 / 4 }
    /// Blocks inserted since the last `clear`.
    package var count: Int { used.load(ordering: .relaxed) }

    /// Where the search begins: the blocks of a guest page lie in one or two pages of the table, in the order of their
    /// addresses. Spread over all of it, nearly every block of a small program would touch a page of its own.
    private static func hash(_ physical: UInt64, _ pc: UInt64, _ flags: UInt64) -> Int {
        let pages = physical &>> SoftTLB.pageBits ^ (pc & SoftTLB.pageMask) &<< 17 ^ flags &<< 50 ^ flags
        let start = (pages &* 0x9e37_79b9_7f4a_7c15) &>> 40
        let inPage = pc &>> 3 & (~SoftTLB.pageMask &>> 3)
        return Int(truncatingIfNeeded: start &<< 3 &+ inPage) & (tableSize &- 1)
    }

    /// An entry is a block's address with some bits of its key above, so that most others need not be looked at.
    private static func entry(_ block: ThreadedBlock, _ pc: UInt64) -> UInt64 {
        UInt64(UInt(bitPattern: block.code)) | tag(pc)
    }
    private static func tag(_ pc: UInt64) -> UInt64 { (pc &* 0x9e37_79b9_7f4a_7c15) & ~addressMask }
    private static let addressMask: UInt64 = 0x0000_ffff_ffff_ffff

    private static func block(_ word: UInt64) -> ThreadedBlock? {
        word == removed ? nil : UnsafeRawPointer(bitPattern: UInt(word & addressMask)).map { ThreadedBlock(code: $0) }
    }

    private static func matches(_ block: ThreadedBlock, _ physical: UInt64, _ pc: UInt64, _ flags: UInt64) -> Bool {
        let header = block.header
        return header.pointee.guestPC == pc && header.pointee.physical == physical && header.pointee.flags == flags
    }

    package func lookup(physical: UInt64, pc: UInt64, flags: UInt64) -> ThreadedBlock? {
        var index = Self.hash(physical, pc, flags)
        let tag = Self.tag(pc)
        while true {
            let word = table[index].load(ordering: .acquiring)
            if word == 0 { return nil }
            if (word ^ tag) & ~Self.addressMask == 0, let block = Self.block(word),
                Self.matches(block, physical, pc, flags), !block.isInvalid
            {
                return block
            }
            index = (index + 1) & (Self.tableSize - 1)
        }
    }

    /// Publishes `block`; returns it, or the equal one that another vCPU published first. nil when guest code changed
    /// since `epoch`: translate again.
    package func insert(_ block: ThreadedBlock, epoch: UInt64) -> ThreadedBlock? {
        let key = block.header.pointee
        var index = Self.hash(key.physical, key.guestPC, key.flags)
        pushOnPageList(block)
        // Before anybody can find it: an invalidation that is over must not be followed by old code.
        guard changes.load(ordering: .sequentiallyConsistent) == epoch else { return nil }
        while true {
            let (placed, word) = table[index].compareExchange(
                expected: 0, desired: Self.entry(block, key.guestPC), ordering: .sequentiallyConsistent)
            if placed { break }
            if let other = Self.block(word), Self.matches(other, key.physical, key.guestPC, key.flags), !other.isInvalid
            {
                return other
            }
            index = (index + 1) & (Self.tableSize - 1)
        }
        used.wrappingAdd(1, ordering: .relaxed)
        guard changes.load(ordering: .sequentiallyConsistent) == epoch else {
            remove(block)
            return nil
        }
        return block
    }

    private func pageList(_ physical: UInt64) -> Int {
        Int(truncatingIfNeeded: physical &>> SoftTLB.pageBits) & (Self.pageLists &- 1)
    }

    private func pushOnPageList(_ block: ThreadedBlock) {
        let list = pageList(block.header.pointee.physical)
        var head = pages[list].load(ordering: .relaxed)
        while true {
            block.header.pointee.nextInPage = head
            let (placed, seen) = pages[list].compareExchange(
                expected: head, desired: UInt64(UInt(bitPattern: block.code)), ordering: .sequentiallyConsistent)
            if placed { return }
            head = seen
        }
    }

    /// Where native code is; set once, while no vCPU runs.
    var native: NativeTier?

    /// Makes one block unreachable: nobody enters it again. Whether it had native code.
    @discardableResult
    private func remove(_ block: ThreadedBlock) -> Bool {
        let key = block.header.pointee
        var index = Self.hash(key.physical, key.guestPC, key.flags)
        let code = Self.entry(block, key.guestPC)
        while true {
            let word = table[index].load(ordering: .acquiring)
            if word == 0 { break }
            if word == code {
                _ = table[index].compareExchange(expected: code, desired: Self.removed, ordering: .releasing)
                break
            }
            index = (index + 1) & (Self.tableSize - 1)
        }
        return invalidate(block)
    }

    private func invalidate(_ block: ThreadedBlock) -> Bool {
        ThreadedCode.invalidate(block)
        native?.divert(block)
        return block.native != 0
    }

    /// The blocks of the page of the block at `header`, with its translation flags, that jumps through registers of the page
    /// have been seen to lead to. vCPUs that translate meanwhile may add blocks that are missing here.
    func landings(near header: BlockHeader) -> [ThreadedBlock] {
        oneInvalidationAtATime.withLock { _ in
            var found: [ThreadedBlock] = []
            var word = pages[pageList(header.physical)].load(ordering: .acquiring)
            while let block = Self.block(word) {
                let key = block.header
                word = key.pointee.nextInPage
                if key.pointee.flags == header.flags, (key.pointee.guestPC ^ header.guestPC) & SoftTLB.pageMask == 0,
                    (key.pointee.physical ^ header.physical) & SoftTLB.pageMask == 0, block.isLanding, !block.isInvalid
                {
                    found.append(block)
                }
            }
            return found
        }
    }

    /// Invalidates every block translated from the page that holds `physical`. vCPUs inside one finish it. Whether one
    /// of them had native code.
    package func invalidate(page physical: UInt64) -> Bool { invalidate(pages: physical..<physical &+ 1) }

    /// The same for all pages of a range.
    package func invalidate(pages range: Range<UInt64>) -> Bool {
        var wasNative = false
        changes.wrappingAdd(1, ordering: .sequentiallyConsistent)
        // Alone, because the list is empty for a moment; and the blocks leave it, or a page that changes often would
        // have an ever longer one.
        oneInvalidationAtATime.withLock { _ in
            for page in stride(from: range.lowerBound & SoftTLB.pageMask, to: range.upperBound, by: 4096) {
                let list = pageList(page)
                // Who adds a block to it from now on sees that something has changed.
                guard pages[list].load(ordering: .sequentiallyConsistent) != 0 else { continue }
                if invalidate(list: list, where: { $0 & SoftTLB.pageMask == page }) { wasNative = true }
            }
        }
        return wasNative
    }

    /// Invalidates every block; whether one had native code. By the lists, where a block is before it is in the table.
    package func invalidateAll() -> Bool {
        var wasNative = false
        changes.wrappingAdd(1, ordering: .sequentiallyConsistent)
        oneInvalidationAtATime.withLock { _ in
            for list in 0..<Self.pageLists where invalidate(list: list, where: { _ in true }) { wasNative = true }
        }
        return wasNative
    }

    /// Invalidates the blocks of a list whose physical address is `wanted`; whether one had native code.
    private func invalidate(list: Int, where wanted: (UInt64) -> Bool) -> Bool {
        var wasNative = false
        var word = pages[list].exchange(0, ordering: .sequentiallyConsistent)
        while let block = Self.block(word) {
            word = block.header.pointee.nextInPage
            if !wanted(block.header.pointee.physical) {
                pushOnPageList(block)
            } else if remove(block) {
                wasNative = true
            }
        }
        return wasNative
    }

    /// Forgets all blocks, so that their memory can be used again. Only while every vCPU is stopped.
    package func clear() {
        changes.wrappingAdd(1, ordering: .sequentiallyConsistent)
        for index in 0..<Self.tableSize { table[index].store(0, ordering: .relaxed) }
        for index in 0..<Self.pageLists { pages[index].store(0, ordering: .relaxed) }
        used.store(0, ordering: .relaxed)
    }
}
