import Foundation
import GuestA64
import Testing

/// Branch target identification against QEMU: every branch through a register to every landing.
@Suite(.enabled(if: Probe.isPossible), .serialized)
struct BranchTargetTests {
    private static let landings: [(name: String, word: UInt32)] = [
        ("bti", 0xd503_241f), ("bti c", 0xd503_245f), ("bti j", 0xd503_249f), ("bti jc", 0xd503_24df),
        ("paciasp", 0xd503_233f), ("pacibsp", 0xd503_237f), ("brk", 0xd420_0020), ("hlt", 0xd440_0020),
        ("nop", 0xd503_201f), ("svc", 0xd400_0001), ("udf", 0), ("load", 0xf940_0000),
    ]

    /// bti jc, then a branch to x1.
    private static let detours: [(name: String, words: [UInt32])] = [
        ("br x1", [0xd503_24df, 0xd61f_0020]), ("br x17", [0xd503_24df, 0xaa01_03f1, 0xd61f_0220]),
        ("blr x1", [0xd503_24df, 0xd63f_0020]), ("ret x1", [0xd503_24df, 0xd65f_0020]),
    ]

    private static let branches: [(name: String, words: [UInt32])] = [
        ("br x0", [0xd61f_0000]), ("br x16", [0xaa00_03f0, 0xd61f_0200]), ("blr x0", [0xd63f_0000]),
        ("ret x0", [0xd65f_0000]),
    ]

    /// Page 0 of the region is the code of the first cases, guarded; page 1 the same, not guarded.
    private static let leaves: [UInt64] = [Probe.codeBase | 0x7c3 | 1 << 50, Probe.codeBase | 0x7c3]

    private static func cases() -> [ProbeCase] {
        var cases = landings.map { ProbeCase("landing \($0.name)", [$0.word]) }
        cases += detours.map { ProbeCase("detour \($0.name)", $0.words) }
        for index in landings.indices { cases[index].x0 = ProbeTables.target }
        // The detours lead somewhere when they run as cases of their own.
        for index in landings.count..<cases.count { cases[index].x1 = ProbeTables.region }
        return cases
    }

    private static func address(_ index: Int, page: UInt64) -> UInt64 {
        ProbeTables.region + page << 12 + Probe.code(index) - Probe.codeBase
    }

    private static func settings(_ item: ProbeCase) -> [ProbeCase] {
        [("EL0", 0x3c0), ("EL1h", 0x3c5)].flatMap { (mode: (String, UInt64)) in
            [0, 3].map { (strict: UInt64) in
                var item = item
                item.name += " at \(mode.0), BT \(strict)"
                item.spsr = mode.1
                item.sctlr |= strict << 35
                return item
            }
        }
    }

    @Test("Branches from ordinary pages to guarded and ordinary ones")
    func ordinary() throws {
        var cases = Self.cases()
        for branch in Self.branches {
            for (index, landing) in Self.landings.enumerated() {
                for page: UInt64 in [0, 1] {
                    var item = ProbeCase("\(branch.name) to \(landing.name) in page \(page)", branch.words)
                    item.x0 = Self.address(index, page: page)
                    cases += Self.settings(item)
                }
            }
        }
        try Probe.compare(.max, cases, leaves: Self.leaves)
    }

    @Test("Branches from guarded pages")
    func guarded() throws {
        var cases = Self.cases()
        for detour in Self.detours.indices {
            for (index, landing) in Self.landings.enumerated() {
                let name = "\(Self.detours[detour].name) from a guarded page to \(landing.name)"
                var item = ProbeCase(name, [0xd61f_0000])
                item.x0 = Self.address(Self.landings.count + detour, page: 0)
                item.x1 = Self.address(index, page: 0)
                cases += Self.settings(item)
            }
        }
        try Probe.compare(.max, cases, leaves: Self.leaves)
    }

    @Test("Exception returns restore BTYPE, and misaligned or unmapped targets keep it")
    func returns() throws {
        var cases = Self.cases()
        for type: UInt64 in 0...3 {
            // x0 holds no address there.
            for index in Self.landings.indices where Self.landings[index].name != "load" {
                // msr spsr_el1, x0; msr elr_el1, x1; eret
                let words: [UInt32] = [0xd518_4000, 0xd518_4021, 0xd69f_03e0]
                var item = ProbeCase("eret with BTYPE \(type) to \(Self.landings[index].name)", words)
                item.x0 = 0x3c5 | type << 10
                item.x1 = Self.address(index, page: 0)
                cases.append(item)
                item.name += ", IL"
                item.x0 |= 1 << 20
                cases.append(item)
            }
        }
        for branch in Self.branches {
            for target: UInt64 in [ProbeTables.region + 2, 0xc000_0000] {
                var item = ProbeCase("\(branch.name) to \(target)", branch.words)
                item.x0 = target
                cases.append(item)
            }
        }
        try Probe.compare(.max, cases, leaves: Self.leaves)
    }
}
