import IR
import Support

// d = a relation b

@inline(__always)
func compare<Op: Relation, Word: MachineWord>(
    _: Op.Type, _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set(p.d, Op.holds(f.get(p.a) as Word, f.get(p.b)).word)
    return next(f, p + 16, m, t)
}

@inline(__always)
func compareImmediate<Op: Relation, Word: MachineWord>(
    _: Op.Type, _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set(p.d, Op.holds(f.get(p.a) as Word, Word(truncatingIfNeeded: p.imm32)).word)
    return next(f, p + 16, m, t)
}

// d = a relation b ? c : e; e is the low half of word 2

@inline(__always)
func compareSelect<Op: Relation, Word: MachineWord>(
    _: Op.Type, _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let holds = Op.holds(f.get(p.a) as Word, f.get(p.b))
    f.set(p.d, f.get64(holds ? p.c : Int(p.load(fromByteOffset: 16, as: UInt16.self))))
    return next(f, p + 24, m, t)
}

@c func execCompareEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(Equal.self, UInt64.self, f, p, m, t)
}
@c func execCompareImmediateEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(Equal.self, UInt64.self, f, p, m, t)
}
@c func execCompareSelectEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(Equal.self, UInt64.self, f, p, m, t)
}
@c func execCompareEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(Equal.self, UInt32.self, f, p, m, t)
}
@c func execCompareImmediateEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(Equal.self, UInt32.self, f, p, m, t)
}
@c func execCompareSelectEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(Equal.self, UInt32.self, f, p, m, t)
}
@c func execCompareNotEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(NotEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareImmediateNotEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(NotEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareSelectNotEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(NotEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareNotEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(NotEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareImmediateNotEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(NotEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareSelectNotEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(NotEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareUnsignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(UnsignedLess.self, UInt64.self, f, p, m, t)
}
@c func execCompareImmediateUnsignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(UnsignedLess.self, UInt64.self, f, p, m, t)
}
@c func execCompareSelectUnsignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(UnsignedLess.self, UInt64.self, f, p, m, t)
}
@c func execCompareUnsignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(UnsignedLess.self, UInt32.self, f, p, m, t)
}
@c func execCompareImmediateUnsignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(UnsignedLess.self, UInt32.self, f, p, m, t)
}
@c func execCompareSelectUnsignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(UnsignedLess.self, UInt32.self, f, p, m, t)
}
@c func execCompareUnsignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(UnsignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareImmediateUnsignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(UnsignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareSelectUnsignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(UnsignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareUnsignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(UnsignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareImmediateUnsignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(UnsignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareSelectUnsignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(UnsignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareUnsignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(UnsignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execCompareImmediateUnsignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(UnsignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execCompareSelectUnsignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(UnsignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execCompareUnsignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(UnsignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execCompareImmediateUnsignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(UnsignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execCompareSelectUnsignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(UnsignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execCompareUnsignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(UnsignedGreaterOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareImmediateUnsignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(UnsignedGreaterOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareSelectUnsignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(UnsignedGreaterOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareUnsignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(UnsignedGreaterOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareImmediateUnsignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(UnsignedGreaterOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareSelectUnsignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(UnsignedGreaterOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareSignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(SignedLess.self, UInt64.self, f, p, m, t)
}
@c func execCompareImmediateSignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(SignedLess.self, UInt64.self, f, p, m, t)
}
@c func execCompareSelectSignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(SignedLess.self, UInt64.self, f, p, m, t)
}
@c func execCompareSignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(SignedLess.self, UInt32.self, f, p, m, t)
}
@c func execCompareImmediateSignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(SignedLess.self, UInt32.self, f, p, m, t)
}
@c func execCompareSelectSignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(SignedLess.self, UInt32.self, f, p, m, t)
}
@c func execCompareSignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(SignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareImmediateSignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(SignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareSelectSignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(SignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareSignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(SignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareImmediateSignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(SignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareSelectSignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(SignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareSignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(SignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execCompareImmediateSignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(SignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execCompareSelectSignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(SignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execCompareSignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(SignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execCompareImmediateSignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(SignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execCompareSelectSignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(SignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execCompareSignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(SignedGreaterOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareImmediateSignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(SignedGreaterOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareSelectSignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(SignedGreaterOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execCompareSignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compare(SignedGreaterOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareImmediateSignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareImmediate(SignedGreaterOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execCompareSelectSignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareSelect(SignedGreaterOrEqual.self, UInt32.self, f, p, m, t)
}

func compareHandlers(_ comparison: Comparison, wide: Bool) -> (cells: Handler, immediate: Handler, select: Handler) {
    switch comparison {
    case .equal:
        wide
            ? (execCompareEqual64, execCompareImmediateEqual64, execCompareSelectEqual64)
            : (execCompareEqual32, execCompareImmediateEqual32, execCompareSelectEqual32)
    case .notEqual:
        wide
            ? (execCompareNotEqual64, execCompareImmediateNotEqual64, execCompareSelectNotEqual64)
            : (execCompareNotEqual32, execCompareImmediateNotEqual32, execCompareSelectNotEqual32)
    case .unsignedLess:
        wide
            ? (execCompareUnsignedLess64, execCompareImmediateUnsignedLess64, execCompareSelectUnsignedLess64)
            : (execCompareUnsignedLess32, execCompareImmediateUnsignedLess32, execCompareSelectUnsignedLess32)
    case .unsignedLessOrEqual:
        wide
            ? (
                execCompareUnsignedLessOrEqual64, execCompareImmediateUnsignedLessOrEqual64,
                execCompareSelectUnsignedLessOrEqual64
            )
            : (
                execCompareUnsignedLessOrEqual32, execCompareImmediateUnsignedLessOrEqual32,
                execCompareSelectUnsignedLessOrEqual32
            )
    case .unsignedGreater:
        wide
            ? (execCompareUnsignedGreater64, execCompareImmediateUnsignedGreater64, execCompareSelectUnsignedGreater64)
            : (execCompareUnsignedGreater32, execCompareImmediateUnsignedGreater32, execCompareSelectUnsignedGreater32)
    case .unsignedGreaterOrEqual:
        wide
            ? (
                execCompareUnsignedGreaterOrEqual64, execCompareImmediateUnsignedGreaterOrEqual64,
                execCompareSelectUnsignedGreaterOrEqual64
            )
            : (
                execCompareUnsignedGreaterOrEqual32, execCompareImmediateUnsignedGreaterOrEqual32,
                execCompareSelectUnsignedGreaterOrEqual32
            )
    case .signedLess:
        wide
            ? (execCompareSignedLess64, execCompareImmediateSignedLess64, execCompareSelectSignedLess64)
            : (execCompareSignedLess32, execCompareImmediateSignedLess32, execCompareSelectSignedLess32)
    case .signedLessOrEqual:
        wide
            ? (
                execCompareSignedLessOrEqual64, execCompareImmediateSignedLessOrEqual64,
                execCompareSelectSignedLessOrEqual64
            )
            : (
                execCompareSignedLessOrEqual32, execCompareImmediateSignedLessOrEqual32,
                execCompareSelectSignedLessOrEqual32
            )
    case .signedGreater:
        wide
            ? (execCompareSignedGreater64, execCompareImmediateSignedGreater64, execCompareSelectSignedGreater64)
            : (execCompareSignedGreater32, execCompareImmediateSignedGreater32, execCompareSelectSignedGreater32)
    case .signedGreaterOrEqual:
        wide
            ? (
                execCompareSignedGreaterOrEqual64, execCompareImmediateSignedGreaterOrEqual64,
                execCompareSelectSignedGreaterOrEqual64
            )
            : (
                execCompareSignedGreaterOrEqual32, execCompareImmediateSignedGreaterOrEqual32,
                execCompareSelectSignedGreaterOrEqual32
            )
    }
}
