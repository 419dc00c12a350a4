import Guest
import GuestA64
import IR
import Interp
import Optimizer
import Testing
import X64

/// Every instruction against the architecture's own specification.
struct VectorTests {
    private static let files = [
        "DataProcessing", "LoadStore", "BranchAndSystem", "FloatScalar", "Cryptography", "VectorLoadStore",
        "AdvancedSIMD", "AdvancedSIMDPeer", "Computed",
    ]

    @Test("Every vector ends as Arm's specification says, by the plain reading of its IR", arguments: files)
    func evaluated(_ file: String) throws { try check(file, Evaluator.run) }

    @Test("Every vector's IR passes the verifier", arguments: files)
    func verified(_ file: String) throws {
        for vector in try VectorCase.load(file) {
            #expect(throws: Never.self, "\(vector.line)") {
                try Verifier.check(VectorRunner.translate(vector.word), stateBytes: A64State.cells * 8)
            }
        }
    }

    @Test("Every vector ends as Arm's specification says, optimised", arguments: files)
    func optimized(_ file: String) throws {
        var scratch = Scratch(stateCells: A64State.cells)
        try check(file) { block, machine in
            var block = block
            Optimizer.run(&block, scratch: &scratch)
            return Evaluator.run(block, &machine)
        }
    }

    @Test(
        "Every vector ends as Arm's specification says, in the interpreter", arguments: files,
        TierVariant.allCases)
    func interpreted(_ file: String, _ variant: TierVariant) throws {
        let executor = variant.executor
        try check(file, executor.run)
    }

    /// Exceptions, barriers and system registers: tests of their own.
    private static let outside: Set<String> = [
        "SVC", "HVC", "SMC", "BRK", "HLT", "ERET", "DSB", "DSB (nXS)", "DMB", "ISB", "SB", "MSR SPSel", "MSR DAIFSet",
        "MSR DAIFClr", "MSR PAN", "MSR UAO", "MSR SSBS", "MSR DIT", "MRS", "MSR (register)", "SYS", "WFET", "WFIT",
        "ERETAA", "ERETAB", "BTI", "CPYFP", "CPYFM", "CPYFE", "CPYP", "CPYM", "CPYE", "SETP", "SETM", "SETE",
    ]

    @Test("Every row is met by a vector, but for those whose meaning lies outside the instruction")
    func coverage() throws {
        var met: Set<String> = []
        for file in Self.files {
            for vector in try VectorCase.load(file) where vector.expectation != .undefined {
                met.insert(VectorRunner.name(vector.word))
            }
        }
        // What pointer authentication computes is compared with the peer (`PointerAuthenticationTests`).
        let missed = Set(A64.table.rows.map { "\($0.name)" }).subtracting(met).filter { name in
            !["PAC", "AUT", "XPAC", "BRA", "BLRA", "RETA"].contains(where: name.hasPrefix)
        }
        #expect(missed.subtracting(Self.outside).sorted() == [])
    }

    private func check(_ file: String, _ executor: Executor) throws {
        var report = VectorReport()
        for vector in try VectorCase.load(file) { VectorRunner.check(vector, executor, &report) }
        print(report.summary(file))
        let failed = !report.failures.isEmpty
        #expect(!failed, "\(report.failures.prefix(20).joined(separator: "\n"))")
        #expect(report.passed > 100)
    }
}

enum TierVariant: CaseIterable {
    case plain, threaded, fused, optimized, native, optimizedNative
    /// On hosts that have less than this one may have: lanes but nothing for cryptography and bits, and nothing at all.
    case nativeOfLanes, nativeOfOldHost

    var executor: ThreadedExecutor {
        switch self {
        case .plain: ThreadedExecutor(driver: .plain, fuses: false, optimizes: false)
        case .threaded: ThreadedExecutor(driver: .threaded, fuses: false, optimizes: false)
        case .fused: ThreadedExecutor(driver: .threaded, fuses: true, optimizes: false)
        case .optimized: ThreadedExecutor(driver: .threaded, fuses: true, optimizes: true)
        case .native: ThreadedExecutor(driver: .threaded, fuses: true, optimizes: false, native: .detect())
        case .optimizedNative: ThreadedExecutor(driver: .threaded, fuses: true, optimizes: true, native: .detect())
        case .nativeOfLanes:
            ThreadedExecutor(driver: .threaded, fuses: true, optimizes: true, native: [.avx, .avx2, .fma])
        case .nativeOfOldHost: ThreadedExecutor(driver: .threaded, fuses: true, optimizes: true, native: [])
        }
    }
}

/// What became of a file of vectors.
struct VectorReport {
    var passed = 0
    var failures: [String] = []
    var skipped: [String: Int] = [:]

    func summary(_ file: String) -> String {
        let skips = skipped.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return "\(file): \(passed) passed, \(failures.count) failed, skipped: \(skips)"
    }
}

enum VectorRunner {
    static func check(_ vector: VectorCase, _ executor: Executor, _ report: inout VectorReport) {
        if let feature = UnclaimedFeature.of(vector.word) {
            report.skipped[feature, default: 0] += 1
            return
        }
        // SCTLR_EL1.nAA is set.
        let block = translate(vector.word, .allowsUnalignedOrdered)
        var machine = VectorMachine(vector)
        let before = machine
        let outcome = executor(block, &machine)
        if outcome == .system {
            report.skipped["system instructions", default: 0] += 1
        } else if let difference = difference(vector, outcome, before, machine) {
            report.failures.append("\(name(vector.word)) [\(vector.line)]: \(difference)")
        } else {
            report.passed += 1
        }
    }

    static func name(_ word: UInt32) -> String { A64.table.row(for: word).map { "\($0.name)" } ?? "no row" }

    /// The block of one instruction at the vectors' pc.
    static func translate(_ word: UInt32, _ more: A64TranslationFlags = []) -> Block {
        var builder = Builder()
        builder.reset(guestPC: VectorMachine.codeBase)
        withUnsafeBytes(of: word.littleEndian) { bytes in
            guard let base = bytes.baseAddress else { return }
            let flags = A64TranslationFlags.allFeatures.union(.checksStackAlignment).union(more).rawValue
            A64.translateBlock(
                pc: VectorMachine.codeBase, code: CodeWindow(base: base, count: 4), flags: flags, limit: 1,
                into: &builder)
        }
        return builder.block
    }
}

/// Comparing with the expectation; nil when all is well.
extension VectorRunner {
    private static func difference(
        _ vector: VectorCase, _ outcome: Outcome, _ before: VectorMachine, _ after: VectorMachine
    ) -> String? {
        switch (vector.expectation, outcome) {
        case (.undefined, .raised(let kind, _)) where kind == A64ExceptionKind.undefined.rawValue: nil
        case (.exception(let syndrome, let address), .fault(let fault)): self.difference(syndrome, address, fault)
        case (.exception(0x9a00_0000, _), .raised(let kind, _))
        where kind == A64ExceptionKind.stackAlignment.rawValue: nil
        case (.changes(let registers, let memory), .next(let pc)):
            self.difference(registers, memory, pc, before, after)
        default: "ended with \(outcome)"
        }
    }

    /// A data abort from EL0, 32-bit instruction, no ISV (Arm ARM D17.2.37).
    private static func difference(_ syndrome: UInt64, _ address: UInt64, _ fault: MemoryFault) -> String? {
        let status: UInt64 = fault.cause == .alignment ? 0x21 : 0x07
        let ours = 0x9200_0000 | status | (fault.access == .write ? 0x40 : 0)
        return ours == syndrome && fault.address == address
            ? nil : "esr=\(String(ours, radix: 16)) far=\(String(fault.address, radix: 16))"
    }

    private static func difference(
        _ registers: [VectorCase.Register: UInt128], _ memory: [UInt64: UInt8], _ pc: UInt64,
        _ before: VectorMachine, _ after: VectorMachine
    ) -> String? {
        var wanted = before.registers.merging(registers) { _, new in new }
        if registers[.pc] == nil { wanted[.pc] = UInt128(VectorMachine.codeBase + 4) }
        var got = after.registers
        got[.pc] = UInt128(pc)
        for (register, value) in wanted where got[register] != value {
            return "\(register) is \(String(got[register] ?? 0, radix: 16)), not \(String(value, radix: 16))"
        }
        for (index, byte) in after.data.enumerated() {
            let address = VectorMachine.dataBase + UInt64(index)
            if byte != memory[address] ?? before.data[index] {
                return "byte at \(String(address, radix: 16)) is \(String(byte, radix: 16))"
            }
        }
        return nil
    }
}
