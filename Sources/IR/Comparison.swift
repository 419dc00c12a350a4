/// An integer comparison, the attribute of `compare`.
package enum Comparison: UInt8, CaseIterable, Sendable {
    case equal, notEqual
    case unsignedLess, unsignedLessOrEqual, unsignedGreater, unsignedGreaterOrEqual
    case signedLess, signedLessOrEqual, signedGreater, signedGreaterOrEqual

    package var text: StaticString {
        switch self {
        case .equal: "eq"
        case .notEqual: "ne"
        case .unsignedLess: "ult"
        case .unsignedLessOrEqual: "ule"
        case .unsignedGreater: "ugt"
        case .unsignedGreaterOrEqual: "uge"
        case .signedLess: "slt"
        case .signedLessOrEqual: "sle"
        case .signedGreater: "sgt"
        case .signedGreaterOrEqual: "sge"
        }
    }

    /// The comparison that is true exactly when this one is false.
    package var inverted: Comparison {
        switch self {
        case .equal: .notEqual
        case .notEqual: .equal
        case .unsignedLess: .unsignedGreaterOrEqual
        case .unsignedLessOrEqual: .unsignedGreater
        case .unsignedGreater: .unsignedLessOrEqual
        case .unsignedGreaterOrEqual: .unsignedLess
        case .signedLess: .signedGreaterOrEqual
        case .signedLessOrEqual: .signedGreater
        case .signedGreater: .signedLessOrEqual
        case .signedGreaterOrEqual: .signedLess
        }
    }

    /// The comparison of the operands in the other order.
    package var swapped: Comparison {
        switch self {
        case .equal, .notEqual: self
        case .unsignedLess: .unsignedGreater
        case .unsignedLessOrEqual: .unsignedGreaterOrEqual
        case .unsignedGreater: .unsignedLess
        case .unsignedGreaterOrEqual: .unsignedLessOrEqual
        case .signedLess: .signedGreater
        case .signedLessOrEqual: .signedGreaterOrEqual
        case .signedGreater: .signedLess
        case .signedGreaterOrEqual: .signedLessOrEqual
        }
    }

    /// The meaning, for operands that are zero-extended to their type.
    package func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Bool {
        switch self {
        case .equal: a == b
        case .notEqual: a != b
        case .unsignedLess: a < b
        case .unsignedLessOrEqual: a <= b
        case .unsignedGreater: a > b
        case .unsignedGreaterOrEqual: a >= b
        case .signedLess: a.signed < b.signed
        case .signedLessOrEqual: a.signed <= b.signed
        case .signedGreater: a.signed > b.signed
        case .signedGreaterOrEqual: a.signed >= b.signed
        }
    }
}

/// A condition on a `flags` value, the attribute of `testCondition`; the names are Arm's (Arm ARM C1.2.4).
@usableFromInline package enum FlagCondition: UInt8, CaseIterable, Sendable {
    case eq, ne, cs, cc, mi, pl, vs, vc, hi, ls, ge, lt, gt, le

    package var text: StaticString {
        switch self {
        case .eq: "eq"
        case .ne: "ne"
        case .cs: "cs"
        case .cc: "cc"
        case .mi: "mi"
        case .pl: "pl"
        case .vs: "vs"
        case .vc: "vc"
        case .hi: "hi"
        case .ls: "ls"
        case .ge: "ge"
        case .lt: "lt"
        case .gt: "gt"
        case .le: "le"
        }
    }

    package var inverted: FlagCondition { FlagCondition(rawValue: rawValue ^ 1) ?? self }

    /// The comparison of `a` and `b` that this condition makes after `subFlags a, b`; nil where none does.
    package var afterSubtract: Comparison? {
        switch self {
        case .eq: .equal
        case .ne: .notEqual
        case .cs: .unsignedGreaterOrEqual
        case .cc: .unsignedLess
        case .hi: .unsignedGreater
        case .ls: .unsignedLessOrEqual
        case .ge: .signedGreaterOrEqual
        case .lt: .signedLess
        case .gt: .signedGreater
        case .le: .signedLessOrEqual
        case .mi, .pl, .vs, .vc: nil
        }
    }

    /// The comparison of `a` with zero that this condition makes after `logicFlags a` (C and V clear).
    package var afterLogic: Comparison? {
        switch self {
        case .eq: .equal
        case .ne: .notEqual
        case .mi, .lt: .signedLess
        case .pl, .ge: .signedGreaterOrEqual
        case .gt: .signedGreater
        case .le: .signedLessOrEqual
        case .cs, .cc, .vs, .vc, .hi, .ls: nil
        }
    }

    @inlinable @inline(__always)
    package func apply(_ flags: Flags) -> Bool {
        switch self {
        case .eq: flags.z
        case .ne: !flags.z
        case .cs: flags.c
        case .cc: !flags.c
        case .mi: flags.n
        case .pl: !flags.n
        case .vs: flags.v
        case .vc: !flags.v
        case .hi: flags.c && !flags.z
        case .ls: !(flags.c && !flags.z)
        case .ge: flags.n == flags.v
        case .lt: flags.n != flags.v
        case .gt: flags.n == flags.v && !flags.z
        case .le: !(flags.n == flags.v && !flags.z)
        }
    }
}
