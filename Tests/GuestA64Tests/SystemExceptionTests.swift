import Guest
import GuestA64
import IR
import Testing

/// Exception entry: vector, ELR, SPSR, ESR, FAR, PSTATE and stacks (Arm ARM D1.3).
struct SystemExceptionTests {
    private static let vbar: UInt64 = 0xffff_8000_0010_0800

    /// A machine at EL0, EL1t or EL1h with distinct stack pointers; the mode is M[3:0].
    private func machine(mode: UInt64, masks: UInt64 = 0, _ model: CPUModel = .cortexA57) -> SystemMachine {
        let machine = SystemMachine(model)
        machine[.vbar] = Self.vbar
        machine[.spsr] = mode | masks
        machine[.elr] = SystemMachine.pc
        machine[.spEL0] = 0x1000
        machine[A64State.sp] = 0x2000
        #expect(machine.run(0xd69f_03e0) == .left(SystemMachine.pc))
        machine[A64State.nzcv] = UInt64(Flags(n: true, z: false, c: true, v: false).rawValue)
        machine.environment.requests = []
        return machine
    }

    @Test(
        "Each exception enters its vector for its source, with everything masked",
        arguments: [(UInt64(0b0000), UInt64(0x400)), (0b0100, 0x000), (0b0101, 0x200)])
    func vectors(_ mode: UInt64, _ quarter: UInt64) {
        let svc = machine(mode: mode)
        svc.take(0xd400_0001)
        check(svc, mode: mode, vector: quarter, returnAddress: SystemMachine.pc + 4)
        for (line, offset) in [(InterruptLines.irq, UInt64(0x80)), (.fiq, 0x100), (.systemError, 0x180)] {
            let interrupted = machine(mode: mode)
            interrupted[A64State.pc] = SystemMachine.pc
            let isTaken = A64.deliverInterrupt(line, interrupted.state, environment: interrupted.environment)
            #expect(isTaken)
            check(interrupted, mode: mode, vector: quarter + offset, returnAddress: SystemMachine.pc)
        }
    }

    private func check(_ machine: SystemMachine, mode: UInt64, vector: UInt64, returnAddress: UInt64) {
        #expect(machine[A64State.pc] == Self.vbar + vector)
        #expect(machine[.elr] == returnAddress)
        #expect(machine[.spsr] == mode | 0xa000_0000)
        #expect(machine.pstate == 0x3c5)
        #expect(machine[A64State.sp] == 0x2000)
        #expect(machine[.spEL0] == 0x1000)
        #expect(A64.mmuIndex(machine.state) == 1)
        #expect(A64TranslationFlags(rawValue: A64.translationFlags(machine.state)).exceptionLevel == 1)
    }

    @Test("The stack pointer in use is banked by level and SPSel")
    func stacks() {
        let machine = machine(mode: 0)
        #expect(machine[A64State.sp] == 0x1000)
        machine[A64State.sp] = 0x1110
        machine.take(0xd400_0001)
        #expect(machine[A64State.sp] == 0x2000)
        // MSR SPSel, #0 and back.
        #expect(machine.run(0xd500_40bf) == .exit(.stateChanged))
        #expect(machine[A64State.sp] == 0x1110)
        machine[A64State.sp] = 0x1220
        #expect(machine.run(0xd500_41bf) == .exit(.stateChanged))
        #expect(machine[A64State.sp] == 0x2000)
        #expect(machine[.spEL0] == 0x1220)
    }

    @Test("Syndromes of instructions")
    func syndromes() {
        let cases: [(word: UInt32, esr: UInt64, offset: UInt64)] = [
            // UDF, SVC, HVC and SMC without firmware, BRK, HLT.
            (0x0000_0000, 0x0200_0000, 0), (0xd400_0541, 0x5600_002a, 4), (0xd400_0002, 0x0200_0000, 0),
            (0xd400_0003, 0x0200_0000, 0), (0xd423_4560, 0xf200_1a2b, 0), (0xd440_0020, 0x0200_0000, 0),
            // DCPS1, DRPS.
            (0xd4a0_0001, 0x0200_0000, 0), (0xd6bf_03e0, 0x0200_0000, 0),
        ]
        for (word, esr, offset) in cases {
            let machine = machine(mode: 0b0101)
            machine[.far] = 0xdead
            machine.take(word)
            #expect(machine[.esr] == esr, "\(String(word, radix: 16))")
            #expect(machine[.elr] == SystemMachine.pc + offset, "\(String(word, radix: 16))")
            #expect(machine[.far] == 0xdead)
        }
    }

    @Test("Syndromes of the exceptions that translated code names")
    func kinds() {
        let cases: [(A64ExceptionKind, UInt64, UInt64)] = [
            (.stackAlignment, 0, 0x9a00_0000), (.pcAlignment, 0, 0x8a00_0000), (.illegalState, 0, 0x3a00_0000),
            (.trappedSystemAccess, 0x30_0001, 0x6230_0001), (.trappedWait, 0x1e0_0001, 0x07e0_0001),
            (.trappedFloatingPoint, 0x1e0_0000, 0x1fe0_0000),
        ]
        for (kind, payload, esr) in cases {
            let machine = machine(mode: 0)
            A64.raise(
                kind: kind.rawValue, payload: payload, pc: 0x1002, machine.state, environment: machine.environment)
            #expect(machine[.esr] == esr, "\(kind)")
            #expect(machine[.elr] == 0x1002)
            #expect((machine[.far] == 0x1002) == (kind == .pcAlignment))
        }
    }

    @Test("Aborts: class by source level, status, direction, address")
    func aborts() {
        let address: UInt64 = 0x1234_5678
        let cases: [(mode: UInt64, AccessKind, FaultCause, esr: UInt64)] = [
            (0b0000, .read, .translation(0b000111), 0x9200_0007), (0b0101, .read, .translation(0b000111), 0x9600_0007),
            (0b0000, .write, .translation(0b001111), 0x9200_004f), (0b0101, .write, .alignment, 0x9600_0061),
            (0b0000, .fetch, .translation(0b001101), 0x8200_000d), (0b0101, .fetch, .external, 0x8600_0010),
            (0b0100, .read, .external, 0x9600_0010), (0b0101, .read, .translation(0b000101 | 0x100), 0x9600_0145),
        ]
        for (mode, access, cause, esr) in cases {
            let machine = machine(mode: mode)
            A64.deliver(
                MemoryFault(address: address, access: access, cause: cause), pc: 0x8000, machine.state,
                environment: machine.environment)
            #expect(machine[.esr] == esr)
            #expect(machine[.far] == address)
            #expect(machine[.elr] == 0x8000)
        }
    }

    @Test("A misaligned pc is a pc alignment fault, before fetching and before an illegal state")
    func misalignedPC() {
        let machine = machine(mode: 0b0101)
        let result = A64.translateAddress(
            0x4000_0002, .fetch, mmuIndex: 1, machine.state, environment: machine.environment)
        guard case .failure(let error) = result else {
            Issue.record("the fetch went through")
            return
        }
        A64.deliver(error.fault, pc: 0x4000_0002, machine.state, environment: machine.environment)
        #expect(machine[.esr] == 0x8a00_0000)
        #expect(machine[.far] == 0x4000_0002)
        let illegal = A64TranslationFlags.everything.rawValue | 1 << 5
        let block = SystemMachine.translate(0xd503_201f, flags: illegal, pc: 0x4000_0002)
        #expect(block.instructions.last?.attribute == A64ExceptionKind.pcAlignment.rawValue)
    }

    @Test("Interrupts wait while masked, and end WFI all the same")
    func masks() {
        let lines: [(InterruptLines, UInt64)] = [(.fiq, 1 << 6), (.irq, 1 << 7), (.systemError, 1 << 8)]
        for (line, mask) in lines {
            let masked = machine(mode: 0, masks: mask)
            #expect(!A64.deliverInterrupt(line, masked.state, environment: masked.environment))
            #expect(A64.wakes(line, masked.state))
            let others = machine(mode: 0, masks: 0x3c0 & ~mask)
            #expect(A64.deliverInterrupt([.irq, .fiq, .systemError], others.state, environment: others.environment))
            #expect(others[.spsr] & 0x3c0 == 0x3c0 & ~mask)
        }
        let idle = machine(mode: 0)
        #expect(!A64.wakes([], idle.state))
        #expect(!A64.deliverInterrupt([], idle.state, environment: idle.environment))
    }

    @Test("ISR_EL1 shows what is pending, masked or not")
    func pending() {
        let machine = machine(mode: 0b0101, masks: 0x3c0)
        machine.environment.pendingInterrupts = [.irq, .systemError]
        #expect(machine.run(systemMove(3, 0, 12, 1, 0, x: 0, read: true)) == .next)
        #expect(machine[x: 0] == 1 << 7 | 1 << 8)
    }

    @Test("PAN is set on entry unless SPAN, DIT is kept, SSBS comes from DSSBS")
    func optionalBits() {
        for (span, dssbs) in [(false, false), (true, false), (false, true)] {
            let machine = machine(mode: 0, masks: 1 << 24 | 1 << 12, .max)
            machine[.sctlr] = (span ? 1 << 23 : 0) | (dssbs ? 1 << 44 : 0)
            machine.take(0xd400_0001)
            #expect(machine.pstate == 0x3c5 | 1 << 24 | (span ? 0 : 1 << 22) | (dssbs ? 1 << 12 : 0))
            #expect(machine[.spsr] == 1 << 24 | 1 << 12 | 0xa000_0000)
            #expect(A64.mmuIndex(machine.state) == (span ? 1 : 2))
        }
    }

    @Test("HVC and SMC go to firmware, whose answer is in x0 to x3")
    func firmware() {
        for (word, conduit) in [(UInt32(0xd400_0002), FirmwareConduit.hvc), (0xd400_0003, .smc)] {
            let machine = machine(mode: 0b0101)
            for number in 0..<8 { machine[x: UInt32(number)] = UInt64(number) + 10 }
            machine.environment.firmware = { asked, arguments in
                guard asked == conduit, arguments == [10, 11, 12, 13, 14, 15, 16, 17] else { return nil }
                return [1, 2, 3, 4]
            }
            #expect(machine.run(word) == .exit(.stateChanged))
            #expect((0..<5).map { machine[x: $0] } == [1, 2, 3, 4, 14])
            let user = self.machine(mode: 0)
            user.environment.firmware = { _, _ in [0, 0, 0, 0] }
            #expect(user.run(word) == .raised(.undefined, UInt64(word)))
        }
    }
}
