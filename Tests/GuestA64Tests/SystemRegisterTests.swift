import Guest
import GuestA64
import IR
import Testing

/// System registers: who may access them, and what they hold.
struct SystemRegisterTests {
    /// Name, op0 op1 CRn CRm op2, rights of EL0 and EL1 (all control registers permitting).
    struct Expected {
        let name: String
        let key: UInt32
        let user: Substring
        let kernel: Substring

        init(_ line: Substring) {
            let fields = line.split(separator: " ")
            name = String(fields[0])
            key = fields[1...5].compactMap { UInt32($0) }.enumerated().reduce(0) { sum, field in
                sum << [2, 3, 4, 4, 3][field.offset] | field.element
            }
            user = fields[6]
            kernel = fields[7]
        }
    }

    static let registers = expectedRegisters.split(separator: "\n").map { Expected($0) }

    @Test("Every register can be read and written where it exists, by whom it may, and no other encoding can")
    func rights() {
        var rights: [UInt32: Expected] = [:]
        for register in Self.registers { rights[register.key] = register }
        let machine = SystemMachine()
        let features = A64.translationFlags(machine.state) | A64TranslationFlags.everything.rawValue
        let kernel = features
        let user = features & ~A64TranslationFlags.exceptionLevel1.rawValue
        for key: UInt32 in 0x8000...0xffff {
            for read in [true, false] {
                let word = 0xd500_0000 | (read ? 1 << 21 : 0) | key << 5
                let right: Character = read ? "r" : "w"
                let mayKernel = rights[key]?.kernel.contains(right) ?? false
                let mayUser = rights[key]?.user.contains(right) ?? false
                let name = rights[key]?.name ?? String(key, radix: 16)
                #expect(isAllowed(word, kernel) == mayKernel, "\(name) at EL1, \(right)")
                #expect(isAllowed(word, user) == mayUser, "\(name) at EL0, \(right)")
            }
        }
    }

    /// The instruction does not begin with an undefined instruction exception.
    private func isAllowed(_ word: UInt32, _ flags: UInt64) -> Bool {
        let block = SystemMachine.translate(word, flags: flags)
        return !block.instructions.contains { $0.opcode == .raise && $0.attribute == 0 }
    }

    @Test("Names are the manual's")
    func names() {
        for register in Self.registers where register.name.contains("_") || register.name == register.name.uppercased()
        {
            let expected = register.name.hasPrefix("reserved") || register.name.hasPrefix("core") ? nil : register.name
            let name = A64.systemRegisterName(register.key << 5)
            if expected != nil { #expect(name == expected) }
        }
    }

    @Test("What is written is read back, but for bits that do not exist")
    func roundTrips() {
        let cases: [(name: String, written: UInt64, read: UInt64)] = [
            ("SPSR_EL1", .max, 0xffff_ffff), ("ELR_EL1", 0x1234_5678_9abc_def0, 0x1234_5678_9abc_def0),
            ("ESR_EL1", .max, 0xffff_ffff), ("FAR_EL1", .max, .max), ("VBAR_EL1", .max, ~0x7ff),
            ("TTBR0_EL1", .max, .max), ("TTBR1_EL1", 0x5_0000_1000, 0x5_0000_1000),
            ("MAIR_EL1", 0xff44_0400, 0xff44_0400), ("AMAIR_EL1", 7, 7), ("PAR_EL1", 0x801, 0x801),
            ("CONTEXTIDR_EL1", .max, 0xffff_ffff), ("TPIDR_EL0", .max, .max), ("TPIDRRO_EL0", 5, 5),
            ("TPIDR_EL1", 6, 6), ("SP_EL0", 0x8000, 0x8000), ("CPACR_EL1", .max, 3 << 20),
            ("CSSELR_EL1", .max, 0xf), ("CNTKCTL_EL1", .max, 0x3ff), ("MDSCR_EL1", 0x8000, 0x8000),
            ("DBGBVR1_EL1", .max, ~3), ("DBGWCR0_EL1", .max, 0x1f1f_ffff), ("OSDLR_EL1", .max, 1),
            ("AFSR0_EL1", .max, 0), ("ACTLR_EL1", .max, 0), ("NZCV", .max, 0xf000_0000),
            ("DAIF", .max, 0x3c0), ("PAN", .max, 1 << 22), ("DIT", .max, 1 << 24), ("SSBS", .max, 1 << 12),
        ]
        for (name, written, read) in cases {
            let machine = SystemMachine()
            machine[x: 1] = written
            let outcome = machine.run(word(name, x: 1, read: false))
            #expect(outcome == .next || outcome == .exit(.stateChanged), "\(name)")
            #expect(machine.run(word(name, x: 2, read: true)) == .next, "\(name)")
            #expect(machine[x: 2] == read, "\(name)")
        }
    }

    private func word(_ name: String, x register: UInt32, read: Bool) -> UInt32 {
        let key = Self.registers.first { $0.name == name }?.key ?? 0
        return 0xd500_0000 | (read ? 1 << 21 : 0) | key << 5 | register
    }

    @Test("EL0 is trapped with the access's syndrome unless the control register lets it")
    func gates() {
        let cases: [(name: String, cell: SystemCell, bit: UInt64, value: UInt64, read: Bool)] = [
            ("CTR_EL0", .sctlr, 15, 1, true), ("DAIF", .sctlr, 9, 1, true), ("DAIF", .sctlr, 9, 1, false),
            ("CNTPCT_EL0", .cntkctl, 0, 1, true), ("CNTVCT_EL0", .cntkctl, 1, 1, true),
            ("CNTFRQ_EL0", .cntkctl, 0, 1, true), ("CNTFRQ_EL0", .cntkctl, 1, 1, true),
            ("CNTV_CTL_EL0", .cntkctl, 8, 1, true), ("CNTV_CVAL_EL0", .cntkctl, 8, 1, false),
            ("CNTP_TVAL_EL0", .cntkctl, 9, 1, true), ("MDCCSR_EL0", .mdscr, 12, 0, true),
        ]
        for (name, cell, bit, value, read) in cases {
            let machine = SystemMachine()
            machine.enterEL0()
            let word = word(name, x: 3, read: read)
            machine[cell] = value == 1 ? ~(1 << bit) & ~3 : 1 << bit
            let key = UInt64(word >> 5 & 0xffff)
            let iss =
                (key >> 14) << 20 | (key & 7) << 17 | (key >> 11 & 7) << 14 | (key >> 7 & 15) << 10 | 3 << 5
                | (key >> 3 & 15) << 1 | (read ? 1 : 0)
            #expect(machine.run(word) == .raised(.trappedSystemAccess, iss), "\(name)")
            machine[cell] = value == 1 ? 1 << bit : ~(1 << bit)
            let outcome = machine.run(word)
            #expect(outcome == .next || outcome == .exit(.stateChanged), "\(name)")
        }
    }

    @Test("A register of the GIC's CPU interface exists where there is one")
    func interruptController() {
        let machine = SystemMachine()
        let mask = word("ICC_PMR_EL1", x: 4, read: true)
        #expect(machine.run(mask) == .raised(.undefined, 0))
        machine.environment.controller = [0xc230: 0xf0, 0xc665: 7]
        #expect(machine.run(mask) == .next)
        #expect(machine[x: 4] == 0xf0)
        machine[x: 4] = 0x80
        #expect(machine.run(word("ICC_PMR_EL1", x: 4, read: false)) == .next)
        #expect(machine.environment.requests.contains(.writeInterruptController(0xc230, 0x80)))
        #expect(machine.run(word("ID_AA64PFR0_EL1", x: 4, read: true)) == .next)
        #expect(machine[x: 4] >> 24 & 15 == 1)
    }

    @Test("Timer registers are those of the environment")
    func timer() {
        let machine = SystemMachine()
        machine.environment.timer = [.virtualCount: 1234, .frequency: 62_500_000]
        #expect(machine.run(word("CNTVCT_EL0", x: 5, read: true)) == .next)
        #expect(machine[x: 5] == 1234)
        machine[x: 5] = 99
        #expect(machine.run(word("CNTV_CVAL_EL0", x: 5, read: false)) == .next)
        #expect(machine.environment.requests == [.writeTimer(.virtualCompare, 99)])
    }

    @Test("SP_EL0 is undefined while it is the stack pointer")
    func currentStack() {
        let machine = SystemMachine()
        #expect(machine.run(0xd500_40bf) == .exit(.stateChanged))
        #expect(machine.run(word("SP_EL0", x: 0, read: true)) == .raised(.undefined, 0))
    }

    @Test("Writing what translations depend on forgets them")
    func invalidation() {
        let cases: [(String, UInt64, FakeEnvironment.Request?)] = [
            ("SCTLR_EL1", 1, .invalidateTLB(.all, broadcast: false)),
            ("SCTLR_EL1", 1 << 12, nil),
            ("TTBR0_EL1", 0x1_0000_0000_0000, .invalidateTLB(.nonGlobal, broadcast: false)),
            ("TTBR1_EL1", 0, nil),
            ("TCR_EL1", 16, .invalidateTLB(.all, broadcast: false)),
            ("MAIR_EL1", 0xff, .invalidateTLB(.all, broadcast: false)),
        ]
        for (name, value, request) in cases {
            let machine = SystemMachine()
            machine[x: 0] = value
            #expect(machine.run(word(name, x: 0, read: false)) == .exit(.stateChanged))
            #expect(machine.environment.requests == (request.map { [$0] } ?? []), "\(name)")
        }
    }
}
