import IR
import Support

// d = a, the whole cell

@c func execMove(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, f.get64(p.a))
    return next(f, p + 16, m, t)
}

@c func execMove128(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let (low, high) = (f.get64(p.a), f.get64(p.a &+ 8))
    f.set(p.d, low)
    f.set(p.d &+ 8, high)
    return next(f, p + 16, m, t)
}

// d = imm32, sign-extended; d = word 2

@c func execConstant(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, p.imm32)
    return next(f, p + 16, m, t)
}

@c func execConstantWide(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, p.word(2))
    return next(f, p + 24, m, t)
}

// Zero-extensions

@c func execZeroExtend1(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, f.get64(p.a) & 1)
    return next(f, p + 16, m, t)
}
@c func execZeroExtend8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, f.get(p.a) as UInt8)
    return next(f, p + 16, m, t)
}
@c func execZeroExtend16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, f.get(p.a) as UInt16)
    return next(f, p + 16, m, t)
}
@c func execZeroExtend32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, f.get(p.a) as UInt32)
    return next(f, p + 16, m, t)
}

// Sign-extensions, to 32 and to 64 bits

@inline(__always)
func signExtend<From: FixedWidthInteger & SignedInteger & BitwiseCopyable, To: MachineWord>(
    _: From.Type, _: To.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set(p.d, To(truncatingIfNeeded: f.get(p.a) as From))
    return next(f, p + 16, m, t)
}

@c func execSignExtend8To32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    signExtend(Int8.self, UInt32.self, f, p, m, t)
}
@c func execSignExtend8To64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    signExtend(Int8.self, UInt64.self, f, p, m, t)
}
@c func execSignExtend16To32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    signExtend(Int16.self, UInt32.self, f, p, m, t)
}
@c func execSignExtend16To64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    signExtend(Int16.self, UInt64.self, f, p, m, t)
}
@c func execSignExtend32To64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    signExtend(Int32.self, UInt64.self, f, p, m, t)
}

// 128-bit values: two cells, low one first

@c func execPair(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let (low, high) = (f.get64(p.a), f.get64(p.b))
    f.set(p.d, low)
    f.set(p.d &+ 8, high)
    return next(f, p + 16, m, t)
}

@c func execHigh64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, f.get64(p.a &+ 8))
    return next(f, p + 16, m, t)
}

// d = a ? b : c; a is an i1

@c func execSelect(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, f.get64(f.get64(p.a) != 0 ? p.b : p.c))
    return next(f, p + 16, m, t)
}

/// The handler that extends an integer of `from`'s width into a whole cell of type `to`.
func zeroExtendHandler(from: ValueType) -> Handler {
    switch from {
    case .i1: execZeroExtend1
    case .i8: execZeroExtend8
    case .i16: execZeroExtend16
    case .i32, .flags: execZeroExtend32
    case .none, .i64, .i128: execMove
    }
}

func signExtendHandler(from: ValueType, to: ValueType) -> Handler? {
    switch (from, to) {
    case (.i8, .i32): execSignExtend8To32
    case (.i8, .i64): execSignExtend8To64
    case (.i16, .i32): execSignExtend16To32
    case (.i16, .i64): execSignExtend16To64
    case (.i32, .i64): execSignExtend32To64
    default: nil
    }
}
