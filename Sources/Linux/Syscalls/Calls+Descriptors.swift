import Glibc

// Descriptors: duplicating, locking, control.

extension SyscallTable {
    mutating func defineDescriptors() {
        pass(23, "dup", "f", 32)
        run(24, "dup3", "ffx") { thread, x in
            var x = x
            x.c = OpenFlags.host(x.c)
            return thread.blocking(292, x)
        }
        run(25, "fcntl", "fdx") { thread, x in thread.controlDescriptor(x) }
        run(29, "ioctl", "fxx") { thread, x in thread.controlDevice(x) }
        pass(32, "flock", "fd", 73)
        run(59, "pipe2", "bx") { thread, x in
            if x.a >= thread.space.window.upperBound { return -Int(EFAULT) }
            var x = x
            x.b = OpenFlags.host(x.b)
            return thread.blocking(293, x)
        }
        pass(279, "memfd_create", "sx", 319)
    }
}

extension GuestThread {
    /// fcntl(2). Commands and structures are the same on both sides; flags of open are not.
    fileprivate func controlDescriptor(_ x: SyscallArguments) -> Int {
        var x = x
        switch SyscallArguments.int(x.b) {
        case Int(F_GETFL):
            let result = blocking(HostNumber.fcntl.rawValue, x)
            return result < 0 ? result : Int(address: OpenFlags.guest(UInt64(result)))
        case Int(F_SETFL): x.c = OpenFlags.host(x.c)
        case Int(F_GETLK), Int(F_SETLK), Int(F_SETLKW), 15, 16, 36, 37, 38, 1035...1040:
            // Locks, owners and hints: a pointer.
            if x.c >= space.window.upperBound { return -Int(EFAULT) }
        default: break
        }
        return blocking(HostNumber.fcntl.rawValue, x)
    }

    /// ioctl(2). Numbers and structures of both 64-bit sides are the same; what is not a pointer is small.
    fileprivate func controlDevice(_ x: SyscallArguments) -> Int {
        if x.c >= space.window.upperBound && x.c < 1 << 63 { return -Int(EFAULT) }
        let request = UInt32(truncatingIfNeeded: x.b)
        var x = x
        x.b = UInt64(request)
        if DeviceRequests.containsPointer(request) && !checksInterfaceList(x.c) { return -Int(EFAULT) }
        if DeviceRequests.isRefused(request) { return -Int(ENOTTY) }
        return blocking(HostNumber.ioctl.rawValue, x)
    }

    /// `struct ifconf` holds a pointer to its buffer.
    private func checksInterfaceList(_ address: UInt64) -> Bool {
        guard let buffer = space.read(address &+ 8, as: UInt64.self) else { return true }
        return buffer < space.window.upperBound
    }
}

/// ioctl requests that need a look (`uapi/asm-generic/ioctls.h`, `uapi/linux/sockios.h`).
enum DeviceRequests {
    /// SIOCGIFCONF and SIOCETHTOOL carry pointers inside of their structures.
    static func containsPointer(_ request: UInt32) -> Bool { request == 0x8912 }

    /// Interfaces whose structures hold addresses or code of the caller: KVM, userfaultfd, SIOCETHTOOL.
    static func isRefused(_ request: UInt32) -> Bool {
        request >> 8 & 0xff == 0xae || request == 0x8946
    }
}
