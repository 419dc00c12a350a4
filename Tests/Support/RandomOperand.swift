package import Support

extension SplitMix64 {
    /// A number of `bits` bits, often one near an end of the signed or unsigned number line.
    package mutating func operand(bits: Int) -> UInt64 {
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
