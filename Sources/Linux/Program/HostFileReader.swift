import Glibc

/// A file of the host, read without streams. Closed when the last reference goes.
final class HostFileReader {
    let descriptor: Int32
    let size: UInt64
    /// Device and inode tell the file from others.
    let mode: UInt32

    /// nil when it cannot be opened.
    init?(path: [UInt8]) {
        let result = (path + [0]).withUnsafeBytes {
            hostCall(.openat, Int(AT_FDCWD), Int(address: $0.baseAddress), Int(O_RDONLY | O_CLOEXEC))
        }
        descriptor = Int32(truncatingIfNeeded: result)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            close(descriptor)
            return nil
        }
        size = UInt64(max(0, status.st_size))
        mode = status.st_mode
    }

    deinit { close(descriptor) }

    /// Up to `count` bytes from `offset`.
    func bytes(at offset: UInt64, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
            let result = pread(descriptor, buffer.baseAddress, count, off_t(truncatingIfNeeded: offset))
            length = max(0, result)
        }
    }

    var isRegular: Bool { mode & S_IFMT == S_IFREG }
    var isExecutable: Bool { mode & 0o111 != 0 }
}

/// Little-endian numbers in a buffer.
struct ByteView {
    let bytes: [UInt8]

    func number<Number: FixedWidthInteger>(_ offset: Int, as: Number.Type = Number.self) -> Number? {
        let size = MemoryLayout<Number>.size
        guard offset >= 0, offset <= bytes.count - size else { return nil }
        return bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self)) }
    }
}
