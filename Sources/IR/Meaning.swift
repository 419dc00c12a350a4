extension Opcode {
    /// The meaning of a pure operation of two operands of the instruction's type.
    package var binary: (any BinaryMeaning.Type)? {
        switch self {
        case .add: Add.self
        case .sub: Sub.self
        case .mul: Mul.self
        case .mulHighUnsigned: MulHighUnsigned.self
        case .mulHighSigned: MulHighSigned.self
        case .divideUnsigned: DivideUnsigned.self
        case .divideSigned: DivideSigned.self
        case .and: And.self
        case .or: Or.self
        case .xor: Xor.self
        case .andNot: AndNot.self
        case .orNot: OrNot.self
        case .xorNot: XorNot.self
        case .shiftLeft: ShiftLeft.self
        case .shiftRightLogical: ShiftRightLogical.self
        case .shiftRightArithmetic: ShiftRightArithmetic.self
        case .rotateRight: RotateRight.self
        case .constant, .zeroExtend, .signExtend, .truncate, .not, .negate, .populationCount, .countLeadingZeros,
            .countLeadingSigns,
            .reverseBits, .byteSwap, .byteSwap16, .byteSwap32, .bitFieldExtract, .bitFieldExtractSigned,
            .bitFieldInsert, .extractPair, .addWithCarry, .crc32, .crc32c, .compare, .select, .addFlags, .subFlags,
            .addWithCarryFlags, .logicFlags, .testCondition, .flagsFromWord, .flagsToWord, .pair, .low64, .high64,
            .getState, .setState, .load, .store, .loadPair, .storePair, .loadLinked, .storeConditional, .clearExclusive,
            .abandonExclusive,
            .compareAndSwap,
            .exchange, .fetchAndOperate, .fence, .guardClear, .helper, .guestInstruction, .jump, .branch, .jumpIndirect,
            .raise, .exit, .lane1, .lane2, .lane3, .stickyLane1, .stickyLane2, .stickyLane3, .floatCompare,
            .extractLane,
            .insertLane, .splat:
            nil
        }
    }

    /// The meaning of a pure operation of one operand of the instruction's type.
    package var unary: (any UnaryMeaning.Type)? {
        switch self {
        case .not: Not.self
        case .negate: Negate.self
        case .countLeadingZeros: CountLeadingZeros.self
        case .countLeadingSigns: CountLeadingSigns.self
        case .populationCount: PopulationCount.self
        case .reverseBits: ReverseBits.self
        case .byteSwap: ByteSwap.self
        case .byteSwap16: ByteSwap16.self
        case .byteSwap32: ByteSwap32.self
        default: nil
        }
    }
}

extension Instruction {
    /// The result of a pure operation on known operands, each zero-extended from its type; nil where the operation
    /// is not a pure function of at most 64-bit values. `typeOfA` is the type of the first operand, which conversions
    /// need.
    package func evaluate(_ a: UInt64, _ b: UInt64 = 0, _ c: UInt64 = 0, typeOfA: ValueType = .none) -> UInt64? {
        switch opcode.info.shape {
        case .constant: imm & type.mask
        case .convert: Self.convert(opcode, a, from: typeOfA, to: type)
        case .select: a & 1 != 0 ? b : c
        case .condition: condition.apply(Flags(rawValue: UInt32(truncatingIfNeeded: a))) ? 1 : 0
        case .flagsConvert:
            opcode == .flagsFromWord
                ? UInt64(Flags(statusWord: UInt32(truncatingIfNeeded: a)).rawValue)
                : UInt64(Flags(rawValue: UInt32(truncatingIfNeeded: a)).statusWord)
        case .crc:
            UInt64(
                Checksum.update(
                    UInt32(truncatingIfNeeded: a), b, bytes: type.bytes,
                    polynomial: opcode == .crc32 ? Checksum.ieee : Checksum.castagnoli))
        case .binary, .unary, .bitField, .bitFieldInsert, .extractPair, .carry, .compare, .flagsBinary, .flagsCarry,
            .flagsUnary:
            evaluateInWidth(a, b, c)
        case .pair, .half, .lanes, .floatCompare, .extractLane, .insertLane, .splat, .getState, .setState, .load,
            .store, .loadPair, .storePair, .storeConditional, .compareAndSwap, .readModifyWrite,
            .fence, .nullary, .abandon, .guardClear, .helper, .guestInstruction, .jump, .branch, .jumpIndirect, .raise,
            .exit:
            nil
        }
    }

    private static func convert(_ opcode: Opcode, _ a: UInt64, from: ValueType, to: ValueType) -> UInt64? {
        switch opcode {
        case .signExtend where from != .none && from.bits <= 64:
            BitField.extractSigned(a, low: 0, width: UInt64(from.bits)) & to.mask
        case .zeroExtend, .truncate: to.bits <= 64 ? a & to.mask : nil
        default: nil
        }
    }

    private func evaluateInWidth(_ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64? {
        switch type {
        case .i1: return evaluate(in: UInt8.self, a, b, c).map { $0 & 1 }
        case .i8: return evaluate(in: UInt8.self, a, b, c)
        case .i16: return evaluate(in: UInt16.self, a, b, c)
        case .i32: return evaluate(in: UInt32.self, a, b, c)
        case .i64: return evaluate(in: UInt64.self, a, b, c)
        case .none, .i128, .flags: return nil
        }
    }

    private func evaluate<Word: MachineWord>(in _: Word.Type, _ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64? {
        let (x, y) = (Word(truncatingIfNeeded: a), Word(truncatingIfNeeded: b))
        switch opcode.info.shape {
        case .binary: return opcode.binary.map { UInt64($0.apply(x, y)) }
        case .unary: return opcode.unary.map { UInt64($0.apply(x)) }
        case .bitField where opcode == .bitFieldExtract: return UInt64(BitField.extract(x, low: imm, width: imm2))
        case .bitField: return UInt64(BitField.extractSigned(x, low: imm, width: imm2))
        case .bitFieldInsert: return UInt64(BitField.insert(x, y, low: imm, width: imm2))
        case .extractPair: return UInt64(BitField.extractPair(x, y, low: imm))
        case .carry: return UInt64(x &+ y &+ Word(truncatingIfNeeded: c & 1))
        case .compare: return comparison.apply(x, y) ? 1 : 0
        case .flagsBinary where opcode == .addFlags: return UInt64(Flags.adding(x, y, carry: false).rawValue)
        case .flagsBinary: return UInt64(Flags.subtracting(x, y).rawValue)
        case .flagsCarry: return UInt64(Flags.adding(x, y, carry: c & 1 != 0).rawValue)
        case .flagsUnary: return UInt64(Flags.logic(x).rawValue)
        default: return nil
        }
    }
}
