import IR
import Support

// d = a op b

@inline(__always)
func binary<Op: BinaryMeaning, Word: MachineWord>(
    _: Op.Type, _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set(p.d, Op.apply(f.get(p.a) as Word, f.get(p.b)))
    return next(f, p + 16, m, t)
}

// d = a op imm32, sign-extended

@inline(__always)
func binaryImmediate<Op: BinaryMeaning, Word: MachineWord>(
    _: Op.Type, _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set(p.d, Op.apply(f.get(p.a) as Word, Word(truncatingIfNeeded: p.imm32)))
    return next(f, p + 16, m, t)
}

@c func execAdd64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(Add.self, UInt64.self, f, p, m, t)
}
@c func execAddImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(Add.self, UInt64.self, f, p, m, t)
}
@c func execAdd32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(Add.self, UInt32.self, f, p, m, t)
}
@c func execAddImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(Add.self, UInt32.self, f, p, m, t)
}
@c func execSub64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(Sub.self, UInt64.self, f, p, m, t)
}
@c func execSubImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(Sub.self, UInt64.self, f, p, m, t)
}
@c func execSub32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(Sub.self, UInt32.self, f, p, m, t)
}
@c func execSubImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(Sub.self, UInt32.self, f, p, m, t)
}
@c func execMul64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(Mul.self, UInt64.self, f, p, m, t)
}
@c func execMulImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(Mul.self, UInt64.self, f, p, m, t)
}
@c func execMul32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(Mul.self, UInt32.self, f, p, m, t)
}
@c func execMulImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(Mul.self, UInt32.self, f, p, m, t)
}
@c func execMulHighUnsigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(MulHighUnsigned.self, UInt64.self, f, p, m, t)
}
@c func execMulHighUnsignedImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(MulHighUnsigned.self, UInt64.self, f, p, m, t)
}
@c func execMulHighUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(MulHighUnsigned.self, UInt32.self, f, p, m, t)
}
@c func execMulHighUnsignedImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(MulHighUnsigned.self, UInt32.self, f, p, m, t)
}
@c func execMulHighSigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(MulHighSigned.self, UInt64.self, f, p, m, t)
}
@c func execMulHighSignedImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(MulHighSigned.self, UInt64.self, f, p, m, t)
}
@c func execMulHighSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(MulHighSigned.self, UInt32.self, f, p, m, t)
}
@c func execMulHighSignedImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(MulHighSigned.self, UInt32.self, f, p, m, t)
}
@c func execDivideUnsigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(DivideUnsigned.self, UInt64.self, f, p, m, t)
}
@c func execDivideUnsignedImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(DivideUnsigned.self, UInt64.self, f, p, m, t)
}
@c func execDivideUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(DivideUnsigned.self, UInt32.self, f, p, m, t)
}
@c func execDivideUnsignedImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(DivideUnsigned.self, UInt32.self, f, p, m, t)
}
@c func execDivideSigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(DivideSigned.self, UInt64.self, f, p, m, t)
}
@c func execDivideSignedImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(DivideSigned.self, UInt64.self, f, p, m, t)
}
@c func execDivideSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(DivideSigned.self, UInt32.self, f, p, m, t)
}
@c func execDivideSignedImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(DivideSigned.self, UInt32.self, f, p, m, t)
}
@c func execAnd64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(And.self, UInt64.self, f, p, m, t)
}
@c func execAndImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(And.self, UInt64.self, f, p, m, t)
}
@c func execAnd32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(And.self, UInt32.self, f, p, m, t)
}
@c func execAndImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(And.self, UInt32.self, f, p, m, t)
}
@c func execOr64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(Or.self, UInt64.self, f, p, m, t)
}
@c func execOrImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(Or.self, UInt64.self, f, p, m, t)
}
@c func execOr32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(Or.self, UInt32.self, f, p, m, t)
}
@c func execOrImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(Or.self, UInt32.self, f, p, m, t)
}
@c func execXor64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(Xor.self, UInt64.self, f, p, m, t)
}
@c func execXorImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(Xor.self, UInt64.self, f, p, m, t)
}
@c func execXor32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(Xor.self, UInt32.self, f, p, m, t)
}
@c func execXorImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(Xor.self, UInt32.self, f, p, m, t)
}
@c func execAndNot64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(AndNot.self, UInt64.self, f, p, m, t)
}
@c func execAndNotImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(AndNot.self, UInt64.self, f, p, m, t)
}
@c func execAndNot32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(AndNot.self, UInt32.self, f, p, m, t)
}
@c func execAndNotImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(AndNot.self, UInt32.self, f, p, m, t)
}
@c func execOrNot64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(OrNot.self, UInt64.self, f, p, m, t)
}
@c func execOrNotImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(OrNot.self, UInt64.self, f, p, m, t)
}
@c func execOrNot32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(OrNot.self, UInt32.self, f, p, m, t)
}
@c func execOrNotImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(OrNot.self, UInt32.self, f, p, m, t)
}
@c func execXorNot64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(XorNot.self, UInt64.self, f, p, m, t)
}
@c func execXorNotImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(XorNot.self, UInt64.self, f, p, m, t)
}
@c func execXorNot32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(XorNot.self, UInt32.self, f, p, m, t)
}
@c func execXorNotImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(XorNot.self, UInt32.self, f, p, m, t)
}
@c func execShiftLeft64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(ShiftLeft.self, UInt64.self, f, p, m, t)
}
@c func execShiftLeftImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(ShiftLeft.self, UInt64.self, f, p, m, t)
}
@c func execShiftLeft32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(ShiftLeft.self, UInt32.self, f, p, m, t)
}
@c func execShiftLeftImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(ShiftLeft.self, UInt32.self, f, p, m, t)
}
@c func execShiftRightLogical64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(ShiftRightLogical.self, UInt64.self, f, p, m, t)
}
@c func execShiftRightLogicalImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(ShiftRightLogical.self, UInt64.self, f, p, m, t)
}
@c func execShiftRightLogical32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(ShiftRightLogical.self, UInt32.self, f, p, m, t)
}
@c func execShiftRightLogicalImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(ShiftRightLogical.self, UInt32.self, f, p, m, t)
}
@c func execShiftRightArithmetic64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(ShiftRightArithmetic.self, UInt64.self, f, p, m, t)
}
@c func execShiftRightArithmeticImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(ShiftRightArithmetic.self, UInt64.self, f, p, m, t)
}
@c func execShiftRightArithmetic32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(ShiftRightArithmetic.self, UInt32.self, f, p, m, t)
}
@c func execShiftRightArithmeticImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(ShiftRightArithmetic.self, UInt32.self, f, p, m, t)
}
@c func execRotateRight64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(RotateRight.self, UInt64.self, f, p, m, t)
}
@c func execRotateRightImmediate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(RotateRight.self, UInt64.self, f, p, m, t)
}
@c func execRotateRight32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binary(RotateRight.self, UInt32.self, f, p, m, t)
}
@c func execRotateRightImmediate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    binaryImmediate(RotateRight.self, UInt32.self, f, p, m, t)
}

/// The handlers of a two-operand operation in one width: for two cells, and for a cell and an immediate.
func binaryHandlers(_ opcode: Opcode, wide: Bool) -> (cells: Handler, immediate: Handler)? {
    switch opcode {
    case .add:
        wide ? (execAdd64, execAddImmediate64) : (execAdd32, execAddImmediate32)
    case .sub:
        wide ? (execSub64, execSubImmediate64) : (execSub32, execSubImmediate32)
    case .mul:
        wide ? (execMul64, execMulImmediate64) : (execMul32, execMulImmediate32)
    case .mulHighUnsigned:
        wide
            ? (execMulHighUnsigned64, execMulHighUnsignedImmediate64)
            : (execMulHighUnsigned32, execMulHighUnsignedImmediate32)
    case .mulHighSigned:
        wide ? (execMulHighSigned64, execMulHighSignedImmediate64) : (execMulHighSigned32, execMulHighSignedImmediate32)
    case .divideUnsigned:
        wide
            ? (execDivideUnsigned64, execDivideUnsignedImmediate64)
            : (execDivideUnsigned32, execDivideUnsignedImmediate32)
    case .divideSigned:
        wide ? (execDivideSigned64, execDivideSignedImmediate64) : (execDivideSigned32, execDivideSignedImmediate32)
    case .and:
        wide ? (execAnd64, execAndImmediate64) : (execAnd32, execAndImmediate32)
    case .or:
        wide ? (execOr64, execOrImmediate64) : (execOr32, execOrImmediate32)
    case .xor:
        wide ? (execXor64, execXorImmediate64) : (execXor32, execXorImmediate32)
    case .andNot:
        wide ? (execAndNot64, execAndNotImmediate64) : (execAndNot32, execAndNotImmediate32)
    case .orNot:
        wide ? (execOrNot64, execOrNotImmediate64) : (execOrNot32, execOrNotImmediate32)
    case .xorNot:
        wide ? (execXorNot64, execXorNotImmediate64) : (execXorNot32, execXorNotImmediate32)
    case .shiftLeft:
        wide ? (execShiftLeft64, execShiftLeftImmediate64) : (execShiftLeft32, execShiftLeftImmediate32)
    case .shiftRightLogical:
        wide
            ? (execShiftRightLogical64, execShiftRightLogicalImmediate64)
            : (execShiftRightLogical32, execShiftRightLogicalImmediate32)
    case .shiftRightArithmetic:
        wide
            ? (execShiftRightArithmetic64, execShiftRightArithmeticImmediate64)
            : (execShiftRightArithmetic32, execShiftRightArithmeticImmediate32)
    case .rotateRight:
        wide ? (execRotateRight64, execRotateRightImmediate64) : (execRotateRight32, execRotateRightImmediate32)
    default: nil
    }
}
