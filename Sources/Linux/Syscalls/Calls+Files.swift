import Glibc

// Opening, reading, writing, and what is known of a file.

extension SyscallTable {
    mutating func defineFiles() {
        run(56, "openat", "fpxo") { thread, x in thread.openFile(x.a, x.b, flags: x.c, mode: x.d) }
        run(437, "openat2", "fpbl") { thread, x in thread.openFile2(x) }
        run(57, "close", "f") { thread, x in thread.closeFile(x) }
        run(436, "close_range", "uux") { thread, x in thread.closeRange(x) }
        pass(62, "lseek", "fld", 8)
        pass(63, "read", "fbl", 0)
        pass(64, "write", "fbl", 1)
        run(65, "readv", "fbd") { thread, x in thread.vector(.readv, x) }
        run(66, "writev", "fbd") { thread, x in thread.vector(.writev, x) }
        pass(67, "pread64", "fbll", 17)
        pass(68, "pwrite64", "fbll", 18)
        run(69, "preadv", "fbdl") { thread, x in thread.vector(.preadv, x) }
        run(70, "pwritev", "fbdl") { thread, x in thread.vector(.pwritev, x) }
        run(286, "preadv2", "fbdllx") { thread, x in thread.vector(.preadv2, x) }
        run(287, "pwritev2", "fbdllx") { thread, x in thread.vector(.pwritev2, x) }
        run(75, "vmsplice", "fblx") { thread, x in thread.vector(.vmsplice, x) }
        pass(71, "sendfile", "ffbl", 40)
        pass(76, "splice", "fbfblx", 275)
        pass(77, "tee", "fflx", 276)
        pass(285, "copy_file_range", "fbfblx", 326)
        run(79, "newfstatat", "fpbx") { thread, x in thread.status(x.a, x.b, x.c, flags: x.d) }
        run(80, "fstat", "fb") { thread, x in thread.status(descriptor: x.a, x.b) }
        pass(291, "statx", "fpxxb", 332)
        pass(61, "getdents64", "fbl", 217)
        run(78, "readlinkat", "fpbl") { thread, x in thread.readLink(x) }
        pass(81, "sync", "", 162)
        pass(82, "fsync", "f", 74)
        pass(83, "fdatasync", "f", 75)
        pass(84, "sync_file_range", "fllx", 277)
        pass(267, "syncfs", "f", 306)
        run(46, "ftruncate", "fl") { thread, x in
            defer { thread.space.populated.forgetAll() }
            return thread.pass(77, x, "fl")
        }
        pass(47, "fallocate", "fxll", 285)
        pass(213, "readahead", "fll", 187)
        pass(223, "fadvise64", "flld", 221)
    }
}

/// The flags of open that differ between the two architectures (`uapi/asm/fcntl.h`).
enum OpenFlags {
    private static let moved: [(guest: UInt64, host: UInt64)] = [
        (0o40000, 0o200000),  // O_DIRECTORY
        (0o100000, 0o400000),  // O_NOFOLLOW
        (0o200000, 0o40000),  // O_DIRECT
        (0o400000, 0o100000),  // O_LARGEFILE
    ]
    private static let mask: UInt64 = 0o740000

    static func host(_ guest: UInt64) -> UInt64 {
        moved.reduce(guest & ~mask) { guest & $1.guest != 0 ? $0 | $1.host : $0 }
    }

    static func guest(_ host: UInt64) -> UInt64 {
        moved.reduce(host & ~mask) { host & $1.host != 0 ? $0 | $1.guest : $0 }
    }
}

extension GuestThread {
    /// Runs `body` with the guest's path as the host's kernel shall see it.
    func withPath(_ address: UInt64, isNew: Bool = false, _ body: (Int) -> Int) -> Int {
        guard address != 0, let path = space.string(address, limit: Self.longestPath) else { return -Int(EFAULT) }
        let resolved = isNew ? path : process.paths.existing(path)
        return (resolved + [0]).withUnsafeBytes { body(Int(address: $0.baseAddress)) }
    }

    func openFile(_ directory: UInt64, _ path: UInt64, flags: UInt64, mode: UInt64) -> Int {
        guard let name = space.string(path, limit: Self.longestPath) else { return -Int(EFAULT) }
        if let made = process.openOwn(name, flags: OpenFlags.host(flags)) { return made }
        return (process.paths.existing(name) + [0]).withUnsafeBytes {
            refusingMemory(
                blocking(
                    .openat, SyscallArguments.int(directory), Int(address: $0.baseAddress),
                    Int(address: OpenFlags.host(flags)), Int(address: mode)))
        }
    }

    /// openat2(2): `struct open_how` is three 64-bit words, flags first.
    fileprivate func openFile2(_ x: SyscallArguments) -> Int {
        guard x.d >= 24, x.d <= 4096 else { return -Int(EINVAL) }
        guard let how = space.pointer(x.c, count: x.d) else { return -Int(EFAULT) }
        var bytes = [UInt8](UnsafeRawBufferPointer(start: how, count: Int(x.d)))
        var frame = FrameBytes(bytes: bytes)
        frame.put(OpenFlags.host(frame.get(0)), at: 0)
        bytes = frame.bytes
        return withPath(x.b) { path in
            bytes.withUnsafeBytes {
                refusingMemory(
                    blocking(.openat2, SyscallArguments.int(x.a), path, Int(address: $0.baseAddress), Int(x.d)))
            }
        }
    }

    /// `descriptor`, unless it is the memory of a process, /proc/PID/mem by whatever name: in that the emulator's own is
    /// as open as the guest's. Then it is closed, and the guest may not have it.
    private func refusingMemory(_ descriptor: Int) -> Int {
        guard descriptor >= 0, Self.isProcessMemory(descriptor) else { return descriptor }
        _ = hostCall(.close, descriptor)
        return -Int(EACCES)
    }

    /// A file of procfs that only its owner may read and write, and whose name is mem, or cannot be told.
    private static func isProcessMemory(_ descriptor: Int) -> Bool {
        let (fstatfs, procfs): (HostNumber, UInt64) = (HostNumber(138), 0x9fa0)
        var system = [UInt64](repeating: 0, count: 16)
        let known = system.withUnsafeMutableBytes { hostCall(fstatfs, descriptor, Int(address: $0.baseAddress)) }
        guard known == 0, system[0] == procfs else { return false }
        var file = stat()
        guard fstat(Int32(descriptor), &file) == 0, file.st_mode & 0o170777 == 0o100600 else { return false }
        var name = [UInt8](repeating: 0, count: 256)
        let length = name.withUnsafeMutableBytes { buffer in
            buffer.withMemoryRebound(to: CChar.self) { place in
                "/proc/self/fd/\(descriptor)".withCString { path in
                    place.baseAddress.map { readlink(path, $0, place.count) } ?? -1
                }
            }
        }
        return length < 0 || name[..<length].suffix(4).elementsEqual("/mem".utf8)
    }

    // MARK: Vectors

    /// Calls whose second and third argument are an array of `struct iovec`.
    fileprivate func vector(_ call: HostNumber, _ x: SyscallArguments) -> Int {
        if x.b >= space.window.upperBound { return -Int(EFAULT) }
        guard checksVector(x.b, count: x.c) else { return -Int(EFAULT) }
        return blocking(call.rawValue, x)
    }

    /// Whether every buffer of an array of iovec begins in the window. One that cannot be read is left to the kernel.
    func checksVector(_ address: UInt64, count: UInt64) -> Bool {
        guard count <= 1024, let list = space.pointer(address, count: count * 16) else { return true }
        for index in 0..<Int(count) {
            let start = list.loadUnaligned(fromByteOffset: index * 16, as: UInt64.self)
            if start >= space.window.upperBound { return false }
        }
        return true
    }

    // MARK: stat

    fileprivate func status(_ directory: UInt64, _ path: UInt64, _ target: UInt64, flags: UInt64) -> Int {
        var buffer = HostStatus()
        let result = withPath(path) { name in
            buffer.fill {
                blocking(.fstatat, SyscallArguments.int(directory), name, $0, SyscallArguments.int(flags))
            }
        }
        return finish(result, buffer, target)
    }

    fileprivate func status(descriptor: UInt64, _ target: UInt64) -> Int {
        var buffer = HostStatus()
        let result = buffer.fill { blocking(.fstat, SyscallArguments.int(descriptor), $0) }
        return finish(result, buffer, target)
    }

    private func finish(_ result: Int, _ buffer: HostStatus, _ target: UInt64) -> Int {
        guard result == 0 else { return result }
        return space.write(target, bytes: buffer.guestBytes) ? 0 : -Int(EFAULT)
    }

    fileprivate func readLink(_ x: SyscallArguments) -> Int {
        guard let name = space.string(x.b, limit: Self.longestPath) else { return -Int(EFAULT) }
        if process.isOwnExecutable(name) {
            guard x.d > 0 else { return -Int(EINVAL) }
            let text = Array(process.executable.prefix(Int(min(x.d, 4096))))
            return space.write(x.c, bytes: text) ? text.count : -Int(EFAULT)
        }
        if x.c >= space.window.upperBound { return -Int(EFAULT) }
        return withPath(x.b) { path in
            blocking(.readlinkat, SyscallArguments.int(x.a), path, Int(address: x.c), SyscallArguments.int(x.d))
        }
    }
}

/// `struct stat` of both sides (`uapi/asm-generic/stat.h`, and that of x86): the same facts in another order.
struct HostStatus {
    private var host = stat()

    mutating func fill(_ call: (Int) -> Int) -> Int {
        withUnsafeMutablePointer(to: &host) { call(Int(bitPattern: $0)) }
    }

    /// 128 bytes as the guest has them.
    var guestBytes: [UInt8] {
        var frame = FrameBytes(size: 128)
        frame.put(UInt64(host.st_dev), at: 0)
        frame.put(UInt64(host.st_ino), at: 8)
        frame.put(host.st_mode, at: 16)
        frame.put(UInt32(truncatingIfNeeded: host.st_nlink), at: 20)
        frame.put(host.st_uid, at: 24)
        frame.put(host.st_gid, at: 28)
        frame.put(UInt64(host.st_rdev), at: 32)
        frame.put(Int64(host.st_size), at: 48)
        frame.put(Int32(truncatingIfNeeded: host.st_blksize), at: 56)
        frame.put(Int64(host.st_blocks), at: 64)
        for (index, time) in [host.st_atim, host.st_mtim, host.st_ctim].enumerated() {
            frame.put(Int64(time.tv_sec), at: 72 + index * 16)
            frame.put(Int64(time.tv_nsec), at: 80 + index * 16)
        }
        return frame.bytes
    }
}
