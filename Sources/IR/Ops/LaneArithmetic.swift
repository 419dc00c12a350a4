// What the integer operations do to one lane (`LaneOperation`), where no general operation does the same.

/// The meaning of a pure operation of three operands of one width.
@usableFromInline package protocol TernaryMeaning {
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word) -> Word
}

@usableFromInline package enum MultiplyAdd: TernaryMeaning {
    @inlinable @inline(always)
    package static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word) -> Word { c &+ a &* b }
}

@usableFromInline package enum MultiplySubtract: TernaryMeaning {
    @inlinable @inline(always)
    package static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word) -> Word { c &- a &* b }
}

// MARK: Least, greatest, distance

@usableFromInline package enum MinSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        a.signed < b.signed ? a : b
    }
}

@usableFromInline package enum MinUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        a < b ? a : b
    }
}

@usableFromInline package enum MaxSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        a.signed > b.signed ? a : b
    }
}

@usableFromInline package enum MaxUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        a > b ? a : b
    }
}

@usableFromInline package enum AbsoluteDifferenceSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        MaxSigned.apply(a, b) &- MinSigned.apply(a, b)
    }
}

@usableFromInline package enum AbsoluteDifferenceUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        MaxUnsigned.apply(a, b) &- MinUnsigned.apply(a, b)
    }
}

// MARK: Halving: sums and differences have one bit more than a lane

@usableFromInline package enum HalvingAddSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        (a & b) &+ ShiftRightArithmetic.apply(a ^ b, 1)
    }
}

@usableFromInline package enum HalvingAddUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        (a & b) &+ (a ^ b) &>> 1
    }
}

@usableFromInline package enum RoundingHalvingAddSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        (a | b) &- ShiftRightArithmetic.apply(a ^ b, 1)
    }
}

@usableFromInline package enum RoundingHalvingAddUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        (a | b) &- (a ^ b) &>> 1
    }
}

@usableFromInline package enum HalvingSubSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        ShiftRightArithmetic.apply(a ^ b, 1) &- (~a & b)
    }
}

@usableFromInline package enum HalvingSubUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        (a ^ b) &>> 1 &- (~a & b)
    }
}

// MARK: One operand

@usableFromInline package enum Absolute: UnaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word) -> Word {
        MaxSigned.apply(a, 0 &- a)
    }
}

@usableFromInline package enum PopulationCount: UnaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word) -> Word {
        Word(truncatingIfNeeded: a.nonzeroBitCount)
    }
}

// MARK: Comparisons: all ones where they hold

@usableFromInline package enum LaneEqual: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        .ones(where: a == b)
    }
}

@usableFromInline package enum LaneGreaterSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        .ones(where: a.signed > b.signed)
    }
}

@usableFromInline package enum LaneGreaterEqualSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        .ones(where: a.signed >= b.signed)
    }
}

@usableFromInline package enum LaneGreaterUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        .ones(where: a > b)
    }
}

@usableFromInline package enum LaneGreaterEqualUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        .ones(where: a >= b)
    }
}

@usableFromInline package enum LaneTest: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        .ones(where: a & b != 0)
    }
}
