import Engine
import Glibc
import Guest
import GuestA64
import Support
import Testing

/// Loops that run in strips (`StripLoop`): whatever they meet, they do what the interpreter does.
@Suite(.timeLimit(.minutes(3))) struct StripTests {
    @Test("Random streams end in the same state in all tiers", arguments: 0..<20)
    func randomStreams(batch: Int) throws {
        var again = AgreementTests.variants[0].options
        // The loop becomes native in its third turn, when it is known where it leads.
        again.native?.threshold = 3
        let variants = [("native loop", again), AgreementTests.variants[0], AgreementTests.variants[1]]
        for number in 0..<100 {
            let seed = UInt64(batch * 1000 + number)
            let loop = RandomStream(seed: seed)
            let expected = try AgreementTests.run(
                loop.words, seed: seed, AgreementTests.variants[3].options, given: loop.registers)
            for (name, options) in variants {
                let actual = try AgreementTests.run(loop.words, seed: seed, options, given: loop.registers)
                let text = loop.words.map { String($0, radix: 16) }.joined(separator: " ")
                let same = actual == expected
                #expect(same, "\(name), seed \(seed): \(actual.difference(from: expected)); \(text)")
                if actual != expected { return }
            }
        }
    }

    /// ldr w3, [x1], #4; add w4, w4, w3; str w4, [x2], #4; subs x0, x0, #1; b.ne
    private static let sums: [UInt32] = [0xb840_4423, 0x0b03_0084, 0xb800_4444, 0xf100_0400, 0x54ff_ff81, 0xd420_0000]

    private func run(_ machine: FlatMachine, from source: UInt64, to target: UInt64, turns: UInt64) -> [UInt64] {
        let vcpu = machine.vcpus[0]
        (vcpu.pc, vcpu.state[A64State.x(0)]) = (0x1000_0000, turns)
        (vcpu.state[A64State.x(1)], vcpu.state[A64State.x(2)], vcpu.state[A64State.x(4)]) = (source, target, 0)
        vcpu.run()
        return (0..<5).map { vcpu.state[A64State.x($0)] } + [vcpu.pc, vcpu.state[A64State.nzcv]]
    }

    @Test("A device sees each access of a loop once, in order")
    func devices() throws {
        let machines = try TierUnderTest.allCases.map { try FlatMachine(options: $0.options) }
        for machine in machines { try machine.load(Self.sums) }
        let device = FlatMachine.device
        // Memory alone at first, so that the loop has its strips by then.
        for (source, target) in [
            (0x1000_8000, 0x1000_a000), (device, 0x1000_8000), (0x1000_8000, device), (device, device),
        ] {
            let ends = machines.map { run($0, from: source, to: target, turns: 200) }
            #expect(ends[0] == ends[1])
        }
        #expect(machines[0].busAccesses == machines[1].busAccesses)
        #expect(machines[1].busAccesses.count == 800)
        #expect(machines[1].vcpus[0].nativeBlocks > 0)
    }

    @Test("A loop that writes over its own code runs the new code")
    func ownCode() throws {
        // str w3, [x1], #4; add x4, x4, #1; subs x0, x0, #1; b.ne; at the loop's end: add x4, x4, #16 in the second one's place.
        let loop: [UInt32] = [0xb800_4423, 0x9100_0484, 0xf100_0400, 0x54ff_ffa1, 0xd420_0000]
        let ends = try TierUnderTest.allCases.map { tier in
            let machine = try FlatMachine(options: tier.options)
            try machine.load(loop, at: 0x1000_1400)
            let vcpu = machine.vcpus[0]
            for start in [0x1000_4000, 0x1000_0ff0 as UInt64] {
                (vcpu.pc, vcpu.state[A64State.x(0)], vcpu.state[A64State.x(1)]) = (0x1000_1400, 300, start)
                (vcpu.state[A64State.x(3)], vcpu.state[A64State.x(4)]) = (0x9100_4084, 0)
                vcpu.run()
            }
            return [vcpu.state[A64State.x(0)], vcpu.state[A64State.x(1)], vcpu.state[A64State.x(4)], vcpu.pc]
        }
        #expect(ends[0] == ends[1])
    }

    @Test("A vCPU in an endless loop of strips comes back when it is asked to")
    func attention() throws {
        // ldr x3, [x1]; str x3, [x2]; cmp x1, x2; b.ne
        let machine = try FlatMachine(options: TierUnderTest.native.options)
        try machine.load([0xf940_0023, 0xf900_0043, 0xeb02_003f, 0x54ff_ffa1])
        let vcpu = machine.vcpus[0]
        vcpu.pc = 0x1000_0000
        (vcpu.state[A64State.x(1)], vcpu.state[A64State.x(2)]) = (0x1000_8000, 0x1000_9000)
        // Its time limit is what the test fails by.
        let runner = HostThread(name: "runner") { vcpu.run() }
        while vcpu.nativeBlocks == 0 { usleep(1000) }
        usleep(20_000)
        vcpu.quit()
        runner?.join()
        #expect(vcpu.nativeBlocks > 0)
        #expect(vcpu.guestInstructions > 100_000)
    }
}
