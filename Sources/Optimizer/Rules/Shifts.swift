import IR

/// Shifts by constants. Amounts count modulo the width w of the type; a shift there and back is a bit field.
extension ForwardSweep {
    @inline(never)
    mutating func shiftRule() -> Reduction {
        let width = UInt64(op.type.bits)
        guard let b = constantBits(op.b) else { return variableShiftRule(width: width) }
        if let a = constantBits(op.a) { return fold(a, b) }
        let amount = b & (width - 1)
        if amount == 0 { return .value(op.a) }  // x shifted by 0 = x
        if amount != b { return become(op.opcode, op.a, constant: amount) }  // x << (w + k) = x << k
        let inner = definition(op.a)
        switch inner.opcode {
        case .shiftLeft, .shiftRightLogical, .shiftRightArithmetic, .rotateRight:
            guard let innerAmount = constantBits(inner.b) else { return .stays }
            return doubleShiftRule(inner, by: innerAmount & (width - 1), then: amount, width: width)
        default: return .stays
        }
    }

    private mutating func variableShiftRule(width: UInt64) -> Reduction {
        if constantBits(op.a) == 0 { return .value(op.a) }  // 0 shifted = 0
        if let and = definition(op.b, as: .and), let mask = constantBits(and.b), ~mask & (width - 1) == 0 {
            return become(op.opcode, op.a, and.a)  // x << (y & (w - 1)) = x << y
        }
        return .stays
    }

    /// The shift `op` by k of the shift `inner` by j.
    private mutating func doubleShiftRule(
        _ inner: Instruction, by j: UInt64, then k: UInt64, width: UInt64
    ) -> Reduction {
        let x = inner.a
        switch (inner.opcode, op.opcode) {
        case (.shiftLeft, .shiftLeft), (.shiftRightLogical, .shiftRightLogical):
            if j + k >= width { return constantReduction(op.type, 0) }  // (x << j) << k = 0
            return become(op.opcode, x, constant: j + k)
        case (.shiftRightArithmetic, .shiftRightArithmetic):
            return become(op.opcode, x, constant: min(j + k, width - 1))
        case (.rotateRight, .rotateRight): return become(op.opcode, x, constant: (j + k) & (width - 1))
        case (.shiftLeft, .shiftRightLogical) where k >= j:  // the w - k bits of x from bit k - j up
            op = Instruction(.bitFieldExtract, op.type, a: x, imm: k - j, imm2: width - k)
            return .changed
        case (.shiftLeft, .shiftRightArithmetic) where k >= j:
            op = Instruction(.bitFieldExtractSigned, op.type, a: x, imm: k - j, imm2: width - k)
            return .changed
        default: return .stays
        }
    }
}
