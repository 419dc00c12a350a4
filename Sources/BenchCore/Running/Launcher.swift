import Glibc

/// Runs one cell once, as a child process, and makes a row of what came out.
package struct Launcher {
    package let installation: Installation
    package let host: Host
    package let checksums: Checksums
    /// Work in permille of each workload's default.
    package let scale: Int
    /// Seconds after which a run is given up.
    package let timeout: Double
    let interruption: Interruption
    let suite: LinuxSuite?

    package init(
        installation: Installation, host: Host, checksums: Checksums, scale: Int, timeout: Double,
        interruption: Interruption, suite: LinuxSuite? = nil
    ) {
        self.installation = installation
        self.host = host
        self.checksums = checksums
        self.scale = scale
        self.timeout = timeout
        self.interruption = interruption
        self.suite = suite
    }

    package enum Outcome {
        case row(Row)
        /// The run gave no result: why, in one line.
        case failure(String)
        case interrupted(signal: Int)
    }

    package func run(_ cell: Cell, number: Int) -> Outcome {
        let statistics = cell.tier.isOurs && suite == nil ? "\(temporaryDirectory())/emu-bench-stats.\(getpid())" : nil
        defer { if let statistics { unlink(statistics) } }
        do {
            let date = Host.date()
            let (program, arguments) = try suite?.command(cell, scale: scale) ?? command(cell, statistics: statistics)
            let child = try ChildProcess.run(program, arguments, timeout: timeout, interruption: interruption)
            if case .interrupted(let signal) = child.ending { return .interrupted(signal: signal) }
            var row = Row(
                cell: cell, run: number, wallSeconds: child.wallSeconds, cpuSeconds: child.cpuSeconds,
                hostCPUs: host.processors, commit: host.commit, date: date)
            row.userSeconds = child.userSeconds
            row.systemSeconds = child.systemSeconds
            if suite?.isProgram(cell) == true {
                try fillProgram(&row, from: child)
            } else {
                try fill(&row, from: child)
            }
            if let statistics { fill(&row, from: try read(statistics)) }
            return .row(row)
        } catch {
            return .failure("\(cell.path): \(error)")
        }
    }

    /// A tenth of the work takes native code a few milliseconds, too short to be judged by: it does ten times that, and
    /// is compared by the time per unit of work.
    private func scale(_ tier: Tier) -> Int { tier == .host && scale < 1000 ? min(1000, scale * 10) : scale }

    /// The command line for the cell's tier. The guest is told nothing that differs between the tiers.
    private func command(_ cell: Cell, statistics: String?) -> (program: String, arguments: [String]) {
        var words = cell.variant.isEmpty ? [] : ["variant=\(cell.variant)"]
        words.append("scale=\(scale(cell.tier))")
        let elf = installation.program(for: cell)
        if cell.tier == .host { return (elf, words + ["smp=\(cell.smp)"]) }
        words.append("mmu=\(cell.mmu == false ? "off" : "on")")
        let machine = [
            "-M", "virt", "-cpu", "max", "-smp", String(cell.smp), "-m", "256", "-nographic", "-kernel", elf,
            "-append", words.joined(separator: " "), "-accel",
        ]
        if cell.tier == .qemu {
            let qemu = Search.program(installation.qemu) ?? installation.qemu
            // -nographic alone puts a monitor on the terminal that is not there.
            return (qemu, machine + ["tcg,thread=multi", "-nodefaults", "-serial", "stdio", "-monitor", "none"])
        }
        return (installation.emulator, machine + [cell.tier.rawValue] + (statistics.map { ["--stats", $0] } ?? []))
    }

    private func fill(_ row: inout Row, from child: ChildProcess) throws {
        // The guest's own word first: "FAIL ..." says more than an exit code.
        let result: ResultLine
        do {
            result = try ResultLine(output: child.output)
        } catch let error as BenchError {
            throw BenchError(reason(child, error))
        }
        guard child.ending == .exited(code: 0) else {
            throw BenchError(reason(child, BenchError("it printed its result but did not end as it should")))
        }
        row.checksum = result["checksum"]
        row.elapsedNanoseconds = result.count("elapsed_ns")
        row.work = result.count("work")
        row.crossings = result.count("crossings")
        row.scale = result.count("scale") ?? UInt64(scale(row.cell.tier))
        try checksums.check(row)
        try PiDigits.check(output: child.output, workload: row.cell.workload)
    }

    /// A program of Linux tells nothing of itself: its output is summed up, and it is judged by its processor time.
    private func fillProgram(_ row: inout Row, from child: ChildProcess) throws {
        guard child.ending == .exited(code: 0) else { throw BenchError(reason(child, BenchError("it failed"))) }
        // FNV-1a, 64 bits.
        let sum = child.output.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        row.checksum = "0x" + String(sum, radix: 16)
        row.elapsedNanoseconds = UInt64(child.cpuSeconds * 1e9)
        row.work = 1
    }

    /// How the child ended, what the guest said, and the last line on stderr.
    private func reason(_ child: ChildProcess, _ error: BenchError) -> String {
        let last = child.errors.split(whereSeparator: \.isNewline).last.map { " (\($0.trimmed.prefix(200)))" } ?? ""
        switch child.ending {
        case .exited(code: 0): return error.description + last
        case .exited(let code): return "\(error), exit code \(code)\(last)"
        case .killed(let signal):
            return "killed by signal \(signal) (\(String(cString: strsignal(CInt(signal)))))\(last)"
        case .timedOut:
            return "no result after \(String(timeout, decimals: 0)) s, given up; --timeout allows more\(last)"
        case .wroteTooMuch: return "it wrote more than \(ChildProcess.outputLimit >> 20) MB and was stopped"
        case .interrupted(let signal): return "interrupted by signal \(signal)"
        }
    }

    private func read(_ path: String) throws -> EmulatorStatistics {
        guard FileText.exists(path) else {
            throw BenchError("\(installation.emulator) wrote no --stats file; build both programs anew")
        }
        return try EmulatorStatistics(try FileText.read(path), from: "--stats")
    }

    private func fill(_ row: inout Row, from statistics: EmulatorStatistics) {
        row.guestInstructions = statistics.guestInstructions
        row.blocks = statistics.blocks
        row.vcpuSeconds = statistics.vcpuSeconds
        row.startupSeconds = statistics.startupSeconds
        row.translatedBlocks = statistics.translatedBlocks
        row.translatedInstructions = statistics.translatedInstructions
        row.irOperations = statistics.irOperations
        row.counters = statistics.counters
    }
}
