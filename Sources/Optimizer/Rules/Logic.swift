import IR

/// Boolean algebra, bit by bit. Constants go to the right, masks of masks become one mask, and a complement is absorbed
/// by the operation that has a form with one.
extension ForwardSweep {
    @inline(never)
    mutating func andRule() -> Reduction {
        guard let b = constantBits(op.b) else {
            if constantBits(op.a) != nil { return swapOperands() }
            if op.a.index == op.b.index { return .value(op.a) }  // x & x = x
            return absorbNot(.andNot)
        }
        if let a = constantBits(op.a) { return fold(a, b) }
        if b == 0 { return .value(op.b) }  // x & 0 = 0
        if possibleBits(op.a) & ~b == 0 { return .value(op.a) }  // x & k = x if k has all bits that x can have
        if let and = definition(op.a, as: .and), let a = constantBits(and.b) {
            return become(.and, and.a, constant: a & b)  // (x & j) & k = x & (j & k)
        }
        return .stays
    }

    @inline(never)
    mutating func orRule() -> Reduction {
        guard let b = constantBits(op.b) else {
            if constantBits(op.a) != nil { return swapOperands() }
            if op.a.index == op.b.index { return .value(op.a) }  // x | x = x
            return absorbNot(.orNot)
        }
        if let a = constantBits(op.a) { return fold(a, b) }
        if b == 0 { return .value(op.a) }  // x | 0 = x
        if b == op.type.mask { return .value(op.b) }  // x | 1...1 = 1...1
        if let or = definition(op.a, as: .or), let a = constantBits(or.b) {
            return become(.or, or.a, constant: a | b)  // (x | j) | k = x | (j | k)
        }
        return .stays
    }

    @inline(never)
    mutating func xorRule() -> Reduction {
        guard let b = constantBits(op.b) else {
            if constantBits(op.a) != nil { return swapOperands() }
            if op.a.index == op.b.index { return constantReduction(op.type, 0) }  // x ^ x = 0
            return absorbNot(.xorNot)
        }
        if let a = constantBits(op.a) { return fold(a, b) }
        if b == 0 { return .value(op.a) }  // x ^ 0 = x
        if b == op.type.mask { return become(.not, op.a) }  // x ^ 1...1 = ~x
        if let xor = definition(op.a, as: .xor), let a = constantBits(xor.b) {
            return become(.xor, xor.a, constant: a ^ b)  // (x ^ j) ^ k = x ^ (j ^ k)
        }
        return .stays
    }

    /// x op ~y, ~y op x = x opNot y.
    private mutating func absorbNot(_ opNot: Opcode) -> Reduction {
        if let y = definition(op.b, as: .not)?.a { return become(opNot, op.a, y) }
        if let y = definition(op.a, as: .not)?.a { return become(opNot, op.b, y) }
        return .stays
    }

    /// `andNot`, `orNot`, `xorNot`: x op ~y.
    @inline(never)
    mutating func logicNotRule() -> Reduction {
        let plain: Opcode
        switch op.opcode {
        case .andNot: plain = .and
        case .orNot: plain = .or
        default: plain = .xor
        }
        if let b = constantBits(op.b) { return become(plain, op.a, constant: ~b) }  // x op ~k
        if let y = definition(op.b, as: .not)?.a { return become(plain, op.a, y) }  // x op ~~y = x op y
        if op.a.index == op.b.index {  // x & ~x = 0, x | ~x = x ^ ~x = 1...1
            if case .and = plain { return constantReduction(op.type, 0) }
            return constantReduction(op.type, .max)
        }
        guard let a = constantBits(op.a) else { return .stays }
        switch plain {
        case .and:
            if a == 0 { return .value(op.a) }  // 0 & ~y = 0
            return a == op.type.mask ? become(.not, op.b) : .stays  // 1...1 & ~y = ~y
        case .or:
            if a == op.type.mask { return .value(op.a) }  // 1...1 | ~y = 1...1
            return a == 0 ? become(.not, op.b) : .stays  // 0 | ~y = ~y
        default: return become(.xor, op.b, constant: ~a)  // k ^ ~y = y ^ ~k
        }
    }

    @inline(never)
    mutating func notRule() -> Reduction {
        if constantBits(op.a) != nil { return foldUnary() }
        let definition = definition(op.a)
        switch definition.opcode {
        case .not: return .value(definition.a)  // ~~x = x
        case .compare:  // ~(x < y) = x >= y, for a truth value
            op = definition
            op.attribute = UInt16(definition.comparison.inverted.rawValue)
            return .changed
        case .testCondition:
            op = definition
            op.attribute = UInt16(definition.condition.inverted.rawValue)
            return .changed
        case .xor: return become(.xorNot, definition.a, definition.b)  // ~(x ^ y) = x ^ ~y
        default: return .stays
        }
    }

    /// Reversals are their own inverses.
    @inline(never)
    mutating func involutionRule() -> Reduction {
        let definition = definition(op.a)
        if definition.opcode.number == op.opcode.number { return .value(definition.a) }
        // Where the unit is the whole word, the reversal of units is that of bytes.
        if case (.byteSwap32, .i32) = (op.opcode, op.type) { return become(.byteSwap, op.a) }
        if case (.byteSwap16, .i16) = (op.opcode, op.type) { return become(.byteSwap, op.a) }
        return foldUnary()
    }
}
