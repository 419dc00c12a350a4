import IR
import Support

// Any pure operation by its meaning: for the rare ones and the rare widths, which need no handler of their own.
// | handler | d | a | b | c | opcode, type, type of a, attribute | imm | imm2 |

@c func execEvaluate(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let operation = PackedOperation(rawValue: p.word(2))
    let instruction = Instruction(
        operation.opcode, operation.type, attribute: operation.attribute, imm: p.word(3), imm2: p.word(4))
    let result = instruction.evaluate(f.get64(p.a), f.get64(p.b), f.get64(p.c), typeOfA: operation.typeOfA)
    f.set(p.d, result ?? 0)
    return next(f, p + 40, m, t)
}

/// What of an `Instruction` the cells do not hold, in one word.
struct PackedOperation {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ instruction: Instruction, typeOfA: ValueType) {
        rawValue =
            UInt64(instruction.opcode.rawValue) | UInt64(instruction.type.rawValue) << 8
            | UInt64(typeOfA.rawValue) << 16 | UInt64(instruction.attribute) << 32
    }

    var opcode: Opcode { Opcode(rawValue: UInt8(truncatingIfNeeded: rawValue)) ?? .constant }
    var type: ValueType { ValueType(rawValue: UInt8(truncatingIfNeeded: rawValue >> 8)) ?? .none }
    var typeOfA: ValueType { ValueType(rawValue: UInt8(truncatingIfNeeded: rawValue >> 16)) ?? .none }
    var attribute: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 32) }
}
