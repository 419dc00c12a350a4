import Support
import TestSupport
import IR

/// One operation with operands and the result that mathematics gives it.
struct OperationSample: CustomStringConvertible {
    let instruction: Instruction
    let operandTypes: [ValueType]
    let operands: [(low: UInt64, high: UInt64)]
    let expected: (low: UInt64, high: UInt64)

    /// Whether all operands and the result have at most 64 bits.
    var isEvaluable: Bool { !operandTypes.contains(.i128) && instruction.resultType != .i128 }

    var description: String {
        let values = zip(operandTypes, operands).map { "\($0.0.text) \(ExactInteger(low: $0.1.low, high: $0.1.high))" }
        return "\(Printer().text(instruction, index: 0)) of \(values.joined(separator: ", ")) is \(expected)"
    }

    /// A block that computes it from the interpreter subject's state slots; `isConstant` tells which operands are
    /// constants instead.
    func block(_ isConstant: (Int) -> Bool) -> Block {
        var block = Block(guestPC: 0x1000)
        block.guestInstructionCount = 1
        block.instructions = [Instruction(.guestInstruction, .none, imm: 0x1000)]
        func append(_ instruction: Instruction) -> Value {
            block.instructions.append(instruction)
            return Value(block.instructions.count - 1)
        }
        var values: [Value] = []
        for (index, type) in operandTypes.enumerated() {
            if isConstant(index) && type != .i128 {
                values.append(append(Instruction(.constant, type, imm: operands[index].low)))
            } else {
                let offset = UInt64(InterpreterSubject.operands[index])
                values.append(append(Instruction(.getState, type, imm: offset)))
            }
        }
        values += [.none, .none, .none]
        var operation = instruction
        operation.a = values[0]
        operation.b = values[1]
        operation.c = values[2]
        // Widened before it is stored, so that the bits above its type are looked at too.
        var (result, type) = (append(operation), operation.resultType)
        if type.bits < 64 && type != .flags {
            result = append(Instruction(.zeroExtend, .i64, a: result))
            type = .i64
        }
        _ = append(Instruction(.setState, type, a: result, imm: UInt64(InterpreterSubject.result)))
        _ = append(Instruction(.jump, .none, imm: 0x1004))
        return block
    }

    // MARK: Making samples

    /// `count` samples, shared among the operation's types; the same ones on every run.
    static func samples(of opcode: Opcode, count: Int) -> [OperationSample] {
        var generator = SplitMix64(seed: UInt64(opcode.rawValue) &* 977)
        if opcode.info.shape == .convert { return conversions(opcode, count: count, &generator) }
        guard let oracle = IntegerOracle.of(opcode) else { return [] }
        return (0..<count).map { index in
            let instruction = template(opcode, oracle.types[index % oracle.types.count], &generator)
            let types = operandTypes(instruction)
            let operands = types.map { operand($0, &generator) }
            let exact =
                operands.map { ExactInteger(low: $0.low, high: $0.high) } + Array(repeating: ExactInteger(0), count: 3)
            let expected = oracle.meaning(instruction, exact[0], exact[1], exact[2]).words
            return .init(instruction: instruction, operandTypes: types, operands: operands, expected: expected)
        }
    }

    private static func conversions(_ opcode: Opcode, count: Int, _ generator: inout SplitMix64)
        -> [OperationSample]
    {
        let types: [ValueType] = [.i1, .i8, .i16, .i32, .i64]
        let pairs = types.flatMap { narrow in types.map { (narrow, $0) } }.filter { $0.0.bits < $0.1.bits }
        return (0..<count).map { index in
            let (narrow, wide) = pairs[index % pairs.count]
            let (from, to) = opcode == .truncate ? (wide, narrow) : (narrow, wide)
            let operand = operand(from, &generator)
            let exact = ExactInteger(low: operand.low, high: 0)
            return .init(
                instruction: Instruction(opcode, to), operandTypes: [from], operands: [operand],
                expected: IntegerOracle.conversion(opcode, exact, from: from, to: to).words)
        }
    }

    /// The operation with random immediates and attributes.
    private static func template(_ opcode: Opcode, _ type: ValueType, _ generator: inout SplitMix64)
        -> Instruction
    {
        var instruction = Instruction(opcode, type)
        switch opcode.info.shape {
        case .constant: instruction.imm = generator.operand(bits: type.bits)
        case .bitField, .bitFieldInsert:
            instruction.imm = UInt64(generator.below(type.bits))
            instruction.imm2 = 1 + UInt64(generator.below(type.bits - Int(instruction.imm)))
        case .extractPair: instruction.imm = UInt64(generator.below(type.bits))
        case .compare: instruction.attribute = UInt16(generator.below(Comparison.allCases.count))
        case .condition: instruction.attribute = UInt16(generator.below(FlagCondition.allCases.count))
        default: break
        }
        return instruction
    }

    private static func operandTypes(_ instruction: Instruction) -> [ValueType] {
        let type = instruction.type
        switch instruction.opcode.info.shape {
        case .constant: return []
        case .unary, .bitField, .flagsUnary: return [type]
        case .carry, .flagsCarry: return [type, type, .i1]
        case .crc: return [.i32, type]
        case .select: return [.i1, type, type]
        case .condition: return [.flags]
        case .flagsConvert: return [instruction.opcode == .flagsFromWord ? .i32 : .flags]
        case .pair: return [.i64, .i64]
        case .half: return [.i128]
        default: return [type, type]
        }
    }

    private static func operand(_ type: ValueType, _ generator: inout SplitMix64) -> (low: UInt64, high: UInt64) {
        switch type {
        case .flags: (generator.next() & 0x0101_0101, 0)
        case .i128: (generator.operand(bits: 64), generator.operand(bits: 64))
        default: (generator.operand(bits: type.bits), 0)
        }
    }
}
