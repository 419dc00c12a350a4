/// Why a block is not well-formed IR.
package struct VerifierError: Error, Equatable, CustomStringConvertible {
    package let index: Int
    package let instruction: String
    package let message: String

    package var description: String { "IR operation \(index), '\(instruction)': \(message)" }
}

/// Checks that a block is what every later stage takes for granted: SSA order, operand types as the operation's shape
/// asks, attributes and immediates in range, unused fields clear, one terminator at the end.
package struct Verifier {
    private let block: Block
    private let stateBytes: Int

    /// `stateBytes`: the size of the guest's CPU state, which slots may not leave.
    package static func check(_ block: Block, stateBytes: Int = 1 << 20) throws(VerifierError) {
        try Verifier(block: block, stateBytes: stateBytes).check()
    }

    private func check() throws(VerifierError) {
        var guestInstructions = 0
        for (index, instruction) in block.instructions.enumerated() {
            if instruction.opcode == .guestInstruction { guestInstructions += 1 }
            if let message = problem(instruction, index: index, insideGuestInstruction: guestInstructions > 0) {
                throw error(index, message)
            }
        }
        guard block.instructions.last?.endsBlock == true else {
            throw error(block.instructions.count - 1, "the block does not end with a terminator")
        }
        if guestInstructions != block.guestInstructionCount {
            let claim =
                "the block claims \(block.guestInstructionCount) guest instructions and has \(guestInstructions)"
            throw error(block.instructions.count - 1, claim)
        }
    }

    private func error(_ index: Int, _ message: String) -> VerifierError {
        let text =
            block.instructions.indices.contains(index) ? Printer().text(block.instructions[index], index: index) : ""
        return VerifierError(index: index, instruction: text, message: message)
    }

    private func problem(_ instruction: Instruction, index: Int, insideGuestInstruction: Bool) -> String? {
        if instruction.endsBlock && index != block.instructions.count - 1 {
            return "a terminator inside the block"
        }
        if instruction.mayFault && !insideGuestInstruction {
            return "may fault before any 'insn', so that the fault would have no pc"
        }
        return operandProblem(instruction, index: index) ?? typeProblem(instruction)
            ?? operandTypeProblem(instruction) ?? immediateProblem(instruction) ?? attributeProblem(instruction)
    }

    /// Each operand is defined earlier and has a value; operands beyond the operation's are absent.
    private func operandProblem(_ instruction: Instruction, index: Int) -> String? {
        let operands = [instruction.a, instruction.b, instruction.c]
        let given = operands.prefix { !$0.isNone }.count
        if operands.dropFirst(given).contains(where: { !$0.isNone }) { return "an operand is missing before another" }
        let expected = instruction.opcode.info.operands
        if instruction.opcode == .helper ? given > expected : given != expected {
            return "has \(given) operands instead of \(expected)"
        }
        for operand in operands.prefix(given) {
            if operand.int >= index { return "%\(operand.int) is used before it is defined" }
            if block[operand].resultType == .none { return "%\(operand.int) has no value" }
        }
        return nil
    }

    /// The types that the operand fields a, b, c must have; nil: the operation's own rule in `typeProblem`.
    private func operandTypes(_ instruction: Instruction) -> [ValueType] {
        let type = instruction.type
        switch instruction.opcode.info.shape {
        case .constant, .getState, .fence, .nullary, .guestInstruction, .jump, .raise, .exit, .convert: return []
        case .binary, .bitFieldInsert, .extractPair, .compare, .flagsBinary: return [type, type]
        case .unary, .bitField, .flagsUnary, .setState, .guardClear: return [type]
        case .carry, .flagsCarry: return [type, type, .i1]
        case .crc: return [.i32, type]
        case .select: return [.i1, type, type]
        case .condition: return [.flags]
        case .flagsConvert: return [instruction.opcode == .flagsFromWord ? .i32 : .flags]
        case .pair: return [.i64, .i64]
        case .half, .extractLane: return [.i128]
        case .lanes: return [.i128, .i128, .i128]
        case .floatCompare: return [.i128, .i128]
        case .insertLane: return [.i128, type]
        case .splat: return [type]
        case .load, .loadPair, .jumpIndirect: return [.i64]
        case .store, .storeConditional, .readModifyWrite: return [.i64, type]
        case .compareAndSwap, .storePair: return [.i64, type, type]
        case .helper: return [.i64, .i64, .i64]
        case .branch, .abandon: return [.i1]
        }
    }

    private func operandTypeProblem(_ instruction: Instruction) -> String? {
        for (operand, type) in zip([instruction.a, instruction.b, instruction.c], operandTypes(instruction)) {
            if !operand.isNone && block[operand].resultType != type {
                return "%\(operand.int) is \(block[operand].resultType.text) where \(type.text) is needed"
            }
        }
        guard instruction.opcode.info.shape == .convert else { return nil }
        let from = block[instruction.a].resultType
        let widens = from.bits < instruction.type.bits
        if !Types.integers.contains(from) { return "converts from \(from.text)" }
        if from == instruction.type || widens == (instruction.opcode == .truncate) {
            return "cannot go from \(from.text) to \(instruction.type.text)"
        }
        return nil
    }

    private func typeProblem(_ instruction: Instruction) -> String? {
        let allowed = instruction.opcode.types
        return allowed.contains(instruction.type) ? nil : "cannot be of type \(instruction.type.text)"
    }
}

// MARK: Immediates and attributes

extension Verifier {
    private func immediateProblem(_ instruction: Instruction) -> String? {
        let (imm, imm2, type) = (instruction.imm, instruction.imm2, instruction.type)
        switch instruction.opcode.info.shape {
        case .constant:
            let mask = type == .flags ? 0x0101_0101 : type.mask
            return imm & ~mask != 0 || imm2 != 0 ? "the constant does not fit its type" : nil
        case .bitField, .bitFieldInsert:
            let bits = UInt64(type.bits)
            let fits = imm2 >= 1 && imm < bits && imm2 <= bits - imm
            return fits ? nil : "no field of \(imm2) bits begins at bit \(imm) of \(type.text)"
        case .extractPair:
            return imm < UInt64(type.bits) && imm2 == 0 ? nil : "bit \(imm) is outside \(type.text)"
        case .lanes, .floatCompare: return environmentProblem(instruction)
        case .extractLane, .insertLane:
            return imm < UInt64(128 / type.bits) && imm2 == 0 ? nil : "there is no lane \(imm)"
        case .getState, .setState: return slotProblem(instruction)
        case .guardClear: return imm == 0 || imm & ~type.mask != 0 ? "the mask does not fit its type" : nil
        case .jump, .jumpIndirect:
            let hasReturn = imm2 != 0 && instruction.branchKind != .call
            if hasReturn { return "only a call has a return address" }
            return instruction.opcode == .jumpIndirect && imm > 3 ? "there is no entry mode \(imm)" : nil
        case .readModifyWrite:
            let limit = instruction.opcode == .fetchAndOperate ? FetchOperation.allCases.count : 1
            return imm2 < UInt64(limit) ? nil : "there is no fetch operation \(imm2)"
        case .branch: return nil
        case .abandon: return imm2 == 0 ? nil : "has a second immediate"
        case .load, .store, .loadPair, .storePair, .storeConditional, .compareAndSwap, .helper, .guestInstruction,
            .raise, .exit:
            return imm2 == 0 ? nil : "has a second immediate"
        case .convert, .binary, .unary, .carry, .crc, .compare, .select, .flagsBinary, .flagsCarry, .flagsUnary,
            .condition, .flagsConvert, .pair, .half, .splat, .fence, .nullary:
            return imm == 0 && imm2 == 0 ? nil : "has an immediate"
        }
    }

    private func slotProblem(_ instruction: Instruction) -> String? {
        let alignment = UInt64(min(instruction.type.bytes, 8))
        if instruction.imm % alignment != 0 { return "the state slot is not aligned for its type" }
        let limit = UInt64(stateBytes - instruction.type.bytes)
        if instruction.imm > limit { return "the state slot lies outside the CPU state of \(stateBytes) bytes" }
        return instruction.imm2 == 0 ? nil : "has a second immediate"
    }

    /// The slot of the environment of an operation that has one.
    private func environmentProblem(_ instruction: Instruction) -> String? {
        if instruction.opcode.info.shape == .floatCompare && instruction.imm2 > 1 { return "signals or does not" }
        if instruction.opcode.info.flags.contains(.sideEffect) {
            let isInside = instruction.imm % 8 == 0 && instruction.imm <= UInt64(stateBytes - 8)
            return isInside ? nil : "the environment's slot is not a cell of the CPU state"
        }
        return instruction.imm == 0 ? nil : "has an environment that it does not use"
    }

    private func laneProblem(_ instruction: Instruction) -> String? {
        guard let lanes = Lanes(attribute: instruction.attribute), lanes.size != .q || lanes.width == .full else {
            return "attribute \(instruction.attribute) names no lanes"
        }
        let number = instruction.attribute >> Lanes.attributeBits
        switch instruction.opcode.info.shape {
        case .lanes:
            guard let operation = LaneOperation(rawValue: number) else { return "there is no lane operation \(number)" }
            return operation.opcode == instruction.opcode ? nil : "'\(operation.text)' is not of this kind"
        case .splat:
            return number == 0 && lanes.size.bits == instruction.type.bits ? nil : "lanes are not of the operand's size"
        default: return number == 0 && lanes.width == .one ? nil : "compares one lane"
        }
    }

    private func attributeProblem(_ instruction: Instruction) -> String? {
        let attribute = instruction.attribute
        let count: Int
        switch instruction.opcode.info.shape {
        case .compare:
            count = Comparison.allCases.count
            if instruction.type == .i1 && instruction.comparison != .equal && instruction.comparison != .notEqual {
                return "truth values have no order"
            }
        case .condition: count = FlagCondition.allCases.count
        case .fence: count = 16
        case .helper: count = 16
        case .jump, .jumpIndirect: count = BranchKind.allCases.count
        case .exit: count = ExitKind.allCases.count
        case .guardClear, .raise: return nil
        case .lanes, .floatCompare, .splat: return laneProblem(instruction)
        case .load, .store, .loadPair, .storePair, .storeConditional, .compareAndSwap, .readModifyWrite:
            return memoryProblem(instruction)
        case .constant, .convert, .binary, .unary, .bitField, .bitFieldInsert, .extractPair, .carry, .crc, .select,
            .flagsBinary, .flagsCarry, .flagsUnary, .flagsConvert, .pair, .half, .extractLane, .insertLane, .getState,
            .setState, .nullary,
            .guestInstruction, .branch, .abandon:
            count = 1
        }
        return Int(attribute) < count ? nil : "attribute \(attribute) is out of range"
    }

    private func memoryProblem(_ instruction: Instruction) -> String? {
        let attribute = instruction.attribute
        let bits: UInt16 =
            switch instruction.opcode {
            case .loadLinked: 0xff
            case .load, .store: 0x7bf
            default: 0xbf
            }
        if attribute & ~bits != 0 || attribute & 0xf >= UInt16(MemoryOrdering.allCases.count) {
            return "attribute \(attribute) is out of range"
        }
        if attribute & 0x700 != 0 {
            guard let size = instruction.memory.elements, size.bytes <= min(8, instruction.type.bytes) else {
                return "\(instruction.type.bytes) bytes have no such elements"
            }
        }
        let ordering = instruction.memory.ordering
        let isLoad = instruction.opcode.info.shape == .load || instruction.opcode == .loadPair
        let isStore = [.store, .storePair, .storeConditional].contains(instruction.opcode.info.shape)
        if isLoad && (ordering == .release || ordering == .acquireRelease) { return "a load cannot be a release" }
        if isStore && ordering != .plain && ordering != .release { return "a store cannot be an acquire" }
        return nil
    }
}

/// Sets of value types.
private enum Types {
    static let integers: [ValueType] = [.i1, .i8, .i16, .i32, .i64]
    static let words: [ValueType] = [.i8, .i16, .i32, .i64]
    static let memory: [ValueType] = [.i8, .i16, .i32, .i64, .i128]
    static let any: [ValueType] = [.i1, .i8, .i16, .i32, .i64, .flags]
    static let slots: [ValueType] = [.i1, .i8, .i16, .i32, .i64, .i128, .flags]
}

extension Opcode {
    /// The types that `Instruction.type` may be.
    fileprivate var types: [ValueType] {
        switch self {
        case .and, .or, .xor, .andNot, .orNot, .xorNot, .not, .compare, .zeroExtend, .signExtend, .truncate:
            return Types.integers
        case .byteSwap16: return [.i16, .i32, .i64]
        case .byteSwap32: return [.i32, .i64]
        default: break
        }
        switch info.shape {
        case .constant, .select: return Types.any
        case .getState, .setState: return Types.slots
        case .load, .store, .storeConditional, .compareAndSwap, .readModifyWrite: return Types.memory
        case .loadPair, .storePair: return [.i32, .i64]
        case .guardClear: return Types.integers
        case .convert, .binary, .unary, .bitField, .bitFieldInsert, .extractPair, .carry, .crc, .compare, .flagsBinary,
            .flagsCarry, .flagsUnary:
            return Types.words
        case .condition: return [.flags]
        case .flagsConvert: return [self == .flagsFromWord ? .flags : .i32]
        case .pair, .half, .lanes, .floatCompare: return [.i128]
        case .extractLane, .insertLane, .splat: return Types.words
        case .helper: return [.none, .i64]
        case .fence, .nullary, .abandon, .guestInstruction, .jump, .branch, .jumpIndirect, .raise, .exit: return [.none]
        }
    }
}
