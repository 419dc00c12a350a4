/// The meaning of a pure operation of one operand.
@usableFromInline package protocol UnaryMeaning {
    static func apply<Word: MachineWord>(_ a: Word) -> Word
}

@usableFromInline package enum Not: UnaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word) -> Word { ~a }
}

@usableFromInline package enum Negate: UnaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word) -> Word { 0 &- a }
}

@usableFromInline package enum CountLeadingZeros: UnaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word) -> Word {
        Word(truncatingIfNeeded: a.leadingZeroBitCount)
    }
}

/// Bits after the top one that equal it (Arm ARM, CLS).
@usableFromInline package enum CountLeadingSigns: UnaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word) -> Word {
        Word(truncatingIfNeeded: (a ^ (a &<< 1) | 1).leadingZeroBitCount)
    }
}

@usableFromInline package enum ReverseBits: UnaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word) -> Word {
        var result = swapBits(a, 1, Word(truncatingIfNeeded: 0x5555_5555_5555_5555 as UInt64))
        result = swapBits(result, 2, Word(truncatingIfNeeded: 0x3333_3333_3333_3333 as UInt64))
        result = swapBits(result, 4, Word(truncatingIfNeeded: 0x0f0f_0f0f_0f0f_0f0f as UInt64))
        return result.byteSwapped
    }

    @inlinable @inline(always)
    static func swapBits<Word: MachineWord>(_ a: Word, _ distance: Word, _ mask: Word) -> Word {
        (a &>> distance) & mask | (a & mask) &<< distance
    }
}

@usableFromInline package enum ByteSwap: UnaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word) -> Word { a.byteSwapped }
}

/// Swaps the bytes of each halfword (Arm ARM, REV16).
@usableFromInline package enum ByteSwap16: UnaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word) -> Word {
        let mask = Word(truncatingIfNeeded: 0x00ff_00ff_00ff_00ff as UInt64)
        return (a &>> 8) & mask | (a & mask) &<< 8
    }
}

/// Swaps the bytes of each word (Arm ARM, REV32).
@usableFromInline package enum ByteSwap32: UnaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word) -> Word {
        Word.bitWidth <= 32 ? a.byteSwapped : a.byteSwapped &>> 32 | a.byteSwapped &<< 32
    }
}
