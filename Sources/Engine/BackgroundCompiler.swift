import Glibc
import Interp
import Support
import Synchronization

/// Compiles what vCPUs hand over. Used by one thread, or while that stands still.
protocol PromotionWorker: AnyObject, Sendable {
    /// Makes native code of a block and publishes it.
    func promote(_ promotion: Promotion) -> PromotionOutcome
    /// All code is thrown away.
    func forgetNative()
    var figures: CompilationFigures { get }
}

/// A thread beside the vCPUs that compiles what they find hot, while they go on interpreting: one for all vCPUs of a
/// `ProcessorGroup`, started when there is enough to compile.
///
/// vCPUs hand blocks over in a ring, each with a copy of its guest page, which may be gone when its turn comes. The thread
/// reads blocks of all vCPUs, which are there only while the world is not stopped: so it says when it is `inside`, as a
/// vCPU does, and whoever stops the world waits until it is not. It takes from the ring only while it is inside, so that
/// whoever throws blocks away finds them in the ring. `Tests/ProtocolTests` (`BackgroundModel`) goes through all orders.
final class BackgroundCompiler: @unchecked Sendable {
    /// Makes the worker, on the thread that will use it.
    struct WorkerSource: @unchecked Sendable {
        let make: () -> (any PromotionWorker)?
    }

    /// Blocks that may wait.
    private static let capacity = 64
    private static let pageBytes = 4096

    private enum Stage {
        case unused, started
        /// The host gave no thread, or nothing shall be compiled any more.
        case closed
    }
    private struct Ring {
        var stage = Stage.unused
        /// The process whose threads the vCPUs are.
        var process = getpid()
        /// Blocks for which the thread has not been started.
        var refused = 0
        var entries: [Promotion] = []
        var pages: UnsafeMutableRawPointer?
        var worker: (any PromotionWorker)?
        var thread: HostThread?
    }
    private let ring = Guarded(Ring())
    /// Blocks handed over, and those of them that are done with.
    private let added = Atomic<Int>(0)
    private let removed = Atomic<Int>(0)

    private let inside = Atomic<Bool>(false)
    private let parked = Atomic<Bool>(false)
    private let ends = Atomic<Bool>(false)
    private let full = Atomic<Bool>(false)
    private let parker = Parker()

    deinit { ring.withLock { $0.pages?.deallocate() } }

    // MARK: For vCPUs

    enum Answer {
        case taken
        /// So many blocks wait that this one had better be counted anew.
        case later
        /// The vCPU has to compile for itself.
        case refused
    }

    /// Takes over a block that the calling vCPU, which runs, has claimed; not one of the first `patience`.
    func take(_ promotion: Promotion, after patience: Int, group: ProcessorGroup, source: WorkerSource) -> Answer {
        guard !full.load(ordering: .relaxed), !ends.load(ordering: .sequentiallyConsistent) else { return .refused }
        let answer = ring.withLock { ring in
            guard ring.stage == .started || start(&ring, patience, group, source), let pages = ring.pages else {
                return Answer.refused
            }
            let number = added.load(ordering: .relaxed)
            guard number - removed.load(ordering: .relaxed) < Self.capacity else { return .later }
            let place = number % Self.capacity
            let page = pages + place * Self.pageBytes
            page.copyMemory(from: promotion.page, byteCount: Self.pageBytes)
            var promotion = promotion
            promotion.page = UnsafeRawPointer(page)
            if ring.entries.count == place { ring.entries.append(promotion) } else { ring.entries[place] = promotion }
            added.store(number + 1, ordering: .sequentiallyConsistent)
            return .taken
        }
        if answer == .taken { wake() }
        return answer
    }

    private func start(_ ring: inout Ring, _ patience: Int, _ group: ProcessorGroup, _ source: WorkerSource) -> Bool {
        guard ring.stage == .unused else { return false }
        ring.refused += 1
        // Not in a process that shares this one's memory (vfork): the thread would end with that.
        guard ring.refused > patience, ring.process == getpid() else { return false }
        if ring.pages == nil {
            ring.pages = .allocate(byteCount: Self.capacity * Self.pageBytes, alignment: 64)
            ring.entries.reserveCapacity(Self.capacity)
        }
        // On its behalf: no lock of the runtime is held when the world is stopped for a fork.
        inside.store(true, ordering: .sequentiallyConsistent)
        ring.thread = HostThread(name: "compiler", blocksSignals: true) { self.run(group, source) }
        ring.stage = ring.thread == nil ? .closed : .started
        if ring.thread == nil { inside.store(false, ordering: .sequentiallyConsistent) }
        return ring.thread != nil
    }

    // MARK: The thread

    private func run(_ group: ProcessorGroup, _ source: WorkerSource) {
        HostCore.useAll()
        HostThread.standBack()
        guard let worker = ring.withLock({ $0.worker }) ?? source.make() else {
            ring.withLock { $0.stage = .closed }
            giveBack()
            return leave()
        }
        ring.withLock { $0.worker = worker }
        repeat {
            while !ends.load(ordering: .sequentiallyConsistent), !group.isStopping, let next = first {
                work(next, worker)
                removed.wrappingAdd(1, ordering: .sequentiallyConsistent)
            }
            leave()
        } while enter(group)
    }

    private func leave() { inside.store(false, ordering: .sequentiallyConsistent) }

    /// Waits until there is work and the world is not stopped; false when the thread is to end.
    private func enter(_ group: ProcessorGroup) -> Bool {
        while !ends.load(ordering: .sequentiallyConsistent) {
            park { ends.load(ordering: .sequentiallyConsistent) || !isEmpty && !group.isStopping }
            inside.store(true, ordering: .sequentiallyConsistent)
            if !group.isStopping { return true }
            leave()
        }
        return false
    }

    private func park(until condition: () -> Bool) {
        parked.store(true, ordering: .sequentiallyConsistent)
        while !condition() { parker.park() }
        parked.store(false, ordering: .sequentiallyConsistent)
    }

    private var isEmpty: Bool {
        added.load(ordering: .sequentiallyConsistent) == removed.load(ordering: .sequentiallyConsistent)
    }

    private var first: Promotion? {
        ring.withLock { ring in
            isEmpty ? nil : ring.entries[removed.load(ordering: .relaxed) % Self.capacity]
        }
    }

    private func work(_ promotion: Promotion, _ worker: any PromotionWorker) {
        let head = promotion.head
        if head.isInvalid { return dropped += 1 }
        if head.header.pointee.nativeCopies != promotion.header.nativeCopies {
            // A block that leads to it was compiled meanwhile, and it with that: it may not be entered any more.
            dropped += 1
            return NativeEntry.count(head, entries: promotion.threshold)
        }
        let start = promotion.claimed == 0 ? nil : WorkTimes.Moment()
        switch worker.promote(promotion) {
        case .done: break
        case .failed: failed += 1
        case .full:
            full.store(true, ordering: .relaxed)
            NativeEntry.count(head, entries: 1)
        }
        guard let start else { return }
        times.add(since: start)
        waits.add(HostTime.now &- promotion.claimed)
    }

    // MARK: For whoever stops the world

    func wake() { if parked.load(ordering: .sequentiallyConsistent) { parker.wake() } }

    /// After the world's stop has been announced, and all vCPUs have stopped.
    func waitUntilOutside() { while inside.load(ordering: .sequentiallyConsistent) { sched_yield() } }

    /// All code is thrown away. While the world is stopped.
    func forgetTranslations() {
        removed.store(added.load(ordering: .relaxed), ordering: .sequentiallyConsistent)
        full.store(false, ordering: .relaxed)
        ring.withLock { $0.worker?.forgetNative() }
    }

    /// In the child of a fork, where the thread does not exist: the next block starts another. While the world is stopped.
    func abandon() {
        leave()
        parked.store(false, ordering: .sequentiallyConsistent)
        parker.reset()
        ring.withLock { ring in
            ring.process = getpid()
            ring.refused = 0
            ring.thread = nil
            if ring.stage == .started { ring.stage = .unused }
        }
        giveBack()
    }

    // MARK: The end

    /// Ends the thread, after the region that it is compiling. By the thread of a vCPU that runs, or when none does.
    /// `forever`: otherwise the next block starts another.
    func end(forever: Bool) {
        let thread = ring.withLock { ring in
            defer { (ring.stage, ring.thread) = (.closed, nil) }
            return ring.thread
        }
        askToEnd()
        thread?.join()
        giveBack()
        if forever { return }
        ring.withLock { $0.stage = .unused }
        ends.store(false, ordering: .sequentiallyConsistent)
    }

    /// Has the thread end some time.
    func askToEnd() {
        ends.store(true, ordering: .sequentiallyConsistent)
        wake()
    }

    /// Has the blocks that wait counted anew, by whoever finds them hot next. While the thread takes none.
    private func giveBack() {
        ring.withLock { ring in
            for number in removed.load(ordering: .relaxed)..<added.load(ordering: .relaxed) {
                NativeEntry.count(ring.entries[number % Self.capacity].head, entries: 1)
            }
            removed.store(added.load(ordering: .relaxed), ordering: .sequentiallyConsistent)
        }
    }

    // MARK: Figures

    // Read while the thread is not inside.
    private(set) var times = WorkTimes()
    /// From a block's claim to its native code.
    private(set) var waits = DurationHistogram()
    private(set) var failed = 0
    /// Blocks that had become invalid, or part of another's region, before their turn came.
    private(set) var dropped = 0
    var figures: CompilationFigures { ring.withLock { $0.worker?.figures } ?? CompilationFigures() }
}
