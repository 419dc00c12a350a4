import Guest
import GuestA64
import IR
import Testing

/// The permission matrix of stage 1 (Arm ARM D8.4), and AT, which reports it.
struct MMUPermissionTests {
    private static let address: UInt64 = 0x4020_3abc

    private func machine(
        leaf: UInt64, table: UInt64 = 0, sctlr: UInt64 = 1, tcr: UInt64 = 0
    ) -> SystemMachine {
        let machine = SystemMachine(.max)
        machine[.sctlr] = sctlr
        machine[.tcr] = 25 | 1 << 23 | 5 << 32 | tcr
        machine[.ttbr0] = 0x1000
        machine[.mair] = 0x44_04_00_ff
        machine.environment.memory = [
            0x1008: 0x2000 | 3 | table, 0x2008: 0x3000 | 3, 0x3018: 0x5000 | 0x403 | leaf,
        ]
        return machine
    }

    /// Letters r, w and x for what a level may do, asked for one by one.
    private func allowed(_ machine: SystemMachine, _ mmuIndex: Int) -> String {
        var result = ""
        for (letter, access) in [("r", AccessKind.read), ("w", .write), ("x", .fetch)] {
            let outcome = A64.translateAddress(
                Self.address & ~3, access, mmuIndex: mmuIndex, machine.state, environment: machine.environment)
            switch outcome {
            case .success: result += letter
            case .failure(let error):
                #expect(error.fault.cause == .translation(0b001111))
                #expect(error.fault.access == access)
                result += "-"
            }
        }
        return result
    }

    @Test("AP, UXN and PXN for EL0, EL1 and EL1 with PAN")
    func matrix() {
        let expected: [(ap: UInt64, user: String, kernel: String, never: String)] = [
            (0b00, "--x", "rwx", "rwx"), (0b01, "rwx", "rw-", "---"), (0b10, "--x", "r-x", "r-x"),
            (0b11, "r-x", "r-x", "--x"),
        ]
        for (ap, user, kernel, never) in expected {
            for xn: UInt64 in 0..<4 {
                let machine = machine(leaf: ap << 6 | xn << 53)
                let noPXN = xn & 1 == 0
                let noUXN = xn & 2 == 0
                #expect(allowed(machine, 0) == (noUXN ? user : user.replacing("x", with: "-")))
                #expect(allowed(machine, 1) == (noPXN ? kernel : kernel.replacing("x", with: "-")))
                #expect(allowed(machine, 2) == (noPXN ? never : never.replacing("x", with: "-")))
            }
        }
    }

    @Test("Table attributes restrict everything below, unless HPD")
    func hierarchy() {
        let cases: [(table: UInt64, user: String, kernel: String)] = [
            (0, "rwx", "rw-"), (1 << 61, "--x", "rwx"), (1 << 62, "r-x", "r-x"), (3 << 61, "--x", "r-x"),
            (1 << 60, "rw-", "rw-"), (1 << 59, "rwx", "rw-"), (1 << 62 | 1 << 59, "r-x", "r--"),
        ]
        for (table, user, kernel) in cases {
            let machine = machine(leaf: 1 << 6, table: table)
            #expect(allowed(machine, 0) == user)
            #expect(allowed(machine, 1) == kernel)
            let ignored = self.machine(leaf: 1 << 6, table: table, tcr: 1 << 41)
            #expect(allowed(ignored, 0) == "rwx")
            #expect(allowed(ignored, 1) == "rw-")
        }
    }

    @Test("WXN: what a level can write it cannot execute")
    func writeExecuteNever() {
        let wxn: UInt64 = 1 | 1 << 19
        #expect(allowed(machine(leaf: 0b00 << 6, sctlr: wxn), 1) == "rw-")
        #expect(allowed(machine(leaf: 0b01 << 6, sctlr: wxn), 0) == "rw-")
        #expect(allowed(machine(leaf: 0b11 << 6, sctlr: wxn), 0) == "r-x")
        #expect(allowed(machine(leaf: 0b10 << 6, sctlr: wxn), 1) == "r-x")
    }

    // MARK: AT

    @Test("AT leaves address and attributes in PAR, or the fault")
    func addressTranslation() {
        let cases: [(word: UInt32, leaf: UInt64, par: UInt64)] = [
            // S1E1R of normal and device memory, inner shareable by the descriptor.
            (0xd508_7800, 3 << 8, 0xff << 56 | 0x5000 | 5 << 9 | 3 << 7),
            (0xd508_7800, 1 << 2 | 3 << 8, 0x5000 | 5 << 9 | 2 << 7),
            // S1E1W of a read-only page, S1E0R of a privileged one, S1E0W of a shared one.
            (0xd508_7820, 1 << 7, 1 << 11 | 0b001111 << 1 | 1),
            (0xd508_7840, 0, 1 << 11 | 0b001111 << 1 | 1),
            (0xd508_7860, 1 << 6, 0xff << 56 | 0x5000 | 5 << 9),
        ]
        for (word, leaf, par) in cases {
            let machine = machine(leaf: leaf)
            machine[x: 0] = Self.address
            #expect(machine.run(word) == .next)
            #expect(machine[.par] == par, "\(String(word, radix: 16)), \(String(leaf, radix: 16))")
        }
    }

    @Test("AT with PAN, and without although PAN is set")
    func privilegedAccessNever() {
        let machine = machine(leaf: 1 << 6)
        machine[x: 0] = Self.address
        #expect(machine.run(0xd500_419f) == .exit(.stateChanged))
        #expect(machine.run(0xd508_7800) == .next)
        #expect(machine[.par] & 1 == 0)
        #expect(machine.run(0xd508_7900) == .next)
        #expect(machine[.par] == 1 << 11 | 0b001111 << 1 | 1)
    }

    @Test("AT of a walk that leaves memory is a data abort with CM")
    func external() {
        let machine = machine(leaf: 0)
        machine.environment.memory[0x3018] = nil
        machine[x: 0] = Self.address
        machine.take(0xd508_7800)
        #expect(machine[.esr] == 0x9600_0000 | 1 << 8 | 1 << 6 | 0b010111)
        #expect(machine[.far] == Self.address)
    }

    // MARK: Cache maintenance

    @Test("Cleaning needs a mapping at EL1 and a readable one at EL0; invalidating needs a writable one")
    func cacheMaintenance() {
        let clean: UInt32 = 0xd50b_7a20
        let invalidate: UInt32 = 0xd508_7620
        let readOnly = machine(leaf: 1 << 7)
        readOnly[x: 0] = Self.address
        #expect(readOnly.run(clean) == .next)
        readOnly.take(invalidate)
        #expect(readOnly[.esr] == 0x9600_014f)
        readOnly.environment.memory[0x3018] = 0
        readOnly.take(clean)
        #expect(readOnly[.esr] == 0x9600_0147)

        let user = machine(leaf: 0, sctlr: 1 | 1 << 26)
        user[x: 0] = Self.address
        user.enterEL0()
        user.take(clean)
        #expect(user[.esr] == 0x9200_014f)
    }
}
