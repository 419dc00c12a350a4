/// The meaning of a pure operation of two operands of one width. The constant folder, the interpreter, and the tests
/// that compare with libgmp share it.
@usableFromInline package protocol BinaryMeaning {
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word
}

@usableFromInline package enum Add: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word { a &+ b }
}

@usableFromInline package enum Sub: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word { a &- b }
}

@usableFromInline package enum Mul: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word { a &* b }
}

/// The upper half of the unsigned double-width product.
@usableFromInline package enum MulHighUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        a.multipliedFullWidth(by: b).high
    }
}

/// The upper half of the signed double-width product.
@usableFromInline package enum MulHighSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        Word(bitPattern: a.signed.multipliedFullWidth(by: b.signed).high)
    }
}

/// Division by zero gives zero (Arm ARM, UDIV).
@usableFromInline package enum DivideUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
    }
}

/// Rounds towards zero; division by zero gives zero, the most negative number by -1 itself (Arm ARM, SDIV).
@usableFromInline package enum DivideSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        if b == 0 { return 0 }
        if b == Word.max { return 0 &- a }
        return Word(bitPattern: a.signed.dividedReportingOverflow(by: b.signed).partialValue)
    }
}
