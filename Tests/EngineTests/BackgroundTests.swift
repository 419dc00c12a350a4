import Engine
import Guest
import GuestA64
import Support
import Testing

/// The thread that compiles beside the vCPUs: what it compiles, when it does not, and its end.
@Suite(.timeLimit(.minutes(2))) struct BackgroundTests {
    private static func options(_ mode: BackgroundMode, slice: Int = 1 << 20, before: Int = 0) -> VCPUOptions {
        var options = TierUnderTest.native.options
        options.native?.background = mode
        options.native?.compiledBefore = before
        options.native?.sliceBytes = slice
        options.native?.codeBytes = 8 * slice
        return options
    }

    /// Runs again until the thread has had its turn.
    private func runUntilCompiled(_ machine: FlatMachine) {
        for _ in 0..<1000 where machine.group.backgroundPromotions == 0 {
            ChecksumLoop.run(machine.vcpus, rounds: 20_000)
        }
    }

    @Test("What eight vCPUs find hot the thread compiles, and all end right", arguments: 0..<10)
    func beside(_: Int) throws {
        let machine = try FlatMachine(count: 8, options: Self.options(.always))
        try machine.load(ChecksumLoop.program)
        runUntilCompiled(machine)
        #expect(machine.group.backgroundPromotions > 0)
        #expect(machine.vcpus.allSatisfy { $0.nativeBlocks == 0 })
        #expect(machine.vcpus.contains { $0.handedOver > 0 })
    }

    @Test("Where each core of the host has a vCPU that runs, each compiles for itself")
    func withoutCore() throws {
        let machine = try FlatMachine(count: HostCore.count + 1, options: Self.options(.whenFree))
        try machine.load(ChecksumLoop.program)
        // The native tier begins with the world stopped, for which nobody here would wait.
        ChecksumLoop.run([machine.vcpus[0]], rounds: 2000)
        let before = machine.vcpus[0].handedOver
        for vcpu in machine.vcpus.dropFirst() { vcpu.enterRunning() }
        machine.vcpus[0].invalidateCode(physical: nil, broadcast: true)
        ChecksumLoop.run([machine.vcpus[0]], rounds: 2000)
        for vcpu in machine.vcpus.dropFirst() { vcpu.leaveRunning() }
        #expect(machine.vcpus[0].nativeBlocks > 0 && machine.vcpus[0].handedOver == before)
        // A vCPU that waits leaves its core.
        try #require(HostCore.count > 1)
        try machine.load(ChecksumLoop.program, at: 0x1000_1000)
        machine.vcpus[0].invalidateCode(physical: nil, broadcast: true)
        ChecksumLoop.run([machine.vcpus[0]], rounds: 2000)
        #expect(machine.vcpus[0].handedOver > before)
    }

    @Test("The first blocks do not start the thread")
    func firstBlocks() throws {
        let machine = try FlatMachine(options: Self.options(.always, before: 2))
        try machine.load(ChecksumLoop.program)
        ChecksumLoop.run(machine.vcpus, rounds: 2000)
        #expect(machine.vcpus[0].nativeBlocks > 0)
        machine.vcpus[0].invalidateCode(physical: nil, broadcast: true)
        runUntilCompiled(machine)
        #expect(machine.vcpus[0].nativeBlocks == 2 && machine.vcpus[0].handedOver > 0)
    }

    @Test("After the thread's end vCPUs compile for themselves, unless it may start again")
    func end() throws {
        for forever in [true, false] {
            let machine = try FlatMachine(options: Self.options(.always))
            try machine.load(ChecksumLoop.program)
            runUntilCompiled(machine)
            machine.group.endBackground(forever: forever)
            let before = machine.group.backgroundPromotions
            #expect(before > 0)
            machine.vcpus[0].invalidateCode(physical: nil, broadcast: true)
            for _ in 0..<1000 where machine.group.backgroundPromotions + machine.vcpus[0].nativeBlocks == before {
                ChecksumLoop.run(machine.vcpus, rounds: 20_000)
            }
            #expect((machine.vcpus[0].nativeBlocks > 0) == forever)
            #expect((machine.group.backgroundPromotions > before) == !forever)
        }
    }

    @Test("The thread's code memory runs out while all run: then the vCPUs' is used, and then all is emptied")
    func flush() throws {
        let machine = try FlatMachine(count: 2, options: Self.options(.always, slice: 8192))
        // One after the other, 200 loops of their own: x1 counts their turns.
        let loop: [UInt32] = [
            0xd280_0062,  // mov x2, #3
            0x9100_0421, 0xf100_0442, 0x54ff_ffc1,  // 1: add x1, x1, #1; subs x2, x2, #1; b.ne 1b
        ]
        let loops = (0..<200).flatMap { _ in loop }
        let back = UInt32(bitPattern: -Int32(loops.count + 1)) & 0x7ffff
        try machine.load(loops + [0xf100_0400, 0x5400_0001 | back << 5, 0xd420_0000])
        let rounds: UInt64 = 300
        for vcpu in machine.vcpus {
            vcpu.pc = 0x1000_0000
            vcpu.state[A64State.x(0)] = rounds
        }
        let threads = machine.vcpus.map { vcpu in HostThread(name: "test vCPU") { vcpu.run() } }
        for thread in threads { thread?.join() }
        for vcpu in machine.vcpus { #expect(vcpu.state[A64State.x(1)] == rounds * 200 * 3) }
        #expect(machine.group.backgroundPromotions > 0)
        #expect(machine.vcpus.contains { $0.nativeBlocks > 0 })
        #expect(machine.vcpus.contains { $0.flushes > 0 })
    }
}
