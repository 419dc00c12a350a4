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
        pass(112, "clock_settime", "db", 227)
        run(113, "clock_gettime", "db") { thread, x in thread.readClock(x) }
        pass(114, "clock_getres", "db", 229)
        pass(115, "clock_nanosleep", "dxbb", 230)
        pass(153, "times", "b", 100)
        run(169, "gettimeofday", "bb") { thread, x in
            if x.a >= thread.space.window.upperBound || x.b >= thread.space.window.upperBound { return -Int(EFAULT) }
            return thread.blocking(96, x)
        }
        pass(170, "settimeofday", "bb", 164)
        pass(171, "adjtimex", "b", 159)
        pass(266, "clock_adjtime", "db", 305)
    }
}

extension GuestThread {
    /// The host's C library answers without a system call.
    fileprivate func readClock(_ x: SyscallArguments) -> Int {
        var time = timespec()
        guard clock_gettime(clockid_t(truncatingIfNeeded: x.a), &time) == 0 else { return -Int(errno) }
        return space.write(x.b, time) ? 0 : -Int(EFAULT)
    }

    /// timer_create(2). `struct sigevent` is the same; only SIGEV_THREAD's pointers are the program's own business.
    fileprivate func createTimer(_ x: SyscallArguments) -> Int {
        for index in 1...2 where x[index] >= space.window.upperBound { return -Int(EFAULT) }
        return blocking(222, x)
    }
}
