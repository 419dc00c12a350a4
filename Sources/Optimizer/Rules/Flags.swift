import IR

/// Condition flags. A condition on the flags of a subtraction is a comparison of its operands (Arm ARM C1.2.4), which
/// needs no flags: those then live only as long as the guest's own flag register does.
extension ForwardSweep {
    @inline(never)
    mutating func flagsRule() -> Reduction {
        guard let b = constantBits(op.b) else {
            if case .addFlags = op.opcode, constantBits(op.a) != nil { return swapOperands() }
            return .stays
        }
        if let a = constantBits(op.a) { return fold(a, b) }
        // x + 0 neither carries nor overflows; x - 0 does not borrow, which sets C.
        if case .addFlags = op.opcode, b == 0 { return become(.logicFlags, op.a) }
        return .stays
    }

    @inline(never)
    mutating func addWithCarryFlagsRule() -> Reduction {
        guard let carry = constantBits(op.c) else { return .stays }
        if let a = constantBits(op.a), let b = constantBits(op.b) { return fold(a, b, carry) }
        if carry == 0 { return become(.addFlags, op.a, op.b) }
        if let b = constantBits(op.b) { return become(.subFlags, op.a, constant: ~b) }  // x + k + 1 = x - ~k
        if let y = definition(op.b, as: .not)?.a { return become(.subFlags, op.a, y) }  // x + ~y + 1 = x - y
        return .stays
    }

    @inline(never)
    mutating func testConditionRule() -> Reduction {
        let flags = definition(op.a)
        switch flags.opcode {
        case .constant: return fold(flags.imm)
        case .subFlags: return conditionAfterSubtract(flags)
        case .addFlags: return conditionAfterAdd(flags)
        case .logicFlags: return conditionAfterLogic(flags)
        default: return .stays
        }
    }

    private mutating func conditionAfterSubtract(_ flags: Instruction) -> Reduction {
        if let comparison = op.condition.afterSubtract {
            return becomeCompare(comparison, flags.type, flags.a, flags.b)
        }
        // N is the sign of the difference: worth it only where the block computes the difference anyway.
        let difference = Instruction(.sub, flags.type, a: flags.a, b: flags.b)
        guard let difference = existing(difference) ?? existingSum(flags) else { return .stays }
        return conditionOnSign(difference, flags.type)
    }

    /// x - k is kept as x + -k.
    private func existingSum(_ flags: Instruction) -> Value? {
        guard let k = constantBits(flags.b) else { return nil }
        let negated = Instruction(.constant, flags.type, imm: (0 &- k) & flags.type.mask)
        return existing(negated).flatMap { existing(Instruction(.add, flags.type, a: flags.a, b: $0)) }
    }

    private mutating func conditionAfterAdd(_ flags: Instruction) -> Reduction {
        let type = flags.type
        let sign = type.mask &>> 1 &+ 1
        // x + k compares x with -k, unless -k is not the negative of k: for 0 in the unsigned, for the most negative
        // number in the signed order.
        if let k = constantBits(flags.b), k != 0, k != sign, let comparison = op.condition.afterSubtract {
            return becomeCompare(comparison, type, flags.a, constant(type, 0 &- k))
        }
        guard let sum = existing(Instruction(.add, type, a: flags.a, b: flags.b)) else { return .stays }
        switch op.condition {
        case .eq: return becomeCompare(.equal, type, sum, constant(type, 0))
        case .ne: return becomeCompare(.notEqual, type, sum, constant(type, 0))
        case .cs: return becomeCompare(.unsignedLess, type, sum, flags.a)  // carried: wrapped below x
        case .cc: return becomeCompare(.unsignedGreaterOrEqual, type, sum, flags.a)
        default: return conditionOnSign(sum, type)
        }
    }

    private mutating func conditionAfterLogic(_ flags: Instruction) -> Reduction {
        if let comparison = op.condition.afterLogic {
            return becomeCompare(comparison, flags.type, flags.a, constant(flags.type, 0))
        }
        // C and V are clear: HI, which wants C, never holds, and LS always does.
        return constantReduction(.i1, [.cc, .vc, .ls].contains(op.condition) ? 1 : 0)
    }

    private mutating func conditionOnSign(_ result: Value, _ type: ValueType) -> Reduction {
        switch op.condition {
        case .mi: becomeCompare(.signedLess, type, result, constant(type, 0))
        case .pl: becomeCompare(.signedGreaterOrEqual, type, result, constant(type, 0))
        default: .stays
        }
    }

    private mutating func becomeCompare(
        _ comparison: Comparison, _ type: ValueType, _ a: Value, _ b: Value
    ) -> Reduction {
        op = Instruction(.compare, type, a: a, b: b, attribute: UInt16(comparison.rawValue))
        return .changed
    }

    /// To the status word and back.
    @inline(never)
    mutating func flagsConvertRule() -> Reduction {
        let inner = definition(op.a)
        switch (op.opcode, inner.opcode) {
        case (_, .constant): return fold(inner.imm)
        case (.flagsFromWord, .flagsToWord): return .value(inner.a)
        case (.flagsToWord, .flagsFromWord): return become(.and, inner.a, constant: 0xf000_0000)
        default: return .stays
        }
    }
}
