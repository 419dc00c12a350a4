/// Bit-field access in the manuals' terms: `word.bits(5, 3)` is the three bits from bit 5 up.
extension UInt32 {
    @inlinable @inline(always)
    package func bits(_ low: UInt32, _ count: UInt32) -> UInt32 {
        (self &>> low) & ((1 &<< count) &- 1)
    }

    @inlinable @inline(always)
    package func bit(_ index: UInt32) -> Bool { self &>> index & 1 != 0 }

    /// The field as a two's-complement number, sign-extended to 64 bits.
    @inlinable @inline(always)
    package func signedBits(_ low: UInt32, _ count: UInt32) -> Int64 {
        Int64(Int32(bitPattern: self &<< (32 &- low &- count)) &>> (32 &- count))
    }
}

extension UInt64 {
    @inlinable @inline(always)
    package func bits(_ low: UInt64, _ count: UInt64) -> UInt64 {
        (self &>> low) & (count >= 64 ? .max : (1 &<< count) &- 1)
    }

    @inlinable @inline(always)
    package func bit(_ index: UInt64) -> Bool { self &>> index & 1 != 0 }

    /// This value with the `count` bits from `low` replaced by those of `field`.
    @inlinable
    package func inserting(_ field: UInt64, _ low: UInt64, _ count: UInt64) -> UInt64 {
        let mask: UInt64 = (count >= 64 ? .max : (1 &<< count) &- 1) &<< low
        return self & ~mask | (field &<< low) & mask
    }
}
