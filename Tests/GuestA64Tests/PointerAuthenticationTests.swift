import Foundation
import GuestA64
import IR
import Testing

/// Pointer authentication against QEMU's QARMA5: codes, exceptions and stripped addresses.
@Suite(.enabled(if: Probe.isPossible), .serialized)
struct PointerAuthenticationTests {
    /// `msr <key>Lo, x1` and `msr <key>Hi, x0`, bits of PACxx and AUTxx, enable bit of SCTLR_EL1.
    private struct Key {
        let name: String
        let low: UInt32
        let number: UInt32
        let enable: UInt64
    }

    private static let keys = [
        Key(name: "IA", low: 0xd518_2101, number: 0, enable: 1 << 31),
        Key(name: "IB", low: 0xd518_2141, number: 1, enable: 1 << 30),
        Key(name: "DA", low: 0xd518_2201, number: 2, enable: 1 << 27),
        Key(name: "DB", low: 0xd518_2241, number: 3, enable: 1 << 13),
    ]

    /// Address ranges and tags: TCR_EL1 besides what the probe needs.
    private static let controls: [(name: String, bits: UInt64)] = [
        ("no tags", 0), ("TBI0", 1 << 37), ("TBI1", 1 << 38), ("TBI0, TBI1", 3 << 37),
        ("TBI0, TBID0", 1 << 37 | 1 << 51), ("TBI1, TBID1", 1 << 38 | 1 << 52), ("T1SZ 16", (25 ^ 16) << 16),
        ("T1SZ 39", (25 ^ 39) << 16),
    ]

    private static let pointers: [UInt64] = [
        0x0000_0000_4100_0010, 0xffff_ffff_8123_4568, 0x1234_5678_9abc_def0, 0x8080_0000_0000_0000,
        0x0080_0000_0000_0000, 0xff7f_ffff_ffff_fff8, 0xffff_ffc0_0000_0000, 0x0000_003f_ffff_ffff,
    ]

    /// Whether QEMU agrees with the manual: where the halves have other tags or sizes it takes an address whose bits 63
    /// and 55 differ for one of the other half (Docs/KnownDifferences.md).
    private static func isComparable(_ pointer: UInt64, _ control: UInt64) -> Bool {
        (pointer >> 63 == pointer >> 55 & 1) || control == 0 || control == 3 << 37
    }

    /// Sets the key from x1 and x0, then `words`.
    private func item(
        _ key: Key, _ control: (name: String, bits: UInt64), _ pointer: UInt64, _ name: String, _ words: [UInt32]
    )
        -> ProbeCase
    {
        let high = (key.low | 1 << 5) & ~31
        var item = ProbeCase(
            "\(name)\(key.name) of \(String(pointer, radix: 16)), \(control.name)",
            [key.low, high, 0xd503_3fdf] + words)
        item.sctlr |= key.enable
        item.tcr ^= control.bits
        item.x0 = pointer
        item.x1 = pointer &* 0x9e37_79b9_7f4a_7c15 ^ 0x5bd1_e995
        return item
    }

    @Test("Signing, authenticating and stripping addresses")
    func addresses() throws {
        var cases: [ProbeCase] = []
        for key in Self.keys {
            let sign = 0xdac1_0020 | key.number << 10
            let authenticate = sign | 1 << 12
            let strip: UInt32 = key.number < 2 ? 0xdac1_43e0 : 0xdac1_47e0
            for control in Self.controls {
                for pointer in Self.pointers where Self.isComparable(pointer, control.bits) {
                    cases.append(item(key, control, pointer, "pac", [sign]))
                    cases.append(item(key, control, pointer, "pac, aut", [sign, authenticate]))
                    cases.append(item(key, control, pointer, "aut", [authenticate]))
                    cases.append(item(key, control, pointer, "xpac", [strip]))
                    cases.append(item(key, control, pointer, "pac, xpac", [sign, strip]))
                    // Zero as the modifier: paciza, autiza.
                    cases.append(item(key, control, pointer, "pac, autz", [sign | 1 << 13 | 31 << 5, authenticate]))
                }
            }
        }
        try Probe.compare(.max, cases)
    }

    @Test("Keys that are off do nothing, in any form")
    func disabled() throws {
        var cases: [ProbeCase] = []
        for key in Self.keys {
            for word: UInt32 in [0xdac1_0020, 0xdac1_1020, 0xdac1_23e0, 0xdac1_33e0] {
                var item = item(
                    key, Self.controls[0], Self.pointers[2], "disabled \(String(word, radix: 16)) ",
                    [word | key.number << 10])
                item.sctlr &= ~key.enable
                cases.append(item)
            }
        }
        try Probe.compare(.max, cases)
    }

    @Test("Generic codes")
    func generic() throws {
        let key = Key(name: "GA", low: 0xd518_2301, number: 0, enable: 0)
        let cases = Self.pointers.map { item(key, Self.controls[0], $0, "pacga ", [0x9ac1_3000]) }
        try Probe.compare(.max, cases)
    }

    @Test("Hints on X30 and X17, branches, returns and loads, with good codes and bad ones")
    func branches() throws {
        var cases: [ProbeCase] = []
        for key in Self.keys.prefix(2) {
            let b = key.number << 6
            let m = key.number << 10
            for good in [true, false] {
                let sign: [UInt32] = good ? [0xdac1_0020 | m] : []
                let name = good ? "good " : "bad "
                for pointer: UInt64 in [ProbeTables.region, 0xffff_ff80_0000_1000] {
                    let target = Self.controls[0]
                    // blraa x0, x1; QEMU 10.0.2 aborts on braa and retaa.
                    cases.append(item(key, target, pointer, name + "blraa ", sign + [0xd73f_0801 | m]))
                    // Into x30 or x17 and back.
                    let out: [UInt32] = [0xaa1e_03e0]
                    cases.append(item(key, target, pointer, name + "autiaz ", [0xaa00_03fe, 0xd503_239f | b] + out))
                    cases.append(
                        item(key, target, pointer, name + "paciasp ", [0xaa00_03fe, 0xd503_233f | b] + out))
                    cases.append(item(key, target, pointer, "xpaclri ", [0xaa00_03fe, 0xd503_20ff] + out))
                    cases.append(
                        item(
                            key, target, pointer, name + "pacia1716 ",
                            [0xaa00_03f1, 0xaa01_03f0, 0xd503_211f | b, 0xaa11_03e0]))
                }
            }
        }
        for key in Self.keys.suffix(2) {
            let sign = 0xdac1_23e0 | key.number << 10
            let load = 0xf820_0400 | (key.number & 1) << 23
            for (name, words) in [
                ("good", [sign, load]), ("bad", [load]), ("write-back", [sign, load | 1 << 11 | 1 << 12 | 2]),
            ] {
                cases.append(item(key, Self.controls[0], 0x4060_0000, "\(name) ldraa ", words))
                cases.append(item(key, Self.controls[0], 0xc000_0000, "\(name) ldraa of nothing ", words))
            }
        }
        try Probe.compare(.max, cases, leaves: [ProbeTables.target | 0x7c3])
    }

    @Test("BRAA and RETAA go where the signed address says, and nowhere with a bad code")
    func authenticatedJumps() {
        for (enable, signKey, branch, modifier) in [
            // pacia x0, x1 and braa x0, x1; pacib x30, sp and retab.
            (UInt64(1 << 31), UInt32(0xdac1_0020), UInt32(0xd71f_0801), UInt32(1)),
            (1 << 30, 0xdac1_07fe, 0xd65f_0fff, 31),
        ] {
            let machine = SystemMachine()
            machine[.apiaKeyLow] = 0x1234_5678
            machine[.apibKeyHigh] = 0x9abc_def0
            // msr sctlr_el1, x2
            machine[x: 2] = machine[.sctlr] | enable
            #expect(machine.run(0xd518_1002) == .exit(.stateChanged))
            machine[A64State.sp] = 0x8000
            machine[x: 1] = 77
            let register: UInt32 = modifier == 1 ? 0 : 30
            machine[x: register] = 0x4000_1234
            #expect(machine.run(signKey) == .next)
            let signed = machine[x: register]
            #expect(signed != 0x4000_1234)
            #expect(machine.run(branch) == .jumped)
            #expect(machine[A64State.pc] == 0x4000_1234)
            machine[x: register] = signed ^ 1 << 52
            let key: UInt64 = modifier == 1 ? 0 : 1
            #expect(machine.take(branch) == .raised(.authenticationFailed, key))
            #expect(machine[.esr] == 0x7200_0000 | key)
        }
    }
}
