import Glibc

// Waiting for several things at once.

extension SyscallTable {
    mutating func defineEvents() {
        pass(19, "eventfd2", "ux", 290)
        pass(20, "epoll_create1", "x", 291)
        run(21, "epoll_ctl", "fdfb") { thread, x in thread.controlEvents(x) }
        run(22, "epoll_pwait", "fbddbl") { thread, x in thread.waitForEvents(x, .epollPwait) }
        run(441, "epoll_pwait2", "fbdbbl") { thread, x in thread.waitForEvents(x, .epollPwait2) }
        run(72, "pselect6", "dbbbbb") { thread, x in thread.selectDescriptors(x) }
        pass(73, "ppoll", "bubbl", 271)
        pass(26, "inotify_init1", "x", 294)
        pass(27, "inotify_add_watch", "fpx", 254)
        pass(28, "inotify_rm_watch", "fd", 255)
        pass(74, "signalfd4", "fblx", 289)
        pass(85, "timerfd_create", "dx", 283)
        pass(86, "timerfd_settime", "fxbb", 286)
        pass(87, "timerfd_gettime", "fb", 287)
        pass(262, "fanotify_init", "xx", 300)
        pass(263, "fanotify_mark", "fxxfp", 301)
    }
}

extension GuestThread {
    /// The most events that a call may ask for: the kernel's limit for its own events of 12 bytes.
    private static let mostEvents = Int(Int32.max) / 12
    /// Those that fit the stack.
    private static let fewEvents = 1024

    /// `struct epoll_event` is packed to 12 bytes on x86 only; AArch64 has 4 bytes of padding behind the mask.
    fileprivate func controlEvents(_ x: SyscallArguments) -> Int {
        guard x.d != 0 else { return blocking(HostNumber.epollControl.rawValue, x) }
        guard let events = space.read(x.d, as: UInt32.self), let data = space.read(x.d &+ 8, as: UInt64.self) else {
            return -Int(EFAULT)
        }
        var frame = FrameBytes(size: 12)
        frame.put(events, at: 0)
        frame.put(data, at: 4)
        return frame.bytes.withUnsafeBytes {
            blocking(
                .epollControl, SyscallArguments.int(x.a), SyscallArguments.int(x.b), SyscallArguments.int(x.c),
                Int(address: $0.baseAddress))
        }
    }

    fileprivate func waitForEvents(_ x: SyscallArguments, _ call: HostNumber) -> Int {
        let wanted = SyscallArguments.int(x.c)
        guard wanted > 0, wanted <= Self.mostEvents else { return -Int(EINVAL) }
        guard x.b < space.window.upperBound, x.e < space.window.upperBound,
            call.rawValue == HostNumber.epollPwait.rawValue || x.d < space.window.upperBound
        else { return -Int(EFAULT) }
        let size = wanted * 12
        if wanted <= Self.fewEvents {
            return withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { waitForEvents(x, call, $0) }
        }
        // Not from the heap: a program may ask for far more events than there ever are.
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED else {
            return -Int(ENOMEM)
        }
        defer { munmap(memory, size) }
        return waitForEvents(x, call, UnsafeMutableRawBufferPointer(start: memory, count: size))
    }

    /// The host's events come into `buffer`; what of them the program has no room for is EFAULT, as the kernel has it.
    private func waitForEvents(
        _ x: SyscallArguments, _ call: HostNumber, _ buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        let result = blocking(
            call, SyscallArguments.int(x.a), Int(address: UnsafeRawPointer(buffer.baseAddress)), buffer.count / 12,
            Int(address: x.d), Int(address: x.e), Int(address: x.f))
        guard result > 0 else { return result }
        guard let target = space.pointer(x.b, count: UInt64(result) * 16, [.read, .write]) else { return -Int(EFAULT) }
        for index in 0..<result {
            let events = buffer.loadUnaligned(fromByteOffset: index * 12, as: UInt32.self)
            let data = buffer.loadUnaligned(fromByteOffset: index * 12 + 4, as: UInt64.self)
            target.storeBytes(of: UInt64(events), toByteOffset: index * 16, as: UInt64.self)
            target.storeBytes(of: data, toByteOffset: index * 16 + 8, as: UInt64.self)
        }
        return result
    }

    /// pselect6(2): the last argument points to a signal set's address and size.
    fileprivate func selectDescriptors(_ x: SyscallArguments) -> Int {
        for index in 1...5 where x[index] >= space.window.upperBound { return -Int(EFAULT) }
        if x.f != 0, let set = space.read(x.f, as: UInt64.self), set >= space.window.upperBound { return -Int(EFAULT) }
        return blocking(270, x)
    }
}
