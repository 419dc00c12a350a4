import IR

/// What a rule made of an operation.
enum Reduction {
    /// No rule applies.
    case stays
    /// It is another operation now, on which other rules may work.
    case changed
    /// It is a value that exists already.
    case value(Value)
}

/// The algebraic rules. Each file of this folder has one subject and opens with its laws.
///
/// Laws for rules: the result is equal for all operands of the type, corner cases included; operands are values of the
/// output and stay so; a rule never makes an operation dearer, and makes it simpler by a measure (fewer operands that
/// are not constant, a constant moved to the right, a shorter chain of definitions), so that rules come to an end.
extension ForwardSweep {
    /// One rule for `op`, or the step of the walk that its kind of operation takes; the walk's only big branch.
    mutating func reduce() -> Reduction {
        switch op.opcode {
        case .getState: .value(readState())
        case .setState: .value(writeState())
        case .guestInstruction: .value(append(op))
        case .load, .store, .loadPair, .storePair: .value(placeAccess())
        case .loadLinked, .storeConditional, .clearExclusive, .abandonExclusive, .compareAndSwap, .exchange,
            .fetchAndOperate:
            .value(placeAtomic())
        case .fence: .value(placeFence())
        case .guardClear: .value(placeGuard())
        case .helper: .value(placeHelper())
        case .branch: .value(placeBranch())
        case .jump, .jumpIndirect, .raise, .exit: .value(append(op))
        case .constant: .stays
        case .zeroExtend: zeroExtendRule()
        case .signExtend: signExtendRule()
        case .truncate: truncateRule()
        case .add: addRule()
        case .sub: subRule()
        case .mul: mulRule()
        case .mulHighUnsigned, .mulHighSigned: mulHighRule()
        case .divideUnsigned, .divideSigned: divideRule()
        case .and: andRule()
        case .or: orRule()
        case .xor: xorRule()
        case .andNot, .orNot, .xorNot: logicNotRule()
        case .shiftLeft, .shiftRightLogical, .shiftRightArithmetic, .rotateRight: shiftRule()
        case .not: notRule()
        case .negate: negateRule()
        case .reverseBits, .byteSwap, .byteSwap16, .byteSwap32: involutionRule()
        case .countLeadingZeros, .countLeadingSigns, .populationCount: foldUnary()
        case .bitFieldExtract, .bitFieldExtractSigned: bitFieldExtractRule()
        case .bitFieldInsert: bitFieldInsertRule()
        case .extractPair: extractPairRule()
        case .addWithCarry: addWithCarryRule()
        case .crc32, .crc32c: foldBinary()
        case .compare: compareRule()
        case .select: selectRule()
        case .addFlags, .subFlags: flagsRule()
        case .addWithCarryFlags: addWithCarryFlagsRule()
        case .logicFlags: foldUnary()
        case .testCondition: testConditionRule()
        case .flagsFromWord, .flagsToWord: flagsConvertRule()
        case .low64, .high64: halfRule()
        case .pair: pairRule()
        case .lane1, .lane2, .lane3, .insertLane, .splat: .stays
        case .stickyLane1, .stickyLane2, .stickyLane3, .floatCompare: .value(placeSticky())
        case .extractLane: extractLaneRule()
        }
    }
}

// MARK: What rules ask and make

extension ForwardSweep {
    /// The operation that defines `value`.
    @inline(__always)
    func definition(_ value: Value) -> Instruction { output[value.int] }

    /// The definition of `value` if it is an `opcode`.
    @inline(__always)
    func definition(_ value: Value, as opcode: Opcode) -> Instruction? {
        let index = value.int
        return output[index].opcode.number == opcode.number ? output[index] : nil
    }

    @inline(__always)
    func constantBits(_ value: Value) -> UInt64? {
        let index = value.int
        if case .constant = output[index].opcode { return output[index].imm }
        return nil
    }

    /// `value` as x + constant.
    func addOfConstant(_ value: Value) -> (x: Value, addend: UInt64)? {
        guard let add = definition(value, as: .add), let addend = constantBits(add.b) else { return nil }
        return (add.a, addend)
    }

    mutating func constant(_ type: ValueType, _ bits: UInt64) -> Value {
        let constant = Instruction(.constant, type, imm: bits & type.mask)
        if steps.contains(.numbering), let value = existing(constant) { return value }
        let saved = op
        op = constant
        let value = steps.contains(.numbering) ? number() : append(op)
        op = saved
        return value
    }

    mutating func constantReduction(_ type: ValueType, _ bits: UInt64) -> Reduction { .value(constant(type, bits)) }

    /// The constant that an operation of one constant operand is.
    @inline(never)
    mutating func foldUnary() -> Reduction {
        guard let a = constantBits(op.a) else { return .stays }
        return fold(a)
    }

    /// The constant that an operation of two constant operands is.
    @inline(never)
    mutating func foldBinary() -> Reduction {
        guard let b = constantBits(op.b), let a = constantBits(op.a) else { return .stays }
        return fold(a, b)
    }

    /// Constant folding: the meaning is the one the interpreter has too.
    mutating func fold(_ a: UInt64, _ b: UInt64 = 0, _ c: UInt64 = 0) -> Reduction {
        let typeOfA = definition(op.a).resultType
        guard let bits = op.evaluate(a, b, c, typeOfA: typeOfA) else { return .stays }
        return constantReduction(op.resultType, bits)
    }

    /// Makes `op` the operation `opcode` a, b of the same type.
    mutating func become(_ opcode: Opcode, _ a: Value, _ b: Value = .none) -> Reduction {
        op = Instruction(opcode, op.type, a: a, b: b)
        return .changed
    }

    /// Makes `op` the operation `opcode` a, constant of the same type.
    mutating func become(_ opcode: Opcode, _ a: Value, constant bits: UInt64) -> Reduction {
        become(opcode, a, constant(op.type, bits))
    }

    mutating func swapOperands() -> Reduction {
        let (a, b) = (op.a, op.b)
        op.a = b
        op.b = a
        return .changed
    }

    /// The bits that may be set in `value`, by a look at its definition only.
    func possibleBits(_ value: Value) -> UInt64 {
        let definition = definition(value)
        switch definition.opcode {
        case .constant: return definition.imm
        case .zeroExtend: return self.definition(definition.a).resultType.mask
        case .bitFieldExtract: return UInt64.max &>> (64 &- definition.imm2)
        case .and:
            return constantBits(definition.b) ?? definition.type.mask
        case .shiftRightLogical:
            guard let amount = constantBits(definition.b) else { return definition.type.mask }
            return definition.type.mask &>> (amount & UInt64(definition.type.bits - 1))
        default: return definition.resultType.mask
        }
    }
}
