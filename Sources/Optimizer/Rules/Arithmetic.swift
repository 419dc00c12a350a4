import IR

/// Sums, products, quotients. Arithmetic is modulo 2^bits of the type, so it is a commutative ring: constants of a sum
/// gather at its right end, subtraction of a constant is addition of its negative.
extension ForwardSweep {
    @inline(never)
    mutating func addRule() -> Reduction {
        guard let b = constantBits(op.b) else {
            if constantBits(op.a) != nil { return swapOperands() }  // k + x = x + k
            if let y = definition(op.b, as: .negate)?.a { return become(.sub, op.a, y) }  // x + -y = x - y
            if let x = definition(op.a, as: .negate)?.a { return become(.sub, op.b, x) }  // -x + y = y - x
            return .stays
        }
        if let a = constantBits(op.a) { return fold(a, b) }
        if b == 0 { return .value(op.a) }  // x + 0 = x
        if let (x, a) = addOfConstant(op.a) { return become(.add, x, constant: a &+ b) }  // (x + j) + k = x + (j + k)
        if b == 1, let x = definition(op.a, as: .not)?.a { return become(.negate, x) }  // ~x + 1 = -x
        return .stays
    }

    @inline(never)
    mutating func subRule() -> Reduction {
        if let b = constantBits(op.b) {
            if let a = constantBits(op.a) { return fold(a, b) }
            return become(.add, op.a, constant: 0 &- b)  // x - k = x + -k
        }
        if op.a.index == op.b.index { return constantReduction(op.type, 0) }  // x - x = 0
        if constantBits(op.a) == 0 { return become(.negate, op.b) }  // 0 - x = -x
        if let y = definition(op.b, as: .negate)?.a { return become(.add, op.a, y) }  // x - -y = x + y
        return .stays
    }

    @inline(never)
    mutating func negateRule() -> Reduction {
        if let x = definition(op.a, as: .negate)?.a { return .value(x) }  // --x = x
        if let sub = definition(op.a, as: .sub) { return become(.sub, sub.b, sub.a) }  // -(x - y) = y - x
        return foldUnary()
    }

    @inline(never)
    mutating func mulRule() -> Reduction {
        guard let b = constantBits(op.b) else { return constantBits(op.a) == nil ? .stays : swapOperands() }
        if let a = constantBits(op.a) { return fold(a, b) }
        if b == 0 { return .value(op.b) }  // x * 0 = 0
        if b == 1 { return .value(op.a) }  // x * 1 = x
        if b == op.type.mask { return become(.negate, op.a) }  // x * -1 = -x
        if b & (b &- 1) == 0 {  // x * 2^k = x << k
            return become(.shiftLeft, op.a, constant: UInt64(b.trailingZeroBitCount))
        }
        return .stays
    }

    @inline(never)
    mutating func mulHighRule() -> Reduction {
        guard let b = constantBits(op.b) else { return constantBits(op.a) == nil ? .stays : swapOperands() }
        if let a = constantBits(op.a) { return fold(a, b) }
        return b == 0 ? .value(op.b) : .stays  // high(x * 0) = 0
    }

    @inline(never)
    mutating func divideRule() -> Reduction {
        guard let b = constantBits(op.b) else {
            return constantBits(op.a) == 0 ? .value(op.a) : .stays  // 0 / x = 0, also for x = 0
        }
        if let a = constantBits(op.a) { return fold(a, b) }
        if b == 0 { return .value(op.b) }  // x / 0 = 0
        if b == 1 { return .value(op.a) }  // x / 1 = x
        guard case .divideUnsigned = op.opcode else {
            return b == op.type.mask ? become(.negate, op.a) : .stays  // x / -1 = -x, also for the most negative
        }
        guard b & (b &- 1) == 0 else { return .stays }
        return become(.shiftRightLogical, op.a, constant: UInt64(b.trailingZeroBitCount))  // x / 2^k = x >> k
    }

    @inline(never)
    mutating func addWithCarryRule() -> Reduction {
        guard let carry = constantBits(op.c) else { return .stays }
        if let a = constantBits(op.a), let b = constantBits(op.b) { return fold(a, b, carry) }
        if carry == 0 { return become(.add, op.a, op.b) }  // x + y + 0
        if let b = constantBits(op.b) { return become(.add, op.a, constant: b &+ 1) }  // x + k + 1 = x + (k + 1)
        if let y = definition(op.b, as: .not)?.a { return become(.sub, op.a, y) }  // x + ~y + 1 = x - y
        return .stays
    }
}
