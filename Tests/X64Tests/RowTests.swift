import Support
import Testing
import X64

/// Every row of the tables, with random operands, says to a foreign disassembler what it says here.
@Suite struct RowTests {
    /// Assembles instructions and remembers what each should read as.
    struct Recorder: ~Copyable {
        var assembler = Assembler()
        let memory: UnsafeMutableRawBufferPointer
        var expected: [String] = []
        var random = SplitMix64(seed: 7)

        init(bytes: Int) {
            memory = .allocate(byteCount: bytes, alignment: 16)
            assembler.begin(memory, origin: 0x10000)
        }
        deinit { memory.deallocate() }

        var code: [UInt8] { Array(UnsafeRawBufferPointer(memory).prefix(assembler.count)) }

        mutating func randomMemory() -> MemoryOperand {
            if Int.random(in: 0..<12, using: &random) == 0 {
                return .relative(.random(in: -5000...5000, using: &random))
            }
            let base = GPR.allCases.randomElement(using: &random)
            let index = GPR.allCases.filter { $0 != .rsp }.randomElement(using: &random)
            let displacements: [Int32] = [0, 8, -128, 127, 128, -4096, 0x12345]
            let indexed = Bool.random(using: &random)
            return MemoryOperand(
                base, index: indexed ? index : nil, shift: indexed ? UInt8.random(in: 0...3, using: &random) : 0,
                displacements.randomElement(using: &random) ?? 0)
        }

        /// A random operand for a place of `kind`.
        mutating func randomOperand(_ kind: Row.Kind) -> Operand {
            let prefersMemory = Bool.random(using: &random)
            let gpr = Operand.gpr(GPR.allCases.randomElement(using: &random) ?? .rax)
            let vector = Operand.vector(VectorRegister.allCases.randomElement(using: &random) ?? .v0)
            switch kind {
            case .r, .r8, .r16, .r32, .r64: return gpr
            case .x, .v: return vector
            case .m, .mw, .m8, .m16, .m32, .m64, .m128, .m256: return .memory(randomMemory())
            case .rm, .rm8, .rm16, .rm32, .rm64: return prefersMemory ? .memory(randomMemory()) : gpr
            default: return prefersMemory ? .memory(randomMemory()) : vector
            }
        }

        mutating func randomImmediate(_ row: Row, _ width: Width) -> Int64 {
            if row.form == .rvmr { return Int64.random(in: 0...7, using: &random) << 4 }
            if row.form == .oi {
                return width == .qword
                    ? Int64.random(in: 1 << 33...1 << 60, using: &random)
                    : Int64.random(in: 1...0x7fff_ffff, using: &random)
            }
            guard row.isWholeImmediate, width != .byte else { return Int64.random(in: 0x21...0x7f, using: &random) }
            return Int64.random(in: 0x100...0x7fff, using: &random)
        }
    }

    @Test func rowsReadAsTheyShould() throws {
        var recorder = Recorder(bytes: 1 << 20)
        for turn in 0..<24 {
            for row in Self.rows {
                if row.hasLegacy { Self.legacy(row, turn, &recorder) }
                if row.hasVEX { Self.vex(row, turn, &recorder) }
            }
        }
        let read = try Objdump.disassemble(recorder.code, at: 0x10000)
        let (overflowed, expected) = (recorder.assembler.overflowed, recorder.expected)
        #expect(!overflowed)
        #expect(read.count == expected.count)
        var wrong = 0
        for (ours, theirs) in zip(expected, read) where ours != theirs && wrong < 20 {
            wrong += 1
            Issue.record("meant \(ours), reads \(theirs)")
        }
    }

    static var rows: [Row] {
        Integer.allCases.map(\.row) + BitManipulation.allCases.map(\.row) + FloatingPoint.allCases.map(\.row)
            + VectorMove.allCases.map(\.row) + VectorInteger.allCases.map(\.row) + VectorExtension.allCases.map(\.row)
            + Cryptography.allCases.map(\.row)
    }

    private static func widths(_ row: Row) -> [Width] {
        switch row.sizing {
        case .all: [.byte, .word, .dword, .qword]
        case .wide: [.word, .dword, .qword]
        case .large: [.dword, .qword]
        case .fixed, .fixedW: [.dword]
        }
    }

    private static func number(_ operand: Operand) -> UInt8 {
        switch operand {
        case .gpr(let register): register.rawValue
        case .vector(let register): register.rawValue
        case .memory: 0
        }
    }

    // MARK: Legacy forms

    private static func legacy(_ row: Row, _ turn: Int, _ recorder: inout Recorder) {
        let choices = widths(row)
        let width = choices[turn % choices.count]
        let first = recorder.randomOperand(row.first)
        let second = recorder.randomOperand(row.second)
        let immediate = recorder.randomImmediate(row, width)
        let (reg, rm) = row.form == .mr || row.form == .mri ? (number(second), first) : (number(first), second)
        let name = Fixed(row: row)
        switch row.form {
        case .zo, .i: recorder.assembler.op(name, width, reg: 0, .gpr(.rax))
        case .m, .mi, .o, .oi: recorder.assembler.op(name, width, reg: 0, first, immediate)
        default: recorder.assembler.op(name, width, reg: reg, rm, immediate)
        }
        recorder.expected.append(text(row, width, first, second, immediate))
    }

    private static func text(_ row: Row, _ width: Width, _ first: Operand, _ second: Operand, _ immediate: Int64)
        -> String
    {
        var parts: [String] = []
        var mnemonic = "\(row.mnemonic)"
        if mnemonic == "cdq" && width == .qword { mnemonic = "cqo" }
        if mnemonic == "movabs" && width != .qword { mnemonic = "mov" }
        // CRC32 takes words of any width into a register of 32 bits, but one of 64 bits into one of 64.
        let firstKind: Row.Kind = mnemonic == "crc32" && width == .qword ? .r64 : row.first
        if row.first != .none { parts.append(IntelText.operand(first, firstKind, width, wide: false) ?? "?") }
        if row.second == .cl {
            parts.append("cl")
        } else if row.second != .none {
            parts.append(IntelText.operand(second, row.second, width, wide: false) ?? "?")
        }
        if row.form == .mr && mnemonic == "shld" || row.form == .mr && mnemonic == "shrd" { parts.append("cl") }
        if mnemonic == "sha256rnds2" { parts.append("xmm0") }
        // Of an exchange's two registers LLVM prints the other one first.
        if mnemonic == "xchg", case .gpr = first { parts.reverse() }
        switch row.form {
        case .mi, .rmi, .mri, .oi: parts.append(IntelText.hex(immediate))
        default: break
        }
        return parts.isEmpty ? mnemonic : mnemonic + " " + parts.joined(separator: ", ")
    }

    // MARK: VEX forms

    private static func vex(_ row: Row, _ turn: Int, _ recorder: inout Recorder) {
        let choices = widths(row)
        let width = choices[turn / 2 % choices.count]
        let wide = !row.has128 || row.has256 && turn % 2 == 1
        let first = recorder.randomOperand(row.first)
        let second = row.second == .none ? Operand.gpr(.rax) : recorder.randomOperand(row.second)
        let source = recorder.randomOperand(row.first == .r || row.first == .r32 ? .r : .x)
        let immediate = recorder.randomImmediate(row, width)
        let usesSource: Bool =
            switch row.form {
            case .rvm, .rvmi, .rvmr, .rmv: true
            default: row.insertsSource && row.form != .mi
            }
        let vvvv = usesSource ? number(source) : 0
        let name = Fixed(row: row)
        let (reg, rm) = row.form == .mr || row.form == .mri ? (number(second), first) : (number(first), second)
        switch row.form {
        case .vm: recorder.assembler.vex(name, width, vvvv: number(first), second, immediate, wide: wide)
        case .mi: recorder.assembler.vex(name, width, reg: number(first), source, immediate, wide: wide)
        default: recorder.assembler.vex(name, width, reg: reg, vvvv: vvvv, rm, immediate, wide: wide)
        }
        recorder.expected.append(
            vexText(row, width, first, second, source, immediate, wide: wide, usesSource: usesSource))
    }

    private static func vexText(
        _ row: Row, _ width: Width, _ first: Operand, _ second: Operand, _ source: Operand, _ immediate: Int64,
        wide: Bool, usesSource: Bool
    ) -> String {
        let bare = "\(row.mnemonic)"
        let mnemonic = row.hasLegacy ? "v" + bare : bare
        var parts: [String] = []
        if row.first != .none { parts.append(IntelText.operand(first, row.first, width, wide: wide) ?? "?") }
        let kind: Row.Kind = row.first == .v ? .v : row.first == .r ? .r : .x
        let middle = IntelText.operand(source, kind, width, wide: wide) ?? "?"
        if row.second != .none { parts.append(IntelText.operand(second, row.second, width, wide: wide) ?? "?") }
        if usesSource { parts.insert(middle, at: row.form == .rmv ? parts.count : 1) }
        switch row.form {
        case .mi:
            parts.append(middle)
            parts.append(IntelText.hex(immediate))
        case .rmi, .mri, .rvmi: parts.append(IntelText.hex(immediate))
        case .rvmr: parts.append(IntelText.name(UInt8(immediate >> 4), wide: wide))
        default: break
        }
        return parts.isEmpty ? mnemonic : mnemonic + " " + parts.joined(separator: ", ")
    }
}

/// A row as an instruction.
struct Fixed: Encodable {
    let row: Row
}
