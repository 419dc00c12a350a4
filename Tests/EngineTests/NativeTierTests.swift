import Engine
import Guest
import GuestA64
import Memory
import Support
import Testing

/// The tiers that a test of several vCPUs runs in.
enum TierUnderTest: CaseIterable {
    case interpreter, native

    var options: VCPUOptions {
        var options = VCPUOptions()
        guard self == .native else { return options }
        options.native = NativeOptions()
        options.native?.threshold = 1
        options.native?.sliceBytes = 1 << 20
        options.native?.codeBytes = 16 << 20
        return options
    }
}

/// Promotion itself: several vCPUs at once, and code memory that runs out.
@Suite(.timeLimit(.minutes(2))) struct NativeTierTests {
    @Test("Eight vCPUs that promote the same blocks at once all end right", arguments: 0..<10)
    func sameBlocks(_: Int) throws {
        let machine = try FlatMachine(count: 8, options: TierUnderTest.native.options)
        try machine.load(ChecksumLoop.program)
        ChecksumLoop.run(machine.vcpus[...], rounds: 2000)
        #expect(machine.vcpus.contains { $0.nativeBlocks > 0 })
    }

    @Test("There is no native tier before something is hot")
    func startsLate() throws {
        var options = TierUnderTest.native.options
        options.native?.threshold = 100
        let machine = try FlatMachine(count: 2, options: options)
        try machine.load(ChecksumLoop.program)
        func run(_ rounds: UInt64) {
            for vcpu in machine.vcpus {
                vcpu.pc = 0x1000_0000
                vcpu.state[A64State.x(0)] = rounds
                vcpu.run()
                #expect(vcpu.state[A64State.x(1)] == ChecksumLoop.checksum(rounds))
            }
        }
        run(10)
        #expect(!machine.group.hasNative)
        run(2000)
        #expect(machine.group.hasNative && machine.vcpus[0].nativeBlocks > 0)
        // One that comes later has it from the start.
        machine.addVCPU(options)
        run(2000)
    }

    @Test("While a vCPU is young, blocks have to be entered more often")
    func youth() throws {
        func compiled(youth: UInt64, rounds: UInt64) throws -> Int {
            var options = TierUnderTest.native.options
            options.native?.threshold = 10
            options.native?.youngThreshold = 1000
            options.native?.youth = youth
            let machine = try FlatMachine(options: options)
            try machine.load(ChecksumLoop.program)
            ChecksumLoop.run(machine.vcpus[...], rounds: rounds)
            return machine.vcpus[0].nativeBlocks
        }
        #expect(try compiled(youth: 0, rounds: 500) > 0)
        #expect(try compiled(youth: 1_000_000, rounds: 500) == 0)
        #expect(try compiled(youth: 1_000_000, rounds: 1500) > 0)
        // It has grown up by its tenth round.
        #expect(try compiled(youth: 50, rounds: 500) > 0)
    }

    @Test("vCPUs beyond the last slice run what the others have compiled", arguments: 0..<10)
    func withoutSlices(_: Int) throws {
        var options = TierUnderTest.native.options
        options.native?.sliceBytes = 64 << 10
        options.native?.codeBytes = 128 << 10
        let machine = try FlatMachine(count: 8, options: options)
        try machine.load(ChecksumLoop.program)
        ChecksumLoop.run(machine.vcpus[..<2], rounds: 2000)
        #expect(machine.vcpus[..<2].contains { $0.nativeBlocks > 0 })
        ChecksumLoop.run(machine.vcpus[2...], rounds: 2000)
        #expect(machine.vcpus[2...].allSatisfy { $0.nativeBlocks == 0 })
    }

    @Test("Code memory that runs out is emptied, and what runs goes on")
    func flush() throws {
        var options = TierUnderTest.native.options
        // The code that all regions share, and a few regions.
        options.native?.sliceBytes = 8192
        options.native?.codeBytes = 8192
        let machine = try FlatMachine(options: options)
        // One after the other, 200 loops of their own, five times: x1 counts their turns.
        let loop: [UInt32] = [
            0xd280_0062,  // mov x2, #3
            0x9100_0421, 0xf100_0442, 0x54ff_ffc1,  // 1: add x1, x1, #1; subs x2, x2, #1; b.ne 1b
        ]
        let loops = (0..<200).flatMap { _ in loop }
        let back = UInt32(bitPattern: -Int32(loops.count + 1)) & 0x7ffff
        try machine.load(loops + [0xf100_0400, 0x5400_0001 | back << 5, 0xd420_0000])
        let vcpu = machine.vcpus[0]
        vcpu.pc = 0x1000_0000
        vcpu.state[A64State.x(0)] = 5
        vcpu.run()
        #expect(vcpu.state[A64State.x(1)] == 5 * 200 * 3)
        #expect(vcpu.nativeBlocks > 200)
    }
}
