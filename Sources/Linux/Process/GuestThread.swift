import Engine
import Glibc
import Guest
import GuestA64
import IR
import Support
import Synchronization

/// A thread of the program: a vCPU, and what the kernel keeps of a thread.
///
/// Used by its own host thread alone, except for `area`, which signal handlers write.
final class GuestThread: @unchecked Sendable {
    let process: LinuxProcess
    let vcpu: VCPU<A64User>
    let area: SignalArea
    /// The dispositions of its process.
    let signals: SignalActions
    /// The signals that the guest has blocked: what the host's mask is while no signal is being delivered.
    var mask: SignalSet = SignalSet()
    /// The mask to go back to after a call that waits with another one.
    var alternateStack = AlternateStack()
    /// CLONE_CHILD_CLEARTID: zeroed, and waiters woken, when the thread ends.
    var clearOnExit: UInt64 = 0
    /// A system call that a signal interrupted before it did anything, and how it goes on.
    var interrupted: Interrupted?
    /// Whether this thread is the child of a vfork, which runs in its parent's memory.
    var isVforkChild = false
    /// Whether this thread is the first of a process that shares its parent's memory and runs beside it.
    var isMemorySharer = false
    var trace = CallTrace()
    /// The host's identifier, once the thread runs.
    private(set) var hostIdentifier = 0
    let debugParker = Parker()
    let isHeld = Atomic<Bool>(false)
    /// The signal that the debugger lets the thread receive.
    var debugSignal: Int32 = 0

    struct Interrupted {
        /// -errno as the kernel uses it among its own: see `Restart`.
        let code: Int
        /// Address of the SVC.
        let pc: UInt64
    }

    /// `signals`: nil for those of the program itself.
    init(_ process: LinuxProcess, _ vcpu: VCPU<A64User>, signals: SignalActions? = nil) {
        self.process = process
        self.signals = signals ?? process.signals
        self.vcpu = vcpu
        area = SignalArea(
            attention: vcpu.attentionWord, file: process.group.store?.old?.bytes, code: process.group.nativeCode
        )
    }

    var state: CPUState { vcpu.state }
    var space: AddressSpace { process.space }

    func x(_ number: UInt32) -> UInt64 { state[A64State.x(number)] }
    func setX(_ number: UInt32, _ value: UInt64) { state[A64State.x(number)] = value }

    var stackPointer: UInt64 {
        get { state[A64State.sp] }
        set { state[A64State.sp] = newValue }
    }

    var threadID: Int { hostCall(.gettid) }

    /// The registers as a thread begins with them.
    func reset() {
        A64.setModel(process.options.model, state)
        A64User.reset(state, environment: vcpu)
        vcpu.discardStaleRequests()
    }

    /// Runs guest code until the thread ends.
    func run() {
        identify()
        vcpu.run()
    }

    /// On the thread itself, before anybody may look for it.
    func identify() { hostIdentifier = threadID }

    // MARK: Exceptions

    func takeException(_ kind: A64ExceptionKind, _ payload: UInt64, _ pc: UInt64) {
        switch kind {
        case .supervisorCall: systemCall(at: pc)
        case .branchTarget:
            A64.setEntryMode(payload << EntryMode.shift, state)
            raise(GuestSignal(SIGILL, code: SignalCode.illegalOpcode, address: pc), at: pc)
        case .undefined, .hypervisorCall, .monitorCall, .halt, .illegalState, .trappedSystemAccess, .trappedWait,
            .trappedFloatingPoint, .memoryOperation:
            takeUndefined(UInt32(truncatingIfNeeded: payload), pc)
        case .authenticationFailed:
            raise(GuestSignal(SIGILL, code: SignalCode.illegalOperand, address: pc), at: pc)
        case .breakpoint:
            vcpu.pc = pc
            if process.debugger?.stopsAtBreakpoint(self, pc) == true { return }
            raise(GuestSignal(SIGTRAP, code: SignalCode.breakpoint, address: pc), at: pc)
        case .stackAlignment:
            raise(GuestSignal(SIGBUS, code: SignalCode.alignment, address: stackPointer), at: pc)
        case .pcAlignment: raise(GuestSignal(SIGBUS, code: SignalCode.alignment, address: pc), at: pc)
        }
    }

    private func takeUndefined(_ payload: UInt32, _ pc: UInt64) {
        let word = space.read(pc, as: UInt32.self) ?? payload
        if A64User.emulateIdentification(word, state) {
            vcpu.pc = pc &+ 4
            return
        }
        raise(GuestSignal(SIGILL, code: SignalCode.illegalOpcode, address: pc), at: pc)
    }

    func takeFault(_ fault: MemoryFault, _ pc: UInt64) {
        let isFetch = fault.access == .fetch
        let address = isFetch ? AddressSpace.untagged(fault.address) : fault.address
        var signal: GuestSignal
        switch fault.cause {
        case .translation(let status):
            let isPermission = status & 0b111100 == 0b001100
            let code = isPermission ? SignalCode.accessError : SignalCode.notMapped
            signal = GuestSignal(SIGSEGV, code: code, address: address)
            signal.syndrome = Self.syndrome(fault, status)
        case .alignment: signal = GuestSignal(SIGBUS, code: SignalCode.alignment, address: address)
        case .external: signal = GuestSignal(SIGBUS, code: SignalCode.busAddress, address: address)
        }
        raise(signal, at: pc)
    }

    /// ESR_EL1 of the abort, which signal frames carry (class, IL, WnR, status).
    private static func syndrome(_ fault: MemoryFault, _ status: UInt32) -> UInt64 {
        let code: UInt64 = fault.access == .fetch ? 0x20 : 0x24
        let write: UInt64 = fault.access == .write ? 1 << 6 : 0
        return code << 26 | 1 << 25 | write | UInt64(status & 0x3f)
    }
}
