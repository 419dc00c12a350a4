import Glibc
import Support

// The address space.

extension SyscallTable {
    mutating func defineMemory() {
        run(214, "brk", "x") { thread, x in thread.space.setBreak(x.a, thread.vcpu) }
        run(215, "munmap", "xl") { thread, x in thread.space.unmap(x.a, x.b, thread.vcpu) }
        run(216, "mremap", "xllxx") { thread, x in thread.space.remap(x.a, x.b, x.c, x.d, x.e, thread.vcpu) }
        run(222, "mmap", "xlxxfx") { thread, x in
            thread.space.map(x.a, x.b, x.c, x.d, SyscallArguments.int(x.e), x.f, thread.vcpu)
        }
        run(226, "mprotect", "xlx") { thread, x in thread.space.protect(x.a, x.b, x.c, thread.vcpu) }
        run(227, "msync", "xlx") { thread, x in thread.onMapping(26, x) }
        run(228, "mlock", "xl") { thread, x in thread.onMapping(149, x) }
        run(229, "munlock", "xl") { thread, x in thread.onMapping(150, x) }
        // The emulator's own memory is not the guest's to lock.
        run(230, "mlockall", "x") { _, _ in 0 }
        run(231, "munlockall", "") { _, _ in 0 }
        run(232, "mincore", "xlb") { thread, x in thread.onMapping(27, x) }
        run(233, "madvise", "xld") { thread, x in thread.advise(x) }
        run(284, "mlock2", "xlx") { thread, x in thread.onMapping(325, x) }
        pass(283, "membarrier", "dxd", 324)
        run(235, "mbind", "xldbux") { _, _ in 0 }
        run(236, "get_mempolicy", "bbuxx") { thread, x in
            if x.a >= thread.space.window.upperBound || x.b >= thread.space.window.upperBound { return -Int(EFAULT) }
            return thread.blocking(239, x)
        }
        run(237, "set_mempolicy", "dbu") { _, _ in 0 }
        run(196, "shmat", "dxx") { thread, x in thread.attachSegment(x) }
        run(197, "shmdt", "x") { thread, x in thread.space.detach(x.a, thread.vcpu) }
        pass(194, "shmget", "xlx", 29)
        pass(195, "shmctl", "ddb", 31)
    }
}

extension GuestThread {
    /// A call whose first two arguments are a range of the guest's memory.
    fileprivate func onMapping(_ host: Int, _ x: SyscallArguments) -> Int {
        var x = x
        x.a = AddressSpace.untagged(x.a)
        guard x.a < space.window.upperBound, x.b <= space.window.upperBound - x.a else { return -Int(ENOMEM) }
        if x.a & AddressSpace.pageMask == 0 && x.b > 0 {
            let range = x.a..<AddressSpace.roundUp(x.a + x.b)
            // The host would find the reservation where the guest has nothing.
            guard space.regions.withLock({ $0.covers(range) }) else { return -Int(ENOMEM) }
        }
        return blocking(host, x)
    }

    fileprivate func advise(_ x: SyscallArguments) -> Int {
        switch SyscallArguments.int(x.c) {
        case 0...4, 8...10, 12...21: return onMapping(28, x)
        case 22, 23: return onMapping(28, x)
        // Hints about the emulator's memory as a whole: nothing to do.
        case 11, 25: return 0
        default: return -Int(EINVAL)
        }
    }

    /// shmat(2). The segment's size is the second word of `struct shmid64_ds`, behind `ipc64_perm`'s 48 bytes.
    fileprivate func attachSegment(_ x: SyscallArguments) -> Int {
        var size: UInt64 = 0
        let result = withUnsafeTemporaryAllocation(byteCount: 128, alignment: 8) { buffer in
            let result = hostCall(
                .shmctl, SyscallArguments.int(x.a), 2, Int(address: UnsafeRawPointer(buffer.baseAddress)))
            size = buffer.loadUnaligned(fromByteOffset: 48, as: UInt64.self)
            return result
        }
        if result < 0 { return result }
        return space.attach(SyscallArguments.int(x.a), x.b, x.c, size: size, vcpu)
    }
}
