import Engine
import Glibc
import Guest
import GuestA64
import JIT
import Memory
import Support
import Testing

/// Jumps through registers within a page, as interpreters and switches have them: native code stays inside its region where
/// it knows the target, and all others lead where they lead in the interpreter.
@Suite(.timeLimit(.minutes(1))) struct LandingTests {
    private static let code: UInt64 = 0x1000_0000
    private static let data: UInt64 = 0x1008_0000
    private static let loop: [UInt32] = [
        0xb400_0000,  // 1: cbz x0, 2f
        0xd100_0400,  // sub x0, x0, #1
        0xf840_8429,  // ldr x9, [x1], #8
        0xd61f_0120,  // br x9
    ]
    private static let nop: UInt32 = 0xd503_201f
    private static let landing: UInt32 = 0xd503_249f  // bti j
    private static let breakpoint: UInt32 = 0xd420_0000

    private static func address(_ number: Int) -> UInt64 { code + UInt64(4 * (loop.count + 4 * number)) }

    /// x2 = (x2 + number + 1) * 3, then back to the loop.
    private static func operation(_ number: Int, first: UInt32 = nop) -> [UInt32] {
        let back = UInt32(bitPattern: -Int32(loop.count + 4 * number + 3)) & 0x3ff_ffff
        return [first, 0x9100_0042 | UInt32(number + 1) << 10, 0x8b02_0442, 0x1400_0000 | back]
    }

    private static func program(operations: Int, first: UInt32 = nop) -> [UInt32] {
        var words = loop + (0..<operations).flatMap { operation($0, first: first) } + [breakpoint]
        words[0] |= UInt32(words.count - 1) << 5
        return words
    }

    private static func result(_ operations: [Int]) -> UInt64 {
        operations.reduce(0) { ($0 &+ UInt64($1) &+ 1) &* 3 }
    }

    private static func options(threshold: Int = 64) -> VCPUOptions {
        var options = TierUnderTest.native.options
        options.native?.threshold = threshold
        options.native?.counts = true
        return options
    }

    /// Runs a jump to each of `targets`; x2 after that.
    @discardableResult
    private func run<G: GuestArchitecture>(_ machine: FlatMachineOf<G>, to targets: [UInt64]) throws -> UInt64 {
        try machine.memory.copyIn(
            targets.flatMap { target in (0..<8).map { UInt8(truncatingIfNeeded: target >> ($0 * 8)) } }, at: Self.data)
        let vcpu = machine.vcpus[0]
        vcpu.pc = Self.code
        vcpu.state[A64State.x(0)] = UInt64(targets.count)
        vcpu.state[A64State.x(1)] = Self.data
        vcpu.state[A64State.x(2)] = 0
        vcpu.run()
        return vcpu.state[A64State.x(2)]
    }

    private func some(_ count: Int, of operations: Range<Int>, seed: UInt64 = 1) -> [Int] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in Int.random(in: operations, using: &random) }
    }

    @Test("A loop that jumps to operations stays inside its region", arguments: [1, 2, 3, 9, 25])
    func known(operations: Int) throws {
        let machine = try FlatMachine(options: Self.options(threshold: 200))
        try machine.load(Self.program(operations: operations))
        let list = some(20_000, of: 0..<operations)
        #expect(try run(machine, to: list.map(Self.address)) == Self.result(list))
        #expect(machine.vcpus[0].nativeCount(.guestInstructions) > 20_000 * 7)
        #expect(machine.vcpus[0].nativeCount(.cachedJumps) < 100)
        #expect(machine.vcpus[0].nativeCount(.regions) < 1000)
    }

    @Test("More operations than a region takes")
    func many() throws {
        let machine = try FlatMachine(options: Self.options())
        try machine.load(Self.program(operations: 200))
        let list = some(20_000, of: 0..<200)
        #expect(try run(machine, to: list.map(Self.address)) == Self.result(list))
        // Two for each operation would be none that stays inside.
        #expect(machine.vcpus[0].nativeCount(.regions) < 30_000)
    }

    @Test("Operations that come up once the loop is native", arguments: [1, 64])
    func unknown(threshold: Int) throws {
        let machine = try FlatMachine(options: Self.options(threshold: threshold))
        try machine.load(Self.program(operations: 9))
        let list = some(2000, of: 0..<3) + some(20_000, of: 0..<9)
        #expect(try run(machine, to: list.map(Self.address)) == Self.result(list))
        // Those that are met later have regions of their own, which know more; with the first entry nobody knows anything.
        #expect(machine.vcpus[0].nativeCount(.cachedJumps) < 2000 || threshold == 1)
    }

    @Test("Jumps that lead to another page, or between instructions, leave the region")
    func elsewhere() throws {
        let far = Self.code + 0x3000
        var ends: [[[UInt64]]] = []
        for options in [VCPUOptions(), Self.options()] {
            let machine = try FlatMachine(options: options)
            try machine.load(Self.program(operations: 4))
            let back = UInt32(bitPattern: -Int32((far - Self.code) / 4 + 1)) & 0x3ff_ffff
            try machine.load([0x8b02_0842, 0x1400_0000 | back], at: far)  // add x2, x2, x2, lsl #2; b 1b
            ends.append([])
            for last in [
                far, Self.code, Self.address(1) + 2, Self.address(2) + 1, Self.address(0) + 4,
                Self.address(0) | 1 << 62,
                0,
            ] {
                var targets = some(1000, of: 0..<4).map(Self.address)
                for place in stride(from: 100, to: targets.count, by: 7) { targets[place] = far }
                let sum = try run(machine, to: targets + [last])
                ends[ends.count - 1].append([sum, machine.vcpus[0].pc] + (machine.ends[0]?.arguments ?? []))
            }
        }
        #expect(ends[0] == ends[1])
    }

    @Test("An operation whose code changes is not run any more")
    func changed() throws {
        let machine = try FlatMachine(options: Self.options())
        try machine.load(Self.program(operations: 5))
        let list = some(2000, of: 0..<5)
        for round in 0..<20 {
            // Operation 3 does what another one does.
            let other = round % 5
            var words = Self.operation(3)
            words[1] = Self.operation(other)[1]
            try machine.load(words, at: Self.address(3))
            machine.vcpus[0].invalidateCode(physical: Self.code, broadcast: true)
            let expected = Self.result(list.map { $0 == 3 ? other : $0 })
            #expect(try run(machine, to: list.map(Self.address)) == expected)
        }
        #expect(machine.vcpus[0].nativeBlocks > 0)
    }

    @Test("A target that is no landing for jumps raises, though the region has it")
    func guarded() throws {
        let machine = try FlatMachineOf<GuardedA64>(options: Self.options())
        var words = Self.program(operations: 4, first: Self.landing)
        // Operation 2 goes on with operation 3, by a direct jump, and that is none: cbz x20, .+4.
        words[Self.loop.count + 4 * 2 + 3] = 0xb400_0034
        words[Self.loop.count + 4 * 3] = Self.nop
        try machine.load(words)
        let vcpu = machine.vcpus[0]
        for round in 0..<3 {
            let list = some(1000, of: 0..<3, seed: UInt64(round))
            let expected = Self.result(list.flatMap { $0 == 2 ? [2, 3] : [$0] })
            let before = vcpu.nativeCount(.cachedJumps)
            #expect(try run(machine, to: list.map(Self.address)) == expected)
            if round > 0 { #expect(vcpu.nativeCount(.cachedJumps) - before < 50) }
            #expect(try run(machine, to: (list + [3, 0]).map(Self.address)) == expected)
            let branchTarget = UInt64(A64ExceptionKind.branchTarget.rawValue)
            #expect(machine.ends[0]?.arguments == [branchTarget, 3, Self.address(3)])
        }
    }

    /// Loops for ever by jumps through registers; x2 counts.
    private static let endless: [[UInt32]] = [
        [0xd61f_0060],  // 1: br x3
        [0x9100_0442, 0xd61f_0080, nop, nop, 0x9100_0842, 0xd61f_0060],  // 1: add x2..; br x4; 2: add x2..; br x3
    ]

    @Test(
        "A loop of such jumps alone is left when somebody asks, and when its code changes", arguments: 0...1, [1, 64])
    func endless(number: Int, threshold: Int) throws {
        let machine = try FlatMachine(count: 2, options: Self.options(threshold: threshold))
        try machine.load(Self.endless[number])
        let vcpu = machine.vcpus[0]
        for changes in [false, true] {
            vcpu.pc = Self.code
            vcpu.state[A64State.x(3)] = Self.code
            vcpu.state[A64State.x(4)] = Self.code + 16
            let thread = HostThread(name: "vCPU") { vcpu.run() }
            while vcpu.nativeBlocks == 0 || vcpu.nativeCount(.blocks) < 10_000 { sched_yield() }
            if changes {
                try machine.load(Array(repeating: Self.breakpoint, count: 6))
                machine.vcpus[1].invalidateCode(physical: Self.code, broadcast: true)
            } else {
                machine.group.quit()
            }
            thread?.join()
        }
        #expect(machine.ends[0]?.arguments.first == UInt64(A64ExceptionKind.breakpoint.rawValue))
    }
}
