import ArgumentParser
import BenchCore

/// `emu-bench [run]`.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure workloads (the default command).",
        discussion: """
            On a terminal: a progress line, files in out/ (or --out), a verdict. On a pipe: the rows and nothing else.

              emu-bench --workload barrier --smp 1..8
              emu-bench --workload lock --variant ticket,mcs --smp 1,2,4,8 --native --peer qemu --out out
              emu-bench --suite linux --native --peer qemu --out out
              emu-bench --quick --baseline results/NAME.json
            """)

    @Option(
        defaultAsFlag: "workloads",
        help: "List the workloads and their variants, or instructions: A64 encodings, implemented, run by the fuzzer.")
    var list: String?
    @Option(help: "linux: Linux programs, kernels and costs (threads, ...), instead of the bare machine's workloads.")
    var suite: String?
    @Option(help: "Workloads: names or classes (kernel, float, vector, sync; of the suite: program, cost), or all.")
    var workload: String?
    @Option(help: "Variants: names separated by commas, * for anything, or all.") var variant: String?
    @Option(help: "Guest processors: 4, 1,2,4,8 or 1..8 (default 1).") var smp: String?
    @Option(help: "Runs of each cell (default 5, with --quick 10).") var runs: Int?
    @Option(help: "interp, native or auto; several separated by commas. (default: auto, --quick: interp,auto)")
    var tier: String?
    @Flag(help: "Also run the same C source built for this host.") var native = false
    @Option(help: "Also run the same ELF under a peer: qemu.") var peer: String?
    @Option(help: "Directory for the results (on a terminal: out).") var out: String?
    @Option(help: "csv, json (google-benchmark), github, hyperfine, gobench.") var format = "csv"
    @Flag(help: "A tenth of the work, all workloads at one processor, beside native code.") var quick = false
    @Option(help: "Compare with this baseline; exit code 1 on a regression.") var baseline: String?
    @Option(
        help: "Per cent of speed lost to fail: all cells together; one cell may lose twice that (default 2.5 and 6).")
    var speedTolerance: Double?
    @Option(help: "Record a baseline of this run.") var saveBaseline: String?
    @Option(help: "Guest MMU: on or off.") var mmu = "on"
    @Option(help: "Work in permille of the default (default 1000, with --quick 100).") var scale: Int?
    @Option(help: "Seconds after which a run is given up.") var timeout = 120.0
    @Flag(inversion: .prefixedNo, help: "Draw throughput and efficiency over processors.") var plot: Bool?
    @Option(help: ArgumentHelp("The emulator, instead of the one beside emu-bench.", visibility: .hidden))
    var emulator: String?
    @Option(help: ArgumentHelp("The peer's program.", visibility: .hidden)) var qemu: String?
    @Option(help: ArgumentHelp("Directory with guests/ and native/.", visibility: .hidden)) var build: String?
    @Option(help: ArgumentHelp("Directory with workloads.txt and expected.txt.", visibility: .hidden)) var sources:
        String?

    func run() throws {
        try reporting { terminal in
            let session = Session(request, terminal: terminal, interruption: Interruption())
            if let list {
                try session.list(list)
                return 0
            }
            return try session.run()
        }
    }

    private var request: RunRequest {
        var request = RunRequest()
        request.suite = suite
        (request.workload, request.variant, request.smp, request.runs) = (workload, variant, smp, runs)
        (request.tier, request.native, request.peer) = (tier, native, peer)
        (request.out, request.format, request.plot) = (out, format, plot)
        (request.quick, request.baseline, request.saveBaseline) = (quick, baseline, saveBaseline)
        request.speedTolerance = speedTolerance
        (request.mmu, request.scale, request.timeout) = (mmu, scale, timeout)
        (request.emulator, request.qemu, request.build, request.sources) = (emulator, qemu, build, sources)
        return request
    }
}
