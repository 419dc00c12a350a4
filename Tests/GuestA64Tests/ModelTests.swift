import Support
import Guest
import GuestA64
import IR
import Testing

/// The CPU models: what their ID registers say, whether they keep it, and whether the real cores have it.
struct ModelTests {
    /// A field of an ID register of the manual (D19.2) and what it holds with a feature, by the manual's table.
    private struct Field {
        let register: String
        let low: UInt64
        let feature: CPUFeatures
        let value: UInt64

        init(_ register: String, _ low: UInt64, _ feature: CPUFeatures, _ value: UInt64) {
            (self.register, self.low, self.feature, self.value) = (register, low, feature, value)
        }
    }

    private static let fields: [Field] = [
        Field("ID_AA64ISAR0_EL1", 4, .aes, 2), Field("ID_AA64ISAR0_EL1", 8, .sha256, 1),
        Field("ID_AA64ISAR0_EL1", 12, .sha256, 1), Field("ID_AA64ISAR0_EL1", 12, .sha512, 2),
        Field("ID_AA64ISAR0_EL1", 16, .crc32, 1), Field("ID_AA64ISAR0_EL1", 20, .atomics, 2),
        Field("ID_AA64ISAR0_EL1", 28, .roundingDoublingMultiply, 1), Field("ID_AA64ISAR0_EL1", 32, .sha3, 1),
        Field("ID_AA64ISAR0_EL1", 36, .sm3sm4, 1), Field("ID_AA64ISAR0_EL1", 40, .sm3sm4, 1),
        Field("ID_AA64ISAR0_EL1", 44, .dotProduct, 1), Field("ID_AA64ISAR0_EL1", 48, .halfMultiplyLong, 1),
        Field("ID_AA64ISAR0_EL1", 52, .flagManipulation, 1), Field("ID_AA64ISAR0_EL1", 52, .flagConversion, 2),
        Field("ID_AA64ISAR0_EL1", 56, .outerInvalidation, 1), Field("ID_AA64ISAR0_EL1", 56, .rangeInvalidation, 2),
        Field("ID_AA64ISAR0_EL1", 60, .randomNumbers, 1),
        Field("ID_AA64ISAR1_EL1", 0, .persistence, 1), Field("ID_AA64ISAR1_EL1", 0, .deepPersistence, 2),
        // APA: QARMA5, FEAT_PAuth2, FEAT_FPAC, FEAT_FPACCOMBINE; GPA: QARMA5.
        Field("ID_AA64ISAR1_EL1", 4, .pointerAuthentication, 5),
        Field("ID_AA64ISAR1_EL1", 24, .pointerAuthentication, 1),
        Field("ID_AA64ISAR1_EL1", 12, .javaScriptConversion, 1), Field("ID_AA64ISAR1_EL1", 16, .complexNumbers, 1),
        Field("ID_AA64ISAR1_EL1", 20, .loadAcquirePC, 1), Field("ID_AA64ISAR1_EL1", 20, .loadAcquirePCOffset, 2),
        Field("ID_AA64ISAR1_EL1", 32, .roundToRange, 1), Field("ID_AA64ISAR1_EL1", 36, .speculationBarrier, 1),
        Field("ID_AA64ISAR1_EL1", 40, .predictionRestriction, 1), Field("ID_AA64ISAR1_EL1", 44, .bfloat16, 1),
        Field("ID_AA64ISAR1_EL1", 52, .int8MatrixMultiply, 1), Field("ID_AA64ISAR1_EL1", 56, .excessiveLatency, 1),
        Field("ID_AA64ISAR2_EL1", 0, .waitWithTimeout, 2), Field("ID_AA64ISAR2_EL1", 16, .memoryOperations, 1),
        Field("ID_AA64ISAR2_EL1", 20, .hintedBranches, 1), Field("ID_AA64ISAR2_EL1", 52, .commonShortSequences, 1),
        Field("ID_AA64PFR0_EL1", 48, .dataIndependentTiming, 1),
        Field("ID_AA64PFR0_EL1", 16, .halfPrecision, 1), Field("ID_AA64PFR0_EL1", 20, .halfPrecision, 1),
        Field("ID_AA64PFR1_EL1", 0, .branchTargets, 1), Field("ID_AA64PFR1_EL1", 4, .speculativeStoreBypassSafe, 2),
        Field("ID_AA64MMFR0_EL1", 20, .granule16, 1),
        Field("ID_AA64MMFR1_EL1", 0, .hardwareAccessFlag, 2),
        Field("ID_AA64MMFR1_EL1", 12, .hierarchicalPermissionDisable, 1),
        Field("ID_AA64MMFR1_EL1", 16, .limitedOrdering, 1), Field("ID_AA64MMFR1_EL1", 20, .privilegedAccessNever, 2),
        Field("ID_AA64MMFR2_EL1", 0, .commonNotPrivate, 1), Field("ID_AA64MMFR2_EL1", 4, .userAccessOverride, 1),
        Field("ID_AA64MMFR2_EL1", 32, .unalignedAtomics, 1), Field("ID_AA64MMFR2_EL1", 60, .userHalfDisable, 1),
    ]

    /// CRm and op2 of the registers, with op0 3, op1 0, CRn 0.
    private static let registers: [(name: String, crm: UInt32, op2: UInt32)] = [
        ("ID_AA64PFR0_EL1", 4, 0), ("ID_AA64PFR1_EL1", 4, 1), ("ID_AA64ZFR0_EL1", 4, 4), ("ID_AA64SMFR0_EL1", 4, 5),
        ("ID_AA64AFR0_EL1", 5, 4), ("ID_AA64AFR1_EL1", 5, 5), ("ID_AA64DFR1_EL1", 5, 1),
        ("ID_AA64ISAR0_EL1", 6, 0), ("ID_AA64ISAR1_EL1", 6, 1), ("ID_AA64ISAR2_EL1", 6, 2),
        ("ID_AA64MMFR0_EL1", 7, 0), ("ID_AA64MMFR1_EL1", 7, 1), ("ID_AA64MMFR2_EL1", 7, 2), ("ID_AA64MMFR3_EL1", 7, 3),
    ]

    /// What does not depend on a feature: EL0 and EL1 in AArch64 alone, nothing to leak (CSV2 and CSV3, on cores that have
    /// these fields); physical addresses of so many bits, 16-bit ASIDs.
    private static func base(_ register: String, _ model: CPUModel) -> UInt64 {
        let ranges: [String: UInt64] = [
            "max": 5, "cortex-a53": 2, "cortex-a57": 4, "cortex-a72": 4, "cortex-a76": 2, "neoverse-n1": 5,
        ]
        return switch register {
        case "ID_AA64PFR0_EL1": 0x11 | (model.features.contains(.atomics) ? 0x11 << 56 : 0)
        case "ID_AA64MMFR0_EL1": (ranges[model.name] ?? 15) | 2 << 4
        default: 0
        }
    }

    @Test(
        "Every ID register of every model is what the manual says of its features, and nothing more",
        arguments: CPUModel.all)
    func identification(_ model: CPUModel) {
        for register in Self.registers {
            var fields: [UInt64: UInt64] = [:]
            for field in Self.fields where field.register == register.name && model.features.contains(field.feature) {
                fields[field.low] = max(fields[field.low] ?? 0, field.value)
            }
            let expected = fields.reduce(Self.base(register.name, model)) { $0 | $1.value << $1.key }
            let machine = SystemMachine(model)
            #expect(machine.run(systemMove(3, 0, 0, register.crm, register.op2, x: 0, read: true)) == .next)
            // PFR0.GIC is the board's.
            let mask: UInt64 = register.name == "ID_AA64PFR0_EL1" ? ~(0xf << 24) : .max
            #expect(machine[x: 0] & mask == expected, "\(register.name): \(String(machine[x: 0], radix: 16))")
        }
    }

    /// Features that no field of a 64-bit ID register tells.
    private static let silent: CPUFeatures = [.coreControlRegisters, .floatingPoint]

    @Test("Every feature that there is has a field")
    func fields() {
        let told = Self.fields.reduce(Self.silent) { $0.union($1.feature) }
        for model in CPUModel.all { #expect(model.features.subtracting(told) == [], "\(model.name)") }
    }

    // MARK: Instructions

    private static func isDefined(_ word: UInt32, _ flags: A64TranslationFlags) -> Bool {
        var context = A64Translation(ir: Builder(capacity: 64), flags: flags)
        return A64.table.translate(word, &context)
    }

    /// Rows whose words the foreign disassembler takes whatever the core: a register or operation by its number.
    private static let anyCore = ["MRS", "MSR (register)", "SYS", "HINT"]
    /// What the real cores have and our models of them do not claim, as their ID registers say (FEAT_SSBS).
    private static let unclaimed = ["MSR SSBS"]

    @Test(
        "An instruction is undefined on the models whose cores lack it, by the toolchain's knowledge of them",
        .enabled(if: ForeignDisassembler.isAvailable), arguments: CPUModel.all.filter { $0.name != "max" })
    func instructions(_ model: CPUModel) throws {
        var random = SplitMix64(seed: 11)
        var words: [UInt32] = []
        for row in A64.table.rows where !Self.anyCore.contains("\(row.name)") {
            words += (0..<20).map { _ in row.randomWord(&random) }.filter { word in
                A64.isDefined(word) && A64.table.row(for: word).map { "\($0.name)" } == "\(row.name)"
            }
        }
        let theirs = try ForeignDisassembler.disassemble(words, core: model.name)
        try #require(theirs.count == words.count)
        var differences: Set<String> = []
        var lacking = 0
        for (index, word) in words.enumerated() {
            // An operand of encoding S0 is the disassembler's way to write an unknown word of the system instructions.
            let isTheirs = theirs[index].map { !$0.lowercased().contains("s0_") } ?? false
            let isOurs = Self.isDefined(word, .user(of: model).union(.exceptionLevel1))
            let name = VectorRunner.name(word)
            if !isOurs { lacking += 1 }
            if isOurs == isTheirs || !isOurs && Self.unclaimed.contains(name) { continue }
            differences.insert("\(name), \(isOurs ? "only ours" : "only theirs")")
        }
        #expect(differences.sorted() == [])
        #expect(lacking > 1000)
    }
}
