import ArgumentParser
import FuzzA64

@main
struct FuzzTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emu-fuzz-a64",
        abstract: "Runs random A64 programs here and under QEMU, and compares registers, flags and memory.")

    @Option(help: "Where the random numbers begin.") var seed: UInt64 = 1
    @Option(help: "How many programs.") var programs = 2000
    @Option(help: "About how many instructions in each.") var length = 24
    @Option(help: "The emulator to judge.") var ours = ".build/release/emu-aarch64"
    @Option(help: "The peer.") var peer = "qemu-aarch64"
    @Option(help: "Leave out rows with these names, separated by semicolons.") var without = ""
    @Option(help: "Only rows whose names begin so.") var only = ""
    @Flag(help: "Print how often each row was used.") var rows = false

    func run() throws {
        guard let ours = Emulation.find(ours) else {
            throw ValidationError("no emulator at \(ours): run Scripts/build")
        }
        guard let peer = Emulation.find(peer) else {
            throw ValidationError("no \(peer): Scripts/setup --peer installs it")
        }
        let judged = Emulation(name: "emu-aarch64", command: [ours, "-cpu", "max"])
        let foreign = Emulation(name: "qemu-aarch64", command: [peer, "-cpu", "max"])
        var names = Set(without.split(separator: ";").map(String.init))
        let all = WordGenerator(without: names)
        if !only.isEmpty { names.formUnion(all.rows.map(\.name).filter { !$0.hasPrefix(only) }) }
        let lacking = try PeerGaps.rows(all, foreign)
        if !lacking.isEmpty { print("rows that the peer lacks: \(lacking.sorted().joined(separator: ", "))") }
        names.formUnion(lacking)
        let generator = ProgramGenerator(words: WordGenerator(without: names), length: length)
        print("seed \(seed), \(generator.words.rows.count) rows")
        var campaign = Campaign(ours: judged, theirs: foreign, generator: generator, seed: seed)
        while campaign.programs < programs {
            for finding in try campaign.runBatch(min(500, programs - campaign.programs)) { report(finding) }
        }
        summarize(campaign)
        if campaign.findings.contains(where: { $0.known == nil }) { throw ExitCode.failure }
    }

    private func report(_ finding: Campaign.Finding) {
        let title = finding.known.map { "known: \($0.title)" } ?? "difference"
        print("\(title)\n\(finding.program.description)")
        for line in finding.differences { print("    \(line)") }
    }

    private func summarize(_ campaign: Campaign) {
        let unknown = campaign.findings.count { $0.known == nil }
        print(
            """
            \(campaign.programs) programs, \(campaign.instructions) instructions, \(campaign.signals) signals, \
            \(unknown) unexplained differences, \(campaign.findings.count - unknown) known ones
            """)
        let words = campaign.generator.words
        let missed = words.rows.indices.filter { words.hits[$0] == 0 }
        print("\(words.rows.count - missed.count) of \(words.rows.count) rows used")
        if rows { for index in words.rows.indices { print("\(words.hits[index]) \(words.rows[index].name)") } }
    }
}
