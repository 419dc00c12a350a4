import Glibc

/// Whole files as text, with errors that say what to do.
package enum FileText {
    /// - Throws: ``BenchError`` naming the file and the system's reason.
    package static func read(_ path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BenchError("\(path): \(reason())") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw BenchError("\(path): \(reason())") }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// Replaces the file in one step: a reader sees the old text or the new, never half of it.
    ///
    /// - Throws: ``BenchError`` naming the file and the system's reason.
    package static func write(_ text: String, to path: String) throws {
        let temporary = "\(path).\(getpid()).tmp"
        do {
            let file = try AppendingFile(creating: temporary)
            try file.append(text)
        } catch let error as BenchError {
            unlink(temporary)
            throw BenchError(error.description.replacingSuffix(of: temporary, with: path))
        }
        guard rename(temporary, path) == 0 else {
            let why = reason()
            unlink(temporary)
            throw BenchError("\(path): \(why)")
        }
    }

    /// Creates the directory and its parents.
    ///
    /// - Throws: ``BenchError`` when it cannot be made or written to.
    package static func makeWritableDirectory(_ path: String, option: String) throws {
        var prefix = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            prefix += prefix.isEmpty || prefix.hasSuffix("/") ? String(part) : "/\(part)"
            guard mkdir(prefix, 0o777) == 0 || errno == EEXIST else {
                throw BenchError("\(option) \(path): cannot create \(prefix): \(reason()); choose another directory")
            }
        }
        guard isDirectory(path) else {
            throw BenchError("\(option) \(path): not a directory; choose another")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw BenchError("\(option) \(path): not writable (\(reason())); choose another directory")
        }
    }

    package static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a directory, sorted; empty when there is no such directory.
    package static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}

extension String {
    /// An error about the temporary file is an error about the real one.
    fileprivate func replacingSuffix(of name: String, with other: String) -> String {
        hasPrefix(name) ? other + dropFirst(name.count) : self
    }
}

/// A file that grows by whole texts, each handed to the kernel before `append` returns: whatever ends the process, what
/// was appended stays, and no line is half written.
package final class AppendingFile {
    package let path: String
    private let descriptor: CInt

    /// - Throws: ``BenchError`` naming the file and the system's reason.
    package init(creating path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw BenchError("\(path): \(String(cString: strerror(errno)))") }
    }

    /// Writes to a descriptor that stays the caller's, such as standard output.
    package init(duplicating descriptor: CInt, name: String) throws {
        path = name
        self.descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard self.descriptor >= 0 else { throw BenchError("\(name): \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// - Throws: ``BenchError`` when the disk is full or the reader of a pipe has gone.
    package func append(_ text: String) throws {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw BenchError("\(path): \(String(cString: strerror(errno)))") }
            bytes = bytes.dropFirst(count)
        }
    }
}
