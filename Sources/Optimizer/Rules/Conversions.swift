import IR

/// Widening and narrowing. Written `zext.T(x:F)` for widening x of type F to T: a chain of conversions is one
/// conversion, or a bit field of the first value.
extension ForwardSweep {
    @inline(never)
    mutating func zeroExtendRule() -> Reduction {
        let inner = definition(op.a)
        switch inner.opcode {
        case .constant: return fold(inner.imm)
        case .zeroExtend:  // zext.T(zext.U(x)) = zext.T(x)
            op.a = inner.a
            return .changed
        case .truncate where isOfType(inner.a, op.type):  // zext.T(trunc.F(x:T)) = the low F bits of x
            if possibleBits(inner.a) & ~inner.type.mask == 0 { return .value(inner.a) }
            op = Instruction(.bitFieldExtract, op.type, a: inner.a, imm: 0, imm2: UInt64(inner.type.bits))
            return .changed
        default: return .stays
        }
    }

    @inline(never)
    mutating func signExtendRule() -> Reduction {
        let inner = definition(op.a)
        switch inner.opcode {
        case .constant: return fold(inner.imm)
        case .zeroExtend:  // the sign bit of a wider copy is 0: sext.T(zext.U(x)) = zext.T(x)
            op = Instruction(.zeroExtend, op.type, a: inner.a)
            return .changed
        case .signExtend:  // sext.T(sext.U(x)) = sext.T(x)
            op.a = inner.a
            return .changed
        case .truncate where isOfType(inner.a, op.type):  // sext.T(trunc.F(x:T)) = the low F bits of x, signed
            op = Instruction(.bitFieldExtractSigned, op.type, a: inner.a, imm: 0, imm2: UInt64(inner.type.bits))
            return .changed
        default: return .stays
        }
    }

    @inline(never)
    mutating func truncateRule() -> Reduction {
        let inner = definition(op.a)
        switch inner.opcode {
        case .constant: return fold(inner.imm)
        case .truncate:  // trunc.T(trunc.U(x)) = trunc.T(x)
            op.a = inner.a
            return .changed
        case .zeroExtend, .signExtend: return truncateOfExtension(inner)
        case .bitFieldExtract where inner.imm == 0 && inner.imm2 >= UInt64(op.type.bits):
            op.a = inner.a  // only bits are gone that go anyway
            return .changed
        case .bitFieldExtractSigned where inner.imm == 0 && inner.imm2 >= UInt64(op.type.bits):
            op.a = inner.a
            return .changed
        case .and:
            guard let mask = constantBits(inner.b), ~mask & op.type.mask == 0 else { return .stays }
            op.a = inner.a
            return .changed
        default: return .stays
        }
    }

    /// trunc.T(ext.U(x:F)) = x where F = T, ext.T(x) where F is narrower, trunc.T(x) where it is wider.
    private mutating func truncateOfExtension(_ inner: Instruction) -> Reduction {
        let from = definition(inner.a).resultType
        if from.number == op.type.number { return .value(inner.a) }
        op = Instruction(from.bits < op.type.bits ? inner.opcode : .truncate, op.type, a: inner.a)
        return .changed
    }

    private func isOfType(_ value: Value, _ type: ValueType) -> Bool {
        definition(value).resultType.number == type.number
    }

    /// The halves of a pair are what it was made of.
    @inline(never)
    mutating func halfRule() -> Reduction {
        guard let pair = definition(op.a, as: .pair) else { return .stays }
        if case .low64 = op.opcode { return .value(pair.a) }
        return .value(pair.b)
    }

    /// lane.i64 0 = low, lane.i64 1 = high.
    @inline(never)
    mutating func extractLaneRule() -> Reduction {
        guard case .i64 = op.type else { return .stays }
        op = Instruction(op.imm == 0 ? .low64 : .high64, .i128, a: op.a)
        return .changed
    }

    /// pair(low(x), high(x)) = x.
    @inline(never)
    mutating func pairRule() -> Reduction {
        guard let low = definition(op.a, as: .low64), let high = definition(op.b, as: .high64) else { return .stays }
        return low.a.index == high.a.index ? .value(low.a) : .stays
    }
}
