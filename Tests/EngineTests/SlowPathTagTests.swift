import Engine
import Guest
import GuestA64
import Memory
import Testing

/// Pages that only the slow path may access: no address, however misaligned, may match their entry of the software TLB.
@Suite(.timeLimit(.minutes(1))) struct SlowPathTagTests {
    private static let code: UInt64 = 0x1000_0000
    private static let data: UInt64 = 0x1000_8000

    /// Runs `program`, ended by BRK, with X0 = `address`; returns the address of the fault it ends with, if it does.
    private func fault(_ program: [UInt32], _ address: UInt64, on machine: FlatMachine) throws -> UInt64? {
        try machine.load(program + [0xd420_0000])
        let vcpu = machine.vcpus[0]
        vcpu.pc = Self.code
        vcpu.state[A64State.x(0)] = address
        vcpu.discardStaleRequests()
        vcpu.run()
        guard let end = machine.ends[0], end.conduit == .smc else { return nil }
        return end.arguments[0]
    }

    @Test(
        "Misaligned atomics fault in a page whose stores are watched for exclusives", arguments: [1, 3, 5] as [UInt64])
    func watched(_ offset: UInt64) throws {
        let machine = try FlatMachine()
        // ldxr x1, [x0]; ldr x2, [x0, #8]; stxr w3, x1, [x0]: an open sequence.
        #expect(try fault([0xc85f_7c01, 0xf940_0402, 0xc803_7c01], Self.data, on: machine) == nil)
        // ldadd x1, x2, [x0], beyond the 16 bytes that may be misaligned.
        let address = Self.data + 8 + offset
        #expect(try fault([0xf821_0002], address, on: machine) == address)
        // ldar x1, [x0] of a page that can be read and not written quickly.
        #expect(try fault([0xc8df_fc01], address, on: machine) == address)
    }

    @Test("Misaligned ordered accesses fault in a page of devices", arguments: [1, 2, 4] as [UInt64])
    func device(_ offset: UInt64) throws {
        let machine = try FlatMachine()
        let device: UInt64 = 0x5000_0000
        // ldr x1, [x0]: no device answers, but the page is known from now on.
        #expect(try fault([0xf940_0001], device, on: machine) == device)
        // ldar x1, [x0]; stlr x1, [x0]; ldadd x1, x2, [x0].
        for word: UInt32 in [0xc8df_fc01, 0xc89f_fc01, 0xf821_0002] {
            #expect(try fault([word], device + offset, on: machine) == device + offset)
        }
    }
}
