import Glibc

/// A directory for the files of one batch, removed with them.
final class ScratchDirectory {
    private let directory: String
    private var names: [String] = []

    init() throws {
        let root = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((root + "/fuzz-a64-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else {
            throw Emulation.Failure(description: "no directory for scratch files in \(root)")
        }
        directory = String(cString: made)
    }

    deinit {
        for name in names { unlink(directory + "/" + name) }
        rmdir(directory)
    }

    /// Where the file `name` is to be.
    func path(_ name: String) -> String {
        names.append(name)
        return directory + "/" + name
    }

    /// Writes an executable file; returns its path.
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let path = path(name)
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o700)
        guard file >= 0 else { throw Emulation.Failure(description: "cannot write \(path)") }
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            guard count > 0 else { throw Emulation.Failure(description: "cannot write \(path)") }
            done += count
        }
        return path
    }

    /// The content of a file as little-endian words; a last part of one is left out.
    func words(_ name: String) throws -> [UInt64] {
        let path = directory + "/" + name
        let file = open(path, O_RDONLY)
        guard file >= 0 else { throw Emulation.Failure(description: "cannot read \(path)") }
        defer { close(file) }
        let bytes = Int(lseek(file, 0, SEEK_END)) / 8 * 8
        var words = [UInt64](repeating: 0, count: bytes / 8)
        var done = 0
        while done < bytes {
            let count = words.withUnsafeMutableBytes { buffer in
                pread(file, buffer.baseAddress.map { $0 + done }, bytes - done, off_t(done))
            }
            guard count > 0 else { throw Emulation.Failure(description: "cannot read \(path)") }
            done += count
        }
        return words
    }
}
