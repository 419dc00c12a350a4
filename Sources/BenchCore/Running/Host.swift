import Glibc

/// The machine and the revision that are measured.
package struct Host: Sendable {
    /// Processors that this process may run on.
    package let processors: Int
    package let name: String
    package let processorModel: String
    package let megahertz: Int
    /// The revision of the tree that holds the executable, with `-dirty` when it has changes; `unknown` outside one.
    package let commit: String

    /// Looks at this machine, and at the working tree that the directory `tree` is in.
    package init(tree: String, interruption: Interruption) {
        processors = Self.allowedProcessors()
        var names = utsname()
        uname(&names)
        name = withUnsafeBytes(of: &names.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let information = (try? FileText.read("/proc/cpuinfo")) ?? ""
        processorModel = Self.field("model name", in: information) ?? "unknown"
        megahertz = Self.field("cpu MHz", in: information).flatMap(Double.init).map { Int($0) } ?? 0
        commit = Self.revision(of: tree, interruption) ?? "unknown"
    }

    /// How many tasks wanted to run, averaged over the last minute.
    package static func load() -> Double? {
        (try? FileText.read("/proc/loadavg"))?.split(separator: " ").first.flatMap { Double($0) }
    }

    /// Now, UTC, as ISO 8601.
    package static func date() -> String { timestamp("%Y-%m-%dT%H:%M:%SZ") }

    /// Now in a form for file names: `20261120T205000Z`.
    package static func compactDate() -> String { timestamp("%Y%m%dT%H%M%SZ") }

    private static func timestamp(_ format: String) -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let length = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The affinity mask and not the number of processors: a container or `taskset` may leave us fewer.
    private static func allowedProcessors() -> Int {
        let status = (try? FileText.read("/proc/self/status")) ?? ""
        let allowed = field("Cpus_allowed_list", in: status) ?? ""
        let ranges = allowed.split(separator: ",").map { $0.split(separator: "-").compactMap { Int($0) } }
        let count = ranges.reduce(0) { $0 + ($1.last ?? 0) - ($1.first ?? 1) + 1 }
        return count > 0 ? count : max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
    }

    private static func field(_ name: String, in text: String) -> String? {
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(separator: ":", maxSplits: 1).last.map { String($0.trimmed) }
    }

    private static func revision(of tree: String, _ interruption: Interruption) -> String? {
        guard let git = Search.program("git") else { return nil }
        func output(_ arguments: [String]) -> String? {
            let child = try? ChildProcess.run(git, ["-C", tree] + arguments, timeout: 10, interruption: interruption)
            return child?.ending == .exited(code: 0) ? child.map { String($0.output.trimmed) } : nil
        }
        guard let commit = output(["rev-parse", "--short=12", "HEAD"]), !commit.isEmpty else { return nil }
        let changes = output(["status", "--porcelain", "--untracked-files=no"]) ?? ""
        return changes.isEmpty ? commit : commit + "-dirty"
    }
}

/// Finds programs as a shell does.
package enum Search {
    /// - Returns: the first executable of that name in PATH; a name with a slash is taken as it is.
    package static func program(_ name: String) -> String? {
        if name.contains("/") { return isExecutable(name) ? name : nil }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    package static func isExecutable(_ path: String) -> Bool {
        access(path, X_OK) == 0 && !FileText.isDirectory(path)
    }

    /// The path of this process's executable.
    package static func ownExecutable() -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = buffer.withUnsafeMutableBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                characters.baseAddress.map { readlink("/proc/self/exe", $0, characters.count) } ?? 0
            }
        }
        return String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
    }
}
