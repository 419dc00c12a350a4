import Glibc
import Support

// Scheduling, priorities, limits, accounting.

extension SyscallTable {
    mutating func defineScheduling() {
        pass(118, "sched_setparam", "db", 142)
        pass(119, "sched_setscheduler", "ddb", 144)
        pass(120, "sched_getscheduler", "d", 145)
        pass(121, "sched_getparam", "db", 143)
        pass(122, "sched_setaffinity", "dlb", 203)
        pass(123, "sched_getaffinity", "dlb", 204)
        pass(124, "sched_yield", "", 24)
        pass(125, "sched_get_priority_max", "d", 146)
        pass(126, "sched_get_priority_min", "d", 147)
        pass(127, "sched_rr_get_interval", "db", 148)
        pass(274, "sched_setattr", "dbx", 314)
        pass(275, "sched_getattr", "dblx", 315)
        pass(140, "setpriority", "ddd", 141)
        pass(141, "getpriority", "dd", 140)
        pass(30, "ioprio_set", "ddd", 251)
        pass(31, "ioprio_get", "dd", 252)
        pass(168, "getcpu", "bbx", 309)
        pass(165, "getrusage", "db", 98)
        run(163, "getrlimit", "db") { thread, x in thread.limit(0, x.a, new: 0, old: x.b) }
        run(164, "setrlimit", "db") { thread, x in thread.limit(0, x.a, new: x.b, old: 0) }
        run(261, "prlimit64", "ddbb") { thread, x in
            thread.limit(SyscallArguments.int(x.a), x.b, new: x.c, old: x.d)
        }
        pass(89, "acct", "p", 163)
        pass(92, "personality", "x", 135)
        pass(448, "process_mrelease", "fx", 448)
    }
}

extension GuestThread {
    /// RLIMIT_DATA, RLIMIT_STACK and RLIMIT_AS of the guest are not those of the emulator around it.
    private static let virtualResources: Set<Int> = [2, 3, 9]

    fileprivate func limit(_ process: Int, _ resource: UInt64, new: UInt64, old: UInt64) -> Int {
        guard new < space.window.upperBound, old < space.window.upperBound else { return -Int(EFAULT) }
        let number = SyscallArguments.int(resource)
        let isOwn = process == 0 || process == hostCall(.getpid)
        guard isOwn, Self.virtualResources.contains(number) else {
            return blocking(.prlimit, process, number, Int(address: new), Int(address: old))
        }
        return virtualLimit(number, new: new, old: old)
    }

    private func virtualLimit(_ number: Int, new: UInt64, old: UInt64) -> Int {
        var host = rlimit()
        let result = withUnsafeMutablePointer(to: &host) {
            hostCall(.prlimit, 0, number, 0, Int(bitPattern: $0))
        }
        if result < 0 { return result }
        return process.virtualLimits.withLock { limits in
            let before = limits.values[number] ?? (UInt64(host.rlim_cur), UInt64(host.rlim_max))
            if new != 0 {
                guard let wanted = space.read(new, as: (UInt64, UInt64).self) else { return -Int(EFAULT) }
                guard wanted.0 <= wanted.1 else { return -Int(EINVAL) }
                guard wanted.1 <= before.1 || geteuid() == 0 else { return -Int(EPERM) }
                limits.values[number] = (wanted.0, wanted.1)
            }
            if old != 0 && !space.write(old, (before.0, before.1)) { return -Int(EFAULT) }
            return 0
        }
    }
}
