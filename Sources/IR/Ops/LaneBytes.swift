/// Bytes chosen from 128-bit values.
@usableFromInline package enum LaneBytes {
    /// The 16 bytes from `first` of a's followed by b's.
    @inlinable @inline(always)
    package static func extract(_ a: Vector128, _ b: Vector128, from first: UInt64) -> Vector128 {
        let shift = (first & 7) &* 8
        let (low, middle, high) = first < 8 ? (a[0], a[1], b[0]) : (a[1], b[0], b[1])
        return Vector128(
            BitField.extractPair(low, middle, low: shift), BitField.extractPair(middle, high, low: shift))
    }

    /// The bytes of `table` that the bytes of `indices` less `first` select, and those of `otherwise` where there are
    /// none.
    @inlinable @inline(always)
    package static func lookUp(
        _ table: Vector128, _ indices: Vector128, first: UInt64, otherwise: Vector128
    ) -> Vector128 {
        let (table, indices) = (SIMD16<UInt8>(bits: table), SIMD16<UInt8>(bits: indices))
        let first = UInt8(truncatingIfNeeded: first)
        var result = SIMD16<UInt8>(bits: otherwise)
        for lane in 0..<16 {
            let index = indices[lane] &- first
            if index < 16 { result[lane] = table[Int(index & 15)] }
        }
        return result.bits
    }
}
