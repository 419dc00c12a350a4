import Guest
import GuestA64
import Testing

/// CPYF, CPY and SET (FEAT_MOPS) stage by stage: registers, exceptions, who may. What they leave in memory is compared with
/// the peer by Guests/linux/moves.c.
struct MemoryOperationTests {
    enum Kind: CaseIterable { case copyForward, copy, set }
    enum Stage: UInt32, CaseIterable { case prologue, main, epilogue }

    private static func word(
        _ kind: Kind, _ stage: Stage, options: UInt32 = 0, d: UInt32 = 0, s: UInt32 = 1, n: UInt32 = 2
    ) -> UInt32 {
        let registers = s << 16 | 1 << 10 | n << 5 | d
        switch kind {
        case .copyForward: return 0x1900_0000 | stage.rawValue << 22 | options << 12 | registers
        case .copy: return 0x1d00_0000 | stage.rawValue << 22 | options << 12 | registers
        case .set: return 0x19c0_0000 | stage.rawValue << 14 | options << 12 | registers
        }
    }

    private static let flags: UInt64 = 0x0101_0101
    private static let optionA: UInt64 = 0
    private static let optionB: UInt64 = 0x1_0000

    private func machine(_ d: UInt64, _ s: UInt64, _ n: UInt64, flags: UInt64 = optionA) -> SystemMachine {
        let machine = SystemMachine()
        machine[x: 0] = d
        machine[x: 1] = s
        machine[x: 2] = n
        machine[A64State.nzcv] = flags
        return machine
    }

    private func expect(
        _ machine: SystemMachine, _ d: UInt64, _ s: UInt64, _ n: UInt64, flags: UInt64 = optionA,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(machine[x: 0] == d, sourceLocation: location)
        #expect(machine[x: 1] == s, sourceLocation: location)
        #expect(machine[x: 2] == n, sourceLocation: location)
        #expect(machine[A64State.nzcv] == flags, sourceLocation: location)
    }

    // MARK: Prologues

    @Test("A prologue puts the registers into the form of option A and accesses nothing")
    func prologues() {
        for size: UInt64 in [0, 1, 100, 1 << 40] {
            for kind in Kind.allCases {
                let machine = machine(0x10_0000_0000, 0x80_0000_0000_0000, size, flags: Self.flags)
                #expect(machine.run(Self.word(kind, .prologue)) == .next)
                #expect(machine.environment.transfers.isEmpty)
                let source = 0x80_0000_0000_0000 &+ (kind == .set ? 0 : size)
                expect(machine, 0x10_0000_0000 &+ size, source, 0 &- size)
            }
        }
    }

    @Test("Sizes are cut to 63 bits, of CPY to 55")
    func saturation() {
        for (size, cut, cutOfCopy) in [
            (UInt64.max, UInt64(Int64.max), UInt64(0x7f_ffff_ffff_ffff)),
            (1 << 63, UInt64(Int64.max), 0x7f_ffff_ffff_ffff),
            (1 << 55, 1 << 55, 0x7f_ffff_ffff_ffff), ((1 << 55) - 1, (1 << 55) - 1, (1 << 55) - 1),
        ] as [(UInt64, UInt64, UInt64)] {
            for kind in Kind.allCases {
                let machine = machine(0x1000, 0x1000, size)
                #expect(machine.run(Self.word(kind, .prologue)) == .next)
                #expect(machine[x: 2] == 0 &- (kind == .copy ? cutOfCopy : cut))
            }
        }
    }

    @Test("CPY goes downwards exactly where its source begins before its destination and reaches into it")
    func direction() {
        let tag: UInt64 = 0x5a << 56
        for (d, s, size, isDownwards) in [
            (0x1000, 0x0fff, 2, true), (0x1000, 0x0fff, 1, false), (0x1000, 0x1000, 5, false),
            (0x1000, 0x1001, 5, false),
            (0x1000, 0x0000, 0x1001, true), (0x1000 | tag, 0x0fff, 2, true), (0x1000, 0x0fff | tag, 2, true),
        ] as [(UInt64, UInt64, UInt64, Bool)] {
            let machine = machine(d, s, size)
            #expect(machine.run(Self.word(.copy, .prologue)) == .next)
            if isDownwards {
                expect(machine, d, s, size)
            } else {
                expect(machine, d &+ size, s &+ size, 0 &- size)
            }
        }
    }

    // MARK: Main instructions

    @Test("A main instruction does all the work, a piece at a time, and the epilogue none", arguments: Kind.allCases)
    func pieces(kind: Kind) {
        let size: UInt64 = 100_000
        let machine = machine(0x40_0000, 0x10_0000, size)
        for offset in 0..<size {
            machine.environment.bytes[0x10_0000 + offset] = UInt8(truncatingIfNeeded: offset &* 7)
            machine.environment.bytes[0x40_0000 + offset] = 0
        }
        #expect(machine.run(Self.word(kind, .prologue)) == .next)
        var left = size
        while machine.run(Self.word(kind, .main)) == .left(SystemMachine.pc) {
            #expect(0 &- machine[x: 2] < left)
            left = 0 &- machine[x: 2]
        }
        #expect(left < size / 2 && machine.environment.transfers.count > 4)
        #expect(machine.run(Self.word(kind, .epilogue)) == .next)
        expect(machine, 0x40_0000 + size, 0x10_0000 + (kind == .set ? 0 : size), 0)
        let isRight = (0..<size).allSatisfy { offset in
            let expected = kind == .set ? 0 : UInt8(truncatingIfNeeded: offset &* 7)
            return machine.environment.bytes[0x40_0000 + offset] == expected
        }
        #expect(isRight)
    }

    @Test("Downwards the addresses stay and the size counts down")
    func downwards() {
        let machine = machine(0x2000, 0x1ff0, 40_000)
        for offset in 0..<UInt64(40_010) {
            machine.environment.bytes[0x1ff0 + offset] = UInt8(truncatingIfNeeded: offset)
        }
        for address in 0x1ff0 + 40_010..<UInt64(0x2000 + 40_000) { machine.environment.bytes[address] = 0 }
        #expect(machine.run(Self.word(.copy, .prologue)) == .next)
        #expect(machine.run(Self.word(.copy, .main)) == .left(SystemMachine.pc))
        #expect(machine[x: 0] == 0x2000 && machine[x: 1] == 0x1ff0 && machine[x: 2] < 40_000)
        while machine.run(Self.word(.copy, .main)) != .next {}
        expect(machine, 0x2000, 0x1ff0, 0)
        let isRight = (0..<UInt64(40_000)).allSatisfy {
            machine.environment.bytes[0x2000 + $0] == UInt8(truncatingIfNeeded: $0)
        }
        #expect(isRight)
    }

    @Test("A fault leaves the registers where the instruction can go on", arguments: [true, false])
    func faults(isDownwards: Bool) {
        let (d, s): (UInt64, UInt64) = isDownwards ? (0x2000, 0x1ff0) : (0x1ff0, 0x2000)
        let machine = machine(d, s, 5000)
        for address in UInt64(0x1ff0)..<0x2000 + 5000 where address >> 12 != 3 {
            machine.environment.bytes[address] = 1
        }
        #expect(machine.run(Self.word(.copy, .prologue)) == .next)
        guard case .fault(let fault) = machine.run(Self.word(.copy, .main)) else {
            Issue.record("no fault")
            return
        }
        let moved = isDownwards ? UInt64(0) : UInt64(0x1000)
        #expect(fault.access == .read)
        #expect(fault.address == (isDownwards ? s + 4999 : 0x3000))
        #expect(machine[x: 2] == (isDownwards ? 5000 - moved : 0 &- (5000 - moved)))
        for address in UInt64(0x3000)..<0x4000 { machine.environment.bytes[address] = 1 }
        #expect(machine.run(Self.word(.copy, .main)) == .next)
        #expect(machine[x: 2] == 0)
    }

    // MARK: Exceptions

    @Test("Registers that no earlier stage left raise an exception that says which", arguments: Kind.allCases)
    func mismatches(kind: Kind) {
        let isSet = kind == .set
        for options in 0..<UInt32(isSet ? 4 : 16) {
            let fixed = (isSet ? 1 << 24 : 0) | UInt64(options) << 19 | 1 << 16 | 0 << 10 | 1 << 5 | 2
            let upwards = 0 &- UInt64(10)
            for (stage, size, flags, cause) in [
                (.main, upwards, Self.optionB, 1 << 17), (.epilogue, upwards, Self.optionB, 3 << 17),
                (.epilogue, upwards, Self.optionA, 1 << 18),
            ] as [(Stage, UInt64, UInt64, UInt64)] {
                let machine = machine(0x1000, 0x2000, size, flags: flags)
                let outcome = machine.run(Self.word(kind, stage, options: options))
                #expect(outcome == .raised(.memoryOperation, fixed | cause))
                expect(machine, 0x1000, 0x2000, size, flags: flags)
            }
            if kind == .copy { continue }
            let machine = machine(0x1000, 0x2000, 10)
            #expect(machine.run(Self.word(kind, .main, options: options)) == .raised(.memoryOperation, fixed))
        }
    }

    @Test("Nothing left is right in any form", arguments: Kind.allCases)
    func nothing(kind: Kind) {
        for stage in [Stage.main, .epilogue] {
            let machine = machine(0x1000, 0x2000, 0, flags: Self.flags)
            #expect(machine.run(Self.word(kind, stage)) == .next)
            expect(machine, 0x1000, 0x2000, 0, flags: Self.flags)
        }
    }

    @Test("The exception's class is 0x27")
    func syndrome() {
        let machine = machine(0x1000, 0x2000, 5, flags: Self.optionB)
        machine.take(Self.word(.copy, .main))
        #expect(machine[.esr] >> 26 == 0x27)
        #expect(machine[.esr] & 0x1ff_ffff == 3 << 16 | 1 << 5 | 2)
        #expect(machine[.elr] == SystemMachine.pc)
    }

    @Test("A program's operation begins anew after the exception", arguments: Kind.allCases)
    func restart(kind: Kind) {
        for stage in [Stage.main, .epilogue] {
            // What the prologue and a part of the main instruction leave, by option A; and by option B with C.
            for isOptionB in [false, true] {
                let machine = machine(
                    isOptionB ? 0x1040 : 0x2000, kind == .set ? 7 : isOptionB ? 0x5040 : 0x6000,
                    isOptionB ? 0xfc0 : 0 &- 0xfc0, flags: isOptionB ? Self.optionB : Self.optionA)
                if stage == .main && !isOptionB { continue }
                guard case .raised(let exception, let payload) = machine.run(Self.word(kind, stage)) else {
                    Issue.record("no exception")
                    continue
                }
                A64User.raise(
                    kind: exception.rawValue, payload: payload, pc: 0x8000, machine.state,
                    environment: machine.environment)
                expect(machine, 0x1040, kind == .set ? 7 : 0x5040, 0xfc0, flags: machine[A64State.nzcv])
                #expect(machine[A64State.pc] == (stage == .main ? 0x7ffc : 0x7ff8))
            }
        }
    }

    @Test("By option B a copy downwards has its addresses at the end")
    func restartDownwards() {
        let machine = machine(0x1fc0, 0x5fc0, 0xfc0, flags: Self.optionB | 1)
        guard case .raised(let exception, let payload) = machine.run(Self.word(.copy, .main)) else {
            Issue.record("no exception")
            return
        }
        A64User.raise(
            kind: exception.rawValue, payload: payload, pc: 0x8000, machine.state, environment: machine.environment)
        expect(machine, 0x1000, 0x5000, 0xfc0, flags: Self.optionB | 1)
    }

    // MARK: Who may

    @Test("EL0 needs SCTLR_EL1.MSCEn", arguments: Kind.allCases)
    func enabling(kind: Kind) {
        let machine = machine(0x1000, 0x2000, 0)
        machine.enterEL0()
        let word = Self.word(kind, .prologue)
        #expect(machine.run(word) == .raised(.undefined, UInt64(word)))
        machine[.sctlr] |= 1 << 33
        #expect(machine.run(word) == .next)
    }

    @Test("Registers that are 31 or the same, SETG, reserved stages and CPUs without FEAT_MOPS: undefined")
    func undefined() {
        var words: [UInt32] = []
        for kind in Kind.allCases {
            for stage in Stage.allCases {
                words += [(31, 1, 2), (0, 1, 31), (1, 1, 2), (2, 1, 2), (0, 2, 2)].map { d, s, n in
                    Self.word(kind, stage, d: d, s: s, n: n)
                }
                // Sizes, and SETG.
                words += [0x4000_0000, 0x8000_0000].map { Self.word(kind, stage) | $0 }
                if kind == .set { words.append(Self.word(kind, stage) | 1 << 26) }
                if kind != .set { words.append(Self.word(kind, stage, s: 31)) }
            }
        }
        words.append(Self.word(.set, .prologue) | 3 << 14)
        for word in words { #expect(!A64.isDefined(word), "\(String(word, radix: 16))") }
        let old = SystemMachine(.neoverseN1)
        for kind in Kind.allCases {
            let word = Self.word(kind, .prologue)
            #expect(A64.isDefined(word) && old.run(word) == .raised(.undefined, UInt64(word)))
        }
        #expect(A64.isDefined(Self.word(.set, .main, s: 31)))
    }

    @Test("The T options are unprivileged at EL1, but for PSTATE.UAO")
    func privileges() {
        for options in 0..<UInt32(16) {
            for override in [false, true] {
                let machine = machine(0x1000, 0x2000, 0 &- 8)
                if override { machine.pstate |= 1 << 23 }
                _ = machine.run(Self.word(.copyForward, .main, options: options))
                let transfer = machine.environment.transfers.first
                #expect(transfer?.isReadUnprivileged == (options & 2 != 0 && !override))
                #expect(transfer?.isWriteUnprivileged == (options & 1 != 0 && !override))
            }
        }
        let machine = machine(0x1000, 0x2000, 0 &- 8)
        _ = machine.run(Self.word(.set, .main, options: 1))
        #expect(machine.environment.transfers.first?.isWriteUnprivileged == true)
    }

    // MARK: Random numbers

    @Test("RNDR and RNDRRS give a new number each time and clear the flags")
    func randomNumbers() {
        var numbers: Set<UInt64> = []
        for op2: UInt32 in [0, 1] {
            let machine = SystemMachine()
            for _ in 0..<50 {
                machine[A64State.nzcv] = Self.flags
                #expect(machine.run(systemMove(3, 3, 2, 4, op2, x: 5, read: true)) == .next)
                #expect(machine[A64State.nzcv] == 0)
                numbers.insert(machine[x: 5])
            }
            let old = SystemMachine(.neoverseN1)
            guard case .raised(.undefined, _) = old.run(systemMove(3, 3, 2, 4, op2, x: 5, read: true)) else {
                Issue.record("defined without FEAT_RNG")
                continue
            }
        }
        #expect(numbers.count == 100)
    }
}
