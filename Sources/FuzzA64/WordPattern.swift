/// Words with some bits fixed.
struct WordPattern: Sendable {
    private(set) var mask: UInt32 = 0
    private(set) var value: UInt32 = 0

    /// `text`: 32 characters, `0` and `1` fixed, `-` free, blanks for the eye; nil when it is none.
    init?(_ text: some StringProtocol) {
        let bits = text.filter { $0 != " " }
        guard bits.count == 32, bits.allSatisfy({ "01-".contains($0) }) else { return nil }
        for bit in bits {
            mask = mask << 1 | (bit == "-" ? 0 : 1)
            value = value << 1 | (bit == "1" ? 1 : 0)
        }
    }

    func fits(_ word: UInt32) -> Bool { word & mask == value }

    /// Whether words of `other` fit too, and it fixes more bits.
    func isGeneral(of other: WordPattern) -> Bool {
        (value ^ other.value) & mask & other.mask == 0 && other.mask.nonzeroBitCount > mask.nonzeroBitCount
    }
}
