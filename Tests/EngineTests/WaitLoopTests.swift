import Engine
import GuestA64
import Memory
import Testing

/// Which loops only wait. Each begins at its first instruction; the block at `last` closes it.
@Suite struct WaitLoopTests {
    struct Loop: CustomTestStringConvertible {
        let name: String
        let words: [UInt32]
        var last: UInt64 = 0
        var target: UInt64? = 0
        var testDescription: String { name }
    }

    static let loops: [Loop] = [
        Loop(name: "a word", words: [0xf940_0001, 0xb4ff_ffe1]),  // 1: ldr x1, [x0]; cbz x1, 1b
        // 1: ldar x1, [x0]; cmp x1, x2; b.ne 1b
        Loop(name: "a ticket", words: [0xc8df_fc01, 0xeb02_003f, 0x54ff_ffc1]),
        Loop(name: "exclusive", words: [0x885f_fc01, 0x35ff_ffe1]),  // 1: ldaxr w1, [x0]; cbnz w1, 1b
        // Peterson's: 1: ldar x1, [x0]; cbz x1, 2f; ldar x1, [x2]; cmp x1, x3; b.ne 1b; 2:
        Loop(
            name: "two words", words: [0xc8df_fc01, 0xb400_0081, 0xc8df_fc41, 0xeb03_003f, 0x54ff_ff81], last: 8),
        // 1: ldr x1, [x0]; cbz x1, 2f; ldr x4, [x2]; cmp x4, x1; b.ne 1b; 2: the second block reads what the first wrote.
        Loop(
            name: "two words that depend", words: [0xf940_0001, 0xb400_0081, 0xf940_0044, 0xeb01_009f, 0x54ff_ff81],
            last: 8),
        // 1: ldr x1, [x0], #8; cbz x1, 1b
        Loop(name: "a search", words: [0xf840_8401, 0xb4ff_ffe1], target: nil),
        // 1: ldr x1, [x0]; add x3, x3, #1; cbz x1, 1b
        Loop(name: "a count", words: [0xf940_0001, 0x9100_0463, 0xb4ff_ffc1], target: nil),
        // 1: ldr x1, [x0]; cbz x1, 2f; sub x3, x3, #1; cbnz x3, 1b; 2:
        Loop(name: "patience", words: [0xf940_0001, 0xb400_0061, 0xd100_0463, 0xb5ff_ffa3], last: 8, target: nil),
        // 1: ldr x1, [x0]; cbz x1, 2f; str x1, [x2]; cbnz x1, 1b; 2:
        Loop(name: "a copy", words: [0xf940_0001, 0xb400_0061, 0xf900_0041, 0xb5ff_ffa1], last: 8, target: nil),
        // 1: cbz x5, 2f; cmp x1, x2; b.ne 1b; 2:
        Loop(name: "no memory", words: [0xb400_0065, 0xeb02_003f, 0x54ff_ffc1], last: 4, target: nil),
    ]

    @Test(arguments: loops)
    func isRecognised(loop: Loop) throws {
        let machine = try FlatMachine()
        try machine.load(loop.words)
        let page = UnsafeRawPointer(try #require(machine.memory.hostPointer(to: 0x1000_0000, count: 4096)))
        let vcpu = machine.vcpus[0]
        let flags = FlatA64.translationFlags(vcpu.state)
        let block = vcpu.regions.retranslate(0x1000_0000 + loop.last, page, flags)
        let target = vcpu.regions.waitLoopTarget(of: block, page: page, flags: flags)
        #expect(target == loop.target.map { 0x1000_0000 + $0 })
    }
}
