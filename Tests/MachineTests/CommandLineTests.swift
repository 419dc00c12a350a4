import Foundation
import Testing

/// `emu-system-aarch64` as a user types it.
@Suite(.serialized, .timeLimit(.minutes(2))) struct CommandLineTests {
    private struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The program that was built along with these tests.
    private static var program: String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("emu-system-aarch64").path
    }

    /// Starts it; `whileRunning` may send it something.
    private func run(_ arguments: [String], whileRunning: (Process) throws -> Void = { _ in }) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        try whileRunning(process)
        let said = output.fileHandleForReading.readDataToEndOfFile()
        let complained = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: String(decoding: said, as: UTF8.self),
            errors: String(decoding: complained, as: UTF8.self))
    }

    private func kernel(_ build: (inout TestProgram) -> Void) throws -> TemporaryFile {
        var program = TestProgram()
        build(&program)
        return try TemporaryFile(program.bytes, name: "kernel")
    }

    @Test func `It tells its version`() throws {
        let result = try run(["-version"])
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("emu-system-aarch64 "))
    }

    @Test func `A QEMU command line runs a guest, and statistics say what happened`() throws {
        let kernel = try kernel {
            $0.say("hello\n")
            $0.powerOff()
        }
        let statistics = try TemporaryFile([], name: "stats")
        let result = try run([
            "-M", "virt", "-cpu", "max", "-smp", "2", "-m", "256", "-nographic", "-kernel", kernel.path, "-append",
            "x y", "-accel", "tcg,thread=multi", "-nodefaults", "-serial", "stdio", "-monitor", "none", "-no-reboot",
            "-display", "none", "--stats", statistics.path,
        ])
        #expect(result.status == 0)
        #expect(result.output == "hello\n")
        #expect(result.errors == "")
        let data = try Data(contentsOf: URL(fileURLWithPath: statistics.path))
        let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(json["schema"] as? String == "emu-stats-1")
        #expect(json["end"] as? String == "off")
        #expect(json["guest_insns"] as? Int ?? 0 > 10)
        #expect((json["vcpus"] as? [Any])?.count == 2)
        #expect(json["startup_s"] as? Double ?? 0 > 0)
    }

    @Test func `Output into a file, and the device tree into another`() throws {
        let kernel = try kernel {
            $0.say("filed")
            $0.powerOff()
        }
        let file = try TemporaryFile([], name: "serial")
        #expect(try run(["-M", "virt", "-kernel", kernel.path, "-serial", "file:" + file.path]).status == 0)
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == "filed")
        let tree = try TemporaryFile([], name: "dtb")
        #expect(try run(["-machine", "virt,dumpdtb=" + tree.path, "-smp", "3"]).status == 0)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: tree.path)))
        #expect(TreeReader(bytes: bytes).children("/cpus").count == 3)
    }

    @Test func `The log shows the guest's instructions and the IR`() throws {
        let kernel = try kernel { $0.powerOff() }
        let log = try TemporaryFile([], name: "log")
        let result = try run(["-M", "virt", "-kernel", kernel.path, "-d", "in_asm,op", "-D", log.path])
        #expect(result.status == 0)
        let text = try String(contentsOfFile: log.path, encoding: .utf8)
        #expect(text.contains("hvc"))
        #expect(text.contains("op:"))
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `A signal ends it cleanly, with statistics`(signal: Int32) throws {
        let kernel = try kernel {
            $0.say("up")
            $0.loopForEver()
        }
        let statistics = try TemporaryFile([], name: "stats")
        let arguments = ["-M", "virt", "-smp", "2", "-kernel", kernel.path, "--stats", statistics.path]
        let result = try run(arguments) { process in
            Thread.sleep(forTimeInterval: 0.3)
            kill(process.processIdentifier, signal)
        }
        #expect(result.status == 128 + signal)
        #expect(result.output == "up")
        #expect(try String(contentsOfFile: statistics.path, encoding: .utf8).contains("\"end\": \"stopped\""))
    }

    @Test func `A guest that dies is told about in one line`() throws {
        let kernel = try kernel { $0.branch(to: 0x1000_0000) }
        let result = try run(["-M", "virt", "-kernel", kernel.path])
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("emu-system-aarch64: the guest died: "))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: [
        (["-M", "virt"], "-kernel"),
        (["-M", "pc", "-kernel", "x"], "-machine pc"),
        (["-M", "virt", "-kernel", "/nonexistent"], "/nonexistent"),
        (["-M", "virt", "-kernel", "/proc/self/exe"], "x86-64"),
        (["-M", "virt", "-smp", "0", "-kernel", "x"], "-smp 0"),
        (["-M", "virt", "-m", "1X", "-kernel", "x"], "-m 1X"),
        (["-M", "virt", "-cpu", "pentium", "-kernel", "x"], "-cpu pentium"),
        (["-M", "virt", "-display", "gtk", "-kernel", "x"], "-display gtk"),
        (["-M", "virt", "-d", "everything", "-kernel", "x"], "-d everything"),
        (["-M", "virt,dumpdtb=/nonexistent/x"], "/nonexistent/x"),
        (["-M", "virt", "-frobnicate"], "-frobnicate"),
        (["-M", "virt", "-m"], "-m"),
        (["-M", "virt", "stray"], "stray"),
        (["-M", "virt", "-serial", "file:/nonexistent/x", "-kernel", "x"], "/nonexistent/x"),
    ])
    func `What makes no sense is one line and a nonzero exit`(arguments: [String], words: String) throws {
        let result = try run(arguments)
        #expect(result.status == 1)
        #expect(result.output == "")
        #expect(result.errors.hasPrefix("emu-system-aarch64: "))
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1)
    }
}
