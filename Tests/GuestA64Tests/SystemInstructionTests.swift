import Guest
import GuestA64
import IR
import Testing

/// Hints, barriers, PSTATE immediates and the operations of SYS.
struct SystemInstructionTests {
    @Test("Waiting and yielding end the block, other hints do nothing")
    func hints() {
        let exits: [UInt32: ExitKind] = [1: .yield, 2: .waitForEvent, 3: .waitForInterrupt]
        for hint: UInt32 in 0..<128 {
            let machine = SystemMachine()
            #expect(machine.run(0xd503_201f | hint << 5) == (exits[hint].map { .exit($0) } ?? .next))
            let request: [FakeEnvironment.Request] = hint == 4 ? [.sendEvent] : hint == 5 ? [.setLocalEvent] : []
            #expect(machine.environment.requests == request)
        }
    }

    @Test("EL0 waits only where nTWE and nTWI let it")
    func waitTraps() {
        let machine = SystemMachine()
        machine.enterEL0()
        machine[.sctlr] = 1 << 16
        #expect(machine.run(0xd503_207f) == .exit(.waitForInterrupt))
        #expect(machine.run(0xd503_205f) == .raised(.trappedWait, 0x1e0_0001))
        machine[.sctlr] = 1 << 18
        #expect(machine.run(0xd503_205f) == .exit(.waitForEvent))
        #expect(machine.run(0xd503_207f) == .raised(.trappedWait, 0x1e0_0000))
        #expect(machine.run(0xd503_203f) == .exit(.yield))
    }

    @Test("Barriers fence what their type says; a DSB for stores also completes TLB maintenance")
    func barriers() {
        for option: UInt32 in 0..<16 {
            let bits: FenceBits =
                switch option & 3 {
                case 1: [.loadLoad, .loadStore]
                case 2: .storeStore
                default: .all
                }
            let memory = SystemMachine()
            #expect(memory.run(0xd503_30bf | option << 8) == .next)
            #expect(memory.fences == [bits])
            #expect(memory.environment.requests.isEmpty)
            let synchronization = SystemMachine()
            #expect(synchronization.run(0xd503_309f | option << 8) == .next)
            let isSpeculative = option == 0 || option == 4
            #expect(synchronization.fences == (isSpeculative ? [] : [bits]))
            #expect(
                synchronization.environment.requests
                    == (isSpeculative || option & 3 == 1 ? [] : [.completeInvalidations]))
        }
    }

    @Test("ISB ends the block, CLREX clears the monitor, SB does nothing")
    func otherBarriers() {
        let machine = SystemMachine()
        #expect(machine.run(0xd503_3fdf) == .exit(.stateChanged))
        #expect(machine.run(0xd503_30ff) == .next)
        #expect(!machine.clearedExclusive)
        #expect(machine.run(0xd503_3f5f) == .next)
        #expect(machine.clearedExclusive)
    }

    @Test("DAIFSet and DAIFClr change the bits named and no others; clearing looks at the interrupt lines")
    func interruptMasks() {
        for bits: UInt32 in 0..<16 {
            let machine = SystemMachine()
            machine.pstate = 5 | 1 << 7
            #expect(machine.run(0xd503_40df | bits << 8) == .next)
            #expect(machine.pstate == 5 | 1 << 7 | UInt64(bits) << 6)
            #expect(machine.environment.requests.isEmpty)
            machine.pstate = 0x3c5
            #expect(machine.run(0xd503_40ff | bits << 8) == .next)
            #expect(machine.pstate == 0x3c5 & ~(UInt64(bits) << 6))
            #expect(machine.environment.requests == [.recheckInterrupts])
        }
    }

    @Test("EL0 changes DAIF only where UMA lets it, and no privileged PSTATE field ever")
    func userProcessState() {
        let machine = SystemMachine()
        machine.enterEL0()
        // op0 0, op1 3, CRn 4, CRm 2, op2 6, Rt 31, write.
        let iss: UInt64 = 6 << 17 | 3 << 14 | 4 << 10 | 31 << 5 | 2 << 1
        #expect(machine.run(0xd503_42df) == .raised(.trappedSystemAccess, iss))
        machine[.sctlr] |= 1 << 9
        #expect(machine.run(0xd503_42df) == .next)
        #expect(machine.pstate == 1 << 7)
        for word: UInt32 in [0xd500_41bf, 0xd500_419f] {
            #expect(machine.run(word) == .raised(.undefined, UInt64(word)))
        }
        #expect(machine.run(0xd503_415f) == .next)
        #expect(machine.pstate == 1 << 7 | 1 << 24)
    }

    @Test("PAN selects the third TLB")
    func privilegedAccessNever() {
        let machine = SystemMachine()
        #expect(machine.run(0xd500_419f) == .exit(.stateChanged))
        #expect(A64.mmuIndex(machine.state) == 2)
        #expect(machine.run(0xd500_409f) == .exit(.stateChanged))
        #expect(A64.mmuIndex(machine.state) == 1)
    }

    @Test("TLBI: what is forgotten and by whom")
    func invalidation() {
        let address: UInt64 = 0xffff_8000_1234_5000
        let operand = 0x7 << 48 | address >> 12 & 0xfff_ffff_ffff
        let cases: [(op2: UInt32, TLBInvalidation)] = [
            (0, .all), (1, .page(address)), (2, .nonGlobal), (3, .page(address)), (5, .page(address)),
            (7, .page(address)),
        ]
        for (op2, what) in cases {
            for (crm, broadcast) in [(UInt32(3), true), (7, false)] {
                let machine = SystemMachine()
                machine[x: 9] = operand
                #expect(machine.run(0xd508_8009 | crm << 8 | op2 << 5) == .next)
                #expect(machine.environment.requests == [.invalidateTLB(what, broadcast: broadcast)])
            }
        }
    }

    @Test("Instruction cache maintenance discards translated code")
    func instructionCache() {
        let machine = SystemMachine()
        #expect(machine.run(0xd508_711f) == .next)
        #expect(machine.run(0xd508_751f) == .next)
        machine[x: 2] = 0x4000_1040
        #expect(machine.run(0xd50b_7522) == .next)
        #expect(
            machine.environment.requests == [
                .invalidateCode(nil, broadcast: true), .invalidateCode(nil, broadcast: false),
                .invalidateCode(0x4000_1040, broadcast: true),
            ])
    }

    @Test("DC ZVA zeroes the block around the address, or faults as a store; with the MMU off always")
    func zeroing() {
        let machine = SystemMachine()
        machine[x: 0] = 0x4000_1077
        let off = MemoryFault(address: 0x4000_1077, access: .write, cause: .alignment)
        #expect(machine.run(0xd50b_7420) == .fault(off))
        machine[.sctlr] |= 1
        #expect(machine.run(0xd50b_7420) == .next)
        #expect(machine.environment.requests == [.zero(0x4000_1040, 64)])
        let fault = MemoryFault(address: 0x4000_1040, access: .write, cause: .translation(7))
        machine.environment.zeroFault = fault
        #expect(machine.run(0xd50b_7420) == .fault(fault))
    }

    @Test("DCZID: 64-byte blocks, and to EL0 whether DC ZVA is forbidden")
    func zeroBlock() {
        let read = systemMove(3, 3, 0, 0, 7, x: 0, read: true)
        let machine = SystemMachine()
        #expect(machine.run(read) == .next)
        #expect(machine[x: 0] == 4)
        machine.enterEL0()
        machine[.sctlr] = 0
        #expect(machine.run(read) == .next)
        #expect(machine[x: 0] == 0x14)
        machine[.sctlr] = 1 << 14
        #expect(machine.run(read) == .next)
        #expect(machine[x: 0] == 4)
    }

    @Test("EL0 does cache maintenance where UCI and DZE let it")
    func userCaches() {
        let machine = SystemMachine()
        machine.enterEL0()
        for (word, bit) in [(UInt32(0xd50b_7520), UInt64(26)), (0xd50b_7a20, 26), (0xd50b_7e20, 26), (0xd50b_7420, 14)]
        {
            machine[.sctlr] = 0
            guard case .raised(.trappedSystemAccess, let iss) = machine.run(word) else {
                Issue.record("\(String(word, radix: 16)) was not trapped")
                continue
            }
            #expect(iss >> 20 == 1)
            // With the MMU off DC ZVA faults, but is not trapped.
            machine[.sctlr] = 1 << bit
            let outcome = machine.run(word)
            let fault = MemoryFault(address: 0, access: .write, cause: .alignment)
            #expect(outcome == (bit == 14 ? .fault(fault) : .next))
        }
        // DC IVAC and everything else of EL1.
        for word: UInt32 in [0xd508_7620, 0xd508_7640, 0xd508_751f, 0xd508_871f, 0xd508_7800] {
            #expect(machine.run(word) == .raised(.undefined, UInt64(word)))
        }
    }
}
