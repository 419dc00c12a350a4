import Support

/// A loop that keeps many registers in use, with accesses that cross a page, so that fast and slow paths of memory take
/// turns where values have to make room for each other.
struct RandomLoop {
    private(set) var words: [UInt32] = []
    /// x13 to x15 are bases, x27 counts turns.
    let registers: [UInt32: UInt64]
    private var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed ^ 0x6c6f_6f70)
        registers = [
            13: 0x1000_8ff0 + UInt64.random(in: 0..<32, using: &random),
            14: 0x1000_8100 + UInt64.random(in: 0..<64, using: &random), 15: 0x1000_8400, 27: 8,
        ]
        let count = Int.random(in: 8..<40, using: &random)
        while words.count < count { words.append(instruction()) }
        // A skip at the end would skip the count.
        words.append(0xd503_201f)
        let back = UInt32(bitPattern: -Int32(words.count + 1)) & 0x7ffff
        // subs x27, x27, #1; b.ne
        words += [0xf100_077b, 0x5400_0001 | back << 5]
    }

    private mutating func number(_ range: Range<UInt32>) -> UInt32 { UInt32.random(in: range, using: &random) }

    /// x0 to x12, or v0 to v12.
    private mutating func value() -> UInt32 { number(0..<13) }

    private mutating func instruction() -> UInt32 {
        switch number(0..<10) {
        case 0...2: return arithmetic()
        case 3...5: return access()
        case 6: return pair()
        case 7: return vector()
        case 8: return conditional()
        default: return atomic()
        }
    }

    private mutating func pick(_ words: [UInt32]) -> UInt32 { words.randomElement(using: &random) ?? 0 }

    /// add, sub, eor, and, orr, bic, adds, subs, adc; 32 bits too; madd.
    private mutating func arithmetic() -> UInt32 {
        let operands = value() << 16 | value() << 5 | value()
        let word = pick([
            0x8b00_0000, 0xcb00_0000, 0xca00_0000, 0x8a00_0000, 0xaa00_0000, 0x8a20_0000, 0xab00_0000, 0xeb00_0000,
            0x9a00_0000, 0x9b00_0000,
        ])
        let width = Bool.random(using: &random) ? 0 : 0x8000_0000 as UInt32
        return (word | operands | (word == 0x9b00_0000 ? value() << 10 : 0)) & ~width
    }

    /// ldur and stur of all sizes, vectors too, at an offset of -16 to 15.
    private mutating func access() -> UInt32 {
        let offset = (number(0..<32) &- 16) & 0x1ff
        return pick([
            0xf840_0000, 0xb840_0000, 0x7840_0000, 0x3840_0000, 0xb880_0000, 0x3880_0000, 0xf800_0000, 0xb800_0000,
            0x3800_0000, 0x3cc0_0000, 0x3c80_0000, 0xfc40_0000, 0xbc00_0000,
        ]) | offset << 12 | number(13..<15) << 5 | value()
    }

    /// ldp and stp of either width.
    private mutating func pair() -> UInt32 {
        let (first, second) = (value(), value())
        let other = first == second ? (second + 1) % 13 : second
        return pick([0xa940_0000, 0x2940_0000, 0xa900_0000, 0x2900_0000]) | (number(0..<8) &- 4 & 0x7f) << 15
            | other << 10 | number(13..<15) << 5 | first
    }

    /// fadd, fmul, fdiv of doubles, fadd of four singles, add of words, scvtf, fcvtzs, fcmp, fmov both ways.
    private mutating func vector() -> UInt32 {
        let (n, d) = (value() << 5, value())
        return pick([
            0x1e60_2800 | value() << 16 | n | d, 0x1e60_0800 | value() << 16 | n | d,
            0x1e60_1800 | value() << 16 | n | d,
            0x4e20_d400 | value() << 16 | n | d, 0x4ea0_8400 | value() << 16 | n | d, 0x9e62_0000 | n | d,
            0x9e78_0000 | n | d, 0x1e60_2000 | value() << 16 | n, 0x9e67_0000 | n | d, 0x9e66_0000 | n | d,
        ])
    }

    /// csel, csinc, csinv; ccmp; b.cond over one instruction.
    private mutating func conditional() -> UInt32 {
        let condition = number(0..<16)
        let operands = value() << 16 | condition << 12 | value() << 5
        return pick([
            0x9a80_0000 | operands | value(), 0x9a80_0400 | operands | value(), 0xda80_0000 | operands | value(),
            0xfa40_0000 | operands | number(0..<16), 0x5400_0040 | condition, 0x5400_0040 | condition,
        ])
    }

    /// ldadd, swp, ldset, cas, ldar, stlr at x15.
    private mutating func atomic() -> UInt32 {
        let (source, target) = (value() << 16, value())
        return pick([
            0xf820_0000 | source, 0xb820_0000 | source, 0xf820_8000 | source, 0xf820_3000 | source,
            0xc8a0_7c00 | source, 0xc8df_fc00, 0xc89f_fc00,
        ]) | 15 << 5 | target
    }
}
