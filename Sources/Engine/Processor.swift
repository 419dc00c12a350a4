import Glibc
package import Guest
import Interp
package import JIT
import Memory
import Support
package import Synchronization

/// A vCPU, but for the instruction set it runs: `VCPU` adds that. Threads other than the vCPU's own use only what is
/// said to be for them.
package class Processor: @unchecked Sendable {
    package let index: Int
    package let group: ProcessorGroup
    let port: any MachinePort
    /// The port, when it runs a single program.
    package let program: (any ProgramPort)?
    let context: UnsafeMutablePointer<ExecutionContext>
    let tlbs: [SoftTLB]
    /// The same, to be used without touching a reference count.
    private let tlbTable: UnsafeMutablePointer<Unmanaged<SoftTLB>>
    let code: CodeBuffer

    private let running = Atomic<Bool>(false)
    private let parker = Parker()
    private let parked = Atomic<Bool>(false)
    private let event = Atomic<Bool>(false)

    private let queue = Guarded<[ProcessorWork]>([])
    /// Items queued, and items done: a broadcast is complete when the second has reached the first.
    private let queued = Atomic<UInt64>(0)
    private let done = Atomic<UInt64>(0)
    /// What this vCPU's broadcasts wait for: an item number for each other vCPU.
    private var awaited: [UInt64] = []

    init(
        index: Int, group: ProcessorGroup, port: any MachinePort, context: UnsafeMutablePointer<ExecutionContext>,
        tlbs: [SoftTLB], codeWords: Int
    ) {
        self.index = index
        self.group = group
        self.port = port
        program = port.singleProgram
        self.tlbs = tlbs
        tlbTable = .allocate(capacity: tlbs.count)
        for (number, tlb) in tlbs.enumerated() {
            (tlbTable + number).initialize(to: .passUnretained(tlb))
        }
        code = CodeBuffer(words: codeWords)
        self.context = context
        context.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        ExecutionContext.destroy(context)
        tlbTable.deallocate()
    }

    /// Calls `body` with the TLB of number `mmu`.
    @inline(__always)
    final func withTLB<Result>(_ mmu: Int, _ body: (SoftTLB) -> Result) -> Result {
        precondition(UInt(bitPattern: mmu) < UInt(bitPattern: tlbs.count), "no such TLB")
        return tlbTable[mmu]._withUnsafeGuaranteedRef(body)
    }

    // MARK: What the instruction set adds

    /// Runs until the machine ends or the vCPU is powered off. On the vCPU's own thread.
    package func run() { preconditionFailure("a Processor without an instruction set cannot run") }
    func forgetNative() {}
    /// There is native code from now on. While the vCPU does not run.
    func adoptNative(_ tier: NativeTier) {}
    /// Native code made by this vCPU's thread.
    var compiled: CompilationFigures { CompilationFigures() }
    func slowLoad(_ address: UInt64, _ bytes: UInt64, _ attributes: UInt64) -> Bool { false }
    func slowStore(_ address: UInt64, _ bytes: UInt64, _ attributes: UInt64) -> Bool { false }
    func probe(_ address: UInt64, _ bytes: UInt64, _ attributes: UInt64) -> UnsafeMutableRawPointer? { nil }
    func callHelper(_ number: UInt64, _ a: UInt64, _ b: UInt64, _ c: UInt64, pc: UInt64) -> ExitReason? { nil }

    // MARK: For other threads

    /// Makes the vCPU leave its blocks, or its wait, and look around.
    package func attract(_ why: Attention) {
        context.pending.pointee.bitwiseOr(why.rawValue, ordering: .sequentiallyConsistent)
        wake()
    }

    /// The word in which `Attention` bits make the vCPU leave its blocks: for signal handlers, which may only set one.
    package var attentionWord: UnsafeMutablePointer<Atomic<UInt32>> { context.pending }

    /// An interrupt input rose.
    package func interruptLineRose() { attract(.interrupt) }

    /// Ends this vCPU's run at its next block boundary.
    package func quit() { attract(.quit) }

    /// Forgets requests to quit that were meant for an earlier run. Before `run`, on the vCPU's thread.
    package func discardStaleRequests() {
        context.pending.pointee.bitwiseAnd(~Attention.quit.rawValue, ordering: .sequentiallyConsistent)
    }

    func wake() {
        if parked.load(ordering: .sequentiallyConsistent) { parker.wake() }
    }

    func receiveEvent() {
        event.store(true, ordering: .sequentiallyConsistent)
        wake()
    }

    /// In the child of a fork: the thread that ran this vCPU does not exist there, wherever it was.
    package func abandon() {
        running.store(false, ordering: .sequentiallyConsistent)
        parked.store(false, ordering: .sequentiallyConsistent)
        parker.reset()
        group.forgetBroadcasts()
    }

    func waitUntilOutside() {
        while running.load(ordering: .sequentiallyConsistent) { sched_yield() }
    }

    /// Queues `work`, to be done before the vCPU's next block; its number.
    func enqueue(_ work: ProcessorWork) -> UInt64 {
        let number = queue.withLock { items in
            items.append(work)
            return queued.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
        }
        attract(.work)
        return number
    }

    /// Whether item `number` is done, or will be before the vCPU can notice.
    private func hasSettled(_ number: UInt64) -> Bool {
        done.load(ordering: .sequentiallyConsistent) >= number || !running.load(ordering: .sequentiallyConsistent)
    }

    // MARK: Running and stopping

    /// From here on other threads must not touch what this vCPU uses; waits while the world is stopped.
    package func enterRunning() {
        while true {
            running.store(true, ordering: .sequentiallyConsistent)
            if !group.isStopping { break }
            running.store(false, ordering: .sequentiallyConsistent)
            parkUntil { !group.isStopping }
        }
        drainQueue()
    }

    var isRunning: Bool { running.load(ordering: .relaxed) }

    /// Whoever sees it sees all that the vCPU did before. What comes next is `enterRunning`, whose store is ordered with all others.
    package func leaveRunning() { running.store(false, ordering: .releasing) }

    /// Does what others have asked for; whether there was something.
    @discardableResult
    func drainQueue() -> Bool {
        guard queued.load(ordering: .sequentiallyConsistent) != done.load(ordering: .relaxed) else { return false }
        let (items, last) = queue.withLock { items in
            defer { items.removeAll() }
            return (items, queued.load(ordering: .relaxed))
        }
        for case .invalidateTLB(let what) in items { invalidateOwnTLB(what) }
        done.store(last, ordering: .sequentiallyConsistent)
        return true
    }

    /// After an answer to a broadcast: leaves the core to those who have not answered yet, and to whoever waits for them.
    /// Without this a time slice passes for each broadcast where there are more vCPUs than cores. Once for each time that
    /// the vCPU leaves its blocks, so that it gets on.
    func standAside() {
        guard group.isCrowded, group.isBroadcasting else { return }
        leaveRunning()
        parkUntil(nanoseconds: Self.longestStandAside) { !group.isBroadcasting }
        enterRunning()
    }

    private static let longestStandAside: UInt64 = 2_000_000

    /// Does what others have asked for while the vCPU is between blocks; not for interrupts, and not for the end.
    package func answerRequests() {
        let why = Attention(rawValue: context.pending.pointee.exchange(0, ordering: .sequentiallyConsistent))
        let kept = why.intersection([.quit, .interrupt])
        if !kept.isEmpty { context.pending.pointee.bitwiseOr(kept.rawValue, ordering: .sequentiallyConsistent) }
        if why.contains(.stop) {
            leaveRunning()
            enterRunning()
        }
        if drainQueue() { standAside() }
    }

    // MARK: Waiting

    /// Parks until `condition` holds or `nanoseconds` have passed. Whoever makes it true calls `wake` or `attract`.
    func parkUntil(nanoseconds: UInt64? = nil, _ condition: () -> Bool) {
        parked.store(true, ordering: .sequentiallyConsistent)
        if !condition() { parker.park(nanoseconds: nanoseconds) }
        parked.store(false, ordering: .sequentiallyConsistent)
    }

    /// Takes the event register's content (Arm ARM D1.6.1).
    func consumeEvent() -> Bool { event.exchange(false, ordering: .sequentiallyConsistent) }
    var hasEvent: Bool { event.load(ordering: .sequentiallyConsistent) }
    package func setLocalEvent() { event.store(true, ordering: .sequentiallyConsistent) }

    var isAttracted: Bool { context.pending.pointee.load(ordering: .sequentiallyConsistent) != 0 }

    // MARK: TLB and code invalidation

    func invalidateOwnTLB(_ what: TLBInvalidation) {
        for tlb in tlbs {
            switch what {
            case .all: tlb.flush()
            case .page(let address): tlb.flush(page: address)
            case .nonGlobal: tlb.flushNonGlobal()
            case .range(let start, let count): tlb.flush(from: start, count: count)
            }
        }
        // Whoever takes pages of a program away invalidates their blocks.
        if case .range = what { return }
        // The jump cache was filled through these translations.
        forgetJumps()
    }

    /// After more pages are watched. While the vCPU does not run.
    func forgetWritablePages() {
        for tlb in tlbs { tlb.flush() }
    }

    package func invalidateTLB(_ what: TLBInvalidation, broadcast: Bool) {
        invalidateOwnTLB(what)
        guard broadcast else { return }
        for other in group.processors where other !== self {
            while awaited.count <= other.index { awaited.append(0) }
            awaited[other.index] = other.enqueue(.invalidateTLB(what))
        }
    }

    /// Waits for the broadcasts of this vCPU. Meanwhile it counts as stopped, so that two that wait for each other, or
    /// for a stop of the world, do not wait for ever.
    package func completeInvalidations() {
        guard !awaited.isEmpty else { return }
        waitsInside.store(true, ordering: .sequentiallyConsistent)
        leaveRunning()
        let processors = group.processors
        group.beginBroadcast()
        for other in processors where other !== self && other.index < awaited.count {
            while !other.hasSettled(awaited[other.index]) { sched_yield() }
        }
        if group.endBroadcast() { for other in processors where other !== self { other.wake() } }
        enterRunning()
        waitsInside.store(false, ordering: .sequentiallyConsistent)
    }

    /// Stands still in the middle of a block, which must be there when it goes on.
    private let waitsInside = Atomic<Bool>(false)

    package func invalidateCode(physical: UInt64?, broadcast: Bool) {
        // Translations are shared, so that a local invalidation is a global one.
        noteChange(wasNative: physical.map { group.cache.invalidate(page: $0) } ?? group.cache.invalidateAll())
    }

    /// Invalidates all code translated from a range of physical addresses.
    package func invalidateCode(range: Range<UInt64>) {
        noteChange(wasNative: group.cache.invalidate(pages: range))
    }

    private func noteChange(wasNative: Bool) {
        // A vCPU that is inside a loop of native code sees it when it polls.
        if wasNative { for processor in group.processors { processor.attract(.codeChanged) } }
    }

    /// Throws away all translated code of the machine and starts again.
    func flushTranslations() {
        flushes += 1
        flushTranslations {}
    }

    /// The same, and `change` while nobody runs and nothing is translated.
    func flushTranslations(with change: () -> Void) {
        while !tryToFlush(with: change) { sched_yield() }
    }

    /// False when a vCPU stands still inside a block: it soon goes on.
    private func tryToFlush(with change: () -> Void) -> Bool {
        var isDone = false
        group.stopTheWorld(from: self) {
            let processors = group.processors
            guard !processors.contains(where: { $0.waitsInside.load(ordering: .sequentiallyConsistent) }) else {
                return
            }
            group.cache.clear()
            for processor in processors { processor.forgetTranslations() }
            group.background.forgetTranslations()
            change()
            isDone = true
        }
        return isDone
    }

    /// Makes every look-up through the jump cache go further, and every return of native code look up where it leads.
    final func forgetJumps() {
        context.pointee.jumpCache.update(repeating: JumpCacheEntry(), count: JumpCacheEntry.count)
        context.pointee.forgetReturns()
    }

    private func forgetTranslations() {
        code.reset()
        forgetNative()
        forgetJumps()
        translationsWereFlushed = true
    }
    /// Blocks found before the last flush are gone.
    var translationsWereFlushed = false

    // MARK: Figures

    package var guestInstructions: UInt64 { context.pointee.guestInstructions }
    package var blocks: UInt64 { context.pointee.blocks }
    package internal(set) var translatedBlocks = 0
    package internal(set) var translatedGuestInstructions = 0
    /// Blocks and regions that came from a `TranslationStore`.
    package internal(set) var storedBlocks = 0
    package internal(set) var storedRegions = 0
    package internal(set) var translatedOperations = 0
    /// Regions compiled, their guest instructions, and the bytes of host code made of them.
    package var nativeBlocks: Int { compiled.regions }
    package var nativeGuestInstructions: Int { compiled.guestInstructions }
    package var nativeBytes: Int { compiled.bytes }
    /// How long each translation of a block took, and how long the vCPU waited for each promotion of a region.
    package internal(set) var translationTimes = WorkTimes()
    package internal(set) var promotionTimes = WorkTimes()
    /// Promotions that made no code: nothing to compile, no room, too many registers, or code that had changed.
    package internal(set) var failedPromotions = 0
    /// Promotions left to the thread beside the vCPUs.
    package internal(set) var handedOver = 0
    /// Times that the vCPU's thread threw away all translated code of the machine.
    package internal(set) var flushes = 0
    /// What native code counted of itself.
    package func nativeCount(_ count: NativeCount) -> UInt64 { context.nativeCounts[count.rawValue] }
}
