import Engine
import Guest
import GuestA64
import IR
import JIT
import Testing

/// As `FlatA64`, but every helper (that of DSB, for instance) throws the TLB away.
private enum ForgetfulA64: FlatArchitecture {
    static func translate(pc: UInt64, code: CodeWindow, flags: UInt64, limit: Int, into builder: inout Builder) {
        FlatA64.translate(pc: pc, code: code, flags: flags, limit: limit, into: &builder)
    }
    static func callHelper(
        _ number: Int, _ a: UInt64, _ b: UInt64, _ c: UInt64, pc: UInt64, _ state: CPUState,
        environment: any GuestEnvironment
    ) -> HelperOutcome {
        environment.invalidateTLB(.all, broadcast: false)
        return .value(0)
    }
}

/// Native code's calls and returns: those that match, and all others.
@Suite(.timeLimit(.minutes(1))) struct ReturnStackTests {
    private struct Counts {
        let returns: UInt64
        let returnMisses: UInt64
    }

    private static var options: VCPUOptions {
        var options = TierUnderTest.native.options
        options.native?.counts = true
        return options
    }

    private func run<G: GuestArchitecture>(
        _ machine: FlatMachineOf<G>, _ rounds: UInt64
    ) -> (sum: UInt64, counts: Counts) {
        let vcpu = machine.vcpus[0]
        vcpu.pc = 0x1000_0000
        vcpu.state[A64State.x(0)] = rounds
        vcpu.state[A64State.x(1)] = 0
        vcpu.state[A64State.sp] = 0x1000_f000
        vcpu.run()
        let counts = Counts(returns: vcpu.nativeCount(.returns), returnMisses: vcpu.nativeCount(.returnMisses))
        return (vcpu.state[A64State.x(1)], counts)
    }

    @Test("Recursion deeper than the stack of returns comes back through all its levels", arguments: [20, 200, 1000])
    func recursion(depth: UInt32) throws {
        let machine = try FlatMachine(options: Self.options)
        try machine.load([
            0xd280_0003 | depth << 5,  // 1: mov x3, #depth
            0x9400_0004,  // bl 2f
            0xf100_0400, 0x54ff_ffa1,  // subs x0, x0, #1; b.ne 1b
            0xd420_0000,  // brk
            0xb400_00e3,  // 2: cbz x3, 3f
            0xf81f_0ffe,  // str x30, [sp, #-16]!
            0xd100_0463, 0x9100_0421,  // sub x3, x3, #1; add x1, x1, #1
            0x97ff_fffc,  // bl 2b
            0x9100_0821,  // add x1, x1, #2
            0xf841_07fe,  // ldr x30, [sp], #16
            0xd65f_03c0,  // 3: ret
        ])
        let rounds: UInt64 = 200
        let (sum, counts) = run(machine, rounds)
        #expect(sum == rounds * UInt64(depth) * 3)
        #expect(counts.returns > counts.returnMisses * 2 || depth > 256)
        #expect(depth <= 256 || counts.returnMisses > rounds / 2)
    }

    @Test("Returns that lead elsewhere than behind the last call")
    func elsewhere() throws {
        let machine = try FlatMachine(options: Self.options)
        try machine.load([
            0x9400_0006,  // 1: bl 2f
            0x9100_0421,  // add x1, x1, #1, for even x0 only
            0x9100_2821,  // add x1, x1, #10
            0xf100_0400, 0x54ff_ff81,  // subs x0, x0, #1; b.ne 1b
            0xd420_0000,  // brk
            0xf100_001f,  // 2: cmp x0, #0
            0x9240_0002, 0x8b02_0bde,  // and x2, x0, #1; add x30, x30, x2, lsl #2
            0xd65f_03c0,  // ret
        ])
        let (sum, counts) = run(machine, 1000)
        #expect(sum == 1000 * 10 + 500)
        #expect(counts.returnMisses >= 400)
    }

    /// Calls a function, with or without a DSB in it.
    private func calls<G: GuestArchitecture>(
        _ guest: G.Type, barrier: Bool
    ) throws -> (sum: UInt64, counts: Counts) {
        let machine = try FlatMachineOf<G>(options: Self.options)
        try machine.load([
            0x9400_0004,  // 1: bl 2f
            0xf100_0400, 0x54ff_ffc1,  // subs x0, x0, #1; b.ne 1b
            0xd420_0000,  // brk
            barrier ? 0xd503_3b9f : 0xd503_201f,  // 2: dsb ish, or nop
            0x9100_0421,  // add x1, x1, #1
            0xd65f_03c0,  // ret
        ])
        return run(machine, 1000)
    }

    @Test("A TLB invalidation in the function makes its return look up where it leads")
    func invalidation() throws {
        let (sum, counts) = try calls(ForgetfulA64.self, barrier: true)
        #expect(sum == 1000)
        #expect(counts.returnMisses >= 900)
        for (sum, counts) in [try calls(ForgetfulA64.self, barrier: false), try calls(FlatA64.self, barrier: true)] {
            #expect(sum == 1000)
            #expect(counts.returns >= 900 && counts.returnMisses < 50)
        }
    }
}
