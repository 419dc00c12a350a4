import Guest
import GuestA64
import IR
import Testing

/// ERET, legal and not (Arm ARM D1.3.7).
struct SystemReturnTests {
    private static let eret: UInt32 = 0xd69f_03e0

    @Test("Every mode but EL0t, EL1t and EL1h is an illegal return, which keeps level and stack and sets IL")
    func modes() {
        for mode: UInt64 in 0..<32 {
            let machine = SystemMachine(.cortexA57)
            machine[.spEL0] = 0x1000
            machine[A64State.sp] = 0x2000
            machine[.spsr] = mode | 0x6000_0140
            machine[.elr] = 0x8_0000
            #expect(machine.run(Self.eret) == .left(0x8_0000))
            #expect(machine[A64State.pc] == 0x8_0000)
            let isLegal = [0, 4, 5].contains(mode)
            #expect(machine.pstate == (isLegal ? mode : 5 | 1 << 20) | 0x140, "mode \(mode)")
            #expect(Flags(rawValue: UInt32(machine[A64State.nzcv])) == Flags(n: false, z: true, c: true, v: false))
            #expect(machine[A64State.sp] == (mode == 0 || mode == 4 ? 0x1000 : 0x2000))
            #expect(
                machine.environment.requests == [.clearExclusiveMonitor, .setLocalEvent, .recheckInterrupts])
        }
    }

    @Test("After an illegal return the next instruction raises an illegal state exception, whose entry clears IL")
    func illegalState() {
        let machine = SystemMachine(.cortexA57)
        machine[.spsr] = 0b1001
        machine[.elr] = SystemMachine.pc
        #expect(machine.run(Self.eret) == .left(SystemMachine.pc))
        #expect(machine.take(0xd503_201f) == .raised(.illegalState, 0))
        #expect(machine[.esr] == 0x3a00_0000)
        #expect(machine[.spsr] & 1 << 20 != 0)
        #expect(machine.pstate & 1 << 20 == 0)
        #expect(machine.run(0xd503_201f) == .next)
    }

    @Test("IL in SPSR comes back with a legal return")
    func restoredIllegal() {
        let machine = SystemMachine()
        machine[.spsr] = 0b0101 | 1 << 20
        #expect(machine.run(Self.eret) == .left(0))
        #expect(machine.run(0xd503_201f) == .raised(.illegalState, 0))
    }

    @Test("Optional PSTATE bits come back where they exist")
    func optionalBits() {
        let bits: UInt64 = 3 << 10 | 1 << 12 | 1 << 22 | 1 << 23 | 1 << 24
        for (model, expected) in [(CPUModel.max, bits), (.cortexA57, 0), (.cortexA76, 1 << 22 | 1 << 23)] {
            let machine = SystemMachine(model)
            machine[.spsr] = 0xffff_ffff & ~(0x1f | 1 << 20) | 5
            #expect(machine.run(Self.eret) == .left(0))
            #expect(machine.pstate == expected | 0x3c5, "\(model.name)")
        }
    }

    @Test("The target of a return loses its tag where TBI is on")
    func tags() {
        let cases: [(tcr: UInt64, elr: UInt64, pc: UInt64)] = [
            (0, 0x1200_0000_4000_0000, 0x1200_0000_4000_0000), (1 << 37, 0x1200_0000_4000_0000, 0x4000_0000),
            (1 << 38, 0x1280_0000_4000_0000, 0xff80_0000_4000_0000), (1 << 38, 0x1200_0000_0000_0000, 0x12 << 56),
        ]
        for (tcr, elr, pc) in cases {
            let machine = SystemMachine()
            machine[.tcr] = tcr
            machine[.elr] = elr
            machine[.spsr] = 5
            #expect(machine.run(Self.eret) == .left(pc))
        }
    }

    @Test("ERET is undefined at EL0")
    func user() {
        let machine = SystemMachine()
        machine.enterEL0()
        #expect(machine.run(Self.eret) == .raised(.undefined, UInt64(Self.eret)))
    }

    @Test("Translation flags follow level and control registers")
    func flags() {
        let machine = SystemMachine(.cortexA57)
        func flags() -> A64TranslationFlags { A64TranslationFlags(rawValue: A64.translationFlags(machine.state)) }
        func write(_ crm: UInt32, _ op2: UInt32, _ value: UInt64) {
            machine[x: 0] = value
            #expect(machine.run(systemMove(3, 0, 1, crm, op2, x: 0, read: false)) == .exit(.stateChanged))
        }
        write(0, 0, 1 << 1 | 1 << 3)
        #expect(flags().isSuperset(of: [.exceptionLevel1, .checksAlignment]))
        #expect(!flags().contains(.checksStackAlignment))  // SP is aligned
        machine.state[A64State.sp] = 8
        #expect(flags().contains(.checksStackAlignment))
        #expect(flags().contains(.floatingPointTrapped))
        write(0, 2, 1 << 20)
        #expect(!flags().contains(.floatingPointTrapped))
        machine.enterEL0()
        #expect(flags().exceptionLevel == 0)
        #expect(flags().contains(.floatingPointTrapped))
        #expect(flags().contains(.checksAlignment))
        #expect(!flags().contains(.checksStackAlignment))
        #expect(flags().features == CPUModel.cortexA57.features)
    }
}
