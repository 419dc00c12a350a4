import Support
import Guest
import GuestA64
import IR
import Testing

/// Blocks of more than one instruction: where they end, and what they know of SP.
struct TranslatorTests {
    private static let nop: UInt32 = 0xaa00_03e0  // mov x0, x0
    private static let ret: UInt32 = 0xd65f_03c0

    @Test("A block ends at the first branch, at the limit, or at the end of the window, with a terminator")
    func ends() {
        let branch = TestBlock.translate([Self.nop, Self.ret, Self.nop])
        #expect(branch.guestInstructionCount == 2)
        #expect(branch.instructions.last?.opcode == .jumpIndirect)
        #expect(branch.instructions.last?.branchKind == .return)

        let limited = TestBlock.translate([Self.nop, Self.nop, Self.nop], limit: 2)
        #expect(limited.guestInstructionCount == 2)
        #expect(limited.instructions.last?.opcode == .jump)
        #expect(limited.instructions.last?.imm == TestBlock.base + 8)

        let short = TestBlock.translate([Self.nop])
        #expect(short.instructions.last?.imm == TestBlock.base + 4)
    }

    @Test("An undefined word ends the block with the exception, its encoding as payload")
    func undefined() {
        let block = TestBlock.translate([Self.nop, 0])
        #expect(block.guestInstructionCount == 2)
        #expect(block.instructions.last?.opcode == .raise)
        #expect(block.instructions.last?.attribute == A64ExceptionKind.undefined.rawValue)
        let data = TestBlock.translate([0x0000_0007])
        #expect(data.instructions.last?.imm == 7)
    }

    @Test("A pc that is not a multiple of 4 raises the PC alignment exception")
    func misalignedPC() {
        var builder = Builder()
        builder.reset(guestPC: 0x1002)
        withUnsafeBytes(of: Self.nop) { bytes in
            guard let base = bytes.baseAddress else { return }
            A64.translateBlock(
                pc: 0x1002, code: CodeWindow(base: base, count: 4), flags: 0, limit: 8, into: &builder)
        }
        #expect(builder.block.instructions.last?.attribute == A64ExceptionKind.pcAlignment.rawValue)
        #expect(builder.block.instructions.last?.imm == 0x1002)
    }

    @Test("Calls tell their return address and put it in X30")
    func calls() {
        let direct = TestBlock.translate([0x9400_0002])  // bl .+8
        #expect(direct.instructions.last?.branchKind == .call)
        #expect(direct.instructions.last?.imm == TestBlock.base + 8)
        #expect(direct.instructions.last?.imm2 == TestBlock.base + 4)
        let indirect = TestBlock.translate([0xd63f_0020])  // blr x1
        #expect(indirect.instructions.last?.branchKind == .call)
        #expect(indirect.instructions.last?.imm2 == TestBlock.base + 4)
        #expect(indirect.instructions.contains { $0.opcode == .setState && $0.imm == UInt64(A64State.x(30).offset) })
    }

    @Test("A misaligned SP is checked once while it moves by multiples of 16; anything else ends the block")
    func stackPointerChecks() {
        let push: UInt32 = 0xa9bf_7bfd  // stp x29, x30, [sp, #-16]!
        let load: UInt32 = 0xf940_07e0  // ldr x0, [sp, #8]
        let move: UInt32 = 0xd100_83ff  // sub sp, sp, #32
        let moveOdd: UInt32 = 0xd100_23ff  // sub sp, sp, #8
        let replace: UInt32 = 0x9100_03bf  // mov sp, x29
        let postOdd: UInt32 = 0xf840_87e0  // ldr x0, [sp], #8
        #expect(guards([push, load, move, load]) == 1)
        for words in [[load, moveOdd, load, load], [load, replace, load], [postOdd, load]] {
            #expect(guards(words) == 1)
            #expect(TestBlock.translate(words, .allFeatures).instructions.last?.exitKind == .stateChanged)
        }
        #expect(guards([load], []) == 0)
        #expect(guards([0xf940_0020]) == 0)  // ldr x0, [x1]
        #expect(guards([0xf980_03e0]) == 0)  // prfm pldl1keep, [sp]
    }

    private func guards(_ words: [UInt32], _ flags: A64TranslationFlags = .allFeatures.union(.checksStackAlignment))
        -> Int
    {
        TestBlock.translate(words, flags).instructions.count { $0.opcode == .guardClear }
    }

    @Test("Base registers change only after the access, so that a fault leaves them alone")
    func writebackFollowsAccess() {
        var random = SplitMix64(seed: 7)
        for row in A64.table.rows {
            for _ in 0..<20 {
                let operations = TestBlock.translate([row.randomWord(&random)]).instructions
                guard let lastFault = operations.lastIndex(where: \.mayFault) else { continue }
                let changes = operations[..<lastFault].filter { $0.opcode == .setState }
                #expect(changes.isEmpty, "\(row.name)")
            }
        }
    }

    @Test("Instructions of optional features are undefined on a CPU without them")
    func features() {
        let optional: [UInt32] = [
            0x1ac2_4020,  // crc32b w0, w1, w2
            0xf822_0020,  // ldadd x2, x0, [x1]
            0xf822_8020,  // swp x2, x0, [x1]
            0xc8a2_7c20,  // cas x2, x0, [x1]
            0x4822_7c20,  // casp x2, x3, x0, x1, [x1]
            0xf8bf_c020,  // ldapr x0, [x1]
            0x9940_0020,  // ldapur w0, [x1]
            0x5900_0020,  // stlurh w0, [x1]
            0xba00_0420,  // rmif x1, #0, #0
            0x3a00_082d,  // setf8 w1
            0xd500_401f,  // cfinv
            0xd500_403f,  // xaflag
            0x88df_7c20,  // ldlar w0, [x1]
            0x889f_7c20,  // stllr w0, [x1]
        ]
        for word in optional {
            #expect(isUndefined(word, .nothing), "\(A64.disassemble(word, pc: 0))")
            #expect(!isUndefined(word, .allFeatures), "\(A64.disassemble(word, pc: 0))")
        }
        #expect(!isUndefined(Self.nop, .nothing))
    }

    private func isUndefined(_ word: UInt32, _ flags: A64TranslationFlags) -> Bool {
        let last = TestBlock.translate([word], flags).instructions.last
        return last?.opcode == .raise && last?.attribute == A64ExceptionKind.undefined.rawValue
    }

    @Test("Common instructions cost no more IR than they must")
    func leanness() {
        #expect(operations(0x9100_0420) == 4)  // add x0, x1, #1: get, const, add, set
        #expect(operations(0xf940_0420) == 3)  // ldr x0, [x1, #8]: get, load, set
        #expect(operations(0xf900_0420) == 3)  // str x0, [x1, #8]: get, get, store
        #expect(operations(0x3900_0420) == 3)  // strb w0, [x1, #1]
        #expect(operations(0xaa01_03e0) == 2)  // mov x0, x1
        #expect(operations(0xd280_0020) == 2)  // mov x0, #1
        #expect(operations(0xeb01_001f) == 4)  // cmp x0, x1: get, get, subflags, set
        #expect(operations(0xa940_0440) == 6)  // ldp x0, x1, [x2]: get, pair, its halves, two sets
        #expect(operations(0x9b02_7c20) == 4)  // mul x0, x1, x2
        #expect(operations(0xf980_0000) == 0)  // prfm pldl1keep, [x0]
    }

    /// IR operations without the instruction marker and the jump to the next block.
    private func operations(_ word: UInt32) -> Int { TestBlock.translate([word]).instructions.count - 2 }
}
