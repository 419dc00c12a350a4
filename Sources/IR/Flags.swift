/// The condition flags as the `flags` type holds them: one byte each, N lowest, each 0 or 1.
@usableFromInline package struct Flags: Equatable, Sendable {
    @usableFromInline package var rawValue: UInt32

    @inlinable @inline(always)
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    @inlinable @inline(always)
    package init(n: Bool, z: Bool, c: Bool, v: Bool) {
        rawValue = n.word | z.word &<< 8 | c.word &<< 16 | v.word &<< 24
    }

    @inlinable @inline(always) package var n: Bool { rawValue & 0x1 != 0 }
    @inlinable @inline(always) package var z: Bool { rawValue & 0x100 != 0 }
    @inlinable @inline(always) package var c: Bool { rawValue & 0x1_0000 != 0 }
    @inlinable @inline(always) package var v: Bool { rawValue & 0x100_0000 != 0 }

    /// From N, Z, C, V in bits 31 to 28, as in the program status registers.
    @inlinable
    package init(statusWord word: UInt32) {
        self.init(
            n: word & 0x8000_0000 != 0, z: word & 0x4000_0000 != 0, c: word & 0x2000_0000 != 0,
            v: word & 0x1000_0000 != 0)
    }

    @inlinable
    package var statusWord: UInt32 { n.word &<< 31 | z.word &<< 30 | c.word &<< 29 | v.word &<< 28 }

    /// Flags of `a + b + carry` (Arm ARM, shared pseudocode `AddWithCarry`).
    @inlinable @inline(always)
    package static func adding<Word: MachineWord>(_ a: Word, _ b: Word, carry: Bool) -> Flags {
        let (partial, carryA) = a.addingReportingOverflow(b)
        let (sum, carryB) = partial.addingReportingOverflow(carry ? 1 : 0)
        let overflow = (a ^ sum) & (b ^ sum)
        return Flags(n: sum.isNegative, z: sum == 0, c: carryA != carryB, v: overflow.isNegative)
    }

    /// Flags of `a - b`: C set when no borrow.
    @inlinable @inline(always)
    package static func subtracting<Word: MachineWord>(_ a: Word, _ b: Word) -> Flags {
        let difference = a &- b
        return Flags(
            n: difference.isNegative, z: difference == 0, c: a >= b, v: ((a ^ b) & (a ^ difference)).isNegative)
    }

    /// Flags of a logical result: C and V clear.
    @inlinable @inline(always)
    package static func logic<Word: MachineWord>(_ result: Word) -> Flags {
        Flags(n: result.isNegative, z: result == 0, c: false, v: false)
    }
}

extension Bool {
    /// 1 or 0, without a branch.
    @inlinable @inline(always) package var word: UInt32 {
        UInt32(truncatingIfNeeded: unsafe unsafeBitCast(self, to: UInt8.self))
    }
}
