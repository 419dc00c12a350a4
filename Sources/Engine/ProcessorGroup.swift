import Glibc
import Guest
import Interp
import JIT
import Memory
import Support
import Synchronization

/// The vCPUs of one machine and what they share: translations, the way to stop them all, events.
package final class ProcessorGroup: @unchecked Sendable {
    package let cache = TranslationCache()
    package let monitors = ExclusiveMonitors()
    /// Translations of earlier runs, and for later ones; set before the first vCPU is made.
    package var store: TranslationStore?
    /// All vCPUs, whether they run or not. A program's grow in number as it makes threads.
    package var processors: [Processor] { list.withLock { $0 } }
    private let list = Guarded<[Processor]>([])

    private let stopping = Atomic<Bool>(false)
    private let oneStopAtATime = Guarded<Void>(())

    /// Where native code will be; set when the first vCPU that wants it is made.
    var native: NativeTier? { nativeTier.withLock { $0 } }
    private let nativeTier = Guarded<NativeTier?>(nil)
    /// Where native code runs, for a signal handler to know it by; nil while there is no native tier.
    package var nativeCode: UnsafeRawBufferPointer? { native?.memory.executableView }
    /// Whether something has been hot, or an earlier run has kept native code: until then vCPUs have no compilers, so that
    /// short programs need not pay for them.
    package var hasNative: Bool { begun.load(ordering: .sequentiallyConsistent) || store?.old != nil }
    private let begun = Atomic<Bool>(false)

    /// The thread that compiles beside the vCPUs, which starts when it is first needed.
    let background = BackgroundCompiler()

    package init() {}

    /// The native tier, made for the first vCPU that asks; nil when the host has no memory for code.
    func startNative(_ options: NativeOptions) -> NativeTier? {
        nativeTier.withLock { tier in
            if tier == nil { tier = NativeTier(options) }
            cache.native = tier
            return tier
        }
    }

    /// Gives all vCPUs their compilers, with the world stopped by `caller`.
    func beginNative(from caller: Processor) {
        stopTheWorld(from: caller) {
            guard let tier = native, !begun.exchange(true, ordering: .sequentiallyConsistent) else { return }
            for processor in processors { processor.adoptNative(tier) }
        }
    }

    /// Forks by `fork`, which returns 0 in the child, with what native code needs for it; -1 when the host has no memory
    /// for that, and then nothing was forked. Only while every other vCPU is stopped.
    package func forking(_ fork: () -> Int) -> Int {
        let child = native?.forking(fork) ?? fork()
        if child == 0 { background.abandon() }
        return child
    }

    /// Ends the thread that compiles beside the vCPUs. By the thread of a vCPU that runs, or when none does. `forever`:
    /// otherwise the next block that gets hot may start another.
    package func endBackground(forever: Bool) { background.end(forever: forever) }

    /// Regions that it has compiled. While it does nothing, or to see whether there are any.
    package var backgroundPromotions: Int { background.figures.regions }

    /// Has that thread end some time.
    package func askBackgroundToEnd() { background.askToEnd() }

    /// Names the vCPUs, once, before any of them runs; each one's index is its place.
    /// With none, the end of those that there were: what compiles for them ends as well.
    package func install(_ processors: [Processor]) {
        if processors.isEmpty { background.end(forever: true) }
        list.withLock { $0 = processors }
        coreEach.store(processors.count <= HostCore.usableCount, ordering: .relaxed)
    }

    /// Adds a vCPU that does not run yet; its index must be the place that it gets.
    package func add(_ processor: Processor) {
        // Even if the world is being stopped: a vCPU looks for that before it runs.
        let count = list.withLock {
            $0.append(processor)
            return $0.count
        }
        guard count > HostCore.usableCount else { return }
        crowded.store(true, ordering: .relaxed)
        coreEach.store(false, ordering: .relaxed)
    }

    /// vCPUs that wait until others have answered a broadcast.
    private let broadcasts = Atomic<Int>(0)
    var isBroadcasting: Bool { broadcasts.load(ordering: .sequentiallyConsistent) > 0 }
    func beginBroadcast() { broadcasts.wrappingAdd(1, ordering: .sequentiallyConsistent) }
    /// Whether it was the last.
    func endBroadcast() -> Bool { broadcasts.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue <= 0 }
    /// In the child of a fork, where those who waited do not exist.
    func forgetBroadcasts() { broadcasts.store(0, ordering: .sequentiallyConsistent) }

    /// Whether there are more vCPUs than processors of the host, as far as they came one by one.
    var isCrowded: Bool { crowded.load(ordering: .relaxed) }
    private let crowded = Atomic<Bool>(false)
    /// Whether every vCPU may be running at the same time, as far as it is for their number.
    var hasCoreForEach: Bool { coreEach.load(ordering: .relaxed) }
    private let coreEach = Atomic<Bool>(true)

    /// Whether the vCPUs that run leave a core of the host.
    var hasFreeCore: Bool {
        list.withLock { processors in
            if processors.count < HostCore.usableCount { return true }
            var running = 0
            for processor in processors where processor.isRunning {
                running += 1
                if running == HostCore.usableCount { return false }
            }
            return true
        }
    }

    /// Whether a vCPU that is about to run has to wait.
    var isStopping: Bool { stopping.load(ordering: .sequentiallyConsistent) }

    /// Runs `work` while no vCPU is inside a block or holds a translation. The caller is one of the vCPUs' threads and
    /// between blocks itself, or any other thread.
    package func stopTheWorld(from caller: Processor?, _ work: () -> Void) {
        caller?.leaveRunning()
        oneStopAtATime.withLock { _ in
            stopping.store(true, ordering: .sequentiallyConsistent)
            let processors = processors
            for processor in processors where processor !== caller { processor.attract(.stop) }
            for processor in processors where processor !== caller { processor.waitUntilOutside() }
            // Only now: a vCPU may have started it.
            background.waitUntilOutside()
            work()
            stopping.store(false, ordering: .sequentiallyConsistent)
            // Those that were added meanwhile wait as well.
            for processor in self.processors where processor !== caller { processor.wake() }
            background.wake()
        }
        caller?.enterRunning()
    }

    /// Signals an event to every vCPU (SEV).
    func sendEvent() {
        for processor in processors { processor.receiveEvent() }
    }

    /// Ends every vCPU's run at its next block boundary.
    package func quit() {
        for processor in processors { processor.attract(.quit) }
    }
}

/// Why a vCPU should look up from its blocks, the bits of `ExecutionContext.pending`.
package struct Attention: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let interrupt = Attention(rawValue: 1)
    package static let work = Attention(rawValue: 2)
    package static let stop = Attention(rawValue: 4)
    package static let quit = Attention(rawValue: 8)
    /// Native code has become invalid.
    package static let codeChanged = Attention(rawValue: 16)
}

/// What one vCPU asks of another.
enum ProcessorWork {
    case invalidateTLB(TLBInvalidation)
}
