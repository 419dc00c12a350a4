import ArgumentParser
import Glibc
import Litmus

/// `emu-litmus`: runs litmus tests on the machine and judges what it shows.
@main
struct EmulatorLitmus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emu-litmus",
        abstract: "Runs AArch64 litmus tests on the machine, every thread on a vCPU, and judges the outcomes.",
        usage: """
            emu-litmus Tests/Litmus
            emu-litmus --size 100000 --runs 100 --smp 4 Tests/Litmus/SB.litmus
            emu-litmus --cycle "PodWR Fre PodWR Fre"
            emu-litmus --families --brief
            """,
        discussion: """
            A test is a file in herd's format; of a folder, all its .litmus files. What must come of it says kinds.txt \
            in the file's folder, or --kinds: lines NAME Allowed|Forbidden|Required. The exit status is 1 when a \
            forbidden outcome was seen or a required one missed, 2 for anything that cannot be run.
            """)

    @Argument(help: "Tests, or folders of them.")
    var paths: [String] = []

    @Option(help: "Iterations in a run of one instance of the test.")
    var size = 100_000

    @Option(help: "Runs, each a machine of its own.")
    var runs = 10

    @Option(help: "Iterations of each test in all, in place of --runs.")
    var iterations: Int?

    @Option(help: "The same for tests whose verdict is Allowed; without it, --iterations.")
    var allowed: Int?

    @Option(help: "vCPUs; more than threads run several instances.")
    var smp: Int?

    @Option(help: "Whether the guest turns its MMU on: on or off.")
    var mmu = "on"

    @Option(help: "Tier: interp, native or auto.")
    var tier: String?

    @Option(help: "All of -accel, as emu-system-aarch64 takes it.")
    var accel: String?

    @Option(help: "Bytes between cells: random, or a power of two from 16 on.")
    var stride = "random"

    @Option(help: "Most turns that a thread waits before its body: random, or a number.")
    var delay = "random"

    @Option(
        help: """
            How threads meet: user (before each iteration), pairs (two by two, for fewer or busy cores) \
            or none (once).
            """)
    var barrier: HarnessOptions.Barrier?

    @Flag(inversion: .prefixedNo, help: "Take cells in random order.")
    var shuffle = true

    @Flag(inversion: .prefixedNo, help: "Keep each vCPU on one core of the host.")
    var affinity = true

    @Option(help: "Seed of all that is random here.")
    var seed: UInt64?

    @Option(help: "Seconds that one run may take.")
    var timeLimit = 120

    @Option(help: "A list of verdicts in place of kinds.txt.")
    var kinds: String?

    @Option(help: "Only tests whose name matches: * and ? stand for anything.")
    var only: String?

    @Option(help: "A cycle of relations, in diy's words; the test and its verdict are made from it.")
    var cycle: [String] = []

    @Flag(help: "All tests that the generator makes of its shapes and orderings.")
    var families = false

    @Option(help: "Writes the tests, and their kinds.txt, into this folder in place of running them.")
    var write: String?

    @Flag(help: "One line for each test.")
    var brief = false

    /// In place of the parser's own: whatever is wrong is one line.
    static func main() {
        do {
            let session = Session(try parse())
            leave(try session.run() ? 0 : 1)
        } catch let error as LitmusError {
            fail(error.description)
        } catch {
            if exitCode(for: error).isSuccess { exit(withError: error) }
            fail(message(for: error).split(whereSeparator: \.isNewline).joined(separator: " "))
        }
    }

    /// The options of the harness.
    func harness() throws(LitmusError) -> HarnessOptions {
        var options = HarnessOptions()
        options.size = size
        options.runs = runs
        options.iterations = iterations
        options.processors = smp
        guard mmu == "on" || mmu == "off" else { throw LitmusError("--mmu \(mmu): must be on or off") }
        options.mmu = mmu == "on"
        options.stride = try choice("--stride", stride)
        options.delay = try choice("--delay", delay)
        options.shuffles = shuffle
        options.barrier = barrier
        options.binds = affinity
        options.seed = seed ?? .random(in: 0...(.max))
        options.timeLimit = timeLimit
        if accel != nil && tier != nil { throw LitmusError("--tier and --accel: only one of them") }
        options.accelerator = accel ?? tier
        try options.validate()
        return options
    }

    private func choice(_ option: String, _ text: String) throws(LitmusError) -> HarnessOptions.Choice {
        if text == "random" { return .random }
        guard let number = Int(text) else { throw LitmusError("\(option) \(text): must be random or a number") }
        return .fixed(number)
    }
}

extension HarnessOptions.Barrier: ExpressibleByArgument {}

/// Ends the process with one line on stderr.
func fail(_ line: String) -> Never {
    say("emu-litmus: \(line)", to: STDERR_FILENO)
    exit(2)
}

/// Writes one line.
func say(_ line: String, to descriptor: Int32 = STDOUT_FILENO) {
    var rest = Array((line + "\n").utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
    }
}

/// `exit`, which inside of a command means something else.
func leave(_ status: Int32) -> Never { exit(status) }
