/// How a test is run; the words are litmus7's where it has them.
package struct HarnessOptions: Sendable, Equatable {
    /// What keeps the threads of an instance together.
    package enum Barrier: String, Sendable, CaseIterable {
        /// Before each iteration all threads wait for each other.
        case user
        /// Only before each batch; within it each waits a moment before an iteration for one other that comes to it as well.
        case pairs
        /// Only before the first one.
        case once = "none"
    }

    /// A number that is the same in every run, or drawn for each.
    package enum Choice: Sendable, Equatable {
        case fixed(Int)
        case random
    }

    /// Iterations in a run of one instance.
    package var size = 100_000
    /// Runs, each a machine of its own.
    package var runs = 10
    /// Iterations of all instances in all runs, at least; in place of `runs`.
    package var iterations: Int?
    /// vCPUs; nil is as many as the test has threads. With more, as many instances run as fit.
    package var processors: Int?
    /// Whether the guest turns its MMU on.
    package var mmu = true
    /// Bytes from a location's cell to the next iteration's: a power of two, 16 or more.
    package var stride = Choice.random
    /// The most turns of an empty loop before a thread's body; each draws its own number for each iteration.
    package var delay = Choice.random
    /// Whether the iterations take their cells in random order.
    package var shuffles = true
    /// nil: user where each vCPU has a core of the host, else pairs.
    package var barrier: Barrier?
    /// Whether each vCPU stays on a core of the host, so that the threads run at the same time also on a busy one.
    package var binds = true
    /// Makes all that is random repeatable, except the host's scheduling.
    package var seed: UInt64 = 1
    /// Seconds after which a run has failed.
    package var timeLimit = 120
    /// `-accel` of the machine.
    package var accelerator: String?

    /// litmus7's defaults.
    package init() {}

    /// - Throws: `LitmusError` for what cannot be.
    package func validate() throws(LitmusError) {
        guard (1...10_000_000).contains(size) else { throw LitmusError("--size \(size): must be 1 to 10000000") }
        guard (1...1_000_000).contains(runs) else { throw LitmusError("--runs \(runs): must be 1 to 1000000") }
        if let iterations, !(1...1_000_000_000_000).contains(iterations) {
            throw LitmusError("--iterations \(iterations): must be 1 to 10^12")
        }
        guard timeLimit > 0 else { throw LitmusError("--time-limit \(timeLimit): must be above 0") }
        if let processors, !(1...64).contains(processors) {
            throw LitmusError("--smp \(processors): the machine has 1 to 64 vCPUs")
        }
        if case .fixed(let bytes) = stride, !(16...65536).contains(bytes) || bytes & (bytes - 1) != 0 {
            throw LitmusError("--stride \(bytes): must be a power of two, 16 to 65536")
        }
        if case .fixed(let turns) = delay, !(0...1_000_000).contains(turns) {
            throw LitmusError("--delay \(turns): must be 0 to 1000000")
        }
    }

    /// These for `instances` of a test that run side by side, on `processors` vCPUs and `cores` cores of the host.
    func settled(processors: Int, instances: Int, cores: Int) -> HarnessOptions {
        var options = self
        options.barrier = barrier ?? (processors > cores ? .pairs : .user)
        if let iterations {
            options.size = min(size, (iterations + instances - 1) / instances)
            options.runs = (iterations + options.size * instances - 1) / (options.size * instances)
        }
        return options
    }
}
