/// Why a text is not a block.
package struct ParseError: Error, Equatable, CustomStringConvertible {
    /// Counted from 1.
    package let line: Int
    package let message: String

    package init(line: Int, message: String) {
        self.line = line
        self.message = message
    }

    package var description: String { "IR text, line \(line): \(message)" }
}

/// Reads what `Printer` writes. Blank lines, and comments from `;` to the end of a line, are skipped.
///
/// It checks the form only; `Verifier` checks the sense.
package struct Parser {
    private let names: StateNames

    package init(names: StateNames = .none) { self.names = names }

    package func parse(_ text: String) throws(ParseError) -> Block {
        var block: Block?
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            var scanner = Scanner(line.prefix { $0 != ";" }, line: number)
            if scanner.isAtEnd { continue }
            if block == nil {
                block = try header(&scanner)
            } else {
                let instruction = try self.instruction(&scanner, index: block?.instructions.count ?? 0)
                block?.instructions.append(instruction)
            }
            try scanner.expectEnd()
        }
        guard let block else { throw ParseError(line: number, message: "no line 'block <pc>, <n> guest instructions'") }
        return block
    }

    private func header(_ scanner: inout Scanner) throws(ParseError) -> Block {
        try scanner.expect("block")
        var block = Block(guestPC: try scanner.number())
        try scanner.expect(",")
        block.guestInstructionCount = Int(truncatingIfNeeded: try scanner.number())
        try scanner.expect("guest")
        try scanner.expect("instructions")
        return block
    }

    private func instruction(_ scanner: inout Scanner, index: Int) throws(ParseError) -> Instruction {
        var result: Value?
        if scanner.next == "%" {
            result = try scanner.value()
            try scanner.expect("=")
        }
        var instruction = try mnemonic(&scanner)
        try operands(&instruction, &scanner)
        let expected = instruction.resultType == .none ? nil : Value(index)
        if result != expected {
            throw scanner.error(expected.map { "this defines %\($0.int)" } ?? "this defines no value")
        }
        return instruction
    }

    // MARK: Mnemonic and its suffixes

    private func mnemonic(_ scanner: inout Scanner) throws(ParseError) -> Instruction {
        var words = scanner.word().split(separator: ".", omittingEmptySubsequences: false)[...]
        let name = words.popFirst() ?? ""
        guard let opcode = Opcode.allCases.first(where: { "\($0.info.text)" == name }) else {
            throw scanner.error("no operation is called '\(name)'")
        }
        var instruction = Instruction(opcode, .none)
        if let type = words.first.flatMap(ValueType.init(text:)) {
            instruction.type = type
            words.removeFirst()
        } else if let implied = opcode.impliedType {
            instruction.type = implied
        } else {
            throw scanner.error("'\(name)' needs a type, as in '\(name).i64'")
        }
        for word in words {
            guard suffix(word, &instruction) else { throw scanner.error("'\(name)' has no variant '.\(word)'") }
        }
        return instruction
    }

    /// Applies one suffix of the mnemonic; false if the operation has no such variant.
    private func suffix(_ word: Substring, _ instruction: inout Instruction) -> Bool {
        switch instruction.opcode.info.shape {
        case .compare: return set(&instruction, Comparison.allCases.first { "\($0.text)" == word })
        case .condition: return set(&instruction, FlagCondition.allCases.first { "\($0.text)" == word })
        case .jump, .jumpIndirect: return set(&instruction, BranchKind.allCases.first { "\($0.text)" == word })
        case .exit: return set(&instruction, ExitKind.allCases.first { "\($0.text)" == word })
        case .readModifyWrite:
            if instruction.opcode == .fetchAndOperate,
                let operation = FetchOperation.allCases.first(where: { "\($0.text)" == word })
            {
                instruction.imm2 = UInt64(operation.rawValue)
                return true
            }
            return memorySuffix(word, &instruction)
        case .load, .store, .loadPair, .storePair, .storeConditional, .compareAndSwap:
            return memorySuffix(word, &instruction)
        case .lanes, .floatCompare, .splat: return laneSuffix(word, &instruction)
        default: return false
        }
    }

    private func set<Attribute: RawRepresentable<UInt8>>(_ instruction: inout Instruction, _ attribute: Attribute?)
        -> Bool
    {
        guard let attribute else { return false }
        instruction.attribute = UInt16(attribute.rawValue)
        return true
    }

    private func laneSuffix(_ word: Substring, _ instruction: inout Instruction) -> Bool {
        if let lanes = Lanes(text: word) {
            instruction.attribute |= lanes.attribute
            return true
        }
        guard let operation = LaneOperation(text: word), operation.opcode == instruction.opcode else { return false }
        instruction.attribute |= operation.rawValue << Lanes.attributeBits
        return true
    }

    private func memorySuffix(_ word: Substring, _ instruction: inout Instruction) -> Bool {
        let old = instruction.memory
        if let ordering = MemoryOrdering.allCases.first(where: { "\($0.text)" == word }) {
            instruction.attribute |= MemoryAttributes(ordering).rawValue
        } else if word == "aligned" {
            instruction.attribute |= MemoryAttributes(aligned: true).rawValue
        } else if word == "unprivileged" {
            instruction.attribute |= MemoryAttributes(unprivileged: true).rawValue
        } else if word == "tracked" {
            instruction.attribute |= MemoryAttributes(tracked: true).rawValue
        } else if word == "quadword" {
            instruction.attribute |= MemoryAttributes(withinQuadword: true).rawValue
        } else if let size = Lanes.Size.allCases.first(where: { "each\($0.bits)" == word }) {
            instruction.attribute |= MemoryAttributes(elements: size).rawValue
        }
        return instruction.memory != old
    }

    // MARK: Operands

    private func operands(_ instruction: inout Instruction, _ scanner: inout Scanner) throws(ParseError) {
        switch instruction.opcode.info.shape {
        case .constant, .guestInstruction, .exit: instruction.imm = try scanner.number()
        case .convert, .unary, .flagsUnary, .condition, .flagsConvert, .half: instruction.a = try scanner.value()
        case .binary, .crc, .compare, .flagsBinary, .pair: try values(2, &instruction, &scanner)
        case .carry, .select, .flagsCarry: try values(3, &instruction, &scanner)
        case .bitField:
            try values(1, &instruction, &scanner)
            try immediates(2, &instruction, &scanner)
        case .bitFieldInsert:
            try values(2, &instruction, &scanner)
            try immediates(2, &instruction, &scanner)
        case .extractPair:
            try values(2, &instruction, &scanner)
            try immediates(1, &instruction, &scanner)
        case .lanes:
            try values(instruction.opcode.info.operands, &instruction, &scanner)
            try laneImmediates(&instruction, &scanner, hasSlot: instruction.laneOperation.isSticky)
        case .floatCompare:
            try values(2, &instruction, &scanner)
            try laneImmediates(&instruction, &scanner, hasSlot: true)
        case .extractLane:
            try values(1, &instruction, &scanner)
            try immediates(1, &instruction, &scanner)
        case .insertLane:
            try values(2, &instruction, &scanner)
            try immediates(1, &instruction, &scanner)
        case .splat: try values(1, &instruction, &scanner)
        case .getState: instruction.imm = try slot(&scanner)
        case .setState:
            instruction.imm = try slot(&scanner)
            try scanner.expect(",")
            instruction.a = try scanner.value()
        case .load, .loadPair: try address(&instruction, &scanner)
        case .store, .storeConditional, .readModifyWrite:
            try address(&instruction, &scanner)
            instruction.b = try followingValue(&scanner)
        case .compareAndSwap, .storePair:
            try address(&instruction, &scanner)
            instruction.b = try followingValue(&scanner)
            instruction.c = try followingValue(&scanner)
        case .fence: instruction.attribute = try bits(FenceBits.names, &scanner)
        case .nullary: break
        case .abandon:
            try values(1, &instruction, &scanner)
            try immediates(1, &instruction, &scanner)
        case .helper: try helper(&instruction, &scanner)
        case .guardClear: try guardClear(&instruction, &scanner)
        case .jump:
            instruction.imm = try scanner.number()
            try returnAddress(&instruction, &scanner)
        case .branch:
            instruction.a = try scanner.value()
            try immediates(2, &instruction, &scanner)
        case .jumpIndirect:
            instruction.a = try scanner.value()
            try returnAddress(&instruction, &scanner)
        case .raise:
            instruction.attribute = UInt16(truncatingIfNeeded: try scanner.number())
            try immediates(1, &instruction, &scanner)
        }
    }

    private func values(_ count: Int, _ instruction: inout Instruction, _ scanner: inout Scanner) throws(ParseError) {
        instruction.a = try scanner.value()
        if count > 1 { instruction.b = try followingValue(&scanner) }
        if count > 2 { instruction.c = try followingValue(&scanner) }
    }

    private func followingValue(_ scanner: inout Scanner) throws(ParseError) -> Value {
        try scanner.expect(",")
        return try scanner.value()
    }

    private func immediates(_ count: Int, _ instruction: inout Instruction, _ scanner: inout Scanner)
        throws(ParseError)
    {
        try scanner.expect(",")
        instruction.imm = try scanner.number()
        guard count > 1 else { return }
        try scanner.expect(",")
        instruction.imm2 = try scanner.number()
    }

    private func laneImmediates(_ instruction: inout Instruction, _ scanner: inout Scanner, hasSlot: Bool)
        throws(ParseError)
    {
        if hasSlot {
            try scanner.expect(",")
            instruction.imm = try slot(&scanner)
        }
        try scanner.expect(",")
        instruction.imm2 = try scanner.number()
    }

    private func slot(_ scanner: inout Scanner) throws(ParseError) -> UInt64 {
        try scanner.expect("@")
        let name = scanner.word()
        guard let offset = names.offset(name) else { throw scanner.error("no state slot is called '\(name)'") }
        return offset
    }

    private func address(_ instruction: inout Instruction, _ scanner: inout Scanner) throws(ParseError) {
        try scanner.expect("[")
        instruction.a = try scanner.value()
        if scanner.skip("-") {
            instruction.imm = 0 &- (try scanner.number())
        } else if scanner.skip("+") {
            instruction.imm = try scanner.number()
        }
        try scanner.expect("]")
    }

    private func bits(_ names: BitNames, _ scanner: inout Scanner) throws(ParseError) -> UInt16 {
        let word = scanner.word()
        guard let bits = names.bits(word) else {
            throw scanner.error("'\(word)' is not '\(names.empty)' or some of \(names.names.joined(separator: "|"))")
        }
        return bits
    }

    private func helper(_ instruction: inout Instruction, _ scanner: inout Scanner) throws(ParseError) {
        instruction.imm = try scanner.number()
        try scanner.expect("(")
        if scanner.next != ")" {
            instruction.a = try scanner.value()
            if scanner.next == "," { instruction.b = try followingValue(&scanner) }
            if scanner.next == "," { instruction.c = try followingValue(&scanner) }
        }
        try scanner.expect(")")
        instruction.attribute = try bits(HelperEffects.names, &scanner)
    }

    private func guardClear(_ instruction: inout Instruction, _ scanner: inout Scanner) throws(ParseError) {
        instruction.a = try scanner.value()
        try scanner.expect(",")
        try scanner.expect("mask")
        instruction.imm = try scanner.number()
        try scanner.expect(",")
        try scanner.expect("kind")
        instruction.attribute = UInt16(truncatingIfNeeded: try scanner.number())
        try scanner.expect(",")
        try scanner.expect("payload")
        instruction.imm2 = try scanner.number()
    }

    private func returnAddress(_ instruction: inout Instruction, _ scanner: inout Scanner) throws(ParseError) {
        guard scanner.skip(",") else { return }
        if instruction.opcode == .jumpIndirect && scanner.skip("entry") {
            instruction.imm = try scanner.number()
            guard scanner.skip(",") else { return }
        }
        try scanner.expect("return")
        instruction.imm2 = try scanner.number()
    }
}

extension Opcode {
    /// The type that every use of the operation has, so that its text leaves it out; nil where it varies.
    fileprivate var impliedType: ValueType? {
        switch info.shape {
        case .condition: .flags
        case .flagsConvert: self == .flagsFromWord ? .flags : .i32
        case .pair, .half, .lanes, .floatCompare: .i128
        case .fence, .nullary, .abandon, .helper, .guestInstruction, .jump, .branch, .jumpIndirect, .raise, .exit:
            ValueType.none
        default: nil
        }
    }
}
