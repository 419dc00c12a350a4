import Glibc

// Threads, processes, programs, and their ends.

extension SyscallTable {
    mutating func defineProcesses() {
        run(93, "exit", "d") { thread, x in thread.exitThread(SyscallArguments.int(x.a)) }
        run(94, "exit_group", "d") { thread, x in thread.exitProcess(SyscallArguments.int(x.a)) }
        run(96, "set_tid_address", "b") { thread, x in
            thread.clearOnExit = x.a
            return thread.threadID
        }
        pass(99, "set_robust_list", "bl", 273)
        pass(100, "get_robust_list", "dbb", 274)
        run(220, "clone", "xxbxb") { thread, x in
            thread.clone(CloneRequest(flags: x.a, stack: x.b, parentID: x.c, tls: x.d, childID: x.e))
        }
        run(435, "clone3", "bl") { thread, x in thread.clone3(x.a, size: x.b) }
        run(221, "execve", "pbb") { thread, x in thread.execute(x.a, x.b, x.c) }
        run(281, "execveat", "fpbbx") { thread, x in thread.execute(at: x.a, x.b, x.c, x.d, flags: x.e) }
        pass(260, "wait4", "dbxb", 61)
        pass(95, "waitid", "ddbxb", 247)
        run(98, "futex", "bxuxxu") { thread, x in thread.futex(x) }
        pass(449, "futex_waitv", "buxbd", 449)
        passAlone(97, "unshare", "x", 272)
        passAlone(268, "setns", "fx", 308)
        pass(434, "pidfd_open", "dx", 434)
        pass(438, "pidfd_getfd", "ffx", 438)
        pass(424, "pidfd_send_signal", "fSbx", 424)
        pass(272, "kcmp", "ddxxx", 312)
    }

    mutating func defineIdentity() {
        pass(154, "setpgid", "dd", 109)
        pass(155, "getpgid", "d", 121)
        pass(156, "getsid", "d", 124)
        pass(157, "setsid", "", 112)
        pass(172, "getpid", "", 39)
        pass(173, "getppid", "", 110)
        pass(174, "getuid", "", 102)
        pass(175, "geteuid", "", 107)
        pass(176, "getgid", "", 104)
        pass(177, "getegid", "", 108)
        pass(178, "gettid", "", 186)
        pass(143, "setregid", "dd", 114)
        pass(144, "setgid", "d", 106)
        pass(145, "setreuid", "dd", 113)
        pass(146, "setuid", "d", 105)
        pass(147, "setresuid", "ddd", 117)
        pass(148, "getresuid", "bbb", 118)
        pass(149, "setresgid", "ddd", 119)
        pass(150, "getresgid", "bbb", 120)
        pass(151, "setfsuid", "d", 122)
        pass(152, "setfsgid", "d", 123)
        pass(158, "getgroups", "db", 115)
        pass(159, "setgroups", "lb", 116)
        pass(90, "capget", "bb", 125)
        pass(91, "capset", "bb", 126)
        run(167, "prctl", "dxxxx") { thread, x in thread.controlProcess(x) }
        pass(217, "add_key", "ssblx", 248)
        pass(218, "request_key", "sssx", 249)
        pass(219, "keyctl", "dxxxx", 250)
    }
}
