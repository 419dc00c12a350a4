/// The AES instructions (Arm ARM C7.2, AESE to AESIMC; FIPS 197). Byte `i` of the state is byte `i` of the register;
/// its columns are the 32-bit elements.
package enum AES {
    /// AESE: AddRoundKey, SubBytes, ShiftRows.
    package static func encrypt(_ state: Quadword, key: Quadword) -> Quadword {
        let mixed = state ^ key
        // Byte 4c + r of the result comes from column c + r.
        return substitute(mixed, step: 5, SubstitutionBox.aes)
    }

    /// AESD: AddRoundKey, InvSubBytes, InvShiftRows.
    package static func decrypt(_ state: Quadword, key: Quadword) -> Quadword {
        let mixed = state ^ key
        // Byte 4c + r of the result comes from column c - r.
        return substitute(mixed, step: 13, SubstitutionBox.aesInverse)
    }

    /// AESMC: MixColumns.
    package static func mixColumns(_ state: Quadword) -> Quadword {
        Quadword(mixColumns(state.x), mixColumns(state.y))
    }

    /// AESIMC: InvMixColumns, which is MixColumns after multiplication with 4x^2 + 5.
    package static func inverseMixColumns(_ state: Quadword) -> Quadword {
        Quadword(
            mixColumns(state.x ^ timesFour(state.x ^ turned(state.x, 16))),
            mixColumns(state.y ^ timesFour(state.y ^ turned(state.y, 16))))
    }

    /// Byte `i` of the result is the substitute of byte `step * i` (modulo 16).
    @inline(__always)
    private static func substitute(_ state: Quadword, step: Int, _ box: borrowing SubstitutionBox) -> Quadword {
        var result = Quadword()
        for half in 0..<2 {
            var bytes: UInt64 = 0
            for index in 0..<8 {
                let source = step &* (half &* 8 &+ index) & 15
                let byte = UInt8(truncatingIfNeeded: state[source &>> 3] &>> UInt64(8 &* (source & 7)))
                bytes |= UInt64(box[byte]) &<< UInt64(8 &* index)
            }
            result[half] = bytes
        }
        return result
    }

    /// Two columns: each byte becomes 2a + 3b + c + d of itself and the three below it.
    @inline(__always)
    private static func mixColumns(_ a: UInt64) -> UInt64 {
        let b = turned(a, 8)
        return timesTwo(a ^ b) ^ b ^ turned(a, 16) ^ turned(a, 24)
    }

    /// Both halves rotated right by `bits`.
    @inline(__always)
    private static func turned(_ columns: UInt64, _ bits: UInt64) -> UInt64 {
        let low = (0xffff_ffff as UInt64 &>> bits) &* 0x1_0000_0001
        return columns &>> bits & low | columns &<< (32 &- bits) & ~low
    }

    /// Each byte times x in GF(2^8).
    @inline(__always)
    private static func timesTwo(_ bytes: UInt64) -> UInt64 {
        let high = bytes & 0x8080_8080_8080_8080
        return (bytes ^ high) &<< 1 ^ (high &>> 7) &* 0x1b
    }

    @inline(__always)
    private static func timesFour(_ bytes: UInt64) -> UInt64 { timesTwo(timesTwo(bytes)) }
}
