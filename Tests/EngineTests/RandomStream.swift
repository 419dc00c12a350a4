import Support

/// A loop of one block that goes through memory at constant steps, in all the ways that compilers write such loops: some turns
/// stay within their pages, some do not, and now and then one ends in a fault.
struct RandomStream {
    private(set) var words: [UInt32] = []
    /// x1 to x4 are pointers, x5 an index; x26, x27 and x28 say when the loop ends.
    let registers: [UInt32: UInt64]
    private var random: SplitMix64

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed ^ 0x7374_7265)
        let turns = [1, 2, 3, 4, 6, 11, 60, 400, 900].randomElement(using: &random) ?? 1
        var registers: [UInt32: UInt64] = [
            5: UInt64.random(in: 0..<64, using: &random), 26: 0 &- UInt64(turns), 27: UInt64(turns),
        ]
        for pointer in 1...4 as ClosedRange<UInt32> {
            let place = 0x1000_8000 + UInt64.random(in: 0..<0x6000, using: &random)
            registers[pointer] = Bool.random(using: &random) ? place & ~15 : place
        }
        // The index takes steps of 1 to 16.
        registers[28] = (registers[5] ?? 0) + UInt64(turns) * 4
        (self.registers, self.random) = (registers, random)
        let count = Int.random(in: 1..<9, using: &self.random)
        words.append(access())
        while words.count < count { words.append(instruction()) }
        end()
    }

    private mutating func number(_ range: Range<UInt32>) -> UInt32 { UInt32.random(in: range, using: &random) }
    private mutating func pick(_ words: [UInt32]) -> UInt32 { words.randomElement(using: &random) ?? 0 }
    /// x6 to x12, or v6 to v12.
    private mutating func value() -> UInt32 { number(6..<13) }
    private mutating func pointer() -> UInt32 { number(1..<5) << 5 }

    private mutating func instruction() -> UInt32 {
        switch number(0..<8) {
        case 0...3: access()
        case 4...5: arithmetic()
        case 6: vector()
        default: step()
        }
    }

    private mutating func access() -> UInt32 {
        switch number(0..<4) {
        case 0: postIndexed()
        case 1: indexed()
        case 2: atOffset()
        default: pair()
        }
    }

    /// Loads and stores of all sizes: general and vector registers.
    private static let kinds: [UInt32] = [
        0xf840_0000, 0xb840_0000, 0x7840_0000, 0x3840_0000, 0xb880_0000, 0x3880_0000, 0xf800_0000, 0xb800_0000,
        0x7800_0000, 0x3800_0000, 0x3cc0_0000, 0x3c80_0000, 0xfc40_0000, 0xbc40_0000, 0xfc00_0000,
    ]

    private mutating func offset() -> UInt32 {
        (pick([1, 2, 4, 8, 16, 24, 64, 255, 0]) &* (Bool.random(using: &random) ? 1 : .max)) & 0x1ff
    }

    private mutating func postIndexed() -> UInt32 {
        pick(Self.kinds) | 0x400 | offset() << 12 | pointer() | value()
    }

    /// [pointer, x5] or with x5 shifted by the access's size.
    private mutating func indexed() -> UInt32 {
        pick(Self.kinds) | 0x20_0800 | 5 << 16 | 0b011 << 13 | number(0..<2) << 12 | pointer() | value()
    }

    private mutating func atOffset() -> UInt32 { pick(Self.kinds) | offset() << 12 | pointer() | value() }

    /// LDP and STP, post-indexed or at an offset, of general and vector registers.
    private mutating func pair() -> UInt32 {
        let first = value()
        let second = first == 12 ? 6 : first + 1
        let word = pick([
            0xa940_0000, 0x2940_0000, 0xa900_0000, 0xa8c0_0000, 0xa880_0000, 0xacc0_0000, 0xac80_0000, 0xad40_0000,
        ])
        return word | (number(0..<9) &- 4 & 0x7f) << 15 | second << 10 | pointer() | first
    }

    /// add, sub, eor, adds, adc; madd.
    private mutating func arithmetic() -> UInt32 {
        let word = pick([0x8b00_0000, 0xcb00_0000, 0xca00_0000, 0xab00_0000, 0x9a00_0000, 0x9b00_2000])
        return word | value() << 16 | value() << 5 | value()
    }

    /// fadd, fmul of doubles and four singles, add of words.
    private mutating func vector() -> UInt32 {
        pick([0x1e60_2800, 0x1e60_0800, 0x4e20_d400, 0x6e20_dc00, 0x4ea0_8400]) | value() << 16 | value() << 5 | value()
    }

    /// add or sub of a pointer, add of the index.
    private mutating func step() -> UInt32 {
        let target = number(1..<6)
        if target == 5 { return 0x9100_0000 | number(1..<17) << 10 | 5 << 5 | 5 }
        return pick([0x9100_0000, 0xd100_0000]) | pick([1, 8, 16, 48, 512]) << 10 | target << 5 | target
    }

    private mutating func end() {
        func back(_ bits: UInt32) -> UInt32 { (UInt32(bitPattern: -Int32(words.count + 1)) & bits) << 5 }
        let add: UInt32 = 0x9100_10a5  // add x5, x5, #4
        switch number(0..<6) {
        case 0: words += [0xf100_077b, 0x5400_0001 | back(0x7ffff)]  // subs x27, x27, #1; b.ne
        case 1: words += [0xd100_077b, 0xb500_001b | back(0x7ffff)]  // sub x27, x27, #1; cbnz x27
        case 2: words += [0xb100_075a, 0x5400_0003 | back(0x7ffff)]  // adds x26, x26, #1; b.cc
        case 3: words += [0xd100_077b, 0xb6f8_001b | back(0x3fff)]  // sub x27, x27, #1; tbz x27, #63
        case 4:
            words.append(add)
            words += [0xeb1c_00bf, 0x5400_0003 | back(0x7ffff)]  // cmp x5, x28; b.cc
        default:
            // The way on is the branch: sub x27, x27, #1; cbz x27, out; b
            words += [0xd100_077b, 0xb400_005b, 0x1400_0000 | UInt32(bitPattern: -Int32(words.count + 2)) & 0x3ff_ffff]
        }
    }
}
