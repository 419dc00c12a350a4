import Engine
import Guest
import GuestA64
import Glibc
import Memory
import Support
import Testing

/// Store-exclusives of open sequences, which must fail after any write of another vCPU.
@Suite(.timeLimit(.minutes(1))) struct ExclusiveMonitorTests {
    static let code: UInt64 = 0x1000_0000
    static let data: UInt64 = 0x1000_8000

    /// Runs every vCPU of `machine` on a thread of its own, to its end.
    private func run(_ machine: FlatMachine) {
        let threads = machine.vcpus.map { vcpu in HostThread(name: "test vCPU") { vcpu.run() } }
        for thread in threads { thread?.join() }
    }

    /// One vCPU loads exclusively and waits; the other writes something else to the location, and then the old value.
    private func thereAndBack(_ options: VCPUOptions) throws -> (status: UInt64, content: UInt64) {
        let machine = try FlatMachine(count: 2, options: options)
        try machine.load([
            0xc85f_7c01,  // ldxr x1, [x0]
            0xd280_0025, 0xf900_0045,  // mov x5, #1; str x5, [x2]
            0xf940_0066, 0xb4ff_ffe6,  // 1: ldr x6, [x3]; cbz x6, 1b
            0xc807_7c04, 0xd420_0000,  // stxr w7, x4, [x0]; brk
        ])
        try machine.load(
            [
                0xf940_0046, 0xb4ff_ffe6,  // 1: ldr x6, [x2]; cbz x6, 1b
                0xf940_0008, 0xf900_0009, 0xf900_0008,  // ldr x8, [x0]; str x9, [x0]; str x8, [x0]
                0xd280_0025, 0xf900_0065, 0xd420_0000,  // mov x5, #1; str x5, [x3]; brk
            ], at: Self.code + 0x100)
        for (index, vcpu) in machine.vcpus.enumerated() {
            vcpu.pc = Self.code + UInt64(index) * 0x100
            vcpu.state[A64State.x(0)] = Self.data
            vcpu.state[A64State.x(2)] = Self.data + 0x1000
            vcpu.state[A64State.x(3)] = Self.data + 0x1080
            vcpu.state[A64State.x(4)] = 77
            vcpu.state[A64State.x(9)] = 99
        }
        run(machine)
        let bytes = try machine.memory.copyOut(8, at: Self.data)
        return (machine.vcpus[0].state[A64State.x(7)], bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }

    @Test("A location that changed and changed back loses the monitor", arguments: 0..<20, TierUnderTest.allCases)
    func abaFails(_: Int, tier: TierUnderTest) throws {
        let outcome = try thereAndBack(tier.options)
        #expect(outcome.status == 1)
        #expect(outcome.content == 0)
    }

    @Test("Nor does it with exclusives=hash", arguments: 0..<20, TierUnderTest.allCases)
    func abaFailsByStoreTest(_: Int, tier: TierUnderTest) throws {
        var options = tier.options
        options.exclusives = .storeTest
        let outcome = try thereAndBack(options)
        #expect(outcome.status == 1)
        #expect(outcome.content == 0)
    }

    @Test("With exclusives=cas it does not: what comparing values cannot see")
    func abaPassesByComparison() throws {
        var options = VCPUOptions()
        options.exclusives = .valueCompare
        let outcome = try thereAndBack(options)
        #expect(outcome.status == 0)
        #expect(outcome.content == 77)
    }

    @Test("A lock-free stack keeps its nodes", arguments: [2, 4], TierUnderTest.allCases)
    func stack(vcpus: Int, tier: TierUnderTest) throws { try stack(vcpus, tier.options) }

    @Test("A lock-free stack keeps its nodes with exclusives=hash", arguments: [2, 4], TierUnderTest.allCases)
    func stackByStoreTest(vcpus: Int, tier: TierUnderTest) throws {
        var options = tier.options
        options.exclusives = .storeTest
        try stack(vcpus, options)
    }

    private func stack(_ vcpus: Int, _ options: VCPUOptions) throws {
        let nodes = 16
        let machine = try FlatMachine(count: vcpus, options: options)
        try machine.load([
            0xc85f_7c01, 0xb4ff_ffe1,  // 1: ldxr x1, [x0]; cbz x1, 1b
            0xf940_0022, 0xc803_7c02, 0x35ff_ff83,  // ldr x2, [x1]; stxr w3, x2, [x0]; cbnz w3, 1b
            0xc85f_7c02, 0xf900_0022,  // 2: ldxr x2, [x0]; str x2, [x1]
            0xc803_fc01, 0x35ff_ffa3,  // stlxr w3, x1, [x0]; cbnz w3, 2b
            0xf100_0484, 0x54ff_fec1, 0xd420_0000,  // subs x4, x4, #1; b.ne 1b; brk
        ])
        func node(_ index: Int) -> UInt64 { Self.data + 0x1000 + UInt64(index) * 64 }
        func write(_ value: UInt64, at address: UInt64) throws {
            try machine.memory.copyIn((0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }, at: address)
        }
        try write(node(0), at: Self.data)
        for index in 0..<nodes { try write(index + 1 < nodes ? node(index + 1) : 0, at: node(index)) }
        for vcpu in machine.vcpus {
            vcpu.pc = Self.code
            vcpu.state[A64State.x(0)] = Self.data
            vcpu.state[A64State.x(4)] = 20_000
        }
        run(machine)
        var seen: Set<UInt64> = []
        var next = Self.data
        for _ in 0...nodes {
            let bytes = try machine.memory.copyOut(8, at: next)
            next = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
            if next == 0 { break }
            #expect(seen.insert(next).inserted, "the list has a ring")
        }
        #expect(seen == Set((0..<nodes).map(node)))
    }

    /// Eight vCPUs add to one word, each until it has succeeded often enough: the run ends only if all advance. The open
    /// sequence has a load between, `between`, the closed one a NOP.
    @Test("All of eight vCPUs advance", arguments: [0xd503_201f, 0xf940_0045] as [UInt32], TierUnderTest.allCases)
    func progress(between: UInt32, tier: TierUnderTest) throws {
        let turns: UInt64 = 500
        let machine = try FlatMachine(count: 8, options: tier.options)
        try machine.load([
            0xc85f_7c01, between, 0x9100_0421,  // 1: ldxr x1, [x0]; nop or ldr x5, [x2]; add x1, x1, #1
            0xc803_7c01, 0x35ff_ff83,  // stxr w3, x1, [x0]; cbnz w3, 1b
            0xf100_0484, 0x54ff_ff41, 0xd420_0000,  // subs x4, x4, #1; b.ne 1b; brk
        ])
        for vcpu in machine.vcpus {
            vcpu.pc = Self.code
            vcpu.state[A64State.x(0)] = Self.data
            vcpu.state[A64State.x(2)] = Self.data + 0x1000
            vcpu.state[A64State.x(4)] = turns
        }
        run(machine)
        #expect(machine.vcpus.allSatisfy { $0.state[A64State.x(4)] == 0 })
        let bytes = try machine.memory.copyOut(8, at: Self.data)
        #expect(bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } == 8 * turns)
    }

    @Test("A sequence that was left and entered again fails once, then counts as open")
    func leftAndEntered() throws {
        let machine = try FlatMachine()
        let away: [UInt32] = Array(repeating: 0xd503_201f, count: 80)
        try machine.load(
            [
                0xc85f_7c01, 0xb400_0061,  // ldxr x1, [x0]; cbz x1, 2f
                0xc802_7c03, 0xd420_0000,  // stxr w2, x3, [x0]; brk
            ] + away + [0xc802_7c03, 0xd420_0020])  // 2: nops; stxr w2, x3, [x0]; brk
        let vcpu = machine.vcpus[0]
        func status() -> UInt64 {
            vcpu.pc = Self.code
            vcpu.state[A64State.x(0)] = Self.data
            vcpu.state[A64State.x(3)] = 0
            vcpu.discardStaleRequests()
            vcpu.run()
            return vcpu.state[A64State.x(2)]
        }
        #expect(status() == 1)
        #expect(status() == 0)
    }
}
