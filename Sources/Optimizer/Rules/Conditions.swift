import IR

/// Truth values: comparisons, choices, and the end of a block.
extension ForwardSweep {
    @inline(never)
    mutating func compareRule() -> Reduction {
        guard let b = constantBits(op.b) else {
            if constantBits(op.a) != nil {  // k < x = x > k
                op.attribute = UInt16(op.comparison.swapped.rawValue)
                return swapOperands()
            }
            if op.a.index == op.b.index { return constantReduction(.i1, op.comparison.holdsForEqual ? 1 : 0) }
            return compareOfExtensions()
        }
        if let a = constantBits(op.a) { return fold(a, b) }
        if let outcome = boundaryRule(b) { return outcome }
        return compareWithConstant(b)
    }

    /// Comparisons with the ends of the number line.
    private mutating func boundaryRule(_ k: UInt64) -> Reduction? {
        let (max, sign) = (op.type.mask, op.type.mask &>> 1 &+ 1)
        switch (op.comparison, k) {
        case (.unsignedLess, 0), (.unsignedGreater, max), (.signedLess, sign), (.signedGreater, sign &- 1):
            return constantReduction(.i1, 0)
        case (.unsignedGreaterOrEqual, 0), (.unsignedLessOrEqual, max), (.signedGreaterOrEqual, sign),
            (.signedLessOrEqual, sign &- 1):
            return constantReduction(.i1, 1)
        case (.unsignedLessOrEqual, 0): return compare(.equal)  // x <= 0
        case (.unsignedGreater, 0): return compare(.notEqual)  // x > 0
        case (.unsignedLess, 1): return compare(.equal, constant: 0)  // x < 1
        case (.unsignedGreaterOrEqual, 1): return compare(.notEqual, constant: 0)  // x >= 1
        default: return nil
        }
    }

    private mutating func compareWithConstant(_ k: UInt64) -> Reduction {
        let isEquality = op.comparison.isEquality
        if case .i1 = op.type, isEquality { return truthRule(k) }
        let inner = definition(op.a)
        switch inner.opcode {
        // Not so for x - y = 0 or x + j = k: guest code that tests a sum has it in a register anyway, and a test of its
        // operands would keep their old values alive across that register's update.
        case .xor where isEquality && k == 0:  // x ^ y = 0: x = y
            op.a = inner.a
            op.b = inner.b
            return .changed
        case .zeroExtend: return compareOfZeroExtension(inner.a, k)
        default: return .stays
        }
    }

    /// b = 1, b != 0 are b itself; b = 0, b != 1 its opposite.
    private mutating func truthRule(_ k: UInt64) -> Reduction {
        let isSame = (op.comparison == .equal) == (k == 1)
        return isSame ? .value(op.a) : become(.not, op.a)
    }

    /// zext(x:F) against a constant that fits F: compare in F, unsigned, since the sign bit is 0 on both sides. Not in
    /// bytes and halfwords, which back ends compare as words.
    private mutating func compareOfZeroExtension(_ x: Value, _ k: UInt64) -> Reduction {
        let from = definition(x).resultType
        guard from.isComparedAsItIs else { return .stays }
        guard k <= from.mask else {
            switch op.comparison {
            case .equal: return constantReduction(.i1, 0)
            case .notEqual: return constantReduction(.i1, 1)
            default: return .stays
            }
        }
        if case .i1 = from, !op.comparison.isEquality { return .stays }
        op.a = x
        op.type = from
        return compare(op.comparison.unsigned, constant: k)
    }

    /// ext(x:F) against ext(y:F): the order of zero extensions is unsigned, sign extensions keep both orders.
    private mutating func compareOfExtensions() -> Reduction {
        let (a, b) = (definition(op.a), definition(op.b))
        guard a.opcode.number == b.opcode.number else { return .stays }
        let isSigned: Bool
        switch a.opcode {
        case .zeroExtend: isSigned = false
        case .signExtend: isSigned = true
        default: return .stays
        }
        let from = definition(a.a).resultType
        guard from.number == definition(b.a).resultType.number, from.isComparedAsItIs else { return .stays }
        if case .i1 = from, !op.comparison.isEquality { return .stays }
        op.attribute = UInt16((isSigned ? op.comparison : op.comparison.unsigned).rawValue)
        op.type = from
        op.a = a.a
        op.b = b.a
        return .changed
    }

    private mutating func compare(_ comparison: Comparison) -> Reduction {
        op.attribute = UInt16(comparison.rawValue)
        return .changed
    }

    private mutating func compare(_ comparison: Comparison, constant: UInt64) -> Reduction {
        op.b = self.constant(op.type, constant)
        return compare(comparison)
    }

    // MARK: Choice

    @inline(never)
    mutating func selectRule() -> Reduction {
        if op.b.index == op.c.index { return .value(op.b) }  // c ? x : x = x
        let condition = definition(op.a)
        switch condition.opcode {
        case .constant: return .value(condition.imm & 1 != 0 ? op.b : op.c)
        case .not:  // ~c ? x : y = c ? y : x
            op.a = condition.a
            swap(&op.b, &op.c)
            return .changed
        default: break
        }
        guard op.type != .flags, let ifTrue = constantBits(op.b), let ifFalse = constantBits(op.c) else {
            return .stays
        }
        switch (ifTrue, ifFalse) {
        case (1, 0): return truthValue(op.a)  // c ? 1 : 0 = zext(c)
        case (0, 1): return truthValue(define(Instruction(.not, .i1, a: op.a)))
        default: return .stays
        }
    }

    private mutating func truthValue(_ condition: Value) -> Reduction {
        if case .i1 = op.type { return .value(condition) }
        return become(.zeroExtend, condition)
    }

    // MARK: Terminators

    /// A branch on what is known is a jump; one on ~c is the opposite branch on c.
    @inline(never)
    mutating func placeBranch() -> Value {
        while let condition = definition(op.a, as: .not)?.a {
            let (taken, fallThrough) = (op.imm, op.imm2)
            op.a = condition
            op.imm = fallThrough
            op.imm2 = taken
        }
        if let known = op.imm == op.imm2 ? 1 : constantBits(op.a) {
            op = Instruction(.jump, .none, imm: known & 1 != 0 ? op.imm : op.imm2)
        }
        return append(op)
    }
}

extension ValueType {
    fileprivate var isComparedAsItIs: Bool {
        switch self {
        case .i1, .i32, .i64: true
        case .none, .i8, .i16, .i128, .flags: false
        }
    }
}

extension Comparison {
    fileprivate var isEquality: Bool { self == .equal || self == .notEqual }

    fileprivate var holdsForEqual: Bool {
        switch self {
        case .equal, .unsignedLessOrEqual, .unsignedGreaterOrEqual, .signedLessOrEqual, .signedGreaterOrEqual: true
        case .notEqual, .unsignedLess, .unsignedGreater, .signedLess, .signedGreater: false
        }
    }

    /// The same order among numbers whose sign bit is clear.
    fileprivate var unsigned: Comparison {
        switch self {
        case .signedLess: .unsignedLess
        case .signedLessOrEqual: .unsignedLessOrEqual
        case .signedGreater: .unsignedGreater
        case .signedGreaterOrEqual: .unsignedGreaterOrEqual
        case .equal, .notEqual, .unsignedLess, .unsignedLessOrEqual, .unsignedGreater, .unsignedGreaterOrEqual: self
        }
    }
}
