/// CRC-32 over the bytes of `data`, lowest first, without the customary inversions (Arm ARM, CRC32B to CRC32CX).
package enum Checksum {
    /// A generator polynomial, reflected, with the remainders of all bytes.
    package struct Polynomial: Sendable {
        let remainders: [UInt32]

        init(_ polynomial: UInt32) {
            remainders = (0..<256).map { byte in
                (0..<8).reduce(UInt32(byte)) { remainder, _ in
                    remainder >> 1 ^ (0 &- (remainder & 1)) & polynomial
                }
            }
        }
    }

    /// 0x04C11DB7.
    package static let ieee = Polynomial(0xedb8_8320)
    /// 0x1EDC6F41.
    package static let castagnoli = Polynomial(0x82f6_3b78)

    package static func update(_ crc: UInt32, _ data: UInt64, bytes: Int, polynomial: Polynomial) -> UInt32 {
        var (remainder, rest) = (crc, data)
        for _ in 0..<bytes {
            let index = Int(truncatingIfNeeded: (remainder ^ UInt32(truncatingIfNeeded: rest)) & 0xff)
            remainder = remainder &>> 8 ^ polynomial.remainders[index]
            rest &>>= 8
        }
        return remainder
    }
}
