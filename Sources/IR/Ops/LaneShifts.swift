// What the shifts do to one lane (`LaneOperation`). Amounts are not taken modulo the lane's size: all bits can go.

/// By 0 to the lane's size.
@usableFromInline package enum LaneShiftLeft: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ p: Word) -> Word {
        p >= Word(truncatingIfNeeded: Word.bitWidth) ? 0 : a &<< p
    }
}

/// By 0 to the lane's size or more.
@usableFromInline package enum LaneShiftRightUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ p: Word) -> Word {
        p >= Word(truncatingIfNeeded: Word.bitWidth) ? 0 : a &>> p
    }
}

/// By 0 to the lane's size or more.
@usableFromInline package enum LaneShiftRightSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ p: Word) -> Word {
        ShiftRightArithmetic.apply(a, MinUnsigned.apply(p, Word(truncatingIfNeeded: Word.bitWidth &- 1)))
    }
}

/// The exact a + half of the last place kept, shifted right by 1 to the lane's size or more: the sum's carry out of
/// the bits that go is the highest of them.
@usableFromInline package enum LaneRoundingShiftRightUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ p: Word) -> Word {
        LaneShiftRightUnsigned.apply(a, p) &+ LaneShiftRightUnsigned.apply(a, p &- 1) & 1
    }
}

/// As the unsigned one; of the lane's size or more it leaves nothing: -1 and the rounding up make 0.
@usableFromInline package enum LaneRoundingShiftRightSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ p: Word) -> Word {
        let sum = LaneShiftRightSigned.apply(a, p) &+ LaneShiftRightSigned.apply(a, p &- 1) & 1
        return p >= Word(truncatingIfNeeded: Word.bitWidth) ? 0 : sum
    }
}

/// a shifted left in front of b's lowest bits.
@usableFromInline package enum LaneShiftLeftInsert: TernaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ p: Word) -> Word {
        b & ~LaneShiftLeft.apply(.max, p) | LaneShiftLeft.apply(a, p)
    }
}

/// a shifted right behind b's highest bits.
@usableFromInline package enum LaneShiftRightInsert: TernaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ p: Word) -> Word {
        b & ~LaneShiftRightUnsigned.apply(.max, p) | LaneShiftRightUnsigned.apply(a, p)
    }
}

@usableFromInline package enum LaneRotateLeft: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ p: Word) -> Word {
        RotateRight.apply(a, 0 &- p)
    }
}

// MARK: By the signed low byte of the second operand, right when it is negative

extension MachineWord {
    /// The shift that a lane asks for, as a magnitude in the lane's width; it is at most 128, which a byte can hold.
    @inlinable @inline(always)
    package var shift: (isRight: Bool, amount: Self) {
        let amount = Int8(truncatingIfNeeded: self)
        return (amount < 0, Self(truncatingIfNeeded: amount.magnitude))
    }
}

@usableFromInline package enum LaneShiftSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        let (isRight, amount) = b.shift
        return isRight ? LaneShiftRightSigned.apply(a, amount) : LaneShiftLeft.apply(a, amount)
    }
}

@usableFromInline package enum LaneShiftUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        let (isRight, amount) = b.shift
        return isRight ? LaneShiftRightUnsigned.apply(a, amount) : LaneShiftLeft.apply(a, amount)
    }
}

@usableFromInline package enum LaneRoundingShiftSigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        let (isRight, amount) = b.shift
        return isRight ? LaneRoundingShiftRightSigned.apply(a, amount) : LaneShiftLeft.apply(a, amount)
    }
}

@usableFromInline package enum LaneRoundingShiftUnsigned: BinaryMeaning {
    @inlinable @inline(always) package static func apply<Word: MachineWord>(_ a: Word, _ b: Word) -> Word {
        let (isRight, amount) = b.shift
        return isRight ? LaneRoundingShiftRightUnsigned.apply(a, amount) : LaneShiftLeft.apply(a, amount)
    }
}
