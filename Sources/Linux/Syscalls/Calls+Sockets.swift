import Glibc

// Sockets. Constants and structures of both 64-bit sides are the same; pointers inside of messages are checked.

extension SyscallTable {
    mutating func defineSockets() {
        pass(198, "socket", "dxd", 41)
        pass(199, "socketpair", "dxdb", 53)
        pass(200, "bind", "fbu", 49)
        pass(201, "listen", "fd", 50)
        pass(202, "accept", "fbb", 43)
        pass(203, "connect", "fbu", 42)
        pass(204, "getsockname", "fbb", 51)
        pass(205, "getpeername", "fbb", 52)
        pass(206, "sendto", "fblxbu", 44)
        pass(207, "recvfrom", "fblxbb", 45)
        run(208, "setsockopt", "fddbu") { thread, x in thread.setSocketOption(x) }
        pass(209, "getsockopt", "fddbb", 55)
        pass(210, "shutdown", "fd", 48)
        run(211, "sendmsg", "fbx") { thread, x in thread.message(.sendmsg, x) }
        run(212, "recvmsg", "fbx") { thread, x in thread.message(.recvmsg, x) }
        pass(242, "accept4", "fbbx", 288)
        run(243, "recvmmsg", "fbuxb") { thread, x in thread.messages(.recvmmsg, x) }
        run(269, "sendmmsg", "fbux") { thread, x in thread.messages(.sendmmsg, x) }
    }
}

extension GuestThread {
    /// Whether the pointers of a `struct msghdr` lie in the window: name, iov and its buffers, control.
    private func checksMessage(_ address: UInt64) -> Bool {
        let limit = space.window.upperBound
        guard address < limit else { return false }
        guard let header = space.pointer(address, count: 56) else { return true }
        func word(_ offset: Int) -> UInt64 { header.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        return word(0) < limit && word(16) < limit && word(32) < limit && checksVector(word(16), count: word(24))
    }

    fileprivate func message(_ call: HostNumber, _ x: SyscallArguments) -> Int {
        checksMessage(x.b) ? blocking(call.rawValue, x) : -Int(EFAULT)
    }

    /// sendmmsg(2) and recvmmsg(2): an array of `struct mmsghdr`, 64 bytes each.
    fileprivate func messages(_ call: HostNumber, _ x: SyscallArguments) -> Int {
        guard x.e < space.window.upperBound || call.rawValue == HostNumber.sendmmsg.rawValue else {
            return -Int(EFAULT)
        }
        for index in 0..<min(x.c & 0xffff_ffff, 1024) where !checksMessage(x.b &+ index * 64) { return -Int(EFAULT) }
        return blocking(call.rawValue, x)
    }

    /// setsockopt(2). SO_ATTACH_FILTER carries a pointer.
    fileprivate func setSocketOption(_ x: SyscallArguments) -> Int {
        if x.d >= space.window.upperBound { return -Int(EFAULT) }
        let attachesFilter = SyscallArguments.int(x.b) == 1 && [26, 51].contains(SyscallArguments.int(x.c))
        if attachesFilter, let filter = space.read(x.d &+ 8, as: UInt64.self), filter >= space.window.upperBound {
            return -Int(EFAULT)
        }
        return blocking(54, x)
    }
}
