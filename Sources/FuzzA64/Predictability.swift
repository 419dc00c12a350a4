import Support

/// Which encodings have one outcome only: the others are CONSTRAINED UNPREDICTABLE (Arm ARM K1.2).
enum Predictability {
    static func holds(_ word: UInt32) -> Bool {
        if word & 0x3a00_0000 == 0x2800_0000 { return pair(word) }
        if word & 0x3b20_0000 == 0x3800_0000 { return single(word) }
        return true
    }

    /// Load and store pairs: two different registers to load, neither of them the base that changes.
    private static func pair(_ word: UInt32) -> Bool {
        let (t, u, n) = (word.bits(0, 5), word.bits(10, 5), word.bits(5, 5))
        if word.bit(22) && t == u { return false }
        let writesBack = word.bit(23)
        return !writesBack || word.bit(26) || n == 31 || n != t && n != u
    }

    private static func single(_ word: UInt32) -> Bool {
        let writesBack = word.bit(10)
        return !writesBack || word.bit(26) || word.bits(5, 5) == 31 || word.bits(5, 5) != word.bits(0, 5)
    }
}
