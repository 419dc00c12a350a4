import Testing

/// A program that ends by a fault of its own says what happened and where.
@Suite(.serialized) struct AbnormalEndTests {
    @Test(
        "The report names signal, reason, symbol and instruction",
        arguments: [
            ("segv", Int32(11), "SIGSEGV: address 0x10 is not mapped", "ldr"),
            ("ill", Int32(4), "SIGILL: undefined instruction", "this looks like a fault of the program"),
            ("trap", Int32(5), "SIGTRAP: breakpoint instruction", "brk"),
            ("abort", Int32(6), "SIGABRT", "called abort"),
        ])
    func report(_ kind: String, _ signal: Int32, _ reason: String, _ detail: String) throws {
        let run = try Program.run([Program.path("faults"), kind])
        #expect(run.signal == signal)
        #expect(run.error.contains(reason), "\(run.error)")
        #expect(run.error.contains(detail), "\(run.error)")
        #expect(run.error.contains("in faults>"), "\(run.error)")
        #expect(run.error.contains("last system call: getpid"), "\(run.error)")
    }

    @Test("--quiet and EMU_QUIET keep it from saying so", arguments: [true, false])
    func quiet(_ isOption: Bool) throws {
        let command = [Program.path("faults"), "segv"]
        let run =
            isOption
            ? try Program.run(["--quiet"] + command) : try Program.run(command, environment: ["EMU_QUIET": "1"])
        #expect(run.signal == 11)
        #expect(run.error == "")
    }
}
