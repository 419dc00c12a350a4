import ArgumentParser
import FuzzA64

@main
struct FuzzTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emu-fuzz-a64",
        abstract: "Runs random A64 programs here in every way and under QEMU, and compares all that they can change.",
        discussion: """
            Programs are made from the decode table, every row as likely as any other, each from its own random numbers: \
            --seed S --program N --programs 1 makes number N of a longer run again. A difference is made small, \
            at best to one instruction, and printed with the registers that it takes.
            """)

    @Option(help: "Where the random numbers begin.") var seed: UInt64 = 1
    @Option(help: "Stop after so many instructions.") var instructions = 1_000_000
    @Option(help: "Stop after so many programs.") var programs: Int?
    @Option(help: "The number of the first program.") var program = 0
    @Option(help: "About how many instructions in a program.") var length = 32
    @Option(help: "From how many states each program runs: 1, 2, 4, ...") var repeats = 4
    @Option(help: "Programs in one process.") var batch = 1000
    @Option(help: "The emulator to judge.") var ours = ".build/release/emu-aarch64"
    @Option(help: "Ways to run it, of: \(Way.names).") var ways = "default,plainest,unfused,short"
    @Option(help: "The peer, or none.") var peer = "qemu-aarch64"
    @Option(help: "Only rows whose names begin with one of these, separated by semicolons.") var only = ""
    @Option(
        help:
            "Instead: compare which of so many words, random ones and neighbours of the decode table's, are undefined.")
    var undefined: Int?
    @Option(
        help:
            "Instead: which of the encodings in this file (Scripts/list-encodings) are implemented, and used in --rows."
    )
    var encodings: String?
    @Option(help: "Write the rows and how often each was in a program, as CSV.") var rows: String?

    func validate() throws {
        guard repeats > 0, repeats.nonzeroBitCount == 1 else {
            throw ValidationError("--repeats \(repeats): must be a power of two")
        }
        guard length > 0, batch > 0 else { throw ValidationError("--length and --batch must be positive") }
    }

    func run() throws {
        if let encodings { return try printCoverage(of: encodings) }
        let ways = try Way.parse(self.ways).map { try emulation($0) }
        let peer = try foreign()
        if let undefined { return try survey(ways[0], peer, words: undefined) }
        let all = WordGenerator(where: isWanted)
        if all.rows.isEmpty {
            throw ValidationError("--only \(only): no row's name begins so; --rows FILE writes the names of all")
        }
        let lacking = try peer.map { try gaps(ways[0], $0, all) } ?? []
        var report = RowReport(all.rows)
        var isWhole = true
        if !lacking.isEmpty {
            let words = WordGenerator { lacking.contains($0) }
            let share = max(1, instructions * lacking.count / all.rows.count)
            isWhole = try campaign(ways, nil, words, instructions: share, &report) && isWhole
        }
        let common = WordGenerator { isWanted($0) && !lacking.contains($0) }
        if !common.rows.isEmpty {
            isWhole = try campaign(ways, peer, common, instructions: instructions, &report) && isWhole
        }
        print("\(report.hit) of \(all.rows.count) rows used")
        if let rows { try report.write(to: rows) }
        if !isWhole { throw ExitCode.failure }
    }

    private func isWanted(_ name: String) -> Bool {
        only.isEmpty || only.split(separator: ";").contains { name.hasPrefix($0) }
    }

    private func emulation(_ way: Way) throws -> Emulation {
        guard let path = Emulation.find(ours) else {
            throw ValidationError("no emulator at \(ours): run Scripts/build")
        }
        return Emulation(name: way.name, command: [path, "-cpu", "max", "-accel", way.accelerator])
    }

    private func foreign() throws -> Emulation? {
        if peer == "none" { return nil }
        guard let path = Emulation.find(peer) else {
            throw ValidationError("no \(peer): Scripts/setup --peer installs it; --peer none does without")
        }
        return Emulation(name: "qemu", command: [path, "-cpu", "max"])
    }

    /// The rows that the peer has not.
    private func gaps(_ ours: Emulation, _ peer: Emulation, _ words: WordGenerator) throws -> Set<String> {
        let gaps = try PeerGaps.find(words, ours, peer)
        for words in gaps.crashes { print("\(peer.name) ends at: \(FuzzProgram(words: words, states: []).text)") }
        if !gaps.rows.isEmpty {
            print("without \(peer.name), which lacks them: \(gaps.rows.sorted().joined(separator: ", "))")
        }
        return gaps.rows
    }

    /// False when something differed.
    private func campaign(
        _ ways: [Emulation], _ peer: Emulation?, _ words: WordGenerator, instructions: Int, _ report: inout RowReport
    ) throws -> Bool {
        let generator = ProgramGenerator(words: words, length: length, repeats: repeats, seed: seed)
        var campaign = Campaign(ours: ways, peer: peer, generator: generator, first: program)
        let last = programs.map { program + $0 } ?? .max
        let clock = ContinuousClock()
        let start = clock.now
        while campaign.programs < last && campaign.instructions < instructions {
            for finding in try campaign.runBatch(min(batch, last - campaign.programs)) { show(finding) }
        }
        report.add(words.rows, campaign.hits)
        let elapsed = clock.now - start
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        print(
            """
            seed \(seed), programs \(program) to \(campaign.programs - 1), \(campaign.runs) runs, \
            \(campaign.instructions) instructions, \(campaign.signals) signals, \(campaign.findings) differences, \
            \(ways.map(\.name).joined(separator: " "))\(peer == nil ? "" : " qemu"), \
            \(Int(Double(campaign.instructions) / seconds)) instructions/s
            """)
        return campaign.findings == 0
    }

    private func show(_ finding: Campaign.Finding) {
        print("difference: \(finding.between.0) and \(finding.between.1), --seed \(seed) --program \(finding.number)")
        print(finding.isSmall ? finding.program.description : "    \(finding.program.text)")
        for line in finding.differences { print("    \(line)") }
    }
}
