/// Bit fields of `width` bits from bit `low`, 1 <= width, low + width <= the word's width.
@usableFromInline package enum BitField {
    @inlinable @inline(always)
    package static func extract<Word: MachineWord>(_ a: Word, low: UInt64, width: UInt64) -> Word {
        (a &>> Word(truncatingIfNeeded: low)) & mask(width)
    }

    @inlinable @inline(always)
    package static func extractSigned<Word: MachineWord>(_ a: Word, low: UInt64, width: UInt64) -> Word {
        let size = UInt64(truncatingIfNeeded: Word.bitWidth)
        let top = a &<< Word(truncatingIfNeeded: size &- low &- width)
        return ShiftRightArithmetic.apply(top, Word(truncatingIfNeeded: size &- width))
    }

    /// `base` with the field replaced by the low bits of `field`.
    @inlinable @inline(always)
    package static func insert<Word: MachineWord>(_ base: Word, _ field: Word, low: UInt64, width: UInt64) -> Word {
        let mask: Word = mask(width) &<< Word(truncatingIfNeeded: low)
        return base & ~mask | (field &<< Word(truncatingIfNeeded: low)) & mask
    }

    /// The word that begins at bit `low` of the double word high:low, 0 <= low < width (Arm ARM, EXTR).
    @inlinable @inline(always)
    package static func extractPair<Word: MachineWord>(_ lowWord: Word, _ highWord: Word, low: UInt64) -> Word {
        if low == 0 { return lowWord }
        return lowWord &>> Word(truncatingIfNeeded: low) | highWord &<< Word(truncatingIfNeeded: 0 &- low)
    }

    @inlinable @inline(always)
    static func mask<Word: MachineWord>(_ width: UInt64) -> Word {
        Word.max &>> Word(truncatingIfNeeded: UInt64(truncatingIfNeeded: Word.bitWidth) &- width)
    }
}
