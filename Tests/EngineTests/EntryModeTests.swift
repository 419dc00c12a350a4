import Engine
import Guest
import GuestA64
import IR
import Interp
import Testing

/// As `FlatA64`, with all pages guarded: branches through registers must find a landing.
enum GuardedA64: FlatArchitecture {
    static func translateAddress(
        _ address: UInt64, _ access: AccessKind, mmuIndex: Int, _ state: CPUState, environment: any GuestEnvironment
    ) -> Result<PageTranslation, MemoryFaultError> {
        .success(PageTranslation(physical: address, guarded: true))
    }
}

/// How a block is entered (PSTATE.BTYPE) concerns that block and no other.
@Suite(.timeLimit(.minutes(1))) struct EntryModeTests {
    private static let code: UInt64 = 0x1000_0000
    private static let function = code + 0x100
    private static let far = code + 0x2000

    /// Calls the function through x0 three times, then goes on in another page.
    private func machine(_ options: VCPUOptions) throws -> FlatMachineOf<GuardedA64> {
        let machine = try FlatMachineOf<GuardedA64>(options: options)
        // 1: blr x0; subs x1, x1, #1; b.ne 1b; b far
        try machine.load([0xd63f_0000, 0xf100_0421, 0x54ff_ffc1, 0x1400_07fd])
        try machine.load([0xd503_245f, 0xd65f_03c0], at: Self.function)  // bti c; ret
        try machine.load([0xd503_201f, 0xd420_0000], at: Self.far)  // nop; brk #0
        return machine
    }

    private func run(_ machine: FlatMachineOf<GuardedA64>) -> [UInt64]? {
        let vcpu = machine.vcpus[0]
        vcpu.pc = Self.code
        vcpu.state[A64State.x(0)] = Self.function
        vcpu.state[A64State.x(1)] = 3
        vcpu.run()
        return machine.ends[0]?.arguments
    }

    private static var variants: [VCPUOptions] {
        var plain = VCPUOptions()
        plain.generator.driver = .plain
        var unlinked = VCPUOptions()
        unlinked.generator.links = false
        return [VCPUOptions(), plain, unlinked]
    }

    private static let breakpoint = UInt64(A64ExceptionKind.breakpoint.rawValue)
    private static let branchTarget = UInt64(A64ExceptionKind.branchTarget.rawValue)

    @Test("A block that a call found by itself leaves no mode for the next look-up")
    func staleMode() throws {
        for options in Self.variants {
            let end = run(try machine(options))
            #expect(end == [Self.breakpoint, 0, Self.far + 4])
        }
    }

    @Test("A call of a function whose code has changed finds that it is no landing any more")
    func invalidated() throws {
        for options in Self.variants {
            let machine = try machine(options)
            #expect(run(machine) == [Self.breakpoint, 0, Self.far + 4])
            try machine.load([0xd503_201f], at: Self.function)  // nop
            machine.vcpus[0].invalidateCode(physical: Self.function, broadcast: true)
            #expect(run(machine) == [Self.branchTarget, 2, Self.function])
            try machine.load([0xd503_245f], at: Self.function)
            machine.vcpus[0].invalidateCode(physical: Self.function, broadcast: true)
            #expect(run(machine) == [Self.breakpoint, 0, Self.far + 4])
        }
    }
}
