import Testing

@Suite(.serialized) struct CommandLineTests {
    @Test("Arguments and argv[0] reach the program")
    func arguments() throws {
        let run = try Program.run([Program.path("hello"), "a test"])
        #expect(run.output == "hello from a test\n")
    }

    @Test(
        "What is wrong with a command line is one line",
        arguments: [
            ["--nonsense"], [], ["-cpu", "pentium", "x"], ["-L"], ["-E", "x", "y"], ["/no/such/file"], ["/etc/passwd"],
            ["/bin/true"], ["-s", "much", "x"], ["-B", "4096", "x"], ["/"],
        ])
    func complains(_ words: [String]) throws {
        let run = try Program.run(words)
        #expect(run.status != 0 && run.signal == 0)
        #expect(run.error.hasPrefix("emu-aarch64: "))
        #expect(run.error.filter { $0 == "\n" }.count == 1, "\(run.error)")
        #expect(run.output == "")
    }

    @Test("Version, help and the binfmt_misc line are printed on standard output")
    func information() throws {
        #expect(try Program.run(["--version"]).output.hasPrefix("emu-aarch64 "))
        #expect(try Program.run(["--help"]).output.contains("-strace"))
        let line = try Program.run(["--print-binfmt"]).output
        #expect(line.hasPrefix(#":emu-aarch64:M::\x7fELF"#) && line.hasSuffix(":F\n"))
    }

    @Test("-strace shows calls by name with their results")
    func trace() throws {
        let run = try Program.run(["-strace", Program.path("hello")])
        #expect(run.error.contains("write(1,0x"))
        #expect(run.error.contains(" = 19\n"))
    }

    @Test("-E and -U change the environment")
    func environment() throws {
        let run = try Program.run(
            ["-E", "NEW=1", "-U", "OLD", Program.path("environment")], environment: ["OLD": "x", "KEPT": "y"])
        #expect(run.output == "KEPT=y\nNEW=1\n")
    }
}
