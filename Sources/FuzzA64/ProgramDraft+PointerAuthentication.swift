import Support

/// Pointers are signed with keys that nobody knows, so they may not stay in a register: what one instruction signs the
/// next authenticates or strips. What a wrong signature leads to depends on the keys too.
extension ProgramDraft {
    /// PACIA with the key and operands of any other instruction of the group: IA, IB, DA, DB in bits 11 and 10.
    private static let sign: UInt32 = 0xdac1_0000
    private static let authenticate: UInt32 = 0xdac1_1000
    /// A modifier of zero instead of Xn.
    private static let zeroModifier: UInt32 = 0x2000
    /// XPACI; XPACD is the next.
    private static let strip: UInt32 = 0xdac1_43e0

    private static func address(_ random: inout SplitMix64) -> UInt64 { random.next() & 0x7fff_ffff_ffff }

    /// PACIA, ..., AUTDZB, XPACI, XPACD: one of them `word`, the other what belongs to it.
    mutating func appendPointerSigning(_ word: UInt32, _ random: inout SplitMix64) {
        // A signed zero goes nowhere, and one that is authenticated may fault.
        let d = word.bits(0, 5) == 31 ? 3 : word.bits(0, 5)
        let isStrip = word.bit(14)
        var rest = isStrip ? Self.zeroModifier | 31 << 5 | UInt32(random.below(4)) << 10 : word & 0x2fe0
        if rest & Self.zeroModifier == 0 && rest >> 5 & 31 == d { rest = rest & ~(31 << 5) | (d ^ 1) << 5 }
        rest |= d
        move(d, Self.address(&random))
        emit(Self.sign | rest)
        if isStrip { return emit(word & ~31 | d) }
        emit(word.bit(12) || random.chance(50) ? Self.authenticate | rest : Self.strip | d)
    }

    /// The forms that are hints: X17 with X16 for a modifier, or X30 with SP or zero.
    mutating func appendPointerSigningHint(_ word: UInt32, _ random: inout SplitMix64) {
        let number = word.bits(5, 7)
        // XPACLRI strips what PACIAZ signed; authentication has the number of signing with bit 2 set.
        let signing: UInt32 = number == 7 ? 24 : number & ~4
        move(number < 16 && number != 7 ? 17 : 30, Self.address(&random))
        emit(0xd503_201f | signing << 5)
        emit(number == 7 ? word : 0xd503_201f | (signing | 4) << 5)
    }

    /// PACGA: only that the lower half is zero is the same everywhere.
    mutating func appendGenericCode(_ word: UInt32) {
        let d = word.bits(0, 5)
        emit(word)
        // mov wd, wd
        if d != 31 { emit(0x2a00_03e0 | d << 16 | d) }
    }

    /// BRAA, ..., RETAB to the word behind, whose address is signed alike.
    mutating func appendAuthenticatedBranch(_ original: UInt32) {
        var word = original
        let isReturn = word.bits(21, 2) == 2
        let hasModifier = word.bit(24)
        var n: UInt32 = isReturn ? 30 : word.bits(5, 5)
        // QEMU 10.0.2 ends at BRAA and BRAB of other registers than these (Docs/KnownDifferences.md).
        if !isReturn && word.bits(21, 2) == 0 { n = 16 | n & 1 }
        if n == 31 { n = 3 }
        var modifier: UInt32 = isReturn ? 31 : word.bits(0, 5)
        if hasModifier && modifier == n { modifier = n ^ 1 }
        if !isReturn { word = word & ~(31 << 5) | n << 5 }
        if hasModifier { word = word & ~31 | modifier }
        let signing = hasModifier || isReturn ? modifier << 5 : Self.zeroModifier | 31 << 5
        // adr xn, .+12
        emit(0x1000_0060 | n)
        emit(Self.sign | (word >> 10 & 1) << 10 | signing | n)
        emit(word)
        emit(Self.strip | n)
    }

    /// LDRAA, LDRAB with key DA or DB and a modifier of zero.
    mutating func appendAuthenticatedLoad(_ original: UInt32, _ random: inout SplitMix64) {
        // Offsets within the window: bits 20 to 18, and the sign.
        var word = original & ~(7 << 18 | 1 << 22)
        var n = word.bits(5, 5)
        if n == 31 { n = 3 }
        if word.bits(0, 5) == n { word ^= 1 }
        word = word & ~(31 << 5) | n << 5
        move(n, StateGenerator.pointer(&random))
        emit(Self.sign | Self.zeroModifier | 31 << 5 | (word.bit(23) ? 3 : 2) << 10 | n)
        emit(word)
        emit(Self.strip | 1 << 10 | n)
    }
}
