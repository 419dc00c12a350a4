/// Writes blocks as text, one operation per line, for `-d op`, golden tests and error messages.
///
///     block 0x1000, 1 guest instructions
///         insn 0x1000
///         %1 = get.i64 @x1
///         %2 = load.i32.acquire [%1 + 16]
///         exit.state 0x1004
///
/// A value's number is the index of its operation. `Parser` reads the text back to an equal block.
package struct Printer {
    private let names: StateNames

    package init(names: StateNames = .none) { self.names = names }

    package func text(_ block: Block) -> String {
        var text = "block \(Self.number(block.guestPC)), \(block.guestInstructionCount) guest instructions\n"
        for (index, instruction) in block.instructions.enumerated() {
            text += "    \(self.text(instruction, index: index))\n"
        }
        return text
    }

    /// One operation, without indentation and line end.
    package func text(_ instruction: Instruction, index: Int) -> String {
        let result = instruction.resultType == .none ? "" : "%\(index) = "
        let operands = operands(instruction)
        return "\(result)\(mnemonic(instruction))\(operands.isEmpty ? "" : " ")\(operands)"
    }

    /// Small numbers in decimal, where it reads the same, others in hexadecimal.
    static func number(_ value: UInt64) -> String { value < 10 ? "\(value)" : "0x\(String(value, radix: 16))" }

    // MARK: Mnemonic and its suffixes

    private func mnemonic(_ instruction: Instruction) -> String {
        let name = "\(instruction.opcode.info.text)"
        let typed = "\(name).\(instruction.type.text)"
        switch instruction.opcode.info.shape {
        case .constant, .convert, .binary, .unary, .bitField, .bitFieldInsert, .extractPair, .carry, .crc, .select,
            .flagsBinary, .flagsCarry, .flagsUnary, .extractLane, .insertLane, .getState, .setState, .guardClear:
            return typed
        case .lanes: return "\(name).\(instruction.laneOperation.text).\(instruction.lanes.text)"
        case .floatCompare: return "\(name).\(instruction.lanes.text)"
        case .splat: return "\(typed).\(instruction.lanes.text)"
        case .compare: return "\(typed).\(instruction.comparison.text)"
        case .condition: return "\(name).\(instruction.condition.text)"
        case .load, .store, .loadPair, .storePair, .storeConditional, .compareAndSwap:
            return typed + memorySuffix(instruction.memory)
        case .readModifyWrite:
            let operation = instruction.opcode == .fetchAndOperate ? ".\(instruction.fetchOperation.text)" : ""
            return typed + operation + memorySuffix(instruction.memory)
        case .helper: return instruction.type == .none ? name : typed
        case .jump, .jumpIndirect:
            return instruction.branchKind == .jump ? name : "\(name).\(instruction.branchKind.text)"
        case .exit: return "\(name).\(instruction.exitKind.text)"
        case .flagsConvert, .pair, .half, .fence, .nullary, .abandon, .guestInstruction, .branch, .raise: return name
        }
    }

    private func memorySuffix(_ memory: MemoryAttributes) -> String {
        (memory.ordering == .plain ? "" : ".\(memory.ordering.text)") + (memory.aligned ? ".aligned" : "")
            + (memory.unprivileged ? ".unprivileged" : "") + (memory.tracked ? ".tracked" : "")
            + (memory.withinQuadword ? ".quadword" : "") + (memory.elements.map { ".each\($0.bits)" } ?? "")
    }

    // MARK: Operands

    private func operands(_ instruction: Instruction) -> String {
        let (a, b, c) = (value(instruction.a), value(instruction.b), value(instruction.c))
        let (imm, imm2) = (Self.number(instruction.imm), Self.number(instruction.imm2))
        switch instruction.opcode.info.shape {
        case .constant, .guestInstruction: return imm
        case .convert, .unary, .flagsUnary, .condition, .flagsConvert, .half: return a
        case .binary, .crc, .compare, .flagsBinary, .pair: return "\(a), \(b)"
        case .carry, .select, .flagsCarry: return "\(a), \(b), \(c)"
        case .bitField: return "\(a), \(instruction.imm), \(instruction.imm2)"
        case .bitFieldInsert: return "\(a), \(b), \(instruction.imm), \(instruction.imm2)"
        case .extractPair: return "\(a), \(b), \(instruction.imm)"
        case .lanes:
            let values = [instruction.a, instruction.b, instruction.c].prefix(instruction.opcode.info.operands).map(
                value)
            let slot = instruction.laneOperation.isSticky ? ", \(names.text(instruction.imm))" : ""
            return "\(values.joined(separator: ", "))\(slot), \(imm2)"
        case .floatCompare: return "\(a), \(b), \(names.text(instruction.imm)), \(imm2)"
        case .extractLane: return "\(a), \(imm)"
        case .insertLane: return "\(a), \(b), \(imm)"
        case .splat: return a
        case .getState: return names.text(instruction.imm)
        case .setState: return "\(names.text(instruction.imm)), \(a)"
        case .load, .loadPair: return address(instruction)
        case .store, .storeConditional, .readModifyWrite: return "\(address(instruction)), \(b)"
        case .compareAndSwap, .storePair: return "\(address(instruction)), \(b), \(c)"
        case .fence: return FenceBits.names.text(of: instruction.attribute)
        case .nullary: return ""
        case .abandon: return "\(a), \(imm)"
        case .helper:
            let arguments = [instruction.a, instruction.b, instruction.c].filter { !$0.isNone }.map(value)
            let effects = HelperEffects.names.text(of: instruction.attribute)
            return "\(instruction.imm)(\(arguments.joined(separator: ", "))) \(effects)"
        case .guardClear: return "\(a), mask \(imm), kind \(instruction.attribute), payload \(imm2)"
        case .jump: return imm + returnAddress(instruction)
        case .branch: return "\(a), \(imm), \(imm2)"
        case .jumpIndirect:
            return a + (instruction.imm == 0 ? "" : ", entry \(instruction.imm)") + returnAddress(instruction)
        case .raise: return "\(instruction.attribute), \(imm)"
        case .exit: return imm
        }
    }

    private func value(_ value: Value) -> String { value.isNone ? "%none" : "%\(value.int)" }

    private func address(_ instruction: Instruction) -> String {
        let offset = Int64(bitPattern: instruction.imm)
        let sum = offset == 0 ? "" : offset < 0 ? " - \(offset.magnitude)" : " + \(offset)"
        return "[\(value(instruction.a))\(sum)]"
    }

    private func returnAddress(_ instruction: Instruction) -> String {
        instruction.imm2 == 0 ? "" : ", return \(Self.number(instruction.imm2))"
    }
}

/// The words for the bits of an attribute, lowest first, and the word for none of them.
struct BitNames {
    let names: [String]
    let empty: String

    func text(of bits: UInt16) -> String {
        let set = names.indices.filter { bits & 1 << UInt16($0) != 0 }.map { names[$0] }
        return set.isEmpty ? empty : set.joined(separator: "|")
    }

    func bits(_ text: Substring) -> UInt16? {
        if text == empty { return 0 }
        var bits: UInt16 = 0
        for word in text.split(separator: "|", omittingEmptySubsequences: false) {
            guard let index = names.firstIndex(where: { $0 == word }) else { return nil }
            bits |= 1 << UInt16(index)
        }
        return bits
    }
}

extension FenceBits {
    static var names: BitNames {
        BitNames(names: ["loadload", "loadstore", "storeload", "storestore"], empty: "none")
    }
}

extension HelperEffects {
    static var names: BitNames { BitNames(names: ["reads", "writes", "faults", "acts"], empty: "pure") }
}

extension Block: CustomStringConvertible {
    package var description: String { Printer().text(self) }
}
