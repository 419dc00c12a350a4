import Glibc

/// An emulator that runs AArch64 Linux programs: this one or a peer.
package struct Emulation: Sendable {
    package let name: String
    /// The program and its arguments; the file to run follows.
    package let command: [String]

    package init(name: String, command: [String]) {
        self.name = name
        self.command = command
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Runs the programs and returns their results; fewer than there are programs when the emulator ended early.
    package func run(_ programs: [FuzzProgram]) throws -> [FuzzResult] {
        let words = try run(HarnessImage(programs))
        let size = FuzzState.bytes / 8
        return (0..<words.count / size).map { FuzzResult(decoding: words[($0 * size)..<($0 * size + size)]) }
    }

    /// Only the number of the first signal of each program, 0 for none.
    package func runForSignals(_ programs: [FuzzProgram]) throws -> [UInt64] {
        let words = try run(HarnessImage(programs, brief: true))
        return (0..<words.count / 5).map { words[$0 * 5 + 1] & 0xffff_ffff }
    }

    private func run(_ image: HarnessImage) throws -> [UInt64] {
        let scratch = try Scratch()
        try scratch.write(image.bytes)
        let output = scratch.directory + "/out"
        let ended = try spawn(command + [scratch.program], output: output)
        guard ended else { throw Failure(description: "\(name) did not end within \(Self.timeout) s") }
        return try scratch.words(output)
    }

    /// Seconds that a batch may take.
    private static var timeout: Int { 120 }

    /// Runs the command with its output in a file; false when it had to be ended.
    private func spawn(_ arguments: [String], output: String) throws -> Bool {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var child: pid_t = 0
        let strings = arguments.map { strdup($0) }
        defer { for string in strings { free(string) } }
        let status = posix_spawnp(&child, arguments[0], &actions, nil, strings + [nil], environ)
        guard status == 0 else {
            throw Failure(description: "cannot run \(arguments[0]): \(String(cString: strerror(status)))")
        }
        return wait(child)
    }

    private func wait(_ child: pid_t) -> Bool {
        var status: Int32 = 0
        for _ in 0..<(Self.timeout * 1000) {
            if waitpid(child, &status, WNOHANG) != 0 { return true }
            usleep(1000)
        }
        kill(child, SIGKILL)
        waitpid(child, &status, 0)
        return false
    }

    /// Whether `program` is a path of something executable, or a name that the search path finds.
    package static func find(_ program: String) -> String? {
        if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").map { $0 + "/" + program }.first { access($0, X_OK) == 0 }
    }
}

/// A directory for one run.
private final class Scratch {
    let directory: String
    var program: String { directory + "/program" }

    init() throws {
        let root = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((root + "/fuzz-a64-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else {
            throw Emulation.Failure(description: "no directory for scratch files in \(root)")
        }
        directory = String(cString: made)
    }

    deinit {
        for name in ["program", "out"] { unlink(directory + "/" + name) }
        rmdir(directory)
    }

    func write(_ bytes: [UInt8]) throws {
        let file = open(program, O_WRONLY | O_CREAT | O_TRUNC, 0o700)
        guard file >= 0 else { throw Emulation.Failure(description: "cannot write \(program)") }
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            guard count > 0 else { throw Emulation.Failure(description: "cannot write \(program)") }
            done += count
        }
    }

    /// The content of a file as little-endian words; a last part of one is left out.
    func words(_ path: String) throws -> [UInt64] {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { throw Emulation.Failure(description: "cannot read \(path)") }
        defer { close(file) }
        let size = Int(lseek(file, 0, SEEK_END))
        var words = [UInt64](repeating: 0, count: size / 8)
        var done = 0
        while done < size / 8 * 8 {
            let count = words.withUnsafeMutableBytes { bytes in
                pread(file, bytes.baseAddress.map { $0 + done }, size / 8 * 8 - done, off_t(done))
            }
            guard count > 0 else { throw Emulation.Failure(description: "cannot read \(path)") }
            done += count
        }
        return words
    }
}
