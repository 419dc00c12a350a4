package import Counters

/// One run of one cell: a line of the CSV.
///
/// What a tier cannot know (QEMU's instruction count, hardware counters in a virtual machine) is nil: an empty field,
/// never zero.
package struct Row: Equatable, Sendable {
    package var cell: Cell
    /// 1 for the first run of the cell.
    package var run: Int
    /// The child process from start to end, by the monotonic clock.
    package var wallSeconds: Double
    /// User and system time of the child process and all its threads.
    package var cpuSeconds: Double
    package var userSeconds: Double?
    package var systemSeconds: Double?
    /// Guest instructions executed, all vCPUs together.
    package var guestInstructions: UInt64?
    /// Translated blocks executed, all vCPUs together.
    package var blocks: UInt64?
    package var hostCPUs: Int
    /// The revision measured, with `-dirty` when the tree had changes.
    package var commit: String
    /// UTC, ISO 8601.
    package var date: String
    /// Host events summed over the vCPU threads.
    package var counters: [CounterEvent: UInt64] = [:]
    package var checksum: String?
    /// The work itself, by the guest's own clock: without start-up and shutdown.
    package var elapsedNanoseconds: UInt64?
    /// How much was done, in the workload's own unit; the same at every vCPU count.
    package var work: UInt64?
    /// The amount of work in permille of the workload's default.
    package var scale: UInt64?
    /// Barrier crossings.
    package var crossings: UInt64?
    /// From the start of the process to the first guest instruction.
    package var startupSeconds: Double?
    /// Processor time of the vCPU threads alone.
    package var vcpuSeconds: Double?
    /// Blocks translated, guest instructions in them, and the IR operations those became.
    package var translatedBlocks: UInt64?
    package var translatedInstructions: UInt64?
    package var irOperations: UInt64?

    package init(
        cell: Cell, run: Int, wallSeconds: Double, cpuSeconds: Double, hostCPUs: Int, commit: String, date: String
    ) {
        self.cell = cell
        self.run = run
        self.wallSeconds = wallSeconds
        self.cpuSeconds = cpuSeconds
        self.hostCPUs = hostCPUs
        self.commit = commit
        self.date = date
    }

    /// More threads that want to run than the host has processors.
    package var oversubscribed: Bool { cell.smp > hostCPUs }

    /// The time that speed is judged by: the work's own when the guest reports it, else the whole process.
    package var seconds: Double { elapsedNanoseconds.map { Double($0) / 1e9 } ?? wallSeconds }

    /// The time of the same work in another row, however much work either did.
    package func relative(to other: Row) -> Double {
        let ours = seconds / Double(max(1, work ?? 1))
        return ours / (other.seconds / Double(max(1, other.work ?? 1)))
    }

    /// Whether a single-threaded run had a processor to itself: what was preempted has lost its caches as well, and
    /// emulator and native code suffer differently from that.
    package var undisturbed: Bool { cpuSeconds >= 0.85 * wallSeconds }

    /// Seconds per barrier crossing.
    package var secondsPerCrossing: Double? {
        guard let crossings, crossings > 0 else { return nil }
        return seconds / Double(crossings)
    }

    /// Host instructions per guest instruction, in user mode.
    package var hostPerGuest: Double? {
        guard let host = counters[.instructions], let guestInstructions, guestInstructions > 0 else { return nil }
        return Double(host) / Double(guestInstructions)
    }
}
