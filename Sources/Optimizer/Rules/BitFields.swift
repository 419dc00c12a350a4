import IR

/// Bit fields, written x[low, width]. A field of a field is a field; what lies outside a field does not matter to it.
extension ForwardSweep {
    @inline(never)
    mutating func bitFieldExtractRule() -> Reduction {
        if constantBits(op.a) != nil { return foldUnary() }
        let bits = UInt64(op.type.bits)
        if op.imm2 == bits { return .value(op.a) }  // x[0, bits] = x
        let inner = definition(op.a)
        if case .bitFieldExtractSigned = op.opcode { return signedFieldRule(of: inner) }
        switch inner.opcode {
        case .bitFieldExtract: return fieldOfField(inner.a, from: inner.imm, width: inner.imm2)
        case .bitFieldExtractSigned where op.imm + op.imm2 <= inner.imm2:  // no copy of the sign bit is in it
            return setField(.bitFieldExtract, inner.a, low: inner.imm + op.imm, width: op.imm2)
        case .shiftRightLogical:
            guard let amount = constantBits(inner.b) else { return .stays }
            let shift = amount & (bits - 1)
            return fieldOfField(inner.a, from: shift, width: bits - shift)  // x >> k = x[k, bits - k]
        case .shiftLeft:  // (x << k)[low, width] = x[low - k, width]
            guard let amount = constantBits(inner.b), op.imm >= amount & (bits - 1) else { return .stays }
            return setField(.bitFieldExtract, inner.a, low: op.imm - amount & (bits - 1), width: op.imm2)
        case .and:  // (x & k)[low, width] = x[low, width] if k has these bits
            let field = (UInt64.max &>> (64 - op.imm2)) &<< op.imm
            guard let mask = constantBits(inner.b), ~mask & field == 0 else { return .stays }
            op.a = inner.a
            return .changed
        default:
            // x[0, width] = x if x cannot have more bits.
            return op.imm == 0 && possibleBits(op.a) &>> op.imm2 == 0 ? .value(op.a) : .stays
        }
    }

    /// The field `op` of x[from, width].
    private mutating func fieldOfField(_ x: Value, from: UInt64, width: UInt64) -> Reduction {
        if op.imm >= width { return constantReduction(op.type, 0) }
        return setField(.bitFieldExtract, x, low: from + op.imm, width: min(op.imm2, width - op.imm))
    }

    private mutating func signedFieldRule(of inner: Instruction) -> Reduction {
        switch inner.opcode {
        case .bitFieldExtractSigned, .bitFieldExtract:
            if op.imm + op.imm2 <= inner.imm2 {
                return setField(.bitFieldExtractSigned, inner.a, low: inner.imm + op.imm, width: op.imm2)
            }
            guard case .bitFieldExtract = inner.opcode else { return .stays }
            // The field's sign bit lies above the inner field, where there are zeros.
            return fieldOfField(inner.a, from: inner.imm, width: inner.imm2)
        case .shiftLeft:
            let bits = UInt64(op.type.bits)
            guard let amount = constantBits(inner.b), op.imm >= amount & (bits - 1) else { return .stays }
            return setField(.bitFieldExtractSigned, inner.a, low: op.imm - amount & (bits - 1), width: op.imm2)
        default: return .stays
        }
    }

    private mutating func setField(_ opcode: Opcode, _ x: Value, low: UInt64, width: UInt64)
        -> Reduction
    {
        op = Instruction(opcode, op.type, a: x, imm: low, imm2: width)
        return .changed
    }

    @inline(never)
    mutating func bitFieldInsertRule() -> Reduction {
        if op.imm2 == UInt64(op.type.bits) { return .value(op.b) }  // the field is everything
        if op.imm == 0 && op.a.index == op.b.index { return .value(op.a) }  // x's own low bits into x
        if let b = constantBits(op.b), let a = constantBits(op.a) { return fold(a, b) }
        let field = UInt64.max &>> (64 - op.imm2)
        let inner = definition(op.b)
        switch inner.opcode {
        case .and:  // bits above the field are cut off anyway
            guard let mask = constantBits(inner.b), ~mask & field == 0 else { return .stays }
        case .bitFieldExtract, .bitFieldExtractSigned:
            guard inner.imm == 0 && inner.imm2 >= op.imm2 else { return .stays }
        default: return .stays
        }
        op.b = inner.a
        return .changed
    }

    /// The word from bit k of high:low.
    @inline(never)
    mutating func extractPairRule() -> Reduction {
        let k = op.imm
        if k == 0 { return .value(op.a) }
        if op.a.index == op.b.index { return become(.rotateRight, op.a, constant: k) }  // x:x
        switch (constantBits(op.a), constantBits(op.b)) {
        case (let low?, let high?): return fold(low, high)
        case (_, 0?): return become(.shiftRightLogical, op.a, constant: k)  // 0:x
        case (0?, _): return become(.shiftLeft, op.b, constant: UInt64(op.type.bits) - k)  // x:0
        default: return .stays
        }
    }
}
