import IR

/// What an operation means, said in the integers of mathematics instead of machine words.
struct IntegerOracle {
    /// The exact result, from 0 to 2^(bits of the result) - 1. Operands are in that range of their types.
    typealias Meaning = (Instruction, _ a: ExactInteger, _ b: ExactInteger, _ c: ExactInteger) -> ExactInteger

    let meaning: Meaning
    /// The types it is tested in: `Instruction.type`.
    let types: [ValueType]

    /// Every operation that computes an integer from integers, but for those on lanes. Exhaustive: a new operation does not compile until it
    /// has a meaning here or is said to have none.
    static func of(_ opcode: Opcode) -> IntegerOracle? {
        let words: [ValueType] = [.i8, .i16, .i32, .i64]
        let truths: [ValueType] = [.i1] + words
        switch opcode {
        case .constant: return .init(meaning: { i, _, _, _ in .init(i.imm) }, types: truths)
        case .zeroExtend, .signExtend, .truncate: return nil  // `conversion`, which needs the operand's type
        case .add: return inWidth(words) { a, b, _ in a + b }
        case .sub: return inWidth(words) { a, b, _ in a - b }
        case .mul: return inWidth(words) { a, b, _ in a * b }
        case .mulHighUnsigned: return inWidth(words) { a, b, w in (a * b).floor(power: w) }
        case .mulHighSigned: return inWidth(words) { a, b, w in (a.signed(w) * b.signed(w)).floor(power: w) }
        case .divideUnsigned: return inWidth(words) { a, b, _ in b.isZero ? b : a.dividedTowardsZero(by: b) }
        case .divideSigned:
            return inWidth(words) { a, b, w in b.isZero ? b : a.signed(w).dividedTowardsZero(by: b.signed(w)) }
        case .and: return inWidth(truths) { a, b, _ in a & b }
        case .or: return inWidth(truths) { a, b, _ in a | b }
        case .xor: return inWidth(truths) { a, b, _ in a ^ b }
        case .andNot: return inWidth(truths) { a, b, w in a & complement(b, w) }
        case .orNot: return inWidth(truths) { a, b, w in a | complement(b, w) }
        case .xorNot: return inWidth(truths) { a, b, w in a ^ complement(b, w) }
        case .shiftLeft: return inWidth(words) { a, b, w in a.times(power: amount(b, w)) }
        case .shiftRightLogical: return inWidth(words) { a, b, w in a.floor(power: amount(b, w)) }
        case .shiftRightArithmetic: return inWidth(words) { a, b, w in a.signed(w).floor(power: amount(b, w)) }
        case .rotateRight:
            return inWidth(words) { a, b, w in
                a.floor(power: amount(b, w)) + a.modulo(power: amount(b, w)).times(power: w - amount(b, w))
            }
        case .not: return inWidth(truths) { a, _, w in complement(a, w) }
        case .negate: return inWidth(words) { a, _, _ in ExactInteger(0) - a }
        case .populationCount:
            return inWidth(words) { a, _, w in ExactInteger(digits(a, of: 1, w).count { !$0.isZero }) }
        case .countLeadingZeros: return inWidth(words) { a, _, w in ExactInteger(w - a.bitLength) }
        case .countLeadingSigns:
            return inWidth(words) { a, _, w in
                let magnitude = a.bit(w - 1) ? complement(a, w) : a
                return ExactInteger(w - 1 - magnitude.bitLength)
            }
        case .reverseBits: return inWidth(words) { a, _, w in digits(a, of: 1, w).reversed().number(of: 1) }
        case .byteSwap: return inWidth(words) { a, _, w in digits(a, of: 8, w).reversed().number(of: 8) }
        case .byteSwap16: return swapping(16, in: [.i16, .i32, .i64])
        case .byteSwap32: return swapping(32, in: [.i32, .i64])
        case .bitFieldExtract: return .init(meaning: { i, a, _, _ in field(a, i) }, types: words)
        case .bitFieldExtractSigned:
            return .init(
                meaning: { i, a, _, _ in field(a, i).signed(Int(i.imm2)).modulo(power: i.type.bits) }, types: words)
        case .bitFieldInsert:
            return .init(
                meaning: { i, base, new, _ in
                    let change = new.modulo(power: Int(i.imm2)) - field(base, i)
                    return base + change.times(power: Int(i.imm))
                }, types: words)
        case .extractPair:
            return .init(
                meaning: { i, low, high, _ in
                    (high.times(power: i.type.bits) + low).floor(power: Int(i.imm)).modulo(power: i.type.bits)
                }, types: words)
        case .addWithCarry:
            return .init(meaning: { i, a, b, carry in (a + b + carry).modulo(power: i.type.bits) }, types: words)
        case .crc32: return checksum(polynomial: 0x04c1_1db7)
        case .crc32c: return checksum(polynomial: 0x1edc_6f41)
        case .compare:
            return .init(meaning: { i, a, b, _ in truth(holds(i.comparison, a, b, i.type.bits)) }, types: words)
        case .select:
            return .init(meaning: { _, condition, a, b in condition.isZero ? b : a }, types: truths + [.flags])
        case .addFlags:
            return .init(meaning: { i, a, b, _ in sumFlags(a, b, ExactInteger(0), i.type.bits) }, types: words)
        case .subFlags:
            return .init(
                meaning: { i, a, b, _ in
                    let w = i.type.bits
                    return flags(a - b, carry: a >= b, signed: a.signed(w) - b.signed(w), w)
                }, types: words)
        case .addWithCarryFlags:
            return .init(meaning: { i, a, b, carry in sumFlags(a, b, carry, i.type.bits) }, types: words)
        case .logicFlags:
            return .init(
                meaning: { i, a, _, _ in flags(a, carry: false, signed: ExactInteger(0), i.type.bits) }, types: words)
        case .testCondition:
            return .init(meaning: { i, a, _, _ in truth(holds(i.condition, a)) }, types: [.flags])
        case .flagsFromWord:
            return .init(
                meaning: { _, word, _, _ in
                    (0..<4).reduce(ExactInteger(0)) { $0 + truth(word.bit(31 - $1)).times(power: 8 * $1) }
                }, types: [.flags])
        case .flagsToWord:
            return .init(
                meaning: { _, flags, _, _ in
                    (0..<4).reduce(ExactInteger(0)) { $0 + truth(flags.bit(8 * $1)).times(power: 31 - $1) }
                }, types: [.i32])
        case .pair: return .init(meaning: { _, low, high, _ in low + high.times(power: 64) }, types: [.i128])
        case .low64: return .init(meaning: { _, a, _, _ in a.modulo(power: 64) }, types: [.i128])
        case .high64: return .init(meaning: { _, a, _, _ in a.floor(power: 64) }, types: [.i128])
        case .getState, .setState, .load, .store, .loadPair, .storePair, .loadLinked, .storeConditional,
            .clearExclusive, .abandonExclusive,
            .compareAndSwap,
            .exchange, .fetchAndOperate, .fence, .guardClear, .helper, .guestInstruction, .jump, .branch,
            .jumpIndirect, .raise, .exit, .lane1, .lane2, .lane3, .stickyLane1, .stickyLane2, .stickyLane3,
            .floatCompare,
            .extractLane, .insertLane, .splat:
            return nil
        }
    }

    /// The meaning of a conversion of `a`, of type `from`, to `to`.
    static func conversion(_ opcode: Opcode, _ a: ExactInteger, from: ValueType, to: ValueType) -> ExactInteger {
        (opcode == .signExtend ? a.signed(from.bits) : a).modulo(power: to.bits)
    }

    /// What `operation` leaves in memory of `bits` bits.
    static func fetch(_ operation: FetchOperation, _ old: ExactInteger, _ operand: ExactInteger, _ bits: Int)
        -> ExactInteger
    {
        let signedOrder = old.signed(bits).compare(operand.signed(bits))
        return switch operation {
        case .add: (old + operand).modulo(power: bits)
        case .andNot: old & complement(operand, bits)
        case .xor: old ^ operand
        case .or: old | operand
        case .signedMax: signedOrder >= 0 ? old : operand
        case .signedMin: signedOrder <= 0 ? old : operand
        case .unsignedMax: old >= operand ? old : operand
        case .unsignedMin: old <= operand ? old : operand
        }
    }
}

// MARK: The words in which meanings are said

extension IntegerOracle {
    /// A meaning that is a number reduced to the width of the type.
    private static func inWidth(
        _ types: [ValueType], _ body: @escaping (ExactInteger, ExactInteger, _ width: Int) -> ExactInteger
    ) -> IntegerOracle {
        .init(meaning: { i, a, b, _ in body(a, b, i.type.bits).modulo(power: i.type.bits) }, types: types)
    }

    private static func complement(_ a: ExactInteger, _ width: Int) -> ExactInteger {
        .power(width) - ExactInteger(1) - a
    }

    private static func amount(_ b: ExactInteger, _ width: Int) -> Int { b.words.low.remainder(width) }

    private static func truth(_ condition: Bool) -> ExactInteger { ExactInteger(condition ? 1 : 0) }

    private static func field(_ a: ExactInteger, _ i: Instruction) -> ExactInteger {
        a.floor(power: Int(i.imm)).modulo(power: Int(i.imm2))
    }

    /// `a` in base 2^digit, lowest digit first.
    private static func digits(_ a: ExactInteger, of digit: Int, _ width: Int) -> [ExactInteger] {
        stride(from: 0, to: width, by: digit).map { a.floor(power: $0).modulo(power: digit) }
    }

    /// The bytes of each `unit` bits in the other order.
    private static func swapping(_ unit: Int, in types: [ValueType]) -> IntegerOracle {
        inWidth(types) { a, _, w in
            digits(a, of: unit, w).map { digits($0, of: 8, unit).reversed().number(of: 8) }.number(of: unit)
        }
    }

    private static func holds(_ comparison: Comparison, _ a: ExactInteger, _ b: ExactInteger, _ width: Int) -> Bool {
        let (unsigned, signed) = (a.compare(b), a.signed(width).compare(b.signed(width)))
        return switch comparison {
        case .equal: unsigned == 0
        case .notEqual: unsigned != 0
        case .unsignedLess: unsigned < 0
        case .unsignedLessOrEqual: unsigned <= 0
        case .unsignedGreater: unsigned > 0
        case .unsignedGreaterOrEqual: unsigned >= 0
        case .signedLess: signed < 0
        case .signedLessOrEqual: signed <= 0
        case .signedGreater: signed > 0
        case .signedGreaterOrEqual: signed >= 0
        }
    }

    /// Arm ARM C1.2.4: three bits choose the condition, the lowest inverts it.
    private static func holds(_ condition: FlagCondition, _ flags: ExactInteger) -> Bool {
        let (n, z, c, v) = (flags.bit(0), flags.bit(8), flags.bit(16), flags.bit(24))
        let holds = [z, c, n, v, c && !z, n == v, n == v && !z][Int(condition.rawValue / 2)]
        return condition.rawValue % 2 == 0 ? holds : !holds
    }

    /// Flags of `result` before it is reduced to the width; `signed` is what the result should be as a signed number.
    private static func flags(_ result: ExactInteger, carry: Bool, signed: ExactInteger, _ width: Int) -> ExactInteger {
        let reduced = result.modulo(power: width)
        let half = ExactInteger.power(width - 1)
        let overflows = signed >= half || signed < ExactInteger(0) - half
        return truth(reduced.bit(width - 1)) + truth(reduced.isZero).times(power: 8) + truth(carry).times(power: 16)
            + truth(overflows).times(power: 24)
    }

    private static func sumFlags(_ a: ExactInteger, _ b: ExactInteger, _ carry: ExactInteger, _ width: Int)
        -> ExactInteger
    {
        let sum = a + b + carry
        return flags(sum, carry: sum >= .power(width), signed: a.signed(width) + b.signed(width) + carry, width)
    }

    /// The remainder of a polynomial over GF(2): bits of data and checksum are coefficients, highest first, so both are
    /// reflected (Arm ARM, CRC32 and Poly32Mod2).
    private static func checksum(polynomial: UInt64) -> IntegerOracle {
        let divisor = ExactInteger.power(32) + ExactInteger(polynomial)
        return .init(
            meaning: { i, crc, data, _ in
                let bits = i.type.bits
                let reflectedData = digits(data, of: 1, bits).reversed().number(of: 1)
                let reflectedCRC = digits(crc, of: 1, 32).reversed().number(of: 1)
                var remainder = reflectedData.times(power: 32) ^ reflectedCRC.times(power: bits)
                while remainder.bitLength > 32 {
                    remainder = remainder ^ divisor.times(power: remainder.bitLength - 33)
                }
                return digits(remainder, of: 1, 32).reversed().number(of: 1)
            }, types: [.i8, .i16, .i32, .i64])
    }
}

extension Collection where Element == ExactInteger {
    /// The number with these digits in base 2^digit, lowest first.
    fileprivate func number(of digit: Int) -> ExactInteger {
        enumerated().reduce(ExactInteger(0)) { $0 + $1.element.times(power: digit * $1.offset) }
    }
}

extension UInt64 {
    fileprivate func remainder(_ divisor: Int) -> Int { Int(self % UInt64(divisor)) }
}
