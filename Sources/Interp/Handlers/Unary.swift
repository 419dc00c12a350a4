import IR
import Support

// d = op a

@inline(__always)
func unary<Op: UnaryMeaning, Word: MachineWord>(
    _: Op.Type, _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set(p.d, Op.apply(f.get(p.a) as Word))
    return next(f, p + 16, m, t)
}

@c func execNot64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(Not.self, UInt64.self, f, p, m, t)
}
@c func execNot32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(Not.self, UInt32.self, f, p, m, t)
}
@c func execNegate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(Negate.self, UInt64.self, f, p, m, t)
}
@c func execNegate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(Negate.self, UInt32.self, f, p, m, t)
}
@c func execCountLeadingZeros64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(CountLeadingZeros.self, UInt64.self, f, p, m, t)
}
@c func execCountLeadingZeros32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(CountLeadingZeros.self, UInt32.self, f, p, m, t)
}
@c func execCountLeadingSigns64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(CountLeadingSigns.self, UInt64.self, f, p, m, t)
}
@c func execCountLeadingSigns32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(CountLeadingSigns.self, UInt32.self, f, p, m, t)
}
@c func execReverseBits64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(ReverseBits.self, UInt64.self, f, p, m, t)
}
@c func execReverseBits32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(ReverseBits.self, UInt32.self, f, p, m, t)
}
@c func execByteSwap64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(ByteSwap.self, UInt64.self, f, p, m, t)
}
@c func execByteSwap32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(ByteSwap.self, UInt32.self, f, p, m, t)
}
@c func execByteSwap1664(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(ByteSwap16.self, UInt64.self, f, p, m, t)
}
@c func execByteSwap1632(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(ByteSwap16.self, UInt32.self, f, p, m, t)
}
@c func execByteSwap3264(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(ByteSwap32.self, UInt64.self, f, p, m, t)
}

@c func execPopulationCount64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(PopulationCount.self, UInt64.self, f, p, m, t)
}
@c func execPopulationCount32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unary(PopulationCount.self, UInt32.self, f, p, m, t)
}

func unaryHandler(_ opcode: Opcode, wide: Bool) -> Handler? {
    switch opcode {
    case .not: wide ? execNot64 : execNot32
    case .negate: wide ? execNegate64 : execNegate32
    case .populationCount: wide ? execPopulationCount64 : execPopulationCount32
    case .countLeadingZeros: wide ? execCountLeadingZeros64 : execCountLeadingZeros32
    case .countLeadingSigns: wide ? execCountLeadingSigns64 : execCountLeadingSigns32
    case .reverseBits: wide ? execReverseBits64 : execReverseBits32
    case .byteSwap: wide ? execByteSwap64 : execByteSwap32
    case .byteSwap16: wide ? execByteSwap1664 : execByteSwap1632
    // Of a word it is the swap of all its bytes.
    case .byteSwap32: wide ? execByteSwap3264 : execByteSwap32
    default: nil
    }
}
