import Support

/// The masks that logical immediates stand for (Arm ARM, shared pseudocode `DecodeBitMasks`).
enum BitMasks {
    /// The immediate that N:imms:immr encodes: a run of ones, rotated, repeated in elements of 2 to 64 bits. Nil for
    /// reserved encodings. For 32-bit operations the upper half repeats the lower.
    static func logicalImmediate(n: UInt32, immr: UInt32, imms: UInt32, is64: Bool) -> UInt64? {
        if n == 1 && !is64 { return nil }
        let selector = n << 6 | ~imms & 0x3f
        if selector < 2 { return nil }
        let size = UInt32(1) << (31 - UInt32(truncatingIfNeeded: selector.leadingZeroBitCount))
        let levels = size - 1
        let ones = (imms & levels) + 1
        // A whole element of ones is reserved.
        if ones == size { return nil }
        return replicate(rotate(run(ones), right: immr & levels, size: size), size: size)
    }

    /// The lowest `count` bits, 1 to 63.
    private static func run(_ count: UInt32) -> UInt64 { (1 << UInt64(count)) - 1 }

    private static func rotate(_ value: UInt64, right amount: UInt32, size: UInt32) -> UInt64 {
        if amount == 0 { return value }
        let mask: UInt64 = .max >> UInt64(64 - size)
        return (value >> UInt64(amount) | value << UInt64(size - amount)) & mask
    }

    private static func replicate(_ value: UInt64, size: UInt32) -> UInt64 {
        var result = value
        var width = size
        while width < 64 {
            result |= result << UInt64(width)
            width *= 2
        }
        return result
    }
}
