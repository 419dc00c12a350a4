// What the saturating operations do to one lane (`LaneOperation`).

/// The meaning of an operation that keeps to the ends of its range: it tells by `saturated` that the exact result lay
/// beyond, and leaves it as it is otherwise.
@usableFromInline package protocol SaturatingMeaning {
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word
}

extension MachineWord {
    /// The greatest signed number, and with `negative` the least.
    @inlinable @inline(always)
    static func signedEnd(negative: Bool) -> Self { (.max &>> 1) &+ (negative ? 1 : 0) }

    /// `exact`, kept to the signed range.
    @inlinable @inline(always)
    static func saturateSigned(_ exact: Int64, _ saturated: inout Bool) -> Self {
        let result = Self(truncatingIfNeeded: exact)
        if Int64(truncatingIfNeeded: result.signed) == exact { return result }
        saturated = true
        return signedEnd(negative: exact < 0)
    }

    /// `exact`, kept to the unsigned range.
    @inlinable @inline(always)
    static func saturateUnsigned(_ exact: Int64, _ saturated: inout Bool) -> Self {
        if exact < 0 {
            saturated = true
            return 0
        }
        let result = Self(truncatingIfNeeded: exact)
        if UInt64(truncatingIfNeeded: result) == UInt64(bitPattern: exact) { return result }
        saturated = true
        return .max
    }
}

// MARK: Sums

enum SaturatingAddSigned: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        let (sum, overflow) = a.signed.addingReportingOverflow(b.signed)
        if !overflow { return Word(bitPattern: sum) }
        saturated = true
        return .signedEnd(negative: a.isNegative)
    }
}

enum SaturatingAddUnsigned: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        let (sum, overflow) = a.addingReportingOverflow(b)
        if !overflow { return sum }
        saturated = true
        return .max
    }
}

enum SaturatingSubSigned: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        let (difference, overflow) = a.signed.subtractingReportingOverflow(b.signed)
        if !overflow { return Word(bitPattern: difference) }
        saturated = true
        return .signedEnd(negative: a.isNegative)
    }
}

enum SaturatingSubUnsigned: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        if a >= b { return a &- b }
        saturated = true
        return 0
    }
}

/// Signed a, unsigned b.
enum SaturatingAddUnsignedToSigned: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        // The sum only grows: it overflows where, as distances from the least number, it wraps around.
        let least = Word.signedEnd(negative: true)
        let (sum, overflow) = (a ^ least).addingReportingOverflow(b)
        if !overflow { return sum ^ least }
        saturated = true
        return .signedEnd(negative: false)
    }
}

/// Unsigned a, signed b.
enum SaturatingAddSignedToUnsigned: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        let sum = a &+ b
        if b.isNegative ? sum < a : sum >= a { return sum }
        saturated = true
        return b.isNegative ? 0 : .max
    }
}

enum SaturatingNegate: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        SaturatingSubSigned.apply(0, a, c, &saturated)
    }
}

enum SaturatingAbsolute: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        a.isNegative ? SaturatingSubSigned.apply(0, a, c, &saturated) : a
    }
}

// MARK: Shifts by the signed low byte of b, right when it is negative

/// Left by any amount.
enum SaturatingShiftLeftSigned: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ p: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        let result = LaneShiftLeft.apply(a, p)
        if LaneShiftRightSigned.apply(result, p) == a { return result }
        saturated = true
        return .signedEnd(negative: a.isNegative)
    }
}

/// Left by any amount.
enum SaturatingShiftLeftUnsigned: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ p: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        let result = LaneShiftLeft.apply(a, p)
        if LaneShiftRightUnsigned.apply(result, p) == a { return result }
        saturated = true
        return .max
    }
}

/// Signed a left by any amount, as an unsigned number.
enum SaturatingShiftLeftSignedToUnsigned: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ p: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        if !a.isNegative { return SaturatingShiftLeftUnsigned.apply(a, p, c, &saturated) }
        saturated = true
        return 0
    }
}

enum SaturatingShiftSigned: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        let (isRight, amount) = b.shift
        if isRight { return LaneShiftRightSigned.apply(a, amount) }
        return SaturatingShiftLeftSigned.apply(a, amount, c, &saturated)
    }
}

enum SaturatingShiftUnsigned: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        let (isRight, amount) = b.shift
        if isRight { return LaneShiftRightUnsigned.apply(a, amount) }
        return SaturatingShiftLeftUnsigned.apply(a, amount, c, &saturated)
    }
}

enum SaturatingRoundingShiftSigned: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        let (isRight, amount) = b.shift
        if isRight { return LaneRoundingShiftRightSigned.apply(a, amount) }
        return SaturatingShiftLeftSigned.apply(a, amount, c, &saturated)
    }
}

enum SaturatingRoundingShiftUnsigned: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        let (isRight, amount) = b.shift
        if isRight { return LaneRoundingShiftRightUnsigned.apply(a, amount) }
        return SaturatingShiftLeftUnsigned.apply(a, amount, c, &saturated)
    }
}

// MARK: Doubling products of lanes of at most 32 bits. Half of the exact value always fits 64 bits

enum SaturatingDoublingMultiplyHigh: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        .saturateSigned(product(a, b) &>> Int64(Word.bitWidth &- 1), &saturated)
    }

    @inline(__always)
    static func product<Word: MachineWord>(_ a: Word, _ b: Word) -> Int64 {
        Int64(truncatingIfNeeded: a.signed) &* Int64(truncatingIfNeeded: b.signed)
    }

    /// Half a unit of the last place that stays, as it counts in half the value.
    @inline(__always)
    static func rounding<Word: MachineWord>(_: Word.Type) -> Int64 { 1 &<< Int64(Word.bitWidth &- 2) }
}

enum SaturatingRoundingDoublingMultiplyHigh: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        SaturatingRoundingDoublingMultiplyAddHigh.apply(a, b, 0, &saturated)
    }
}

enum SaturatingRoundingDoublingMultiplyAddHigh: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        let addend = Int64(truncatingIfNeeded: c.signed) &<< Int64(Word.bitWidth &- 1)
        let sum = addend &+ SaturatingDoublingMultiplyHigh.product(a, b)
        let half = SaturatingDoublingMultiplyHigh.rounding(Word.self)
        return .saturateSigned((sum &+ half) &>> Int64(Word.bitWidth &- 1), &saturated)
    }
}

enum SaturatingRoundingDoublingMultiplySubHigh: SaturatingMeaning {
    @inline(__always)
    static func apply<Word: MachineWord>(_ a: Word, _ b: Word, _ c: Word, _ saturated: inout Bool) -> Word {
        let addend = Int64(truncatingIfNeeded: c.signed) &<< Int64(Word.bitWidth &- 1)
        let half = SaturatingDoublingMultiplyHigh.rounding(Word.self)
        let sum = addend &+ half &- SaturatingDoublingMultiplyHigh.product(a, b)
        return .saturateSigned(sum &>> Int64(Word.bitWidth &- 1), &saturated)
    }
}
