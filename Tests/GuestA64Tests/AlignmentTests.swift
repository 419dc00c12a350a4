import Support
import Guest
import GuestA64
import IR
import Testing

/// Which accesses are alignment faults in memory that is not device memory (`AArch64.UnalignedAccessFaults`, with the sizes that
/// the instructions' pseudocode gives to Mem[] and MemAtomic), at every offset, in every way of running a block.
struct AlignmentTests {
    enum Kind: Sendable {
        case plain
        /// Exclusives, read-modify-writes.
        case atomic
        /// Load-acquire, store-release.
        case ordered
    }

    struct Access: Sendable, CustomStringConvertible {
        let word: UInt32
        let kind: Kind
        /// Bytes of one access, of which there may be several.
        let bytes: UInt64
        var description: String { A64.disassemble(word, pc: 0) }

        init(_ word: UInt32, _ kind: Kind, _ bytes: UInt64) { (self.word, self.kind, self.bytes) = (word, kind, bytes) }
    }

    private static let plain: [Access] = [
        Access(0xf940_0020, .plain, 8),  // ldr x0, [x1]
        Access(0xb900_0020, .plain, 4),  // str w0, [x1]
        Access(0x7980_0020, .plain, 2),  // ldrsh x0, [x1]
        Access(0x3940_0020, .plain, 1),  // ldrb w0, [x1]
        Access(0xf840_0820, .plain, 8),  // ldtr x0, [x1]
        Access(0xa940_0c22, .plain, 8),  // ldp x2, x3, [x1]
        Access(0x2900_0c22, .plain, 4),  // stp w2, w3, [x1]
        Access(0x6940_0c22, .plain, 4),  // ldpsw x2, x3, [x1]
        Access(0x3dc0_0020, .plain, 16),  // ldr q0, [x1]
        Access(0x3d80_0020, .plain, 16),  // str q0, [x1]
        Access(0xfd40_0020, .plain, 8),  // ldr d0, [x1]
        Access(0xad40_0420, .plain, 16),  // ldp q0, q1, [x1]
        Access(0xad00_0420, .plain, 16),  // stp q0, q1, [x1]
        Access(0x4c40_7820, .plain, 4),  // ld1 { v0.4s }, [x1]
        Access(0x4c40_7020, .plain, 1),  // ld1 { v0.16b }, [x1]
        Access(0x4c00_7c20, .plain, 8),  // st1 { v0.2d }, [x1]
        Access(0x4c40_0420, .plain, 2),  // ld4 { v0.8h, v1.8h, v2.8h, v3.8h }, [x1]
        Access(0x0d00_8020, .plain, 4),  // st1 { v0.s }[0], [x1]
        Access(0x4d40_cc20, .plain, 8),  // ld1r { v0.2d }, [x1]
    ]
    private static let atomic: [Access] = [
        Access(0xc85f_7c20, .atomic, 8),  // ldxr x0, [x1]
        Access(0x485f_fc20, .atomic, 2),  // ldaxrh w0, [x1]
        Access(0x887f_0820, .atomic, 8),  // ldxp w0, w2, [x1]
        Access(0xc87f_0820, .atomic, 16),  // ldxp x0, x2, [x1]
        Access(0x8802_7c20, .atomic, 4),  // stxr w2, w0, [x1], without a monitor
        Access(0xc822_9023, .atomic, 16),  // stlxp w2, x3, x4, [x1]
        Access(0x8822_1023, .atomic, 8),  // stxp w2, w3, w4, [x1]
        Access(0xf822_0020, .atomic, 8),  // ldadd x2, x0, [x1]
        Access(0x78e2_1020, .atomic, 2),  // ldclralh w2, w0, [x1]
        Access(0xb822_403f, .atomic, 4),  // stsmax w2, [x1]
        Access(0xb822_8020, .atomic, 4),  // swp w2, w0, [x1]
        Access(0xc8a2_7c20, .atomic, 8),  // cas x2, x0, [x1]
        Access(0x48e2_fc20, .atomic, 2),  // casalh w2, w0, [x1]
        Access(0x0822_7c24, .atomic, 8),  // casp w2, w3, w4, w5, [x1]
        Access(0x4862_fc24, .atomic, 16),  // caspal x2, x3, x4, x5, [x1]
    ]
    private static let ordered: [Access] = [
        Access(0xc8df_fc20, .ordered, 8),  // ldar x0, [x1]
        Access(0x48df_fc20, .ordered, 2),  // ldarh w0, [x1]
        Access(0x889f_fc20, .ordered, 4),  // stlr w0, [x1]
        Access(0xc89f_7c20, .ordered, 8),  // stllr x0, [x1]
        Access(0x88df_7c20, .ordered, 4),  // ldlar w0, [x1]
        Access(0xf8bf_c020, .ordered, 8),  // ldapr x0, [x1]
        Access(0x9940_0020, .ordered, 4),  // ldapur w0, [x1]
        Access(0xd900_0020, .ordered, 8),  // stlur x0, [x1]
    ]

    /// How the CPU and SCTLR_EL1 stand: FEAT_LSE2, A, nAA.
    struct Setting: Sendable, CustomStringConvertible {
        let hasLSE2: Bool
        let checks: Bool
        let allowsUnalignedOrdered: Bool
        var description: String { "LSE2 \(hasLSE2), A \(checks), nAA \(allowsUnalignedOrdered)" }

        static let all = [false, true].flatMap { hasLSE2 in
            [false, true].flatMap { checks in
                [false, true].filter { !$0 || hasLSE2 }.map {
                    Setting(hasLSE2: hasLSE2, checks: checks, allowsUnalignedOrdered: $0)
                }
            }
        }

        var flags: A64TranslationFlags {
            // Neoverse N1 has atomics and LDAPR, and not FEAT_LSE2.
            var flags = A64TranslationFlags.user(of: hasLSE2 ? .max : .neoverseN1)
            if checks { flags.insert(.checksAlignment) }
            if allowsUnalignedOrdered { flags.insert(.allowsUnalignedOrdered) }
            return flags
        }

        func forbids(_ access: Access, at address: UInt64) -> Bool {
            if address % access.bytes == 0 { return false }
            if checks { return true }
            let isInQuadword = hasLSE2 && address % 16 + access.bytes <= 16
            switch access.kind {
            case .plain: return false
            case .atomic: return !isInQuadword
            case .ordered: return !isInQuadword && !allowsUnalignedOrdered
            }
        }
    }

    @Test("Alignment faults are those of the manual, in every tier", arguments: plain + atomic + ordered, Setting.all)
    func faults(_ access: Access, _ setting: Setting) throws {
        let block = TestBlock.translate([access.word], setting.flags)
        // What Neoverse N1 does not have (FEAT_LRCPC2).
        if block.instructions.contains(where: { $0.opcode == .raise }) { return #expect(!setting.hasLSE2) }
        let executors: [Executor] = [Evaluator.run] + TierVariant.allCases.map { $0.executor.run }
        for offset: UInt64 in 0...16 {
            let address = VectorMachine.dataBase + 0x120 + offset
            for (number, executor) in executors.enumerated() {
                let (outcome, machine, before) = try run(access.word, address, block, executor)
                let where_ = "offset \(offset), executor \(number)"
                if setting.forbids(access, at: address) {
                    guard case .fault(let fault) = outcome else {
                        #expect(Bool(false), "no fault: \(where_)"); continue
                    }
                    #expect(fault.cause == .alignment && fault.address == address, "\(where_)")
                    #expect(machine.cells == before.cells && machine.data == before.data, "\(where_)")
                } else {
                    #expect(outcome == .next(TestBlock.base + 4), "\(where_)")
                }
            }
        }
    }

    private func run(
        _ word: UInt32, _ address: UInt64, _ block: Block, _ executor: Executor
    ) throws -> (Outcome, after: VectorMachine, before: VectorMachine) {
        let registers = "x1=\(String(address, radix: 16)) x2=77 x3=78 x4=1122334455667788 x5=99aabbccddeeff00 v0=7 v1=8"
        let before = VectorMachine(try VectorCase(line: "\(String(word, radix: 16)) \(registers) => "))
        var machine = before
        return (executor(block, &machine), machine, before)
    }

    @Test("Every access through SP checks its alignment first, where SCTLR_EL1.SA or SA0 asks for it")
    func stackPointer() {
        var random = SplitMix64(seed: 8)
        let flags = A64TranslationFlags.allFeatures.union(.checksStackAlignment)
        var checked = 0
        for row in A64.table.rows where row.mask & 31 << 5 == 0 && !"\(row.name)".contains("(literal") {
            for _ in 0..<20 {
                let operations = TestBlock.translate([row.randomWord(&random) | 31 << 5], flags, limit: 1).instructions
                guard let access = operations.firstIndex(where: Self.isAccess) else { continue }
                let check = operations.firstIndex { $0.opcode == .guardClear }
                #expect((check ?? .max) < access, "\(row.name)")
                checked += 1
            }
        }
        #expect(checked > 2000)
    }

    private static func isAccess(_ operation: Instruction) -> Bool {
        switch operation.opcode {
        case .load, .store, .loadPair, .storePair, .loadLinked, .storeConditional, .compareAndSwap, .exchange,
            .fetchAndOperate:
            true
        default: false
        }
    }
}
