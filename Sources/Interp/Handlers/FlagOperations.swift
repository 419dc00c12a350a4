import IR
import Support

// Condition flags. d = the flags of an operation on a and b.

@inline(__always)
func addFlags<Word: MachineWord>(_ b: Word, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.setFlags(p.d, .adding(f.get(p.a), b, carry: false))
    return next(f, p + 16, m, t)
}

@inline(__always)
func subFlags<Word: MachineWord>(_ b: Word, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.setFlags(p.d, .subtracting(f.get(p.a), b))
    return next(f, p + 16, m, t)
}

@inline(__always)
func logicFlags<Word: MachineWord>(_ result: Word, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.setFlags(p.d, .logic(result))
    return next(f, p + 16, m, t)
}

@inline(__always)
func addWithCarryFlags<Word: MachineWord>(
    _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.setFlags(p.d, .adding(f.get(p.a) as Word, f.get(p.b), carry: f.get64(p.c) != 0))
    return next(f, p + 16, m, t)
}

// d = a - b, cell c (word 2 for an immediate) = the flags of it

@inline(__always)
func subtractAndFlags<Word: MachineWord>(
    _ b: Word, flags cell: Int, size: Int, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let a: Word = f.get(p.a)
    f.setFlags(cell, .subtracting(a, b))
    f.set(p.d, a &- b)
    return next(f, p + size, m, t)
}

@inline(__always)
func addAndFlags<Word: MachineWord>(
    _ b: Word, flags cell: Int, size: Int, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let a: Word = f.get(p.a)
    f.setFlags(cell, .adding(a, b, carry: false))
    f.set(p.d, a &+ b)
    return next(f, p + size, m, t)
}

@inline(__always)
func test<Word: MachineWord>(_ result: Word, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.setFlags(p.d, .logic(result))
    return next(f, p + 16, m, t)
}

@c func execAddFlags64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    addFlags(f.get(p.b) as UInt64, f, p, m, t)
}
@c func execAddFlagsImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    addFlags(p.imm32, f, p, m, t)
}
@c func execSubFlags64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    subFlags(f.get(p.b) as UInt64, f, p, m, t)
}
@c func execSubFlagsImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    subFlags(p.imm32, f, p, m, t)
}
@c func execLogicFlags64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    logicFlags(f.get(p.a) as UInt64, f, p, m, t)
}
@c func execAddWithCarryFlags64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    addWithCarryFlags(UInt64.self, f, p, m, t)
}
@c func execTestFlags64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    test((f.get(p.a) as UInt64) & f.get(p.b), f, p, m, t)
}
@c func execTestFlagsImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    test((f.get(p.a) as UInt64) & p.imm32, f, p, m, t)
}
@c func execSubtractAndFlags64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    subtractAndFlags(f.get(p.b) as UInt64, flags: p.c, size: 16, f, p, m, t)
}
@c func execSubtractAndFlagsImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    subtractAndFlags(p.imm32, flags: Int(p.word(2)), size: 24, f, p, m, t)
}
@c func execAddAndFlags64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    addAndFlags(f.get(p.b) as UInt64, flags: p.c, size: 16, f, p, m, t)
}
@c func execAddAndFlagsImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    addAndFlags(p.imm32, flags: Int(p.word(2)), size: 24, f, p, m, t)
}
@c func execAddFlags32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    addFlags(f.get(p.b) as UInt32, f, p, m, t)
}
@c func execAddFlagsImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    addFlags(UInt32(truncatingIfNeeded: p.imm32), f, p, m, t)
}
@c func execSubFlags32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    subFlags(f.get(p.b) as UInt32, f, p, m, t)
}
@c func execSubFlagsImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    subFlags(UInt32(truncatingIfNeeded: p.imm32), f, p, m, t)
}
@c func execLogicFlags32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    logicFlags(f.get(p.a) as UInt32, f, p, m, t)
}
@c func execAddWithCarryFlags32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    addWithCarryFlags(UInt32.self, f, p, m, t)
}
@c func execTestFlags32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    test((f.get(p.a) as UInt32) & f.get(p.b), f, p, m, t)
}
@c func execTestFlagsImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    test((f.get(p.a) as UInt32) & UInt32(truncatingIfNeeded: p.imm32), f, p, m, t)
}
@c func execSubtractAndFlags32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    subtractAndFlags(f.get(p.b) as UInt32, flags: p.c, size: 16, f, p, m, t)
}
@c func execSubtractAndFlagsImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    subtractAndFlags(UInt32(truncatingIfNeeded: p.imm32), flags: Int(p.word(2)), size: 24, f, p, m, t)
}
@c func execAddAndFlags32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    addAndFlags(f.get(p.b) as UInt32, flags: p.c, size: 16, f, p, m, t)
}
@c func execAddAndFlagsImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    addAndFlags(UInt32(truncatingIfNeeded: p.imm32), flags: Int(p.word(2)), size: 24, f, p, m, t)
}

// d = condition on the flags a

@inline(__always)
func condition(_ condition: FlagCondition, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, condition.apply(Flags(rawValue: f.get(p.a))).word)
    return next(f, p + 16, m, t)
}

@c func execConditionEQ(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.eq, f, p, m, t) }
@c func execConditionNE(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.ne, f, p, m, t) }
@c func execConditionCS(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.cs, f, p, m, t) }
@c func execConditionCC(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.cc, f, p, m, t) }
@c func execConditionMI(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.mi, f, p, m, t) }
@c func execConditionPL(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.pl, f, p, m, t) }
@c func execConditionVS(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.vs, f, p, m, t) }
@c func execConditionVC(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.vc, f, p, m, t) }
@c func execConditionHI(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.hi, f, p, m, t) }
@c func execConditionLS(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.ls, f, p, m, t) }
@c func execConditionGE(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.ge, f, p, m, t) }
@c func execConditionLT(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.lt, f, p, m, t) }
@c func execConditionGT(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.gt, f, p, m, t) }
@c func execConditionLE(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { condition(.le, f, p, m, t) }

func conditionHandler(_ condition: FlagCondition) -> Handler {
    switch condition {
    case .eq: execConditionEQ
    case .ne: execConditionNE
    case .cs: execConditionCS
    case .cc: execConditionCC
    case .mi: execConditionMI
    case .pl: execConditionPL
    case .vs: execConditionVS
    case .vc: execConditionVC
    case .hi: execConditionHI
    case .ls: execConditionLS
    case .ge: execConditionGE
    case .lt: execConditionLT
    case .gt: execConditionGT
    case .le: execConditionLE
    }
}

// if condition on the flags a: word 2 begins the exits

@inline(__always)
func branchCondition(_ condition: FlagCondition, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branch(condition.apply(Flags(rawValue: f.get(p.a))), p + 16, f, m, t)
}

@c func execBranchConditionEQ(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.eq, f, p, m, t)
}
@c func execBranchConditionNE(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.ne, f, p, m, t)
}
@c func execBranchConditionCS(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.cs, f, p, m, t)
}
@c func execBranchConditionCC(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.cc, f, p, m, t)
}
@c func execBranchConditionMI(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.mi, f, p, m, t)
}
@c func execBranchConditionPL(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.pl, f, p, m, t)
}
@c func execBranchConditionVS(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.vs, f, p, m, t)
}
@c func execBranchConditionVC(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.vc, f, p, m, t)
}
@c func execBranchConditionHI(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.hi, f, p, m, t)
}
@c func execBranchConditionLS(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.ls, f, p, m, t)
}
@c func execBranchConditionGE(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.ge, f, p, m, t)
}
@c func execBranchConditionLT(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.lt, f, p, m, t)
}
@c func execBranchConditionGT(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.gt, f, p, m, t)
}
@c func execBranchConditionLE(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCondition(.le, f, p, m, t)
}

func branchConditionHandler(_ condition: FlagCondition) -> Handler {
    switch condition {
    case .eq: execBranchConditionEQ
    case .ne: execBranchConditionNE
    case .cs: execBranchConditionCS
    case .cc: execBranchConditionCC
    case .mi: execBranchConditionMI
    case .pl: execBranchConditionPL
    case .vs: execBranchConditionVS
    case .vc: execBranchConditionVC
    case .hi: execBranchConditionHI
    case .ls: execBranchConditionLS
    case .ge: execBranchConditionGE
    case .lt: execBranchConditionLT
    case .gt: execBranchConditionGT
    case .le: execBranchConditionLE
    }
}

// Conversions between flags and the status word's bits 31 to 28

@c func execFlagsFromWord(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.setFlags(p.d, Flags(statusWord: f.get(p.a)))
    return next(f, p + 16, m, t)
}
@c func execFlagsToWord(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, Flags(rawValue: f.get(p.a)).statusWord)
    return next(f, p + 16, m, t)
}
