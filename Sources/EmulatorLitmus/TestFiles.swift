import Glibc
import Litmus

/// Files of tests.
enum TestFiles {
    /// `paths` with the .litmus files of each folder in its place, in order of their names.
    static func expand(_ paths: [String]) throws(LitmusError) -> [String] {
        var files: [String] = []
        for path in paths {
            guard isFolder(path) else {
                files.append(path)
                continue
            }
            guard let folder = opendir(path) else { throw LitmusError("\(path): \(reason)") }
            defer { closedir(folder) }
            var names: [String] = []
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name.hasSuffix(".litmus") { names.append(name) }
            }
            files += names.sorted().map { path + (path.hasSuffix("/") ? "" : "/") + $0 }
        }
        return files
    }

    /// The whole file as text.
    static func read(_ path: String) throws(LitmusError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LitmusError("\(path): \(reason)") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw LitmusError("\(path): \(reason)") }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer.prefix(count)
        }
    }

    /// The path up to the last slash, with it.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Writes each test as NAME.litmus, and kinds.txt with the verdicts.
    static func write(
        _ tests: [(name: String, text: String, verdict: Verdict?)], folder: String
    ) throws(LitmusError) {
        if mkdir(folder, 0o777) != 0 && errno != EEXIST { throw LitmusError("\(folder): \(reason)") }
        for test in tests { try write(test.text, to: folder + "/" + test.name + ".litmus") }
        let kinds = tests.compactMap { test in test.verdict.map { "\(test.name) \($0.rawValue)\n" } }
        try write(kinds.joined(), to: folder + "/kinds.txt")
    }

    private static func write(_ text: String, to path: String) throws(LitmusError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw LitmusError("\(path): \(reason)") }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw LitmusError("\(path): \(reason)") }
            rest = rest.dropFirst(count)
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
