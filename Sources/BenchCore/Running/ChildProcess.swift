import Glibc

/// A program run to its end as a child, with its times and its output.
package struct ChildProcess: Sendable {
    package enum Ending: Equatable, Sendable {
        case exited(code: Int)
        case killed(signal: Int)
        /// It ran longer than it was allowed and was killed.
        case timedOut
        /// It wrote more than `outputLimit` and was killed.
        case wroteTooMuch
        /// The user interrupted the harness with this signal; the child was killed.
        case interrupted(signal: Int)
    }

    package let ending: Ending
    /// From just before its start until it was reaped, by the monotonic clock.
    package let wallSeconds: Double
    /// Of the child and all its threads (wait4's rusage).
    package let userSeconds: Double
    package let systemSeconds: Double
    package let output: String
    package let errors: String

    package var cpuSeconds: Double { userSeconds + systemSeconds }

    /// A guest that prints in a loop must not fill the disk.
    package static let outputLimit = 16 << 20

    /// Runs a program in a process group of its own, without standard input, its output in unlinked files: pipes would
    /// need a reader that takes processor time from what is measured.
    ///
    /// - Throws: ``BenchError`` when it cannot be started.
    package static func run(
        _ program: String, _ arguments: [String], timeout: Double, interruption: Interruption
    ) throws -> ChildProcess {
        let output = try TemporaryFile()
        let errors = try TemporaryFile()
        let start = monotonicSeconds()
        let process = try spawn(program, arguments, output: output.descriptor, errors: errors.descriptor)
        var status: CInt = 0
        var usage = rusage()
        var verdict: Ending?
        while wait4(process, &status, WNOHANG, &usage) == 0 {
            if verdict == nil {
                verdict = watch(output, until: start + timeout, interruption)
            } else {
                _ = interruption.wait(seconds: 0.05)
            }
            if verdict != nil { kill(-process, SIGKILL) }
        }
        let end = monotonicSeconds()
        return ChildProcess(
            ending: verdict ?? ending(status), wallSeconds: end - start, userSeconds: seconds(usage.ru_utime),
            systemSeconds: seconds(usage.ru_stime), output: output.text(), errors: errors.text())
    }

    /// Sleeps until the child may have ended; the answer says why it must be ended, if it must.
    private static func watch(_ output: TemporaryFile, until deadline: Double, _ interruption: Interruption) -> Ending?
    {
        // The tick catches a SIGCHLD that another thread took (in a test runner) and output that grows without end.
        let tick = 0.05
        switch interruption.wait(seconds: min(tick, deadline - monotonicSeconds())) {
        case .stop(let signal): return .interrupted(signal: Int(signal))
        case .childChanged, .timeout: break
        }
        if monotonicSeconds() >= deadline { return .timedOut }
        return output.size > outputLimit ? .wroteTooMuch : nil
    }

    private static func ending(_ status: CInt) -> Ending {
        // WIFEXITED, WEXITSTATUS and WTERMSIG are macros: wait(2).
        let signal = Int(status & 0x7f)
        return signal == 0 ? .exited(code: Int(status >> 8) & 0xff) : .killed(signal: signal)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    private static func spawn(
        _ program: String, _ arguments: [String], output: CInt, errors: CInt
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // The harness ignores SIGPIPE; what it measures starts as from a shell.
        var toDefault = sigset_t()
        sigemptyset(&toDefault)
        sigaddset(&toDefault, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &toDefault)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var strings = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for string in strings { free(string) } }
        var process: pid_t = 0
        let status = posix_spawn(&process, program, &actions, &attributes, &strings, environ)
        guard status == 0 else {
            throw BenchError("\(program): cannot be started: \(String(cString: strerror(status)))")
        }
        return process
    }
}

/// Seconds on the clock that no one sets.
package func monotonicSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

/// A file without a name, gone when its last descriptor is closed.
final class TemporaryFile {
    let descriptor: CInt

    init() throws {
        var name = Array((temporaryDirectory() + "/emu-bench.XXXXXX").utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else {
            throw BenchError("\(temporaryDirectory()): no temporary file: \(String(cString: strerror(errno)))")
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(&name)
    }

    deinit { close(descriptor) }

    var size: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status.st_size : 0
    }

    /// What was written, up to the limit.
    func text() -> String {
        var bytes = [UInt8](repeating: 0, count: min(size, ChildProcess.outputLimit))
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

/// Where temporary files go: TMPDIR, else /tmp.
func temporaryDirectory() -> String {
    guard let directory = getenv("TMPDIR").map({ String(cString: $0) }), !directory.isEmpty else { return "/tmp" }
    return directory
}
