import Engine
import Guest
import GuestA64
import Testing

/// What a fault in a loop finds in the flags: those before the loop in its first turn, else those of the turn before.
@Suite(.timeLimit(.minutes(1))) struct LoopFlagsTests {
    enum Loop: CaseIterable {
        case comparison, countdown, registers

        /// Reads upwards from x1 on, x0 counts or is the distance, and x6 the end of it.
        var code: [UInt32] {
            switch self {
            case .comparison:
                [
                    0xf860_6823, 0x9100_2000,  // 1: ldr x3, [x1, x0]; add x0, x0, #8
                    0xf110_001f, 0x54ff_ffa1,  // cmp x0, #1024; b.ne 1b
                ]
            case .countdown:
                [
                    0xf840_8423,  // 1: ldr x3, [x1], #8
                    0x7100_0400, 0x54ff_ffc1,  // subs w0, w0, #1; b.ne 1b
                ]
            case .registers:
                [
                    0xf860_6823, 0x9100_2000,  // 1: ldr x3, [x1, x0]; add x0, x0, #8
                    0xeb06_001f, 0x54ff_ffa3,  // cmp x0, x6; b.cc 1b
                ]
            }
        }

        var start: UInt64 { self == .countdown ? 128 : 0 }
    }

    private static let end: UInt64 = 0x1010_0000

    /// The end of a run that starts at `address` with the flags of a comparison of `operands`: flags, count, where.
    private func run(_ machine: FlatMachine, _ loop: Loop, _ address: UInt64, _ operands: (UInt64, UInt64)) -> [UInt64]
    {
        let vcpu = machine.vcpus[0]
        vcpu.pc = 0x1000_0000
        vcpu.state[A64State.x(0)] = loop.start
        vcpu.state[A64State.x(1)] = address
        (vcpu.state[A64State.x(4)], vcpu.state[A64State.x(5)]) = operands
        vcpu.state[A64State.x(6)] = 1024
        vcpu.run()
        return [vcpu.state[A64State.nzcv], vcpu.state[A64State.x(0)], vcpu.pc]
    }

    @Test("Native code's flags at a fault are the interpreter's, in whatever turn", arguments: Loop.allCases)
    func faults(loop: Loop) throws {
        let machines = try TierUnderTest.allCases.map { try FlatMachine(options: $0.options) }
        for machine in machines { try machine.load([0xeb05_009f] + loop.code + [0xd420_0000]) }  // cmp x4, x5
        // The first runs come to the loop's end, and make it native.
        let addresses = Array(repeating: UInt64(0x1000_8000), count: 20) + (0...4).map { Self.end - 8 * $0 } + [0]
        var seen: Set<[UInt64]> = []
        for address in addresses {
            for operands: (UInt64, UInt64) in [(1, 1), (0, 1), (1, 0), (1 << 63, 1)] {
                let ends = machines.map { run($0, loop, address, operands) }
                #expect(ends[0] == ends[1], "from \(address)")
                seen.insert(ends[0])
            }
        }
        #expect(machines[1].vcpus[0].nativeBlocks > 0)
        #expect(seen.count >= 9)
    }
}
