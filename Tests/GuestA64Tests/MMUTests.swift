import Guest
import GuestA64
import Testing

/// Stage 1 translation over tables built by hand (Arm ARM D8).
struct MMUTests {
    // Descriptor bits.
    private static let accessed: UInt64 = 1 << 10
    private static let page: UInt64 = 3 | accessed
    private static let block: UInt64 = 1 | accessed
    private static let dirtyModifier: UInt64 = 1 << 51

    /// Tables for 4 KB pages and 39-bit halves: level 1 at 0x1000, level 2 at 0x2000, level 3 at 0x3000. The page at
    /// virtual address 0x4020_3000 has `leaf`.
    private func machine(leaf: UInt64, _ model: CPUModel = .max) -> SystemMachine {
        let machine = SystemMachine(model)
        machine[.sctlr] = 1
        machine[.tcr] = 25 | 25 << 16 | 2 << 30 | 5 << 32
        machine[.ttbr0] = 0x1000
        machine[.ttbr1] = 0x1000
        machine[.mair] = 0x44_04_00_ff
        machine.environment.memory[0x1000 + 8] = 0x2000 | 3
        machine.environment.memory[0x2000 + 8] = 0x3000 | 3
        machine.environment.memory[0x3000 + 24] = leaf
        return machine
    }

    private static let address: UInt64 = 0x4020_3abc

    private func translate(
        _ machine: SystemMachine, _ address: UInt64 = MMUTests.address, _ access: AccessKind = .read, el0: Bool = false,
        pan: Bool = false
    ) -> Result<PageTranslation, MemoryFaultError> {
        A64.translateAddress(
            access == .fetch ? address & ~3 : address, access, mmuIndex: el0 ? 0 : pan ? 2 : 1, machine.state,
            environment: machine.environment)
    }

    private func code(_ result: Result<PageTranslation, MemoryFaultError>) -> UInt32? {
        guard case .failure(let error) = result, case .translation(let code) = error.fault.cause else { return nil }
        return code
    }

    private func success(_ result: Result<PageTranslation, MemoryFaultError>) -> PageTranslation? {
        guard case .success(let page) = result else { return nil }
        return page
    }

    @Test("A page at level 3")
    func walk() throws {
        let machine = machine(leaf: 0x8_7654_3000 | Self.page)
        let page = try #require(success(translate(machine)))
        #expect(page.physical == 0x8_7654_3abc)
        #expect(page.span == 4096)
        #expect(page.global)
        #expect(!page.device)
        let unshared = self.machine(leaf: 0x5000 | Self.page | 1 << 11 | 1 << 2)
        let other = try #require(success(translate(unshared)))
        #expect(!other.global)
        #expect(other.device)
    }

    @Test("Both halves, and nothing between them")
    func halves() {
        let machine = machine(leaf: 0x5000 | Self.page)
        let upper = 0xffff_ff80_0000_0000 | Self.address
        #expect(success(translate(machine, upper))?.physical == 0x5abc)
        for hole: UInt64 in [1 << 39, 1 << 47, 0xffff_ff00_0000_0000, 1 << 56, 0xff7f_ffff_ffff_ffff] {
            #expect(code(translate(machine, hole)) == 0b000100)
        }
        machine[.tcr] |= 1 << 23
        #expect(code(translate(machine, upper)) == 0b000100)
        #expect(success(translate(machine)) != nil)
        machine[.tcr] |= 1 << 7
        #expect(code(translate(machine)) == 0b000100)
    }

    @Test("The top byte is a tag where TBI says so")
    func tags() {
        let machine = machine(leaf: 0x5000 | Self.page)
        let tagged = 0x5a00_0000_0000_0000 | Self.address
        #expect(code(translate(machine, tagged)) == 0b000100)
        machine[.tcr] |= 1 << 37
        #expect(success(translate(machine, tagged))?.physical == 0x5abc)
        let upper = 0x5aff_ff80_0000_0000 | Self.address
        #expect(code(translate(machine, upper)) == 0b000100)
        machine[.tcr] |= 1 << 38
        #expect(success(translate(machine, upper))?.physical == 0x5abc)
    }

    @Test("Blocks at levels 1 and 2 of 4 KB tables, and what they span")
    func blocks() throws {
        let machine = machine(leaf: 0)
        machine.environment.memory[0x2000 + 8] = 0x60_0000 | Self.block
        let two = try #require(success(translate(machine)))
        #expect(two.physical == 0x60_3abc)
        #expect(two.span == 2 << 20)
        machine.environment.memory[0x1000 + 8] = 0x8000_0000 | Self.block
        let one = try #require(success(translate(machine)))
        #expect(one.physical == 0x8020_3abc)
        #expect(one.span == 1 << 30)
        // Four levels: a block at level 0 does not exist.
        machine[.tcr] = 16 | 5 << 32 | 1 << 23
        machine.environment.memory[0x1000] = Self.block
        #expect(code(translate(machine)) == 0b000100)
        machine.environment.memory[0x1000] = 0x6000 | 3
        machine.environment.memory[0x6000 + 8] = 0x4000_0000 | Self.block
        #expect(success(translate(machine))?.physical == 0x4020_3abc)
    }

    @Test("Granules of 16 KB and 64 KB")
    func granules() throws {
        // 16 KB, 47 bits: levels 1, 2, 3 resolve bits 46-36, 35-25, 24-14.
        let machine = SystemMachine(.max)
        machine[.sctlr] = 1
        machine[.tcr] = 17 | 2 << 14 | 5 << 32 | 1 << 23
        machine[.ttbr0] = 0x8000
        let address: UInt64 = 3 << 36 | 5 << 25 | 7 << 14 | 0x2345
        machine.environment.memory = [
            0x8000 + 24: 0xc000 | 3, 0xc000 + 40: 0x1_0000 | 3, 0x1_0000 + 56: 0x1_4000 | Self.page,
        ]
        let small = try #require(success(translate(machine, address)))
        #expect(small.physical == 0x1_6345)
        #expect(small.span == 16384)
        machine.environment.memory[0xc000 + 40] = 0x200_0000 | Self.block
        #expect(success(translate(machine, address))?.span == 32 << 20)
        machine.environment.memory[0x8000 + 24] = Self.block
        #expect(code(translate(machine, address)) == 0b000101)
        // 64 KB, 42 bits: levels 2 and 3 resolve bits 41-29 and 28-16.
        machine[.tcr] = 22 | 1 << 14 | 5 << 32 | 1 << 23
        let large: UInt64 = 2 << 29 | 9 << 16 | 0xfedc
        machine[.ttbr0] = 0x2_0000
        machine.environment.memory = [0x2_0000 + 16: 0x3_0000 | 3, 0x3_0000 + 72: 0x5_0000 | Self.page]
        let page = try #require(success(translate(machine, large)))
        #expect(page.physical == 0x5_fedc)
        #expect(page.span == 65536)
        machine.environment.memory[0x2_0000 + 16] = 0x2000_0000 | Self.block
        #expect(success(translate(machine, large))?.span == 512 << 20)
    }

    @Test("TG1 has other codes than TG0")
    func upperGranule() throws {
        let machine = machine(leaf: 0x5000 | Self.page)
        machine[.tcr] = 25 | 22 << 16 | 3 << 30 | 5 << 32
        machine[.ttbr1] = 0x2_0000
        machine.environment.memory[0x2_0000 + 16] = 0x2000_0000 | Self.block
        let upper: UInt64 = 0xffff_fc00_0000_0000 | 2 << 29 | 0x1234
        #expect(success(translate(machine, upper))?.physical == 0x2000_1234)
        #expect(success(translate(machine))?.physical == 0x5abc)
    }

    @Test("Invalid descriptors fault at their level")
    func levels() {
        let machine = machine(leaf: 0)
        #expect(code(translate(machine)) == 0b000111)
        machine.environment.memory[0x3000 + 24] = Self.block
        #expect(code(translate(machine)) == 0b000111)
        machine.environment.memory[0x2000 + 8] = 0
        #expect(code(translate(machine)) == 0b000110)
        machine.environment.memory[0x1000 + 8] = 2
        #expect(code(translate(machine)) == 0b000101)
    }

    @Test("Tables outside memory are external aborts of the walk")
    func external() {
        let machine = machine(leaf: 0)
        machine.environment.memory[0x3000 + 24] = nil
        #expect(code(translate(machine)) == 0b010111)
        machine.environment.memory[0x2000 + 8] = nil
        #expect(code(translate(machine)) == 0b010110)
        machine[.ttbr0] = 0x7000
        #expect(code(translate(machine)) == 0b010101)
    }

    @Test("Addresses beyond IPS or the CPU's own size fault at their level")
    func addressSizes() {
        let machine = machine(leaf: 1 << 40 | Self.page)
        #expect(success(translate(machine)) != nil)
        machine[.tcr] = machine[.tcr] & ~(7 << 32) | 2 << 32
        #expect(code(translate(machine)) == 0b000011)
        machine.environment.memory[0x2000 + 8] = 1 << 40 | 3
        #expect(code(translate(machine)) == 0b000010)
        machine[.ttbr0] = 1 << 40 | 0x1000
        #expect(code(translate(machine)) == 0b000000)
        let small = self.machine(leaf: 1 << 40 | Self.page, .cortexA53)
        #expect(code(translate(small)) == 0b000011)
    }

    @Test("TxSZ out of range faults")
    func inputSizes() {
        for size: UInt64 in [0, 15, 40, 63] {
            let machine = machine(leaf: 0x5000 | Self.page)
            machine[.tcr] = size | 5 << 32
            #expect(code(translate(machine)) == 0b000100)
        }
    }

    @Test("Access flag faults, unless the MMU sets the flag")
    func accessFlag() {
        let machine = machine(leaf: 0x5000 | 3)
        #expect(code(translate(machine)) == 0b001011)
        machine[.tcr] |= 1 << 39
        #expect(success(translate(machine)) != nil)
        #expect(machine.environment.memory[0x3000 + 24] == 0x5000 | 3 | Self.accessed)
    }

    @Test("Dirty state: a marked page becomes writable by the first write, and only by that")
    func dirtyState() throws {
        let clean = 0x5000 | Self.page | 1 << 7 | Self.dirtyModifier
        let machine = machine(leaf: clean)
        #expect(code(translate(machine, Self.address, .write)) == 0b001111)
        machine[.tcr] |= 1 << 39 | 1 << 40
        #expect(try #require(success(translate(machine))).writable == false)
        #expect(machine.environment.memory[0x3000 + 24] == clean)
        #expect(try #require(success(translate(machine, Self.address, .write))).writable)
        #expect(machine.environment.memory[0x3000 + 24] == clean & ~(1 << 7))
    }

    @Test("An entry that another processor changes meanwhile is judged anew")
    func race() {
        let machine = machine(leaf: 0x5000 | 3)
        machine[.tcr] |= 1 << 39
        let environment = machine.environment
        environment.beforeExchange = { [unowned environment] in environment.memory[0x3000 + 24] = 0x9000 | Self.page }
        #expect(success(translate(machine))?.physical == 0x9abc)
        let invalidated = self.machine(leaf: 0x5000 | 3)
        invalidated[.tcr] |= 1 << 39
        let other = invalidated.environment
        other.beforeExchange = { [unowned other] in other.memory[0x3000 + 24] = 0 }
        #expect(code(translate(invalidated)) == 0b000111)
    }

    @Test("An entry that was changed and changed back meanwhile is no external abort")
    func changedBack() {
        let machine = machine(leaf: 0x5000 | 3)
        machine[.tcr] |= 1 << 39
        let environment = machine.environment
        environment.beforeExchange = { [unowned environment] in environment.memory[0x3000 + 24] = 0x9000 | 3 }
        environment.afterExchange = { [unowned environment] in
            environment.memory[0x3000 + 24] = 0x5000 | 3
            (environment.beforeExchange, environment.afterExchange) = (nil, nil)
        }
        #expect(success(translate(machine))?.physical == 0x5abc)
        #expect(environment.memory[0x3000 + 24] == 0x5000 | 3 | Self.accessed)
    }

    @Test("MMU off: addresses are physical, data is device memory, fetches are not")
    func off() throws {
        let machine = machine(leaf: 0)
        machine[.sctlr] = 0
        let page = try #require(success(translate(machine, 0x1234_5678)))
        #expect(page.physical == 0x1234_5678)
        #expect(page.device && page.readable && page.writable)
        let fetch = try #require(success(translate(machine, 0x1234_5678, .fetch)))
        #expect(!fetch.device && fetch.executable && !fetch.readable)
        #expect(code(translate(machine, 1 << 48)) == 0b000000)
        #expect(code(translate(machine, 0xff00_0000_0000_0000)) == 0b000000)
        machine[.tcr] |= 1 << 37
        #expect(success(translate(machine, 0x5a << 56 | 0x4000))?.physical == 0x4000)
    }

    @Test("E0PD hides a half from EL0 without a walk")
    func userHalf() {
        let machine = machine(leaf: 0x5000 | Self.page | 1 << 6)
        #expect(success(translate(machine, el0: true)) != nil)
        machine[.tcr] |= 1 << 55
        #expect(code(translate(machine, el0: true)) == 0b000100)
        #expect(success(translate(machine)) != nil)
    }
}
