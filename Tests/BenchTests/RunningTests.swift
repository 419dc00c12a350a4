import BenchCore
import Counters
import Foundation
import Testing

@Suite struct IntegerListTests {
    @Test(
        "Lists and ranges, sorted, each value once",
        arguments: [
            ("4", [4]), ("1..4", [1, 2, 3, 4]), ("8,1,2", [1, 2, 8]), ("1..3,2..4", [1, 2, 3, 4]), (" 2 ", [2]),
        ])
    func lists(text: String, values: [Int]) throws {
        #expect(try IntegerList.parse(text, option: "--smp", limits: 1...64) == values)
    }

    @Test(
        "Everything else is refused", arguments: ["", ",", "1..", "..8", "1.8", "1...8", "8..1", "0", "-1", "65", "a"])
    func refused(text: String) {
        #expect(throws: BenchError.self) { try IntegerList.parse(text, option: "--smp", limits: 1...64) }
    }
}

@Suite struct PlanTests {
    private let subject = Cell(workload: "toy", variant: "one", tier: .interp, mmu: true, smp: 1)

    @Test("Tiers stand next to each other in every run, and every other run goes backwards")
    func interleaved() {
        let plan = Plan(subjects: [subject, subject.with(smp: 2)], tiers: [.interp, .qemu, .host], runs: 2)
        let order = plan.steps.map { "\($0.run)\($0.cell.tier.rawValue.first ?? "?")\($0.cell.smp)" }
        #expect(
            order == ["1i1", "1q1", "1h1", "1i2", "1q2", "1h2", "2h2", "2q2", "2i2", "2h1", "2q1", "2i1"])
    }

    @Test("Host code has no guest MMU")
    func hostMMU() {
        let plan = Plan(subjects: [subject], tiers: [.interp, .host], runs: 1)
        #expect(plan.cells.map(\.mmu) == [true, nil])
    }
}

@Suite struct CatalogTests {
    @Test("The repository's own catalogue can be read, and all of its workloads have a class and variants")
    func ours() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().path + "/../../Guests/workloads.txt"
        let catalog = try Catalog(parsing: try FileText.read(file), from: file)
        #expect(catalog.workloads.count >= 3)
        for workload in catalog.workloads {
            #expect(["kernel", "sync", "float", "vector"].contains(workload.kind))
            #expect(!workload.variants.isEmpty)
        }
        let barrier = try #require(try catalog.select("barrier").first)
        #expect(barrier.variants.count == 81)
        #expect(
            barrier.variants(matching: nil)
                == ["sense-acqrel-wfe-100k", "sense-acqrel-yield-100k", "sense-acqrel-spin-100k"])
        #expect(barrier.variants(matching: "*-wfe-*").count == 27)
        #expect(barrier.variants(matching: "sense-*-1k,central-dmb-spin-10k").count == 10)
        #expect(barrier.variants(matching: "all").count == 81)
        #expect(barrier.variants(matching: "nothing*").isEmpty)
    }
}

@Suite struct ResultLineTests {
    @Test("The line is found among firmware text, and its words are named")
    func found() throws {
        let line = try ResultLine(
            output: "UEFI\r\nRESULT workload=toy work=100 checksum=0x1 elapsed_ns=0000000012\r\nbye")
        #expect(line["workload"] == "toy")
        #expect(line.count("elapsed_ns") == 12)
        #expect(line.count("checksum") == nil)
    }

    @Test(
        "None, two, failing and malformed lines are refused",
        arguments: ["", "hello", "RESULT a=1\nRESULT a=2", "FAIL x=1", "RESULT oops"])
    func refused(output: String) {
        #expect(throws: BenchError.self) { try ResultLine(output: output) }
    }
}

@Suite struct EmulatorStatisticsTests {
    @Test("Counters are summed over vCPUs; one that any vCPU lacks is absent")
    func sums() throws {
        let text = """
            {"schema":"emu-stats-1","guest_insns":12345678901,"blocks":5,"ir_ops":7,"startup_s":0.004,
             "vcpus":[{"counters":{"cycles":1,"page_faults":2,"task_clock_ns":10}},
                      {"counters":{"cycles":null,"page_faults":3,"task_clock_ns":20}}]}
            """
        let statistics = try EmulatorStatistics(text, from: "test")
        #expect(statistics.guestInstructions == 12_345_678_901)
        #expect(statistics.counters == [.pageFaults: 5, .taskClock: 30])
        #expect(statistics.translatedBlocks == nil)
    }
}

@Suite struct PiDigitsTests {
    @Test("libgmp's digits are pi's")
    func digits() {
        #expect(PiDigits.digits(50) == "31415926535897932384626433832795028841971693993751")
        // The Feynman point: six nines from decimal place 762 on.
        #expect(PiDigits.digits(768).hasSuffix("999999"))
        #expect(PiDigits.digits(2000).hasPrefix(PiDigits.digits(1000)))
    }

    @Test("A wrong digit is named, a right line passes, other workloads are left alone")
    func check() throws {
        try PiDigits.check(output: "DIGITS 3141592653\nDIGITS 5897932384\nRESULT a=1\n", workload: "pidigits")
        try PiDigits.check(output: "RESULT a=1\n", workload: "sieve")
        let error = #expect(throws: BenchError.self) {
            try PiDigits.check(output: "DIGITS 3141592654\n", workload: "pidigits")
        }
        #expect(error?.description.contains("digit 10 ") == true)
        #expect(throws: BenchError.self) { try PiDigits.check(output: "RESULT a=1\n", workload: "pidigits") }
    }
}

@Suite struct ChildProcessTests {
    @Test("Times, output and exit code of a child")
    func times() throws {
        let child = try ChildProcess.run(
            "/bin/sh", ["-c", "echo out; echo err >&2; sleep 0.2; exit 7"], timeout: 10, interruption: Interruption())
        #expect(child.ending == .exited(code: 7))
        #expect(child.output == "out\n")
        #expect(child.errors == "err\n")
        #expect(child.wallSeconds >= 0.2)
        #expect(child.cpuSeconds < child.wallSeconds)
    }

    @Test("Processor time of threads and of the system counts")
    func cpu() throws {
        let child = try ChildProcess.run(
            "/bin/sh", ["-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"], timeout: 60,
            interruption: Interruption())
        #expect(child.cpuSeconds > 0.02)
        #expect(child.cpuSeconds <= child.wallSeconds * 1.1 + 0.02)
    }

    @Test("A child that takes too long is killed, with what it started")
    func timeout() throws {
        let child = try ChildProcess.run(
            "/bin/sh", ["-c", "sleep 600 & echo started; wait"], timeout: 0.3, interruption: Interruption())
        #expect(child.ending == .timedOut)
        #expect(child.output == "started\n")
        #expect(child.wallSeconds < 10)
    }

    @Test("A child that writes without end is stopped")
    func wroteTooMuch() throws {
        let child = try ChildProcess.run("/bin/sh", ["-c", "yes"], timeout: 60, interruption: Interruption())
        #expect(child.ending == .wroteTooMuch)
        #expect(child.output.utf8.count == ChildProcess.outputLimit)
    }

    @Test("A signal that ends the child is named")
    func signal() throws {
        let child = try ChildProcess.run("/bin/sh", ["-c", "kill -SEGV $$"], timeout: 10, interruption: Interruption())
        #expect(child.ending == .killed(signal: 11))
    }
}

@Suite struct LinuxSuiteTests {
    private let suite: LinuxSuite

    init() throws { suite = try LinuxSuite(Installation(executable: emuBench)) }

    @Test("Programs, workloads that need no machine, and costs")
    func subjects() throws {
        let all = try suite.subjects(nil, variants: nil)
        #expect(all.contains { $0.workload == "python-start" && $0.variant.isEmpty })
        #expect(all.contains { $0.subject == "crc32/hw" })
        #expect(all.contains { $0.subject == "costs/thread" })
        #expect(!all.contains { $0.workload == "barrier" })
        #expect(all.allSatisfy { $0.smp == 1 && $0.mmu == nil && $0.guest == "aarch64-linux" })
        #expect(try suite.subjects("cost", variants: "thread,fork").map(\.subject) == ["costs/thread", "costs/fork"])
        #expect(try suite.subjects("true, sieve", variants: nil).map(\.workload) == ["true", "sieve"])
        #expect(throws: BenchError.self) { try suite.subjects("barrier", variants: nil) }
    }

    @Test("A command line of the list is words, some of them in quotes")
    func words() throws {
        let programs = try LinuxSuite.parse("# no\n\nname prog 'a b' c''d\n", from: "list")
        #expect(programs.map(\.words) == [["prog", "a b", "cd"]])
        for line in ["name", "name 'open"] {
            #expect(throws: BenchError.self) { try LinuxSuite.parse(line, from: "list") }
        }
    }

    private func row(_ workload: String, _ tier: Tier, _ seconds: Double) -> Row {
        let cell = Cell(workload: workload, variant: "", guest: "aarch64-linux", tier: tier, mmu: nil, smp: 1)
        return Row(
            cell: cell, run: 1, wallSeconds: seconds, cpuSeconds: seconds, hostCPUs: 2, commit: "", date: "")
    }

    private var rows: [Row] {
        [
            row("true", .auto, 4), row("true", .qemu, 8), row("true", .host, 1),
            row("sieve", .auto, 9), row("sieve", .qemu, 3), row("sieve", .host, 1),
        ]
    }

    @Test("Each class has its own means, and what the peer does faster is named")
    func verdict() {
        let text = Verdict(rows, kind: suite.kind).text
        #expect(text.contains("auto at program: 4 x native"))
        #expect(text.contains("auto at kernel: 3 x QEMU's time"))
        #expect(text.contains("auto, slower than QEMU: sieve\n"))
    }

    @Test("Bars are times over native code, a panel for each class")
    func bars() {
        let script = BarPlot(rows, kind: suite.kind).script(name: "x")
        #expect(script.contains("\"true\" 4 8\n"))
        #expect(script.contains("\"sieve\" 9 3\n"))
        #expect(script.components(separatedBy: "set title").count == 1 + 2 * 2)
    }
}
