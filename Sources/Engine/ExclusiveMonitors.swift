import Glibc
import Interp
import Memory
import Support
import Synchronization

/// The machine's global exclusive monitor: which pages of RAM have exclusives that must see every write, and a version
/// for each granule of them (Arm ARM B2.9.2; Docs/MemoryModel.md has the protocol).
///
/// A page is watched from its first tracked load-linked on. No vCPU's software TLB then has a write entry for it that a
/// hit could match, so that every store comes through the slow path, which holds the granule while it writes.
package final class ExclusiveMonitors: @unchecked Sendable {
    /// The exclusives reservation granule: 64 bytes, as CTR_EL0.ERG says.
    private static let granuleBits: UInt64 = 6
    private static let granuleCount = StoreTest.count
    /// Pages are told apart by 20 bits of their number; two that share them are watched together.
    private static let pageCount = 1 << 20

    private let versions: UnsafeMutablePointer<Atomic<UInt64>>
    private let watched: UnsafeMutablePointer<Atomic<UInt64>>
    /// The table of `ExclusiveScheme.storeTest` is in place of the versions: who wrote last.
    private let testsStores = Atomic<Bool>(false)
    private let openSites = Guarded<Set<UInt64>>([])
    private let hasOpenSites = Atomic<Bool>(false)

    init() {
        versions = Self.zeros(Self.granuleCount)
        watched = Self.zeros(Self.pageCount / 64)
    }

    deinit {
        free(versions)
        free(watched)
    }

    /// Zeros that are no memory of the host's before they are used: most programs never do.
    private static func zeros(_ count: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        guard let memory = calloc(count, 8) else { preconditionFailure("no memory for the exclusive monitors") }
        return memory.bindMemory(to: Atomic<UInt64>.self, capacity: count)
    }

    // MARK: Pages

    private static func place(_ physical: UInt64) -> (word: Int, bit: UInt64) {
        let page = Int(truncatingIfNeeded: physical &>> SoftTLB.pageBits) & (pageCount &- 1)
        return (page >> 6, 1 << UInt64(page & 63))
    }

    /// Whether writes to the page of `physical` must hold their granule.
    func watches(_ physical: UInt64) -> Bool {
        let (word, bit) = Self.place(physical)
        return watched[word].load(ordering: .relaxed) & bit != 0
    }

    /// Watches a page. While the world is stopped, so that no store is on its way past the watch.
    func watch(_ physical: UInt64) {
        let (word, bit) = Self.place(physical)
        watched[word].bitwiseOr(bit, ordering: .sequentiallyConsistent)
    }

    /// Whether the slow path of a write to `physical` must hold its granule, or leave its number there.
    func observes(_ physical: UInt64) -> Bool { testsStores.load(ordering: .relaxed) || watches(physical) }

    // MARK: Store test

    /// Has vCPU `index` leave its number in the table with each store. Numbers are even, as versions are that nobody
    /// holds, and 0 is nobody's.
    func testStores(of index: Int, _ context: UnsafeMutablePointer<ExecutionContext>) {
        testsStores.store(true, ordering: .relaxed)
        context.pointee.storeTable = UInt64(UInt(bitPattern: versions))
        context.pointee.storeNumber = UInt64(2 * (index + 1))
    }

    // MARK: Granules

    /// The place of the version of the granule of `physical`, for `ExclusiveGranule`. Distant granules may share one.
    func granule(_ physical: UInt64) -> UInt64 {
        let number = physical &>> Self.granuleBits
        let index = Int(truncatingIfNeeded: number ^ number &>> 12) & (Self.granuleCount &- 1)
        return UInt64(UInt(bitPattern: versions + index))
    }

    /// Whether an access of `bytes` touches two granules.
    static func crossesGranule(_ address: UInt64, _ bytes: Int) -> Bool {
        address & 63 > UInt64(64 - bytes)
    }

    /// Does a write to the granule of `physical` that no vCPU's program makes: of a device, of a page table walk. Every
    /// monitor on it is lost. `host` is where it lies.
    package func writing(_ physical: UInt64, at host: UnsafeMutableRawPointer, _ write: () -> Void) {
        if testsStores.load(ordering: .relaxed) {
            write()
            let table = UInt64(UInt(bitPattern: versions))
            return ExclusiveGranule.mark(StoreTest.entry(of: host, table), StoreTest.deviceNumber)
        }
        guard watches(physical) else { return write() }
        ExclusiveGranule.holding(granule(physical), write)
    }

    // MARK: Sequences

    /// Guest addresses of load-linked instructions that must be tracked whatever seems to follow them.
    var openSequences: Set<UInt64> {
        hasOpenSites.load(ordering: .acquiring) ? openSites.withLock { $0 } : []
    }

    /// Notes one; false if it was known.
    func noteOpenSequence(at pc: UInt64) -> Bool {
        let isNew = openSites.withLock { $0.insert(pc).inserted }
        hasOpenSites.store(true, ordering: .releasing)
        return isNew
    }
}
