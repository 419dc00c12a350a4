import Glibc

/// An emulator that runs AArch64 Linux programs, in some way: this one or a peer.
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

    /// Whether `program` is a path of something executable, or a name that the search path finds.
    package static func find(_ program: String) -> String? {
        if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").map { $0 + "/" + program }.first { access($0, X_OK) == 0 }
    }
}

/// What the runs of a batch of programs left behind in one emulator, in order; it may have ended early.
package struct BatchOutput {
    let words: [UInt64]
    let resultWords: Int

    package var count: Int { words.count / resultWords }

    package subscript(index: Int) -> ArraySlice<UInt64> { words[(index * resultWords)..<((index + 1) * resultWords)] }

    package func result(_ index: Int) -> FuzzResult { FuzzResult(decoding: self[index]) }
}

/// Runs batches of programs in several emulators at the same time.
package struct Arena: Sendable {
    package let emulations: [Emulation]

    package init(_ emulations: [Emulation]) { self.emulations = emulations }

    /// The outputs in the order of the emulators.
    package func run(_ programs: [FuzzProgram], brief: Bool = false) throws -> [BatchOutput] {
        let image = HarnessImage(programs, brief: brief)
        let scratch = try ScratchDirectory()
        let file = try scratch.write(image.bytes, to: "program")
        let children = try emulations.indices.map { index in
            try ChildProgram(emulations[index].command + [file], output: scratch.path("out\(index)"))
        }
        // The slowest way known takes 100 us a run.
        let runs = brief ? programs.count : programs.count * (programs.first?.states.count ?? 0)
        let deadline = 60 + runs / 2000
        let ended = children.map { $0.wait(seconds: deadline) }
        if let late = ended.firstIndex(of: false) {
            throw Emulation.Failure(description: "\(emulations[late].name) did not end within \(deadline) s")
        }
        return try emulations.indices.map { index in
            BatchOutput(words: try scratch.words("out\(index)"), resultWords: image.resultWords)
        }
    }
}

/// A running emulator.
private struct ChildProgram {
    private let child: pid_t

    /// Starts the command with its output in a file.
    init(_ arguments: [String], output: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let strings = arguments.map { strdup($0) }
        defer { for string in strings { free(string) } }
        var child: pid_t = 0
        let status = posix_spawnp(&child, arguments[0], &actions, nil, strings + [nil], environ)
        guard status == 0 else {
            throw Emulation.Failure(
                description: "cannot run \(arguments[0]): \(String(cString: strerror(status)))")
        }
        self.child = child
    }

    /// False when it had to be ended.
    func wait(seconds: Int) -> Bool {
        var status: Int32 = 0
        for _ in 0..<(seconds * 1000) {
            if waitpid(child, &status, WNOHANG) != 0 { return true }
            usleep(1000)
        }
        kill(child, SIGKILL)
        waitpid(child, &status, 0)
        return false
    }
}
