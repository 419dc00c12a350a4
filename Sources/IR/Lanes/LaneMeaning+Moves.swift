/// Between lanes and integers.
extension LaneMeaning {
    /// Lane `index` of `type`'s size, zero-extended.
    package static func extractLane(_ type: ValueType, _ a: Vector128, _ index: UInt64) -> UInt64 {
        let bit = index &* UInt64(type.bits)
        return (a[Int(bit >> 6) & 1] >> (bit & 63)) & type.mask
    }

    package static func insertLane(_ type: ValueType, _ a: Vector128, _ value: UInt64, _ index: UInt64) -> Vector128 {
        let bit = index &* UInt64(type.bits)
        let word = Int(bit >> 6) & 1
        var result = a
        result[word] = a[word] & ~(type.mask << (bit & 63)) | (value & type.mask) << (bit & 63)
        return result
    }

    package static func splat(_ lanes: Lanes, _ value: UInt64) -> Vector128 {
        let ones: UInt64 =
            switch lanes.size {
            case .b: 0x0101_0101_0101_0101
            case .h: 0x0001_0001_0001_0001
            case .s: 0x0000_0001_0000_0001
            case .d, .q: 1
            }
        let mask: UInt64 = .max >> UInt64(64 - min(lanes.size.bits, 64))
        let word = (value & mask) &* ones
        return Vector128(word, word) & self.mask(lanes)
    }
}
