@usableFromInline package enum And: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word { a & b }
}

@usableFromInline package enum Or: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word { a | b }
}

@usableFromInline package enum Xor: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word { a ^ b }
}

@usableFromInline package enum AndNot: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word { a & ~b }
}

@usableFromInline package enum OrNot: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word { a | ~b }
}

@usableFromInline package enum XorNot: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word { a ^ ~b }
}

/// Shift amounts count modulo the width, as in Arm's LSLV and x86's SHL.
@usableFromInline package enum ShiftLeft: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word { a &<< b }
}

@usableFromInline package enum ShiftRightLogical: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word { a &>> b }
}

@usableFromInline package enum ShiftRightArithmetic: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        Word(bitPattern: a.signed &>> Word.Signed(truncatingIfNeeded: b & Word(truncatingIfNeeded: Word.bitWidth - 1)))
    }
}

@usableFromInline package enum RotateRight: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        (a &>> b) | (a &<< (0 &- b))
    }
}
