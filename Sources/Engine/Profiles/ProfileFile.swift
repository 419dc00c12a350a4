import Glibc

/// A file that a profiler reads: written by the process that made it, not by its children.
package struct ProfileFile {
    /// Why there is none: one line.
    package struct Failure: Error {
        package let message: String
    }

    let descriptor: Int32
    private let owner = getpid()

    /// Makes the file at `path`, empty.
    init(_ path: String) throws(Failure) {
        // Readable, because a profiler finds a file by its mapping.
        let low = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard low >= 0 else { throw Failure(message: "\(path): \(String(cString: strerror(errno)))") }
        // Far from the numbers that guest programs expect to be free.
        let high = fcntl(low, F_DUPFD_CLOEXEC, 500)
        descriptor = high >= 0 ? high : low
        if high >= 0 { close(low) }
    }

    func write(_ bytes: [UInt8]) {
        guard getpid() == owner else { return }
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
