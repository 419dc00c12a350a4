import Foundation
import GuestA64
import Testing

/// System behaviour against that of QEMU, exception by exception: the same program and memory run on both.
@Suite(.enabled(if: Probe.isPossible), .serialized)
struct SystemPeerTests {
    private func compare(_ model: CPUModel, _ cases: [ProbeCase], leaves: [UInt64] = []) throws {
        try Probe.compare(model, cases, leaves: leaves)
    }

    static let modes: [(name: String, spsr: UInt64)] = [("EL0", 0x3c0), ("EL1t", 0x3c4), ("EL1h", 0x3c5)]

    @Test("Exception generating instructions and returns")
    func exceptions() throws {
        var cases: [ProbeCase] = []
        let words: [(String, UInt32)] = [
            ("svc", 0xd400_0541), ("brk", 0xd423_4560), ("hlt", 0xd440_0020), ("dcps1", 0xd4a0_0001), ("udf", 0),
            ("drps", 0xd6bf_03e0), ("wfe", 0xd503_205f), ("daifset", 0xd503_42df), ("daifclr", 0xd503_47ff),
            ("spsel", 0xd500_41bf), ("pan", 0xd500_419f), ("dit", 0xd503_415f), ("sb", 0xd503_30ff),
            ("isb", 0xd503_3fdf),
        ]
        for (mode, spsr) in Self.modes {
            for (name, word) in words {
                // Not compared: QEMU never traps WFE, and exchanges op1 and op2 in the syndrome of MSR (immediate).
                for trap in name == "wfe" || name.hasPrefix("daif") ? [false] : [false, true] {
                    var item = ProbeCase("\(name) at \(mode), trap \(trap)", [word])
                    item.spsr = spsr
                    // nTWE, nTWI, UMA.
                    item.sctlr = trap ? item.sctlr & ~(1 << 18 | 1 << 16 | 1 << 9) : item.sctlr | 1 << 9
                    cases.append(item)
                }
            }
        }
        // But for mode 16: QEMU's core has AArch32 at EL0.
        for mode: UInt64 in 0..<32 where mode != 16 {
            // msr spsr_el1, x0; adr x1, .+12; msr elr_el1, x1; eret
            var item = ProbeCase("eret to mode \(mode)", [0xd518_4000, 0x1000_0061, 0xd518_4021, 0xd69f_03e0])
            item.x0 = mode | 0x6000_03c0
            cases.append(item)
        }
        try compare(.cortexA57, cases)
    }

    @Test("System registers: who may access them", arguments: [CPUModel.cortexA57, .max])
    func registers(_ model: CPUModel) throws {
        // Registers that QEMU lacks, has with its floating point, or traps with FEAT_IDST, which our `max` has not.
        let different = ["DBGPRCR", "DBGAUTHSTATUS", "DBGDTR", "FPCR", "FPSR", "core-"]
        var cases: [ProbeCase] = []
        for register in SystemRegisterTests.registers {
            let isIdentification = register.key & 0xff80 == 0xc000 || register.key & 0xff80 == 0xc800
            if different.contains(where: { register.name.hasPrefix($0) }) { continue }
            for mode in Self.modes where mode.name != "EL1t" && !(isIdentification && mode.name == "EL0") {
                // MRS to X30, which no line shows: values may differ.
                let move = 0xd500_001e | register.key << 5
                for (name, word) in [("mrs", move | 1 << 21), ("msr", move)] where mode.name == "EL0" || name == "mrs" {
                    for gate: UInt64 in [0, 0x303] {
                        var item = ProbeCase("\(name) \(register.name) at \(mode.name), CNTKCTL \(gate)", [word])
                        item.spsr = mode.spsr
                        item.cntkctl = gate
                        // UCT and UMA.
                        item.sctlr = gate == 0 ? item.sctlr & ~(1 << 15 | 1 << 9) : item.sctlr | 1 << 15 | 1 << 9
                        cases.append(item)
                    }
                }
            }
        }
        try compare(model, cases)
    }

    // MARK: Memory

    /// What is done to an address: a name and the instruction, with the address in X0. No cache maintenance: QEMU does
    /// not check its address.
    private static let accesses: [(name: String, word: UInt32)] = [
        ("ldr", 0xf940_0001), ("str", 0xf900_0001), ("ldr at 1", 0xf840_1001), ("str at 1", 0xf800_1001),
        ("br", 0xd61f_0000), ("ldtr", 0xf840_0801), ("sttr", 0xf800_0801), ("translate s1e1r", 0xd508_7800),
        ("translate s1e1w", 0xd508_7820), ("translate s1e0r", 0xd508_7840), ("translate s1e0w", 0xd508_7860),
        ("dc zva", 0xd50b_7420),
        ("ldxr", 0xc85f_7c01), ("ldp at 4", 0xa940_8001),
        ("ldar", 0xc8df_fc01), ("prfm", 0xf980_0000),
    ]

    private func accesses(
        _ name: String, _ address: UInt64, onlyAligned: Bool = false, _ change: (inout ProbeCase) -> Void = { _ in }
    ) -> [ProbeCase] {
        Self.accesses.filter { !(onlyAligned && $0.name.contains(" at ")) }.flatMap { access in
            Self.modes.filter { $0.name != "EL1t" }.map { mode in
                var item = ProbeCase("\(access.name) of \(name) at \(mode.name)", [access.word])
                item.spsr = mode.spsr
                item.x0 = address
                // EL0 may do cache maintenance.
                item.sctlr |= 1 << 26 | 1 << 14
                change(&item)
                return item
            }
        }
    }

    @Test("Leaves with every permission, attribute and defect", arguments: [CPUModel.cortexA57, .max])
    func leaves(_ model: CPUModel) throws {
        var leaves: [(String, UInt64)] = []
        for permissions: UInt64 in 0..<4 {
            for never: UInt64 in 0..<4 {
                for attribute: UInt64 in 0..<4 {
                    leaves.append(
                        (
                            "page AP=\(permissions) XN=\(never) attribute \(attribute)",
                            ProbeTables.target | 0x703 | permissions << 6 | never << 53 | attribute << 2
                        ))
                }
            }
        }
        leaves += [
            ("invalid", ProbeTables.target | 0x742), ("reserved", ProbeTables.target | 0x741),
            ("unaccessed", ProbeTables.target | 0x343), ("too large", 1 << 41 | 0x743),
            ("not global", ProbeTables.target | 0xf43),
            ("dirty modifier", 1 << 51 | ProbeTables.target | 0x7c3),
        ]
        var cases: [ProbeCase] = []
        for (index, leaf) in leaves.enumerated() {
            // QEMU lets unaligned accesses to device memory pass while the MMU is on.
            let isDevice = leaf.0.hasSuffix("attribute 1") || leaf.0.hasSuffix("attribute 2")
            cases += accesses(leaf.0, ProbeTables.region + UInt64(index) << 12, onlyAligned: isDevice)
        }
        try compare(model, cases, leaves: leaves.map(\.1))
    }

    @Test("Blocks, table attributes, control bits and address ranges", arguments: [CPUModel.cortexA57, .max])
    func walks(_ model: CPUModel) throws {
        let normal = ProbeTables.region
        var cases = accesses("a block", normal + 0x20_0000)
        for index in ProbeTables.tableAttributes.indices {
            cases += accesses("table attributes \(index)", ProbeTables.tableRegion(index))
        }
        let settings: [(String, sctlr: UInt64, tcr: UInt64)] = [
            ("WXN", 1 << 19, 0), ("A", 1 << 1, 0), ("TBI0", 0, 1 << 37), ("IPS 1", 0, 3 << 32),
            ("upper half on", 0, 1 << 23), ("HA", 0, 1 << 39), ("E0PD0", 0, 1 << 55),
        ]
        let addresses: [(String, UInt64)] = [
            ("a page", normal), ("a tagged page", 0x5a << 56 | normal), ("a hole", 0x8020_0000_0000),
            ("nothing", 0xc000_0000), ("the upper half", 0xffff_ff80_8000_0000),
            ("above the upper half", 0xffff_ff00_0000_0000),
            ("a tagged upper half", 0x5aff_ff80_8000_0000), ("a restricted table", ProbeTables.tableRegion(5)),
        ]
        for setting in settings {
            for address in addresses {
                cases += accesses("\(address.0) with \(setting.0)", address.1) { item in
                    item.sctlr ^= setting.sctlr
                    item.tcr ^= setting.tcr
                }
            }
        }
        try compare(model, cases, leaves: [ProbeTables.target | 0x743])
    }

    @Test("MMU off")
    func off() throws {
        var cases: [ProbeCase] = []
        for setting: UInt64 in [0, 1 << 37] {
            for address: UInt64 in [0x4060_0000, 1 << 45, 1 << 49, 0x5a << 56 | 0x4060_0000, 1 << 55] {
                // An address that is both too large and unaligned is too large (`AArch64.S1DisabledOutput`); to QEMU
                // it is unaligned.
                let name = "\(String(address, radix: 16)) with TCR \(setting)"
                cases += accesses(name, address, onlyAligned: address != 0x4060_0000) { item in
                    item.sctlr &= ~1
                    item.tcr |= setting
                }
            }
        }
        // QEMU lets DC ZVA of device memory pass.
        try compare(.cortexA57, cases.filter { !$0.name.hasPrefix("dc zva") })
    }

    @Test("Alignment of the pc")
    func alignment() throws {
        var cases: [ProbeCase] = []
        for mode in Self.modes {
            for offset: UInt64 in 0..<4 {
                var item = ProbeCase("br to \(offset) at \(mode.name)", [0xd61f_0000])
                item.spsr = mode.spsr
                item.x0 = ProbeTables.region + offset
                cases.append(item)
            }
        }
        try compare(.cortexA57, cases, leaves: [ProbeTables.target | 0x7c3])
    }
}
