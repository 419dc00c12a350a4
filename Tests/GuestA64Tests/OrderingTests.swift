import Support
import Guest
import GuestA64
import IR
import Testing

/// What the vectors cannot see: the order, alignment and privilege that memory operations ask for.
struct OrderingTests {
    struct Expected: Sendable, CustomStringConvertible {
        let word: UInt32
        let opcode: Opcode
        let type: ValueType
        let ordering: MemoryOrdering
        let aligned: Bool
        var description: String { A64.disassemble(word, pc: 0) }

        init(
            _ word: UInt32, _ opcode: Opcode, _ type: ValueType, _ ordering: MemoryOrdering, aligned: Bool = true
        ) {
            self.word = word
            self.opcode = opcode
            self.type = type
            self.ordering = ordering
            self.aligned = aligned
        }
    }

    @Test(
        "An access asks for the order and alignment of its instruction",
        arguments: [
            Expected(0xf940_0020, .load, .i64, .plain, aligned: false),  // ldr x0, [x1]
            Expected(0xb900_0020, .store, .i32, .plain, aligned: false),  // str w0, [x1]
            Expected(0x08df_fc20, .load, .i8, .acquire),  // ldarb w0, [x1]
            Expected(0xc8df_fc20, .load, .i64, .acquire),  // ldar x0, [x1]
            Expected(0x88df_7c20, .load, .i32, .acquire),  // ldlar w0, [x1]
            Expected(0x489f_fc20, .store, .i16, .release),  // stlrh w0, [x1]
            Expected(0xc89f_fc20, .store, .i64, .release),  // stlr x0, [x1]
            Expected(0xf8bf_c020, .load, .i64, .acquirePC),  // ldapr x0, [x1]
            Expected(0x9940_0020, .load, .i32, .acquirePC),  // ldapur w0, [x1]
            Expected(0x5900_0020, .store, .i16, .release),  // stlurh w0, [x1]
            Expected(0x085f_7c20, .loadLinked, .i8, .plain),  // ldxrb w0, [x1]
            Expected(0xc85f_fc20, .loadLinked, .i64, .acquire),  // ldaxr x0, [x1]
            Expected(0x8802_7c20, .storeConditional, .i32, .plain),  // stxr w2, w0, [x1]
            Expected(0xc802_fc20, .storeConditional, .i64, .release),  // stlxr w2, x0, [x1]
            Expected(0xc87f_8820, .loadLinked, .i128, .acquire),  // ldaxp x0, x2, [x1]
            Expected(0x887f_0820, .loadLinked, .i64, .plain),  // ldxp w0, w2, [x1]
            Expected(0xc823_8820, .storeConditional, .i128, .release),  // stlxp w3, x0, x2, [x1]
            Expected(0x8823_0820, .storeConditional, .i64, .plain),  // stxp w3, w0, w2, [x1]
            Expected(0x88a2_7c20, .compareAndSwap, .i32, .plain),  // cas w2, w0, [x1]
            Expected(0xc8e2_7c20, .compareAndSwap, .i64, .acquire),  // casa x2, x0, [x1]
            Expected(0x08a2_fc20, .compareAndSwap, .i8, .release),  // caslb w2, w0, [x1]
            Expected(0x48e2_fc20, .compareAndSwap, .i16, .acquireRelease),  // casalh w2, w0, [x1]
            Expected(0xc8e2_7c3f, .compareAndSwap, .i64, .acquire),  // casa x2, xzr, [x1]
            Expected(0x4862_fc20, .compareAndSwap, .i128, .acquireRelease),  // caspal x2, x3, x0, x1, [x1]
            Expected(0xb822_0020, .fetchAndOperate, .i32, .plain),  // ldadd w2, w0, [x1]
            Expected(0xf8a2_0020, .fetchAndOperate, .i64, .acquire),  // ldadda x2, x0, [x1]
            Expected(0xf862_0020, .fetchAndOperate, .i64, .release),  // ldaddl x2, x0, [x1]
            Expected(0xf8e2_0020, .fetchAndOperate, .i64, .acquireRelease),  // ldaddal x2, x0, [x1]
            // Nobody sees what is loaded into register 31: nothing is acquired.
            Expected(0xf8a2_003f, .fetchAndOperate, .i64, .plain),  // ldadda x2, xzr, [x1]
            Expected(0xf8e2_003f, .fetchAndOperate, .i64, .release),  // ldaddal x2, xzr, [x1]
            Expected(0x38e2_8020, .exchange, .i8, .acquireRelease),  // swpalb w2, w0, [x1]
            Expected(0xb8e2_803f, .exchange, .i32, .release),  // swpal w2, wzr, [x1]
        ])
    func ordering(_ expected: Expected) throws {
        let access = try #require(firstAccess(in: VectorRunner.translate(expected.word)))
        #expect(access.opcode == expected.opcode)
        #expect(access.type == expected.type)
        #expect(access.memory.ordering == expected.ordering)
        #expect(access.memory.aligned == expected.aligned)
    }

    @Test("LDTR and STTR are unprivileged, LDUR and STUR are not")
    func unprivileged() throws {
        #expect(try #require(firstAccess(in: VectorRunner.translate(0xf840_0820))).memory.unprivileged)  // ldtr
        #expect(try #require(firstAccess(in: VectorRunner.translate(0x3800_0820))).memory.unprivileged)  // sttrb
        #expect(try !#require(firstAccess(in: VectorRunner.translate(0xf840_0020))).memory.unprivileged)  // ldur
    }

    @Test("Every access is aligned where SCTLR_EL1.A asks for it")
    func alignmentChecks() {
        var random = SplitMix64(seed: 6)
        for row in A64.table.rows {
            for _ in 0..<20 {
                let word = row.randomWord(&random)
                let block = TestBlock.translate([word], .allFeatures.union(.checksAlignment))
                let accesses = block.instructions.filter { Self.accesses.contains($0.opcode) }
                // Of structures only the first element is checked, for the others lie in step with it; bytes are not.
                let isStructure = "\(row.name)".contains("multiple structures")
                if isStructure && word >> 10 & 3 == 0 { continue }
                let checked = isStructure ? accesses.prefix(1) : accesses[...]
                #expect(checked.allSatisfy { $0.memory.aligned }, "\(row.name)")
            }
        }
    }

    private static let accesses: [Opcode] = [
        .load, .store, .loadPair, .storePair, .loadLinked, .storeConditional, .compareAndSwap, .exchange,
        .fetchAndOperate,
    ]

    private func firstAccess(in block: Block) -> Instruction? {
        block.instructions.first { Self.accesses.contains($0.opcode) }
    }
}
