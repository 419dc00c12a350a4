/// SplitMix64: the same numbers on every run, so that a failure repeats.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// A number of `bits` bits, often one near an end of the signed or unsigned number line.
    mutating func operand(bits: Int) -> UInt64 {
        let mask = UInt64.max >> UInt64(64 - bits)
        let sign = mask >> 1 + 1
        switch below(8) {
        case 0: return UInt64(below(4)) & mask
        case 1: return mask - UInt64(below(3)) & mask
        case 2: return sign & mask
        case 3: return (sign &- 1) & mask
        case 4: return 1 << UInt64(below(bits))
        case 5: return mask >> UInt64(below(bits))
        case 6: return next() & mask >> UInt64(below(bits))
        default: return next() & mask
        }
    }
}
