/// Where everything of a run lies in guest memory. All of it is identity-mapped when the MMU is on.
///
/// ```
/// base      code
/// +0x18000  translation table
/// +0x19000  control: counters, one to a line
/// +0x20000  scripts: what each thread of each instance does in each iteration, host to guest
///           logs: its registers after each iteration, guest to host
///           cells: the locations, one cell for each iteration
/// ```
struct GuestLayout: Sendable {
    static let base: UInt64 = 0x4020_0000
    static let codeSize = 0x18000
    static let table: UInt64 = base + 0x18000
    static let control: UInt64 = base + 0x19000
    static let scripts: UInt64 = base + 0x20000

    /// How many threads of all instances have ended.
    static let done = control
    /// ESR_EL1, ELR_EL1, FAR_EL1 of an exception.
    static let fault = control + 0x80
    /// Where the vCPUs begin: thread code addresses.
    static let starts = control + 0x100
    /// The counter at which the threads of an instance meet.
    static func meeting(_ instance: Int) -> UInt64 { control + 0x400 + 0x80 * UInt64(instance) }
    /// From there to the counters at which its threads meet by pairs: a multiple of 4096, and behind the meeting of 64
    /// instances.
    static let pairing: UInt64 = 0x2000
    /// Iterations from one meeting by pairs to the next, and of a batch, between two meetings of all.
    static let pairSpan = 4
    static let batch = 128

    let instances: Int
    let iterations: Int
    /// Words of a script that one iteration takes, by thread.
    let scriptWords: [Int]
    /// Registers that each thread logs.
    let logWords: [Int]
    /// Bytes that the cells of one location may take.
    let arenaSize: UInt64
    let locations: Int

    private func rounded(_ size: Int) -> UInt64 { (UInt64(size) + 4095) & ~4095 }

    private func scriptSize(_ thread: Int) -> UInt64 { rounded(8 * scriptWords[thread] * iterations) }
    private func logSize(_ thread: Int) -> UInt64 { rounded(8 * logWords[thread] * iterations) }
    private var scriptsSize: UInt64 { scriptWords.indices.reduce(0) { $0 + scriptSize($1) } }
    private var logsSize: UInt64 { logWords.indices.reduce(0) { $0 + logSize($1) } }

    func script(_ instance: Int, _ thread: Int) -> UInt64 {
        Self.scripts + UInt64(instance) * scriptsSize + (0..<thread).reduce(0) { $0 + scriptSize($1) }
    }

    private var logs: UInt64 { Self.scripts + UInt64(instances) * scriptsSize }

    func log(_ instance: Int, _ thread: Int) -> UInt64 {
        logs + UInt64(instance) * logsSize + (0..<thread).reduce(0) { $0 + logSize($1) }
    }

    private var arenas: UInt64 { logs + UInt64(instances) * logsSize }

    /// The room for all cells of `instance`.
    func arena(_ instance: Int) -> UInt64 { arenas + UInt64(instance) * UInt64(locations) * arenaSize }

    /// Bytes from `base` to the end.
    var size: UInt64 { arena(instances) - Self.base }
}
