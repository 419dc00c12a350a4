import Support
import Guest
import GuestA64
import IR

extension DecodeTable<A64Translation>.Row {
    /// A word of this row; one field in three has its edge values, so that special registers and zeros come up.
    func randomWord(_ random: inout SplitMix64) -> UInt32 {
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
