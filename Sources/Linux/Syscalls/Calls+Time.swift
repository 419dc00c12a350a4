import Engine
import Glibc

// Clocks and timers.

extension SyscallTable {
    mutating func defineTime() {
        pass(101, "nanosleep", "bb", 35)
        pass(102, "getitimer", "db", 36)
        pass(103, "setitimer", "dbb", 38)
        run(107, "timer_create", "dbb") { thread, x in thread.createTimer(x) }
        pass(108, "timer_gettime", "db", 224)
        pass(109, "timer_getoverrun", "d", 225)
        pass(110, "timer_settime", "dxbb", 223)
        pass(111, "timer_delete", "d", 226)
        run(112, "clock_settime", "db") { thread, x in thread.setClock(227, x, "db") }
        run(113, "clock_gettime", "db") { thread, x in thread.readClock(x) }
        pass(114, "clock_getres", "db", 229)
        pass(115, "clock_nanosleep", "dxbb", 230)
        pass(153, "times", "b", 100)
        run(169, "gettimeofday", "bb") { thread, x in
            if x.a >= thread.space.window.upperBound || x.b >= thread.space.window.upperBound { return -Int(EFAULT) }
            thread.renewClockPage()
            return thread.blocking(96, x)
        }
        run(170, "settimeofday", "bb") { thread, x in thread.setClock(164, x, "bb") }
        run(171, "adjtimex", "b") { thread, x in thread.setClock(159, x, "b") }
        run(266, "clock_adjtime", "db") { thread, x in thread.setClock(305, x, "db") }
    }
}

extension GuestThread {
    /// The host's C library answers without a system call.
    fileprivate func readClock(_ x: SyscallArguments) -> Int {
        var time = timespec()
        if x.a == UInt64(CLOCK_REALTIME) { renewClockPage() }
        guard clock_gettime(clockid_t(truncatingIfNeeded: x.a), &time) == 0 else { return -Int(errno) }
        return space.write(x.b, time) ? 0 : -Int(EFAULT)
    }

    /// If it is the vDSO that asks.
    fileprivate func renewClockPage() {
        if vcpu.pc & ~AddressSpace.pageMask == process.virtualLibrary { process.clocks.renew() }
    }

    /// A call that may make CLOCK_REALTIME jump.
    fileprivate func setClock(_ host: Int, _ x: SyscallArguments, _ kinds: StaticString) -> Int {
        defer { process.clocks.expire() }
        return pass(host, x, kinds)
    }

    /// timer_create(2). `struct sigevent` is the same; only SIGEV_THREAD's pointers are the program's own business.
    fileprivate func createTimer(_ x: SyscallArguments) -> Int {
        for index in 1...2 where x[index] >= space.window.upperBound { return -Int(EFAULT) }
        return blocking(222, x)
    }
}
