import Engine
import Guest
import GuestA64
import IR
import Interp
import Testing

/// As `FlatA64`, with memory from `device` on that is device memory although RAM lies there: what all memory is while the MMU
/// is off.
private enum DeviceA64: FlatArchitecture {
    static let device: UInt64 = 0x1000_8000

    /// The page from 0x1000_4000 on is not mapped.
    static func translateAddress(
        _ address: UInt64, _ access: AccessKind, mmuIndex: Int, _ state: CPUState, environment: any GuestEnvironment
    ) -> Result<PageTranslation, MemoryFaultError> {
        if address >> 12 == 0x1_0004 {
            return .failure(MemoryFaultError(MemoryFault(address: address, access: access, cause: .translation(7))))
        }
        let isDevice = address >= device || address < 0x1000_0000
        return .success(PageTranslation(physical: address, device: isDevice))
    }
    static func deliver(_ fault: MemoryFault, pc: UInt64, _ state: CPUState, environment: any GuestEnvironment) {
        let cause: UInt64 = fault.cause == .alignment ? 1 : 0
        _ = environment.callFirmware(.smc, [fault.address, UInt64(fault.access.rawValue), cause])
    }
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
        Access(description: "ldr q1, [x0]", word: 0x3dc0_0001, bytes: 16, isWrite: false),
        Access(description: "str q1, [x0]", word: 0x3d80_0001, bytes: 16, isWrite: true),
        Access(description: "ldp q1, q2, [x0]", word: 0xad40_0801, bytes: 16, isWrite: false),
        Access(description: "ld1 {v1.8b}, [x0]", word: 0x0c40_7001, bytes: 1, isWrite: false),
        Access(description: "ld1 {v1.4h}, [x0]", word: 0x0c40_7401, bytes: 2, isWrite: false),
        Access(description: "ld1 {v1.2s}, [x0]", word: 0x0c40_7801, bytes: 4, isWrite: false),
        Access(description: "ld1 {v1.1d}, [x0]", word: 0x0c40_7c01, bytes: 8, isWrite: false),
        Access(description: "ld1 {v1.16b}, [x0]", word: 0x4c40_7001, bytes: 1, isWrite: false),
        Access(description: "ld1 {v1.8h}, [x0]", word: 0x4c40_7401, bytes: 2, isWrite: false),
        Access(description: "ld1 {v1.2d}, [x0]", word: 0x4c40_7c01, bytes: 8, isWrite: false),
        Access(description: "st1 {v1.4s}, [x0]", word: 0x4c00_7801, bytes: 4, isWrite: true),
        Access(description: "st1 {v1.2s}, [x0]", word: 0x0c00_7801, bytes: 4, isWrite: true),
        Access(description: "ld2 {v1.4s, v2.4s}, [x0]", word: 0x4c40_8801, bytes: 4, isWrite: false),
        Access(description: "ld3 {v1.8b, v2.8b, v3.8b}, [x0]", word: 0x0c40_4001, bytes: 1, isWrite: false),
        Access(description: "st4 {v1.8h to v4.8h}, [x0]", word: 0x4c00_0401, bytes: 2, isWrite: true),
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
            #expect(try end(access.word, inside, options) == (access.bytes == 1 ? nil : fault))
        }
    }

    @Test("A device sees an access of each element of a structure, and two of a Q register")
    func elements() throws {
        let device = FlatMachineOf<DeviceA64>.device
        let low: UInt64 = 0x1716_1514_1312_1110
        let high: UInt64 = 0x1f1e_1d1c_1b1a_1918
        for options in Self.variants {
            // The word, the size of each access, whether it writes.
            let cases: [(word: UInt32, size: Int, isWrite: Bool)] = [
                (0x4c40_7001, 1, false), (0x4c40_7401, 2, false), (0x4c40_7801, 4, false), (0x4c40_7c01, 8, false),
                (0x3dc0_0001, 8, false), (0x4c00_7001, 1, true), (0x4c00_7401, 2, true), (0x4c00_7801, 4, true),
                (0x4c00_7c01, 8, true), (0x3d80_0001, 8, true),
            ]
            for (word, size, isWrite) in cases {
                let machine = try FlatMachineOf<DeviceA64>(options: options)
                try machine.load([word, 0xd420_0000])
                let vcpu = machine.vcpus[0]
                vcpu.pc = Self.code
                vcpu.state[A64State.x(0)] = device + 0x10
                let halves = [A64State.v(1), StateSlot(cell: A64State.v(1).offset / 8 + 1)]
                if isWrite { (vcpu.state[halves[0]], vcpu.state[halves[1]]) = (low, high) }
                vcpu.run()
                #expect(halves.map { vcpu.state[$0] } == [low, high])
                let expected = stride(from: 0, to: 16, by: size).map { offset in
                    let part = (offset < 8 ? low : high) >> UInt64(offset % 8 * 8) & (.max >> UInt64(64 - size * 8))
                    return FlatMachineOf<DeviceA64>.BusAccess(
                        address: device + 0x10 + UInt64(offset), size: size, written: isWrite ? part : nil)
                }
                #expect(machine.busAccesses == expected, "\(String(word, radix: 16))")
            }
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
            // str q1, [x0], of whose halves only the second is in device memory.
            #expect(
                try end(0x3d80_0001, DeviceA64.device - 8, options)
                    == End(address: DeviceA64.device, isWrite: true, isAlignment: true))
            // ld1 {v1.16b}, [x0] and ld1 {v1.4s}, [x0]: each element by itself, of which one begins before the device.
            #expect(try end(0x4c40_7001, into, options) == nil)
            #expect(try end(0x4c40_7801, DeviceA64.device - 4, options) == nil)
            #expect(
                try end(0x4c40_7801, DeviceA64.device - 6, options)
                    == End(address: DeviceA64.device, isWrite: false, isAlignment: true))
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
