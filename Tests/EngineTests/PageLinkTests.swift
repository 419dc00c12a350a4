import Engine
import Guest
import GuestA64
import JIT
import Testing

/// Jumps and calls to other pages, where native code links them like those within a page.
@Suite(.timeLimit(.minutes(1))) struct PageLinkTests {
    private static let code: UInt64 = 0x1000_0000
    private static let function = code + 0x2000
    private static let turn = code + 0x5000
    private static let rounds: UInt64 = 5000

    private static func options(links: Bool) -> VCPUOptions {
        var options = TierUnderTest.native.options
        options.native?.threshold = 8
        options.native?.counts = true
        options.native?.linksPages = links
        return options
    }

    /// Turns of a loop over three pages; the function adds `step`.
    private func machine(links: Bool) throws -> FlatMachine {
        let machine = try FlatMachine(options: Self.options(links: links))
        try machine.load([0x9400_0800, 0x1400_13ff])  // 1: bl function; b turn
        try machine.load([0xf100_0400, 0x54fd_7fe1, 0xd420_0000], at: Self.turn)  // subs x0, x0, #1; b.ne 1b; brk
        return machine
    }

    private func load(_ step: UInt32, into machine: FlatMachine) throws {
        try machine.load([0x9100_0021 | step << 10, 0xd65f_03c0], at: Self.function)  // add x1, x1, #step; ret
    }

    private func run(_ machine: FlatMachine) -> UInt64 {
        let vcpu = machine.vcpus[0]
        vcpu.pc = Self.code
        vcpu.state[A64State.x(0)] = Self.rounds
        vcpu.state[A64State.x(1)] = 0
        vcpu.run()
        #expect(vcpu.pc == Self.turn + 8)
        return vcpu.state[A64State.x(1)]
    }

    @Test("A loop over several pages runs without the jump cache")
    func links() throws {
        let machines = [try machine(links: false), try machine(links: true)]
        for machine in machines {
            try load(3, into: machine)
            #expect(run(machine) == 3 * Self.rounds)
        }
        #expect(machines[0].vcpus[0].nativeCount(.cachedJumps) > Self.rounds)
        #expect(machines[1].vcpus[0].nativeCount(.cachedJumps) < 100)
    }

    @Test("A function in another page that changes is not run any more")
    func changes() throws {
        let machine = try machine(links: true)
        for step in 1..<20 as Range<UInt32> {
            try load(step, into: machine)
            machine.vcpus[0].invalidateCode(physical: Self.function, broadcast: true)
            #expect(run(machine) == UInt64(step) * Self.rounds)
        }
        #expect(machine.vcpus[0].nativeBlocks > 19)
    }
}
