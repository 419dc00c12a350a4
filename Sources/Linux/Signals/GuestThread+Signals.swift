import Engine
import GDBStub
import Glibc
import Guest
import GuestA64
import IR

// From a signal of the host, or a fault of the guest's own, to the guest's handler, and back.

/// What a system call's implementation returns when it has to be made again after a signal: the kernel's own codes
/// (include/linux/errno.h).
enum Restart {
    /// Made again when the handler has SA_RESTART or when there is none, else EINTR.
    static let system = -512
    /// Made again in any case: the signal came before the call had any effect.
    static let always = -513
    /// Made again only when there is no handler.
    static let withoutHandler = -514
    /// Not a result: the registers are already what the call leaves.
    static let none = Int.min
}

extension GuestThread {
    // MARK: Signals from outside

    /// Delivers the signal that the host's handler left; true when the state has changed.
    func deliverSignal() -> Bool {
        guard let (number, info) = area.take() else { return false }
        if let debugger = process.debugger, debugger.stop(self, .signal(number, thread: threadID)) == 0 {
            // The debugger keeps it: a call that it interrupted is made again.
            interrupted = nil
            adoptMask()
            return true
        }
        let action = signals[number]
        guard action.isHandled else {
            // The disposition has changed since; the host knows what to do now.
            interrupted = nil
            adoptMask()
            if action.handler == SignalActions.Action.byDefault { dieOfOutsideSignal(number) }
            return false
        }
        if mask.contains(SignalSet(signal: number)) && SignalSet.hostFaults.contains(SignalSet(signal: number)) {
            // Only these two can come although the guest blocks them. Nobody can wait for them either.
            adoptMask()
            return false
        }
        finishInterruptedCall(action)
        let fault = SignalSet.hostFaults.contains(SignalSet(signal: number)) ? info[2] : 0
        enter(action, number, info, faultAddress: fault, syndrome: nil)
        return true
    }

    private func dieOfOutsideSignal(_ number: Int32) {
        if SignalSet.hostFaults.contains(SignalSet(signal: number)) { return die(GuestSignal(number), because: nil) }
        HostSignals.raise(number)
    }

    /// Decides how the system call that the signal interrupted ends: made again, or EINTR.
    private func finishInterruptedCall(_ action: SignalActions.Action) {
        guard let call = interrupted else { return }
        interrupted = nil
        if call.code == Restart.always { return }
        if call.code == Restart.system && action.flags & HostSignals.restart != 0 { return }
        setX(0, UInt64(bitPattern: -Int64(EINTR)))
        vcpu.pc = call.pc &+ 4
    }

    // MARK: Signals from within

    /// The guest's instruction at `pc` causes a signal, which cannot be put off.
    func raise(_ signal: GuestSignal, at pc: UInt64) {
        vcpu.pc = pc
        if let debugger = process.debugger, debugger.stop(self, .signal(signal.number, thread: threadID)) == 0 {
            return
        }
        let action = signals[signal.number]
        guard action.isHandled, !mask.contains(SignalSet(signal: signal.number)) else {
            return die(signal, because: nil)
        }
        let exposesTags = action.flags & Self.exposesTags != 0
        let info = signal.info(address: exposesTags ? signal.address : Self.hidingTag(signal.address))
        enter(action, signal.number, info, faultAddress: signal.address, syndrome: signal.syndrome)
    }

    /// SA_EXPOSE_TAGBITS: the handler sees the top byte of a fault's address (sigaction(2)).
    private static let exposesTags: UInt64 = 0x800

    /// What others see: a tag only of an address in the upper half, where its bits stand in for those of the address.
    private static func hidingTag(_ address: UInt64) -> UInt64 {
        address >> 55 & 1 == 0 ? AddressSpace.untagged(address) : address
    }

    // MARK: Frames

    /// Makes the thread's next instruction the first of `action`'s handler.
    private func enter(
        _ action: SignalActions.Action, _ number: Int32, _ info: [UInt64], faultAddress: UInt64, syndrome: UInt64?
    ) {
        if let name = SignalNames.name(number), process.options.traces { traceSignal(name, info) }
        let saved = mask
        var blocked = mask.union(action.mask)
        if action.flags & HostSignals.noDefer == 0 { blocked.formUnion(SignalSet(signal: number)) }
        guard
            let frame = pushFrame(
                action,
                SignalFrame.Content(
                    info: info, mask: saved, alternateStack: reportedStack, faultAddress: faultAddress,
                    syndrome: syndrome))
        else { return die(GuestSignal(SIGSEGV), because: "no room on the stack for the frame of signal \(number)") }
        if action.flags & HostSignals.resetHandler != 0 {
            signals.adopt(number, SignalActions.Action())
        }
        if alternateStack.flags & AlternateStack.disarms != 0 && action.flags & HostSignals.onStack != 0 {
            alternateStack = AlternateStack()
        }
        setX(0, UInt64(number))
        setX(1, frame)
        setX(2, frame + 128)
        setX(29, frame + UInt64(SignalFrame.size))
        setX(30, action.flags & Self.hasRestorer != 0 ? action.restorer : process.signalReturn)
        stackPointer = frame
        vcpu.pc = action.handler
        // As if called by BLR (PSR_BTYPE_C).
        A64.setEntryMode(Self.calledIndirectly << EntryMode.shift, state)
        vcpu.clearExclusiveMonitor()
        mask = blocked.subtracting(.unblockable)
        adoptMask()
    }

    /// Tells the host the guest's mask, unless a signal waits in the area: everything stays blocked until it is delivered.
    private func adoptMask() {
        // A signal that comes first keeps the call from beginning.
        if let word = area.attention, HostSignals.setMask(mask, unless: word) { return }
        _ = HostSignals.blockAll()
        if !area.hasSignal { HostSignals.setMask(mask) }
    }

    private static let hasRestorer: UInt64 = 0x0400_0000
    private static let calledIndirectly: UInt64 = 2

    /// The alternate stack with the flag that says whether the thread is on it.
    var reportedStack: AlternateStack {
        var stack = alternateStack
        if stack.size > 0 && stack.holds(stackPointer) { stack.flags |= AlternateStack.onStack }
        return stack
    }

    private func pushFrame(_ action: SignalActions.Action, _ content: SignalFrame.Content) -> UInt64? {
        var top = stackPointer
        let usesAlternate = action.flags & HostSignals.onStack != 0 && alternateStack.size > 0
        if usesAlternate && !alternateStack.holds(top) { top = alternateStack.base &+ alternateStack.size }
        top &= ~15
        let frame = top &- UInt64(SignalFrame.size + SignalFrame.recordSize)
        return space.write(frame, bytes: SignalFrame.bytes(content, state)) ? frame : nil
    }

    /// rt_sigreturn(2): back to where the signal came.
    func returnFromSignal() -> Int {
        let frame = stackPointer
        guard frame & 15 == 0, let source = space.pointer(frame, count: UInt64(SignalFrame.size)),
            let restored = SignalFrame.restore(
                [UInt8](UnsafeRawBufferPointer(start: source, count: SignalFrame.size)), state)
        else {
            raise(GuestSignal(SIGSEGV), at: vcpu.pc)
            return Restart.none
        }
        mask = restored.mask.subtracting(.unblockable)
        adoptMask()
        var stack = restored.alternateStack
        stack.flags &= ~AlternateStack.onStack
        alternateStack = stack
        return Restart.none
    }
}

/// Names of signals.
enum SignalNames {
    private static let names = [
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
        "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP",
        "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR",
        "SIGSYS",
    ]

    static func name(_ number: Int32) -> String? {
        let index = Int(number)
        if index >= 1 && index < names.count { return names[index] }
        return index >= 32 && index <= 64 ? "SIGRT\(index - 32)" : nil
    }
}
