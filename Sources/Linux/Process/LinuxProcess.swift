package import Engine
import Glibc
package import Guest
import GuestA64
import Memory
import Support
import Synchronization

/// A Linux program: its address space, its threads, and what they share. Stands where a kernel and a machine would.
///
/// Each guest thread is a host thread and has a vCPU. Thread identifiers, files, signal dispositions and masks, futexes,
/// timers and limits are the host's own: a system call is passed on wherever both architectures mean the same.
package final class LinuxProcess: @unchecked Sendable {
    let options: ProgramOptions
    /// The process that began, not a child of its.
    let firstProcess = getpid()
    let space: AddressSpace
    let paths: PathPrefix
    let group = ProcessorGroup()
    let signals = SignalActions()
    let calls = SyscallTable.shared
    /// What the guest's /proc/self/exe is.
    var executable: [UInt8] = []
    var arguments: [[UInt8]] = []
    var auxiliaryVector: [UInt64] = []
    var argumentText: Range<UInt64> = 0..<0
    var stack: Range<UInt64> = 0..<0
    var initialStackPointer: UInt64 = 0
    var program: LoadedProgram?
    /// `--cache`.
    var translationFile: TranslationFile?
    /// Where the vDSO is.
    var virtualLibrary: UInt64 = 0
    let clocks: ClockPage
    /// `-g`.
    var debugger: ProgramDebugger?
    /// Code that returns from signal handlers.
    var signalReturn: UInt64 { virtualLibrary + UInt64(VirtualLibrary.signalReturn) }
    let symbols = SymbolSource()
    let ownExecutable: Guarded<OwnExecutable>
    let virtualLimits = Guarded(VirtualLimits())

    /// By vCPU index: 1 when its thread has ended, so that the next thread gets it, code buffer and all. No lock: a thread
    /// that ends may do so while another forks.
    private let idle: UnsafeMutablePointer<Atomic<UInt32>>
    private let creation = Guarded<Void>(())
    /// Threads by vCPU index; an entry is set before its vCPU runs.
    private let threads: UnsafeMutablePointer<Unmanaged<GuestThread>?>
    static let mostThreads = 1 << 15
    let threadCount = Atomic<Int>(0)

    /// nil when the host gives no address space.
    package init?(_ options: ProgramOptions) {
        guard let space = AddressSpace(limit: options.reserved), let clocks = ClockPage() else { return nil }
        self.space = space
        self.clocks = clocks
        var options = options
        if options.vcpu.native?.allowsDirectAccess == true { options.vcpu.native?.addressLimit = space.limit }
        self.options = options
        ownExecutable = Guarded(OwnExecutable(inherited: options.ownDescriptor))
        paths = PathPrefix(options.prefix)
        guard let table = calloc(Self.mostThreads, MemoryLayout<UInt>.size) else { return nil }
        threads = table.bindMemory(to: Unmanaged<GuestThread>?.self, capacity: Self.mostThreads)
        guard let flags = calloc(Self.mostThreads, MemoryLayout<UInt32>.size) else { return nil }
        idle = flags.bindMemory(to: Atomic<UInt32>.self, capacity: Self.mostThreads)
    }

    func thread(_ vcpu: Int) -> GuestThread { withThread(vcpu) { $0 } }

    /// Calls `body` with the thread of `vcpu` without touching its reference count.
    @inline(__always)
    private func withThread<Result>(_ vcpu: Int, _ body: (GuestThread) -> Result) -> Result {
        guard let thread = threads[vcpu] else { preconditionFailure("vCPU \(vcpu) has no thread") }
        return thread._withUnsafeGuaranteedRef(body)
    }

    // MARK: vCPUs

    /// A vCPU for a new thread; nil when there are too many.
    func takeVCPU() -> VCPU<A64User>? {
        for case let vcpu as VCPU<A64User> in group.processors {
            let taken = idle[vcpu.index].compareExchange(expected: 1, desired: 0, ordering: .sequentiallyConsistent)
            if taken.exchanged { return vcpu }
        }
        return creation.withLock { _ in
            let index = group.processors.count
            guard index < Self.mostThreads else { return nil }
            let vcpu = VCPU<A64User>(
                index: index, group: group, port: self, memory: space.memory, options: options.vcpu)
            group.add(vcpu)
            return vcpu
        }
    }

    /// The threads that run or wait, the oldest vCPU's first.
    var liveThreads: [GuestThread] {
        group.processors.compactMap { vcpu in
            guard idle[vcpu.index].load(ordering: .sequentiallyConsistent) == 0 else { return nil }
            return threads[vcpu.index]?._withUnsafeGuaranteedRef { $0.hostIdentifier != 0 ? $0 : nil }
        }
    }

    func attach(_ thread: GuestThread) {
        threads[thread.vcpu.index]?.release()
        threads[thread.vcpu.index] = Unmanaged.passRetained(thread)
    }

    /// The thread of `vcpu` has ended.
    func giveBack(_ vcpu: VCPU<A64User>) { idle[vcpu.index].store(1, ordering: .sequentiallyConsistent) }

    /// In the child of a fork only the calling thread lives on; the other vCPUs are free, wherever their threads were.
    func forgetOtherThreads(than thread: GuestThread) {
        debugger?.leaveChild()
        debugger = nil
        group.store?.stopRecording()
        for case let vcpu as VCPU<A64User> in group.processors where vcpu !== thread.vcpu {
            vcpu.abandon()
            giveBack(vcpu)
        }
        threadCount.store(1, ordering: .relaxed)
    }
}

/// What the vCPUs ask for.
extension LinuxProcess: MachinePort {
    package func read(physical: UInt64, size: Int, vcpu: Int) -> UInt64? { nil }
    package func write(physical: UInt64, _ value: UInt64, size: Int, vcpu: Int) -> Bool { false }

    /// The generic timer at 1 GHz: the host's monotonic clock.
    package func readTimer(_ register: TimerRegister, vcpu: Int) -> UInt64 {
        switch register {
        case .frequency: return 1_000_000_000
        case .physicalCount, .virtualCount:
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
        default: return 0
        }
    }
    package func writeTimer(_ register: TimerRegister, _ value: UInt64, vcpu: Int) {}
    package func readInterruptController(_ register: UInt32, vcpu: Int) -> UInt64? { nil }
    package func writeInterruptController(_ register: UInt32, _ value: UInt64, vcpu: Int) -> Bool { false }

    package func interruptLines(vcpu: Int) -> InterruptLines {
        let looksUp = withThread(vcpu) { $0.area.hasSignal || $0.isHeld.load(ordering: .relaxed) }
        return looksUp ? .irq : InterruptLines(rawValue: 0)
    }

    /// Linux has the event stream tick every 100 microseconds.
    package func nextEventStreamTick(vcpu: Int) -> UInt64? { 100_000 }

    package func callFirmware(_ conduit: FirmwareConduit, _ arguments: [UInt64], vcpu: Int) -> [UInt64]? { nil }

    package func guestDied(_ report: GuestDeath, vcpu: Int) {
        thread(vcpu).die(GuestSignal(SIGKILL), because: report.reason)
    }
}

extension LinuxProcess: ProgramPort {
    package var singleProgram: (any ProgramPort)? { self }

    package func translate(
        _ address: UInt64, _ access: AccessKind, vcpu: Int
    ) -> Result<PageTranslation, MemoryFaultError> {
        space.translate(address, access)
    }

    package func raise(kind: UInt16, payload: UInt64, pc: UInt64, vcpu: Int) {
        withThread(vcpu) { $0.takeException(A64ExceptionKind(rawValue: kind) ?? .undefined, payload, pc) }
    }

    package func deliver(_ fault: MemoryFault, pc: UInt64, vcpu: Int) { thread(vcpu).takeFault(fault, pc) }

    /// Of files that are not being written: code that a program makes for itself is another each time.
    package func keepsTranslations(of page: UInt64) -> Bool {
        let region = space.regions.withLock { $0.region(at: page) }
        return region.map { $0.isFile && !$0.protection.contains(.write) } ?? false
    }

    package func deliverSignals(vcpu: Int) -> Bool {
        let thread = thread(vcpu)
        let wasHeld = thread.isHeld.load(ordering: .relaxed)
        if wasHeld { thread.waitWhileHeld() }
        return thread.deliverSignal() || wasHeld
    }
}

/// Limits that the guest sees and the host must not enforce on the emulator.
struct VirtualLimits {
    /// By resource number: soft and hard.
    var values: [Int: (soft: UInt64, hard: UInt64)] = [:]
}
