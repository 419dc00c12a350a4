import Glibc
import GuestA64

// The system as a whole, and what one process may ask about itself.

extension SyscallTable {
    mutating func defineSystem() {
        run(160, "uname", "b") { thread, x in thread.nameSystem(x.a) }
        pass(161, "sethostname", "bl", 170)
        pass(162, "setdomainname", "bl", 171)
        pass(179, "sysinfo", "b", 99)
        pass(116, "syslog", "dbd", 103)
        pass(278, "getrandom", "blx", 318)
        pass(142, "reboot", "xxxb", 169)
        pass(58, "vhangup", "", 153)
        pass(224, "swapon", "px", 167)
        pass(225, "swapoff", "p", 168)
        run(270, "process_vm_readv", "dbubux") { thread, x in thread.processMemory(310, x) }
        run(271, "process_vm_writev", "dbubux") { thread, x in thread.processMemory(311, x) }
        pass(444, "landlock_create_ruleset", "blx", 444)
        pass(445, "landlock_add_rule", "fxbx", 445)
        pass(446, "landlock_restrict_self", "fx", 446)
    }

    /// What is not to be had, each with the answer that programs take for "do without".
    mutating func defineRefused() {
        for (number, name) in [
            (0, "io_setup"), (1, "io_destroy"), (2, "io_submit"), (3, "io_cancel"), (4, "io_getevents"),
            (292, "io_pgetevents"), (425, "io_uring_setup"), (426, "io_uring_enter"), (427, "io_uring_register"),
            (234, "remap_file_pages"), (238, "migrate_pages"), (239, "move_pages"), (282, "userfaultfd"),
            (280, "bpf"), (241, "perf_event_open"), (293, "rseq"), (288, "pkey_mprotect"), (289, "pkey_alloc"),
            (290, "pkey_free"), (105, "init_module"), (106, "delete_module"), (273, "finit_module"),
            (104, "kexec_load"), (294, "kexec_file_load"), (128, "restart_syscall"), (42, "nfsservctl"),
            (18, "lookup_dcookie"), (440, "process_madvise"), (442, "mount_setattr"), (443, "quotactl_fd"),
            (447, "memfd_secret"), (450, "set_mempolicy_home_node"), (451, "cachestat"), (453, "map_shadow_stack"),
        ] as [(Int, StaticString)] { refuse(number, name) }
        // A tracer would see the emulator's registers.
        refuse(117, "ptrace", EPERM)
        // A filter would judge the host's calls by the guest's numbers.
        refuse(277, "seccomp", EINVAL)
    }
}

extension GuestThread {
    /// uname(2): six fields of 65 bytes; the machine is the guest's.
    fileprivate func nameSystem(_ address: UInt64) -> Int {
        var bytes = [UInt8](repeating: 0, count: 390)
        let result = bytes.withUnsafeMutableBytes { hostCall(.uname, Int(address: $0.baseAddress)) }
        if result < 0 { return result }
        func set(_ field: Int, _ text: [UInt8]) {
            let value = text.prefix(64) + [UInt8](repeating: 0, count: 65 - min(64, text.count))
            bytes.replaceSubrange(field * 65..<field * 65 + 65, with: value)
        }
        set(4, Array("aarch64".utf8))
        if let release = process.options.release { set(2, release) }
        return space.write(address, bytes: bytes) ? 0 : -Int(EFAULT)
    }

    /// The other process's addresses are that process's affair.
    fileprivate func processMemory(_ host: Int, _ x: SyscallArguments) -> Int {
        guard x.b < space.window.upperBound, x.d < space.window.upperBound, checksVector(x.b, count: x.c),
            checksVector(x.d, count: x.e)
        else { return -Int(EFAULT) }
        return blocking(host, x)
    }

    /// prctl(2).
    func controlProcess(_ x: SyscallArguments) -> Int {
        switch SyscallArguments.int(x.a) {
        // PR_SET_PDEATHSIG, DUMPABLE, KEEPCAPS, SECUREBITS, TIMERSLACK, CHILD_SUBREAPER, NO_NEW_PRIVS, THP, capabilities.
        case 1, 3, 4, 7, 8, 23, 24, 27, 28, 29, 30, 36, 38, 39, 41, 42, 47: return blocking(.prctl, x)
        // Pointers: PR_GET_PDEATHSIG, PR_GET_CHILD_SUBREAPER, PR_SET_NAME, PR_GET_NAME, PR_GET_TID_ADDRESS.
        case 2, 37, 15, 16: return x.b < space.window.upperBound ? blocking(.prctl, x) : -Int(EFAULT)
        case 40: return space.write(x.b, clearOnExit) ? 0 : -Int(EFAULT)
        // PR_SET_PTRACER, PR_SET_VMA: nothing that can be seen.
        case 0x5961_6d61: return 0
        case 0x5356_4d41: return -Int(EINVAL)
        // PR_GET_SECCOMP: none.
        case 21: return 0
        case 54, 60, 61: return controlKeys(x)
        default: return -Int(EINVAL)
        }
    }

    /// PR_PAC_RESET_KEYS, PR_PAC_SET_ENABLED_KEYS and PR_PAC_GET_ENABLED_KEYS (arch/arm64/kernel/pointer_auth.c).
    private func controlKeys(_ x: SyscallArguments) -> Int {
        guard process.options.model.hasPointerAuthentication, x.d == 0, x.e == 0 else { return -Int(EINVAL) }
        switch (SyscallArguments.int(x.a), x.b, x.c) {
        case (54, let keys, 0) where keys & ~0x1f == 0:
            A64User.resetKeys(keys == 0 ? 0x1f : keys, state)
            return 0
        case (60, let affected, let enabled) where affected & ~0xf == 0 && enabled & ~affected == 0:
            A64User.enableKeys(affected, enabled, state)
            return 0
        case (61, 0, 0): return Int(A64User.enabledKeys(state))
        default: return -Int(EINVAL)
        }
    }

    private func blocking(_ call: HostNumber, _ x: SyscallArguments) -> Int { blocking(call.rawValue, x) }
}
