import IR
import Support

// d = a op (b shifted by the number c)

@inline(__always)
func shifted<Op: BinaryMeaning, Shift: BinaryMeaning, Word: MachineWord>(
    _: Op.Type, _: Shift.Type, _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set(p.d, Op.apply(f.get(p.a) as Word, Shift.apply(f.get(p.b), Word(truncatingIfNeeded: p.c))))
    return next(f, p + 16, m, t)
}

@c func execAddShiftLeft64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Add.self, ShiftLeft.self, UInt64.self, f, p, m, t)
}
@c func execAddShiftLeft32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Add.self, ShiftLeft.self, UInt32.self, f, p, m, t)
}
@c func execAddShiftRightLogical64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Add.self, ShiftRightLogical.self, UInt64.self, f, p, m, t)
}
@c func execAddShiftRightLogical32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Add.self, ShiftRightLogical.self, UInt32.self, f, p, m, t)
}
@c func execAddShiftRightArithmetic64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Add.self, ShiftRightArithmetic.self, UInt64.self, f, p, m, t)
}
@c func execAddShiftRightArithmetic32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Add.self, ShiftRightArithmetic.self, UInt32.self, f, p, m, t)
}
@c func execAddRotateRight64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Add.self, RotateRight.self, UInt64.self, f, p, m, t)
}
@c func execAddRotateRight32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Add.self, RotateRight.self, UInt32.self, f, p, m, t)
}
@c func execSubShiftLeft64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Sub.self, ShiftLeft.self, UInt64.self, f, p, m, t)
}
@c func execSubShiftLeft32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Sub.self, ShiftLeft.self, UInt32.self, f, p, m, t)
}
@c func execSubShiftRightLogical64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Sub.self, ShiftRightLogical.self, UInt64.self, f, p, m, t)
}
@c func execSubShiftRightLogical32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Sub.self, ShiftRightLogical.self, UInt32.self, f, p, m, t)
}
@c func execSubShiftRightArithmetic64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Sub.self, ShiftRightArithmetic.self, UInt64.self, f, p, m, t)
}
@c func execSubShiftRightArithmetic32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Sub.self, ShiftRightArithmetic.self, UInt32.self, f, p, m, t)
}
@c func execSubRotateRight64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Sub.self, RotateRight.self, UInt64.self, f, p, m, t)
}
@c func execSubRotateRight32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Sub.self, RotateRight.self, UInt32.self, f, p, m, t)
}
@c func execAndShiftLeft64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(And.self, ShiftLeft.self, UInt64.self, f, p, m, t)
}
@c func execAndShiftLeft32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(And.self, ShiftLeft.self, UInt32.self, f, p, m, t)
}
@c func execAndShiftRightLogical64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(And.self, ShiftRightLogical.self, UInt64.self, f, p, m, t)
}
@c func execAndShiftRightLogical32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(And.self, ShiftRightLogical.self, UInt32.self, f, p, m, t)
}
@c func execAndShiftRightArithmetic64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(And.self, ShiftRightArithmetic.self, UInt64.self, f, p, m, t)
}
@c func execAndShiftRightArithmetic32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(And.self, ShiftRightArithmetic.self, UInt32.self, f, p, m, t)
}
@c func execAndRotateRight64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(And.self, RotateRight.self, UInt64.self, f, p, m, t)
}
@c func execAndRotateRight32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(And.self, RotateRight.self, UInt32.self, f, p, m, t)
}
@c func execOrShiftLeft64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Or.self, ShiftLeft.self, UInt64.self, f, p, m, t)
}
@c func execOrShiftLeft32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Or.self, ShiftLeft.self, UInt32.self, f, p, m, t)
}
@c func execOrShiftRightLogical64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Or.self, ShiftRightLogical.self, UInt64.self, f, p, m, t)
}
@c func execOrShiftRightLogical32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Or.self, ShiftRightLogical.self, UInt32.self, f, p, m, t)
}
@c func execOrShiftRightArithmetic64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Or.self, ShiftRightArithmetic.self, UInt64.self, f, p, m, t)
}
@c func execOrShiftRightArithmetic32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Or.self, ShiftRightArithmetic.self, UInt32.self, f, p, m, t)
}
@c func execOrRotateRight64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Or.self, RotateRight.self, UInt64.self, f, p, m, t)
}
@c func execOrRotateRight32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Or.self, RotateRight.self, UInt32.self, f, p, m, t)
}
@c func execXorShiftLeft64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Xor.self, ShiftLeft.self, UInt64.self, f, p, m, t)
}
@c func execXorShiftLeft32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Xor.self, ShiftLeft.self, UInt32.self, f, p, m, t)
}
@c func execXorShiftRightLogical64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Xor.self, ShiftRightLogical.self, UInt64.self, f, p, m, t)
}
@c func execXorShiftRightLogical32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Xor.self, ShiftRightLogical.self, UInt32.self, f, p, m, t)
}
@c func execXorShiftRightArithmetic64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Xor.self, ShiftRightArithmetic.self, UInt64.self, f, p, m, t)
}
@c func execXorShiftRightArithmetic32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Xor.self, ShiftRightArithmetic.self, UInt32.self, f, p, m, t)
}
@c func execXorRotateRight64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Xor.self, RotateRight.self, UInt64.self, f, p, m, t)
}
@c func execXorRotateRight32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    shifted(Xor.self, RotateRight.self, UInt32.self, f, p, m, t)
}

func shiftedHandler(_ operation: Opcode, _ shift: Opcode, wide: Bool) -> Handler? {
    switch (operation, shift) {
    case (.add, .shiftLeft): wide ? execAddShiftLeft64 : execAddShiftLeft32
    case (.add, .shiftRightLogical): wide ? execAddShiftRightLogical64 : execAddShiftRightLogical32
    case (.add, .shiftRightArithmetic): wide ? execAddShiftRightArithmetic64 : execAddShiftRightArithmetic32
    case (.add, .rotateRight): wide ? execAddRotateRight64 : execAddRotateRight32
    case (.sub, .shiftLeft): wide ? execSubShiftLeft64 : execSubShiftLeft32
    case (.sub, .shiftRightLogical): wide ? execSubShiftRightLogical64 : execSubShiftRightLogical32
    case (.sub, .shiftRightArithmetic): wide ? execSubShiftRightArithmetic64 : execSubShiftRightArithmetic32
    case (.sub, .rotateRight): wide ? execSubRotateRight64 : execSubRotateRight32
    case (.and, .shiftLeft): wide ? execAndShiftLeft64 : execAndShiftLeft32
    case (.and, .shiftRightLogical): wide ? execAndShiftRightLogical64 : execAndShiftRightLogical32
    case (.and, .shiftRightArithmetic): wide ? execAndShiftRightArithmetic64 : execAndShiftRightArithmetic32
    case (.and, .rotateRight): wide ? execAndRotateRight64 : execAndRotateRight32
    case (.or, .shiftLeft): wide ? execOrShiftLeft64 : execOrShiftLeft32
    case (.or, .shiftRightLogical): wide ? execOrShiftRightLogical64 : execOrShiftRightLogical32
    case (.or, .shiftRightArithmetic): wide ? execOrShiftRightArithmetic64 : execOrShiftRightArithmetic32
    case (.or, .rotateRight): wide ? execOrRotateRight64 : execOrRotateRight32
    case (.xor, .shiftLeft): wide ? execXorShiftLeft64 : execXorShiftLeft32
    case (.xor, .shiftRightLogical): wide ? execXorShiftRightLogical64 : execXorShiftRightLogical32
    case (.xor, .shiftRightArithmetic): wide ? execXorShiftRightArithmetic64 : execXorShiftRightArithmetic32
    case (.xor, .rotateRight): wide ? execXorRotateRight64 : execXorRotateRight32
    default: nil
    }
}
