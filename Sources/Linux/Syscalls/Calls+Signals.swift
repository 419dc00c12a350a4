import Glibc

// Signals: the host's kernel queues, masks and sends them; dispositions and stacks are kept here.

extension SyscallTable {
    mutating func defineSignals() {
        run(129, "kill", "dS") { thread, x in thread.send(HostNumber.kill, x) }
        run(130, "tkill", "dS") { thread, x in thread.send(HostNumber(200), x) }
        run(131, "tgkill", "ddS") { thread, x in thread.send(HostNumber.tgkill, x) }
        run(132, "sigaltstack", "bb") { thread, x in thread.setAlternateStack(x.a, x.b) }
        run(133, "rt_sigsuspend", "bl") { thread, x in thread.suspend(x) }
        run(134, "rt_sigaction", "Sbbl") { thread, x in thread.setAction(x) }
        run(135, "rt_sigprocmask", "dbbl") { thread, x in thread.setMask(x) }
        pass(136, "rt_sigpending", "bl", 127)
        pass(137, "rt_sigtimedwait", "bbbl", 128)
        pass(138, "rt_sigqueueinfo", "dSb", 129)
        pass(240, "rt_tgsigqueueinfo", "ddSb", 297)
        run(139, "rt_sigreturn", "") { thread, _ in thread.returnFromSignal() }
    }
}

extension GuestThread {
    /// Sending one that ends this process is an abnormal end, to be explained.
    fileprivate func send(_ call: HostNumber, _ x: SyscallArguments) -> Int {
        let (target, number) = call.rawValue == HostNumber.tgkill.rawValue ? (x.b, x.c) : (x.a, x.b)
        let me = call.rawValue == HostNumber.kill.rawValue ? hostCall(.getpid) : threadID
        let signal = Int32(truncatingIfNeeded: number)
        if SyscallArguments.int(target) == me, signal == SIGABRT, !signals[signal].isHandled,
            signals[signal].handler == 0, !mask.contains(SignalSet(signal: signal)), !isVforkChild
        {
            die(GuestSignal(signal, code: SignalCode.user), because: "the program called abort")
        }
        return blocking(call.rawValue, x)
    }

    fileprivate func setAction(_ x: SyscallArguments) -> Int {
        guard x.d == 8, let number = Int32(exactly: SyscallArguments.int(x.a)),
            (1...SignalActions.count).contains(number)
        else { return -Int(EINVAL) }
        let old = signals[number]
        if x.b != 0 {
            guard number != SIGKILL, number != SIGSTOP else { return -Int(EINVAL) }
            guard let words = space.read(x.b, as: (UInt64, UInt64, UInt64, UInt64).self) else { return -Int(EFAULT) }
            var action = SignalActions.Action(handler: words.0, flags: words.1, restorer: words.2)
            action.mask = SignalSet(rawValue: words.3).subtracting(.unblockable)
            signals.adopt(number, action)
        }
        let words = (old.handler, old.flags, old.restorer, old.mask.rawValue)
        if x.c != 0 && !space.write(x.c, words) { return -Int(EFAULT) }
        return 0
    }

    fileprivate func setMask(_ x: SyscallArguments) -> Int {
        guard x.d == 8 else { return -Int(EINVAL) }
        let old = mask
        if x.b != 0 {
            guard let bits = space.read(x.b, as: UInt64.self) else { return -Int(EFAULT) }
            let set = SignalSet(rawValue: bits)
            let new: SignalSet
            switch SyscallArguments.int(x.a) {
            case Int(SIG_BLOCK): new = old.union(set)
            case Int(SIG_UNBLOCK): new = old.subtracting(set)
            case Int(SIG_SETMASK): new = set
            default: return -Int(EINVAL)
            }
            _ = HostSignals.blockAll()
            // A signal that came before is delivered before, under the old mask; then this call is made again.
            if area.hasSignal { return Restart.always }
            mask = new.subtracting(.unblockable)
            HostSignals.setMask(mask)
        }
        if x.c != 0 && !space.write(x.c, old.rawValue) { return -Int(EFAULT) }
        return 0
    }

    fileprivate func suspend(_ x: SyscallArguments) -> Int {
        if x.a >= space.window.upperBound { return -Int(EFAULT) }
        return blocking(130, x)
    }

    fileprivate func setAlternateStack(_ new: UInt64, _ old: UInt64) -> Int {
        let before = reportedStack
        if new != 0 {
            guard let base = space.read(new, as: UInt64.self), let flags = space.read(new &+ 8, as: Int32.self),
                let size = space.read(new &+ 16, as: UInt64.self)
            else { return -Int(EFAULT) }
            if before.flags & AlternateStack.onStack != 0 { return -Int(EPERM) }
            let kind = flags & ~AlternateStack.disarms
            guard kind == 0 || kind == AlternateStack.disabled || kind == AlternateStack.onStack else {
                return -Int(EINVAL)
            }
            if kind == AlternateStack.disabled {
                alternateStack = AlternateStack()
            } else {
                guard size >= Self.smallestAlternateStack else { return -Int(ENOMEM) }
                alternateStack = AlternateStack(
                    base: base, flags: flags & AlternateStack.disarms, size: size)
            }
        }
        guard old != 0 else { return 0 }
        var frame = FrameBytes(size: 24)
        frame.put(before.base, at: 0)
        frame.put(before.flags, at: 8)
        frame.put(before.size, at: 16)
        return space.write(old, bytes: frame.bytes) ? 0 : -Int(EFAULT)
    }

    /// MINSIGSTKSZ of AArch64.
    private static let smallestAlternateStack: UInt64 = 5120
}
