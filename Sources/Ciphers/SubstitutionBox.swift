/// A byte substitution as a table; the tables are worked out when first used, from their definitions.
struct SubstitutionBox: Sendable {
    private let table: InlineArray<256, UInt8>

    private init(_ substitute: (UInt8) -> UInt8) {
        table = InlineArray { substitute(UInt8(truncatingIfNeeded: $0)) }
    }

    private init(inverseOf other: SubstitutionBox) {
        var inverse = InlineArray<256, UInt8>(repeating: 0)
        for byte in 0...UInt8.max { inverse[Int(other[byte])] = byte }
        table = inverse
    }

    @inline(__always)
    subscript(byte: UInt8) -> UInt8 { table[Int(byte)] }

    /// Each byte of `bytes` substituted.
    @inline(__always)
    func substitute(_ bytes: UInt32) -> UInt32 {
        var result: UInt32 = 0
        for place in stride(from: 0 as UInt32, to: 32, by: 8) {
            result |= UInt32(self[UInt8(truncatingIfNeeded: bytes &>> place)]) &<< place
        }
        return result
    }

    /// FIPS 197, 5.1.1: the inverse in GF(2^8), then an affine map.
    static let aes = SubstitutionBox(aesSubstitute)

    /// FIPS 197, 5.3.2: the inverse of `aes`.
    static let aesInverse = SubstitutionBox(inverseOf: aes)

    /// GB/T 32907-2016, 6.2: an affine map, the inverse in GF(2^8), and the same affine map.
    static let sm4 = SubstitutionBox { byte in
        sm4Affine(BinaryField(modulus: 0x1f5).inverse(sm4Affine(byte)))
    }

    private static func aesSubstitute(_ byte: UInt8) -> UInt8 {
        let inverse = BinaryField(modulus: 0x11b).inverse(byte)
        var result: UInt8 = 0x63
        for turn: UInt8 in 0...4 { result ^= rotatedLeft(inverse, turn) }
        return result
    }

    /// Multiplication with the circulant matrix of which 0xa7 is a row, and addition of 0xd3.
    private static func sm4Affine(_ byte: UInt8) -> UInt8 {
        var result: UInt8 = 0xd3
        for bit: UInt8 in 0..<8 where (rotatedLeft(0xa7, bit) & byte).nonzeroBitCount % 2 == 1 {
            result ^= 1 << bit
        }
        return result
    }

    private static func rotatedLeft(_ byte: UInt8, _ amount: UInt8) -> UInt8 {
        byte &<< amount | (amount == 0 ? 0 : byte &>> (8 &- amount))
    }
}

/// GF(2^8) modulo a polynomial of degree 8, whose coefficients are the bits of `modulus`.
struct BinaryField {
    let modulus: UInt16

    func multiply(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var product: UInt16 = 0
        for bit: UInt16 in (0..<8).reversed() {
            product <<= 1
            if product >> 8 != 0 { product ^= modulus }
            if UInt16(b) >> bit & 1 != 0 { product ^= UInt16(a) }
        }
        return UInt8(truncatingIfNeeded: product)
    }

    /// The inverse, which is the 254th power; 0 for 0.
    func inverse(_ a: UInt8) -> UInt8 {
        var (power, result) = (a, 1 as UInt8)
        for _ in 0..<7 {
            power = multiply(power, power)
            result = multiply(result, power)
        }
        return result
    }
}
