import Guest
import GuestA64
import IR

/// Random numbers that are the same in every run (splitmix64).
struct FixedRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

extension DecodeTable<A64Translation>.Row {
    /// A word of this row; one field in three has its edge values, so that special registers and zeros come up.
    func randomWord(_ random: inout FixedRandom) -> UInt32 {
        let fields: UInt32 =
            switch UInt32.random(in: 0..<6, using: &random) {
            case 0: 0
            case 1: .max
            case 2: UInt32.random(in: 0...(.max), using: &random) | 31
            case 3: UInt32.random(in: 0...(.max), using: &random) | 31 << 5
            default: UInt32.random(in: 0...(.max), using: &random)
            }
        return value | fields & ~mask
    }
}
