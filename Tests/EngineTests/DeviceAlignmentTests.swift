import Engine
import Guest
import GuestA64
import IR
import Interp
import Testing

/// As `FlatA64`, with memory from `device` on that is device memory although RAM lies there: what all memory is while the MMU
/// is off.
private enum DeviceA64: GuestArchitecture {
    static let device: UInt64 = 0x1000_8000

    static let layout = FlatA64.layout
    static var programCounter: StateSlot { A64State.pc }
    static var mmuIndexCount: Int { 1 }
    static var unprivilegedMMUIndex: Int { 0 }
    static func reset(_ state: CPUState, environment: any GuestEnvironment) {}
    static func translationFlags(_ state: CPUState) -> UInt64 { 1 }
    static func mmuIndex(_ state: CPUState) -> Int { 0 }
    static func translate(pc: UInt64, code: CodeWindow, flags: UInt64, limit: Int, into builder: inout Builder) {
        A64.translate(pc: pc, code: code, flags: flags, limit: limit, into: &builder)
    }
    /// The page from 0x1000_4000 on is not mapped.
    static func translateAddress(
        _ address: UInt64, _ access: AccessKind, mmuIndex: Int, _ state: CPUState, environment: any GuestEnvironment
    ) -> Result<PageTranslation, MemoryFaultError> {
        if address >> 12 == 0x1_0004 {
            return .failure(MemoryFaultError(MemoryFault(address: address, access: access, cause: .translation(7))))
        }
        return .success(PageTranslation(physical: address, device: address >= device))
    }
    static func callHelper(
        _ number: Int, _ a: UInt64, _ b: UInt64, _ c: UInt64, pc: UInt64, _ state: CPUState,
        environment: any GuestEnvironment
    ) -> HelperOutcome { .value(0) }
    static func raise(
        kind: UInt16, payload: UInt64, pc: UInt64, _ state: CPUState, environment: any GuestEnvironment
    ) { FlatA64.raise(kind: kind, payload: payload, pc: pc, state, environment: environment) }
    static func deliver(_ fault: MemoryFault, pc: UInt64, _ state: CPUState, environment: any GuestEnvironment) {
        let cause: UInt64 = fault.cause == .alignment ? 1 : 0
        _ = environment.callFirmware(.smc, [fault.address, UInt64(fault.access.rawValue), cause])
    }
    static func deliverInterrupt(
        _ lines: InterruptLines, _ state: CPUState, environment: any GuestEnvironment
    ) -> Bool { false }
    static func wakes(_ lines: InterruptLines, _ state: CPUState) -> Bool { true }
    static func disassemble(_ word: UInt32, pc: UInt64) -> String { "" }
}

/// Alignment and faults of accesses to device memory and over the ends of pages, in each tier.
@Suite(.timeLimit(.minutes(1))) struct DeviceAlignmentTests {
    private static let code: UInt64 = 0x1000_0000

    private struct End: Equatable {
        let address: UInt64
        let isWrite: Bool
        let isAlignment: Bool
    }

    private static var variants: [VCPUOptions] {
        var plain = VCPUOptions()
        plain.generator.driver = .plain
        return [VCPUOptions(), plain, TierUnderTest.native.options]
    }

    /// Runs `word` on X0 = `address` twice, so that hot code is entered; how it faults, if it does.
    private func end(_ word: UInt32, _ address: UInt64, _ options: VCPUOptions) throws -> End? {
        let machine = try FlatMachineOf<DeviceA64>(options: options)
        // 1: word; subs x9, x9, #1; b.ne 1b; brk #0
        try machine.load([word, 0xf100_0529, 0x54ff_ffc1, 0xd420_0000])
        let vcpu = machine.vcpus[0]
        vcpu.pc = Self.code
        vcpu.state[A64State.x(0)] = address
        vcpu.state[A64State.x(9)] = 4
        vcpu.run()
        guard let end = machine.ends[0], end.conduit == .smc else { return nil }
        return End(
            address: end.arguments[0], isWrite: end.arguments[1] == UInt64(AccessKind.write.rawValue),
            isAlignment: end.arguments[2] == 1)
    }

    struct Access: Sendable, CustomStringConvertible {
        let description: String
        let word: UInt32
        let bytes: UInt64
        let isWrite: Bool
    }

    private static let accesses = [
        Access(description: "ldr x1, [x0]", word: 0xf940_0001, bytes: 8, isWrite: false),
        Access(description: "str x1, [x0]", word: 0xf900_0001, bytes: 8, isWrite: true),
        Access(description: "ldr w1, [x0]", word: 0xb940_0001, bytes: 4, isWrite: false),
        Access(description: "strh w1, [x0]", word: 0x7900_0001, bytes: 2, isWrite: true),
        Access(description: "ldp x1, x2, [x0]", word: 0xa940_0801, bytes: 8, isWrite: false),
        Access(description: "stp w1, w2, [x0]", word: 0x2900_0801, bytes: 4, isWrite: true),
        Access(description: "ldar x1, [x0]", word: 0xc8df_fc01, bytes: 8, isWrite: false),
        Access(description: "stlr w1, [x0]", word: 0x889f_fc01, bytes: 4, isWrite: true),
        Access(description: "ldxr x1, [x0]", word: 0xc85f_7c01, bytes: 8, isWrite: false),
        Access(description: "ldadd x1, x2, [x0]", word: 0xf821_0002, bytes: 8, isWrite: false),
        Access(description: "cas w1, w2, [x0]", word: 0x88a1_7c02, bytes: 4, isWrite: false),
        Access(description: "ldr d1, [x0]", word: 0xfd40_0001, bytes: 8, isWrite: false),
    ]

    @Test(
        "Device memory takes aligned accesses and refuses all others, also where they begin or end outside it",
        arguments: accesses)
    func device(_ access: Access) throws {
        for options in Self.variants {
            for offset: UInt64 in 0..<16 {
                let address = DeviceA64.device + 0x40 + offset
                let fault = End(address: address, isWrite: access.isWrite, isAlignment: true)
                #expect(
                    try end(access.word, address, options) == (offset % access.bytes == 0 ? nil : fault), "\(offset)")
            }
            // Over the end of a page of device memory.
            let inside = DeviceA64.device + 0x1000 - 1
            let fault = End(address: inside, isWrite: access.isWrite, isAlignment: true)
            #expect(try end(access.word, inside, options) == fault)
        }
    }

    @Test("An access over the end of a page faults at the first byte that it may not have")
    func crossing() throws {
        for options in Self.variants {
            // From normal memory into device memory: the second page refuses.
            let into = DeviceA64.device - 3
            #expect(
                try end(0xf940_0001, into, options)
                    == End(address: DeviceA64.device, isWrite: false, isAlignment: true))
            #expect(
                try end(0xf900_0001, into, options) == End(address: DeviceA64.device, isWrite: true, isAlignment: true))
            // ldr q1, [x0]; str q1, [x0], aligned to 8: the second half is in the page that is not mapped.
            let unmapped: UInt64 = 0x1000_4000
            for (word, isWrite) in [(0x3dc0_0001, false), (0x3d80_0001, true)] as [(UInt32, Bool)] {
                #expect(
                    try end(word, unmapped - 8, options)
                        == End(address: unmapped, isWrite: isWrite, isAlignment: false))
            }
        }
    }
}
