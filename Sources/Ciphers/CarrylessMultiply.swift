/// Multiplication of polynomials over GF(2) (Arm ARM C7.2, PMUL, PMULL; shared pseudocode `PolynomialMult`).
package enum CarrylessMultiply {
    /// PMULL of doublewords: 64 by 64 to 128 bits.
    package static func wide(_ a: UInt64, _ b: UInt64) -> Quadword {
        let low = lowHalf(a, b)
        // Bit i of the reversed operands' product is bit 126 - i of the product.
        let high = lowHalf(a.bitsReversed, b.bitsReversed).bitsReversed &>> 1
        return Quadword(low, high)
    }

    /// PMULL of bytes: eight products of 8 by 8 to 16 bits.
    package static func bytes(_ a: UInt64, _ b: UInt64) -> Quadword {
        let (a, b) = (spread(a), spread(b))
        var product = Quadword()
        for bit: UInt64 in 0..<8 {
            let lanes = b &>> bit & 0x0001_0001_0001_0001
            product ^= a &<< bit & (lanes &* 0xffff)
        }
        return product
    }

    /// PMUL: sixteen products of 8 by 8 bits, of which the low 8 bits stay.
    package static func lowBytes(_ a: Quadword, _ b: Quadword) -> Quadword {
        var product = Quadword()
        for bit: UInt64 in 0..<8 {
            let kept = (0xff as UInt64 &<< bit & 0xff) &* 0x0101_0101_0101_0101
            let lanes = b &>> bit & 0x0101_0101_0101_0101
            product ^= a &<< bit & kept & (lanes &* 0xff)
        }
        return product
    }

    /// The low 64 bits of a product. Bits three apart from each other, so that the carries of ordinary products fall
    /// into bits that are thrown away: at most 16 terms meet in a bit, so four bits hold a sum.
    @inline(__always)
    private static func lowHalf(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var result: UInt64 = 0
        for place: UInt64 in 0..<4 {
            let kept = 0x1111_1111_1111_1111 as UInt64 &<< place
            var sum: UInt64 = 0
            for part: UInt64 in 0..<4 {
                let mask = 0x1111_1111_1111_1111 as UInt64 &<< part
                let other = 0x1111_1111_1111_1111 as UInt64 &<< ((place &- part) & 3)
                sum ^= (a & mask) &* (b & other)
            }
            result |= sum & kept
        }
        return result
    }

    /// The eight bytes of `bytes` in the low halves of eight 16-bit elements.
    @inline(__always)
    private static func spread(_ bytes: UInt64) -> Quadword {
        var spread = Quadword(bytes & 0xffff_ffff, bytes &>> 32)
        spread = (spread | spread &<< 16) & 0x0000_ffff_0000_ffff
        return (spread | spread &<< 8) & 0x00ff_00ff_00ff_00ff
    }
}

extension UInt64 {
    fileprivate var bitsReversed: UInt64 {
        var bits = self.byteSwapped
        bits = (bits &>> 4 & 0x0f0f_0f0f_0f0f_0f0f) | (bits & 0x0f0f_0f0f_0f0f_0f0f) &<< 4
        bits = (bits &>> 2 & 0x3333_3333_3333_3333) | (bits & 0x3333_3333_3333_3333) &<< 2
        return (bits &>> 1 & 0x5555_5555_5555_5555) | (bits & 0x5555_5555_5555_5555) &<< 1
    }
}
