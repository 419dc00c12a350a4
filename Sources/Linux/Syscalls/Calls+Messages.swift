import Glibc

// System V and POSIX message queues and semaphores.

extension SyscallTable {
    mutating func defineMessages() {
        run(180, "mq_open", "sxob") { thread, x in
            for index in [0, 3] where x[index] >= thread.space.window.upperBound { return -Int(EFAULT) }
            var x = x
            x.b = OpenFlags.host(x.b)
            return thread.blocking(240, x)
        }
        pass(181, "mq_unlink", "s", 241)
        pass(182, "mq_timedsend", "fblub", 242)
        pass(183, "mq_timedreceive", "fblbb", 243)
        pass(184, "mq_notify", "fb", 244)
        pass(185, "mq_getsetattr", "fbb", 245)
        pass(186, "msgget", "xx", 68)
        pass(187, "msgctl", "ddb", 71)
        pass(188, "msgrcv", "dblld", 70)
        pass(189, "msgsnd", "dbld", 69)
        pass(190, "semget", "xdx", 64)
        run(191, "semctl", "dddx") { thread, x in thread.controlSemaphores(x) }
        pass(192, "semtimedop", "dblb", 220)
        pass(193, "semop", "dbl", 65)
    }
}

extension GuestThread {
    /// semctl(2). x86 has a reserved word behind each time of `struct semid64_ds`: there otime, ctime and nsems are at
    /// 48, 64 and 80, on AArch64 at 48, 56 and 64 of 88 bytes.
    fileprivate func controlSemaphores(_ x: SyscallArguments) -> Int {
        let command = SyscallArguments.int(x.c) & ~0x100
        // IPC_SET, IPC_STAT, SEM_STAT and SEM_STAT_ANY.
        guard [1, 2, 18, 20].contains(command) else {
            if x.d >= space.window.upperBound && [3, 13, 17, 19].contains(command) { return -Int(EFAULT) }
            return blocking(HostNumber.semctl.rawValue, x)
        }
        var host = FrameBytes(size: 104)
        if command == 1 {
            guard let source = space.pointer(x.d, count: 48) else { return -Int(EFAULT) }
            for offset in stride(from: 0, to: 48, by: 8) {
                host.put(source.loadUnaligned(fromByteOffset: offset, as: UInt64.self), at: offset)
            }
        }
        var bytes = host.bytes
        let result = bytes.withUnsafeMutableBytes {
            blocking(
                .semctl, SyscallArguments.int(x.a), SyscallArguments.int(x.b), SyscallArguments.int(x.c),
                Int(address: UnsafeRawPointer($0.baseAddress)))
        }
        guard result >= 0, command != 1 else { return result }
        let filled = FrameBytes(bytes: bytes)
        var guest = FrameBytes(size: 88)
        for offset in stride(from: 0, to: 56, by: 8) { guest.put(filled.get(offset) as UInt64, at: offset) }
        guest.put(filled.get(64) as UInt64, at: 56)
        guest.put(filled.get(80) as UInt64, at: 64)
        return space.write(x.d, bytes: guest.bytes) ? result : -Int(EFAULT)
    }
}
