import X64

/// What llvm-objdump prints for operands, Intel syntax.
enum IntelText {
    static func name(_ register: GPR, _ width: Width) -> String {
        let number = Int(register.rawValue)
        if number >= 8 { return "r\(number)" + ["b", "w", "d", ""][Int(width.rawValue)] }
        let legacy = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"][number]
        switch width {
        case .byte: return number < 4 ? "\(legacy.first ?? "?")l" : legacy + "l"
        case .word: return legacy
        case .dword: return "e" + legacy
        case .qword: return "r" + legacy
        }
    }

    static func name(_ register: UInt8, wide: Bool) -> String { (wide ? "ymm" : "xmm") + "\(register)" }

    static func hex(_ value: Int64) -> String {
        (value < 0 ? "-" : "") + "0x" + String(value.magnitude, radix: 16)
    }

    static func memory(_ operand: MemoryOperand, bytes: Int) -> String {
        let sizes = [
            1: "byte ptr ", 2: "word ptr ", 4: "dword ptr ", 8: "qword ptr ", 16: "xmmword ptr ", 32: "ymmword ptr ",
        ]
        var parts: [String] = []
        if operand.isRelative { parts.append("rip") }
        if let base = operand.base { parts.append(name(base, .qword)) }
        if let index = operand.index {
            parts.append((operand.shift == 0 ? "" : "\(1 << operand.shift)*") + name(index, .qword))
        }
        var text = parts.joined(separator: " + ")
        let displacement = Int64(operand.displacement)
        if text.isEmpty {
            text = hex(displacement)
        } else if displacement != 0 {
            text += displacement < 0 ? " - " + hex(-displacement) : " + " + hex(displacement)
        }
        return (sizes[bytes] ?? "") + "[" + text + "]"
    }

    /// The text of `operand` at a place of `kind`; nil where the two do not go together.
    static func operand(_ operand: Operand, _ kind: Row.Kind, _ width: Width, wide: Bool) -> String? {
        switch operand {
        case .gpr(let register):
            return generalWidth(kind, width).map { name(register, $0) }
        case .vector(let register):
            switch kind {
            case .x, .xm8, .xm16, .xm32, .xm64, .xm128, .vmQuarter, .vmEighth, .vmHalf:
                return name(register.rawValue, wide: false)
            case .v, .vm: return name(register.rawValue, wide: wide)
            default: return nil
            }
        case .memory(let memory):
            return memoryBytes(kind, width, wide: wide).map { IntelText.memory(memory, bytes: $0) }
        }
    }

    private static func generalWidth(_ kind: Row.Kind, _ width: Width) -> Width? {
        switch kind {
        case .r, .rm: width
        case .r8, .rm8: .byte
        case .r16, .rm16: .word
        case .r32, .rm32: .dword
        case .r64, .rm64: .qword
        default: nil
        }
    }

    private static func memoryBytes(_ kind: Row.Kind, _ width: Width, wide: Bool) -> Int? {
        switch kind {
        case .rm, .mw: width.bytes
        case .m: 0
        case .rm8, .m8, .xm8: 1
        case .rm16, .m16, .xm16: 2
        case .rm32, .m32, .xm32: 4
        case .rm64, .m64, .xm64: 8
        case .m128, .xm128: 16
        case .m256: 32
        case .vm: wide ? 32 : 16
        case .vmHalf: wide ? 16 : 8
        case .vmQuarter: wide ? 8 : 4
        case .vmEighth: wide ? 4 : 2
        default: nil
        }
    }
}
