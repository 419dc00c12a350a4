import Foundation
import Testing

/// The programs of `Guests/linux`, each at fixed addresses and position-independent.
@Suite(.serialized) struct ProgramTests {
    static let cases: [(name: String, status: Int32)] = [
        ("addresses", 0), ("clock", 0), ("delivery", 0), ("hello", 0), ("files", 7), ("keys", 0), ("memory", 0),
        ("monitor", 0), ("moves", 0), ("processes", 0), ("release", 0), ("signals", 0), ("stress", 0), ("threads", 0),
    ]

    @Test("Prints what is expected of it", arguments: cases, ["", "-pie"])
    func prints(_ program: (name: String, status: Int32), _ kind: String) throws {
        let run = try Program.run([Program.path(program.name + kind)])
        #expect(run.output == (try Program.expected(program.name)))
        #expect(run.error == "")
        #expect(run.status == program.status)
    }

    @Test(
        "And so with a thread that compiles beside the program's, which forks, maps and signals meanwhile",
        arguments: ["delivery", "memory", "monitor", "processes", "release", "signals", "stress", "threads"],
        ["on", "always"])
    func printsBeside(_ name: String, _ background: String) throws {
        let statistics = FileManager.default.temporaryDirectory.appending(path: "stats-\(name)-\(background).json").path
        defer { try? FileManager.default.removeItem(atPath: statistics) }
        let accelerator = "auto,threshold=2,background=\(background)"
        let run = try Program.run(["--stats", statistics, "-accel", accelerator, Program.path(name)])
        #expect(run.output == (try Program.expected(name)))
        #expect(run.error == "" && run.status == 0)
        let compiledBeside = try String(contentsOfFile: statistics, encoding: .utf8).contains("\"background\"")
        if background == "always" { #expect(compiledBeside) }
    }

    /// Memory is reached in three ways: by the interpreter, by native code directly, and by native code through the TLB.
    @Test(
        "Finds memory, and what is none, in each way",
        arguments: ["addresses", "monitor"], ["interp", "native", "native,memory=tlb"])
    func finds(_ name: String, _ accelerator: String) throws {
        let run = try Program.run(["-accel", accelerator, Program.path(name)])
        #expect(run.output == (try Program.expected(name)))
        #expect(run.error == "")
    }
}
