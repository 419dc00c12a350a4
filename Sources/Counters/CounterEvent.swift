/// What a thread's counters can count: six hardware events and four of the kernel's own.
///
/// The raw value is the event's place in tables; `csvName` is its name in CSV headers and JSON.
package enum CounterEvent: Int, CaseIterable, Sendable {
    case cycles
    case instructions
    case branches
    case branchMisses
    case l1dMisses
    case llcMisses
    case taskClock
    case contextSwitches
    case cpuMigrations
    case pageFaults

    /// The column name; `_ns` says that the value is in nanoseconds, all others are plain counts.
    package var csvName: String {
        switch self {
        case .cycles: "cycles"
        case .instructions: "instructions"
        case .branches: "branches"
        case .branchMisses: "branch_misses"
        case .l1dMisses: "l1d_misses"
        case .llcMisses: "llc_misses"
        case .taskClock: "task_clock_ns"
        case .contextSwitches: "context_switches"
        case .cpuMigrations: "cpu_migrations"
        case .pageFaults: "page_faults"
        }
    }

    /// Whether a performance monitoring unit counts it; a virtual machine often has none.
    package var isHardware: Bool {
        switch self {
        case .cycles, .instructions, .branches, .branchMisses, .l1dMisses, .llcMisses: true
        case .taskClock, .contextSwitches, .cpuMigrations, .pageFaults: false
        }
    }

    /// Its name in libpfm4's `perf` PMU, the kernel's generic events (pfm `pmu: perf`, see libpfm_perf_event_raw(3)).
    ///
    /// Generic names and not a processor's own, so that one row works on every host.
    var pfmName: String {
        switch self {
        case .cycles: "perf::PERF_COUNT_HW_CPU_CYCLES"
        case .instructions: "perf::PERF_COUNT_HW_INSTRUCTIONS"
        case .branches: "perf::PERF_COUNT_HW_BRANCH_INSTRUCTIONS"
        case .branchMisses: "perf::PERF_COUNT_HW_BRANCH_MISSES"
        case .l1dMisses: "perf::PERF_COUNT_HW_CACHE_L1D:READ:MISS"
        case .llcMisses: "perf::PERF_COUNT_HW_CACHE_MISSES"
        case .taskClock: "perf::PERF_COUNT_SW_TASK_CLOCK"
        case .contextSwitches: "perf::PERF_COUNT_SW_CONTEXT_SWITCHES"
        case .cpuMigrations: "perf::PERF_COUNT_SW_CPU_MIGRATIONS"
        case .pageFaults: "perf::PERF_COUNT_SW_PAGE_FAULTS"
        }
    }

    /// Happens inside the kernel, so that a counter restricted to user mode would stay at a false zero.
    var happensInKernel: Bool { self == .contextSwitches || self == .cpuMigrations }

    /// Events that are scheduled onto the hardware together, so that their ratios are of the same interval.
    ///
    /// Four fit next to each other on every current PMU; the cache events get a group of their own, which the kernel
    /// may multiplex with the first.
    var group: Int {
        switch self {
        case .cycles, .instructions, .branches, .branchMisses: 0
        case .l1dMisses, .llcMisses: 1
        case .taskClock, .contextSwitches, .cpuMigrations, .pageFaults: 2
        }
    }
    static let groupCount = 3
}
