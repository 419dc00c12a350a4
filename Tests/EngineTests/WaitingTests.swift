import Engine
import Glibc
import Guest
import GuestA64
import IR
import Memory
import Support
import Testing

/// Instructions that wait give the host's core away, also from native code.
@Suite(.timeLimit(.minutes(1))) struct WaitingTests {
    /// One that no interrupt wakes.
    private enum Sleeper: FlatArchitecture {
        static func wakes(_ lines: InterruptLines, _ state: CPUState) -> Bool { false }

        /// SEV and SEVL are helpers.
        static func callHelper(
            _ number: Int, _ a: UInt64, _ b: UInt64, _ c: UInt64, pc: UInt64, _ state: CPUState,
            environment: any GuestEnvironment
        ) -> HelperOutcome {
            A64.callHelper(number, a, b, c, pc: pc, state, environment: environment)
        }
    }

    private static let code: UInt64 = 0x1000_0000
    private static let data: UInt64 = 0x1000_8000
    /// How long the waiting vCPU is left alone, in microseconds.
    private static let pause: UInt32 = 200_000

    /// What a run of vCPU 0 took of a core, in seconds, when `wake` is called after the pause; and the vCPU.
    private func run(
        _ words: [UInt32], _ options: VCPUOptions, wake: @escaping @Sendable (FlatMachineOf<Sleeper>) -> Void
    ) throws -> (seconds: Double, machine: FlatMachineOf<Sleeper>) {
        let machine = try FlatMachineOf<Sleeper>(count: 2, options: options)
        try machine.load(words)
        try machine.load([0xd503_209f, 0xd420_0000], at: Self.code + 0x1000)  // sev; brk
        machine.vcpus[0].pc = Self.code
        machine.vcpus[0].state[A64State.x(0)] = Self.data
        machine.vcpus[0].state[A64State.x(4)] = 1000
        machine.vcpus[1].pc = Self.code + 0x1000
        let seconds = Guarded<Double?>(nil)
        let sleeper = HostThread(name: "sleeper") {
            machine.vcpus[0].run()
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            seconds.withLock { $0 = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 }
        }
        usleep(Self.pause)
        #expect(seconds.withLock { $0 == nil }, "it did not wait")
        wake(machine)
        sleeper?.join()
        return (try #require(seconds.withLock { $0 }), machine)
    }

    /// A thousand turns that find an event, so that the loop becomes native code; then one that finds none.
    private static let turns: [UInt32] = [
        0xd503_20bf, 0xd503_205f,  // 1: sevl; wfe
        0xf100_0484, 0x54ff_ffa1,  // subs x4, x4, #1; b.ne 1b
    ]

    @Test(arguments: TierUnderTest.allCases) func `WFE parks until SEV`(tier: TierUnderTest) throws {
        // wfe; mov x5, #1; brk
        let (seconds, machine) = try run(Self.turns + [0xd503_205f, 0xd280_0025, 0xd420_0000], tier.options) {
            $0.vcpus[1].run()
        }
        #expect(machine.vcpus[0].state[A64State.x(5)] == 1)
        #expect(seconds < 0.1)
    }

    @Test(arguments: TierUnderTest.allCases) func `WFI parks until somebody wants something`(tier: TierUnderTest) throws
    {
        // wfi; mov x5, #1; brk
        let (seconds, machine) = try run(Self.turns + [0xd503_207f, 0xd280_0025, 0xd420_0000], tier.options) {
            $0.vcpus[0].quit()
        }
        #expect(machine.ends[0] == nil)
        #expect(seconds < 0.1)
    }

    /// 2: ldxp x1, x2, [x0]; cbnz x2, 3f; wfe; b 2b; 3: clrex; mov x5, #1; brk
    @Test(arguments: TierUnderTest.allCases)
    func `WFE on a monitored pair sees a plain store to its second half`(tier: TierUnderTest) throws {
        let words: [UInt32] = [
            0xc87f_0801, 0xb500_0062, 0xd503_205f, 0x17ff_fffd, 0xd503_3f5f, 0xd280_0025, 0xd420_0000,
        ]
        let (seconds, machine) = try run(Self.turns + words, tier.options) { machine in
            machine.memory.hostPointer(to: Self.data + 8, count: 8)?.storeBytes(of: 1, as: UInt64.self)
        }
        #expect(machine.vcpus[0].state[A64State.x(5)] == 1)
        #expect(seconds < 0.1)
    }
}
