import GuestA64
import Testing

/// Memory copy and set instructions against QEMU: permissions, and the exceptions of registers that do not fit. Both are
/// of option A; cases are such that it makes no difference how much each stage does.
@Suite(.enabled(if: Probe.isPossible), .serialized)
struct MemoryOperationPeerTests {
    private static let modes: [(name: String, spsr: UInt64)] = [
        ("EL0", 0x3c0), ("EL1h", 0x3c5), ("EL1h, PAN", 0x3c5 | 1 << 22), ("EL1h, UAO", 0x3c5 | 1 << 23),
    ]
    /// SCTLR_EL1.MSCEn.
    private static let enabled = Probe.control | 1 << 33

    /// movn x2, #0xfff: a page is left to be done.
    private static let pageLeft: UInt32 = 0x9281_ffe2
    private static let main: [(name: String, word: UInt32)] = [
        ("cpyfm", 0x1941_0440), ("cpym", 0x1d41_0440), ("setm", 0x19c1_4440),
    ]

    /// A page that all may access, then every permission.
    private static let leaves: [UInt64] =
        [ProbeTables.target | 0x743]
        + (0..<16).map { (index: UInt64) in
            ProbeTables.target | 0x703 | (index & 3) << 6 | (index >> 2) << 53
        }

    @Test("Whole pages with every permission as destination and as source, and with all options")
    func permissions() throws {
        var cases: [ProbeCase] = []
        for (name, word) in Self.main {
            for options in 0..<UInt32(4) {
                for (mode, spsr) in Self.modes {
                    for page in 1..<UInt64(Self.leaves.count) {
                        for isSource in name == "setm" ? [false] : [false, true] {
                            if name == "setm" && options > 1 { continue }
                            let title =
                                "\(name) options \(options) at \(mode), \(isSource ? "from" : "to") page \(page)"
                            var item = ProbeCase(title, [Self.pageLeft, word | options << 12])
                            item.spsr = spsr
                            item.sctlr = Self.enabled
                            let ends = [ProbeTables.region + (page + 1) << 12, ProbeTables.region + 1 << 12]
                            (item.x0, item.x1) = isSource ? (ends[1], ends[0]) : (ends[0], ends[1])
                            cases.append(item)
                        }
                    }
                }
            }
        }
        try Probe.compare(.max, cases, leaves: Self.leaves)
    }

    @Test("SCTLR_EL1.MSCEn, option B, and an epilogue with too much left to do")
    func exceptions() throws {
        var cases: [ProbeCase] = []
        for (name, word) in Self.main {
            let stages: [UInt32] =
                name == "setm"
                ? [word & ~(3 << 14), word, word & ~(3 << 14) | 2 << 14]
                : [word & ~(3 << 22), word, word & ~(3 << 22) | 2 << 22]
            for (stage, word) in stages.enumerated() {
                for (mode, spsr) in Self.modes.prefix(2) {
                    for isEnabled in [false, true] {
                        for flags in [0, 1 << 29] as [UInt64] {
                            // The prologue's size is positive: movz x2, #8.
                            let size = stage == 0 ? 0xd280_0102 : Self.pageLeft
                            var item = ProbeCase(
                                "\(name) stage \(stage) at \(mode), MSCEn \(isEnabled), flags \(flags)", [size, word])
                            item.spsr = spsr | flags
                            item.sctlr = isEnabled ? Self.enabled : Probe.control
                            item.x0 = ProbeTables.region + (stage == 0 ? 0 : 1 << 12)
                            item.x1 = ProbeTables.region + (stage == 0 ? 0 : 1 << 12)
                            cases.append(item)
                        }
                    }
                }
            }
        }
        try Probe.compare(.max, cases, leaves: Self.leaves)
    }
}
