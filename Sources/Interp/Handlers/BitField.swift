import IR
import Support

// Bit fields: lowest bit and width are bytes 12 and 13 (one operand) or bytes 14 and 15 (two operands).

@inline(__always)
func extract<Word: MachineWord>(_: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, BitField.extract(f.get(p.a) as Word, low: p.byte(12), width: p.byte(13)))
    return next(f, p + 16, m, t)
}

@inline(__always)
func extractSigned<Word: MachineWord>(_: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, BitField.extractSigned(f.get(p.a) as Word, low: p.byte(12), width: p.byte(13)))
    return next(f, p + 16, m, t)
}

@inline(__always)
func insert<Word: MachineWord>(_: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, BitField.insert(f.get(p.a) as Word, f.get(p.b), low: p.byte(14), width: p.byte(15)))
    return next(f, p + 16, m, t)
}

@inline(__always)
func extractPair<Word: MachineWord>(_: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, BitField.extractPair(f.get(p.a) as Word, f.get(p.b), low: p.byte(14)))
    return next(f, p + 16, m, t)
}

// d = a + b + c

@inline(__always)
func addWithCarry<Word: MachineWord>(_: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, f.get(p.a) as Word &+ f.get(p.b) &+ Word(truncatingIfNeeded: f.get64(p.c)))
    return next(f, p + 16, m, t)
}

extension UnsafeRawPointer {
    @inline(__always) fileprivate func byte(_ offset: Int) -> UInt64 {
        UInt64(load(fromByteOffset: offset, as: UInt8.self))
    }
}

@c func execBitFieldExtract64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extract(UInt64.self, f, p, m, t)
}
@c func execBitFieldExtractSigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extractSigned(UInt64.self, f, p, m, t)
}
@c func execBitFieldInsert64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    insert(UInt64.self, f, p, m, t)
}
@c func execExtractPair64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extractPair(UInt64.self, f, p, m, t)
}
@c func execAddWithCarry64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    addWithCarry(UInt64.self, f, p, m, t)
}
@c func execBitFieldExtract32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extract(UInt32.self, f, p, m, t)
}
@c func execBitFieldExtractSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extractSigned(UInt32.self, f, p, m, t)
}
@c func execBitFieldInsert32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    insert(UInt32.self, f, p, m, t)
}
@c func execExtractPair32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extractPair(UInt32.self, f, p, m, t)
}
@c func execAddWithCarry32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    addWithCarry(UInt32.self, f, p, m, t)
}
