import Ciphers
import Testing

@Suite struct CipherTests {
    /// FIPS 197, appendix B and C.1: byte 0 first.
    @Test("AES-128 encrypts and decrypts the example of FIPS 197")
    func aes() {
        let key = Quadword(bytes: (0..<16).map { UInt8($0) })
        let plain = Quadword(bytes: (0..<16).map { UInt8($0 * 0x11) })
        let keys = Self.expand(key)
        var state = plain
        for round in 0..<9 { state = AES.mixColumns(AES.encrypt(state, key: keys[round])) }
        state = AES.encrypt(state, key: keys[9]) ^ keys[10]
        #expect(
            state
                == Quadword(bytes: [
                    0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b, 0x04, 0x30, 0xd8, 0xcd, 0xb7, 0x80, 0x70, 0xb4, 0xc5, 0x5a,
                ]))
        // The equivalent inverse cipher (5.3.5): round keys go through InvMixColumns.
        for round in (2...10).reversed() {
            let roundKey = round == 10 ? keys[10] : AES.inverseMixColumns(keys[round])
            state = AES.inverseMixColumns(AES.decrypt(state, key: roundKey))
        }
        state = AES.decrypt(state, key: AES.inverseMixColumns(keys[1])) ^ keys[0]
        #expect(state == plain)
    }

    /// AESE with a zero key on four equal columns is SubWord.
    static func expand(_ key: Quadword) -> [Quadword] {
        var keys = [key]
        var constant: UInt8 = 1
        for _ in 0..<10 {
            let last = keys[keys.count - 1]
            let rotated = last.word(3) >> 8 | last.word(3) << 24
            let substituted = AES.encrypt(Quadword(words: Array(repeating: rotated, count: 4)), key: Quadword())
            var word = substituted.word(0) ^ UInt32(constant)
            keys.append(
                Quadword(
                    words: (0..<4).map { index in
                        word ^= last.word(index)
                        return word
                    }))
            constant = constant << 1 ^ (constant >> 7) * 0x1b
        }
        return keys
    }

    /// GB/T 32907-2016, A.1. Words are big-endian in the standard, numbers here.
    @Test("SM4 encrypts the example of the standard")
    func sm4() {
        let example: [UInt32] = [0x0123_4567, 0x89ab_cdef, 0xfedc_ba98, 0x7654_3210]
        var state = Quadword(words: example)
        var key = state ^ Quadword(words: [0xa3b1_bac6, 0x56aa_3350, 0x677d_9197, 0xb270_22dc])
        for group in 0..<8 {
            let constants = (0..<4).map { index in
                (0..<4).reduce(0 as UInt32) { $0 << 8 | UInt32((4 * (group * 4 + index) + $1) * 7 % 256) }
            }
            key = SM4.expandKey(key, constants: Quadword(words: constants))
            state = SM4.encrypt(state, keys: key)
        }
        #expect((0..<4).reversed().map(state.word) == [0x681e_df34, 0xd206_965e, 0x86b3_e94f, 0x536e_4246])
    }

    /// PACGA cases of Arm's executable specification (their keys are zero), and one with a key from another emulator.
    @Test("QARMA5 computes the codes of Arm's specification")
    func qarma() {
        func code(_ data: UInt64, _ modifier: UInt64, _ high: UInt64 = 0, _ low: UInt64 = 0) -> UInt64 {
            QARMA.authenticationCode(data, modifier: modifier, keyHigh: high, keyLow: low) >> 32
        }
        #expect(code(0xf4d6_251b_9f55_aee4, 0x4bb8_f39d_4b4f_f791) == 0x9f08_e52e)
        #expect(code(0xa57b_6c19_4762_7d45, 0x1_0000_0000) == 0x5588_2dad)
        #expect(code(0x2e7a_4e13, 0xffff_ffff) == 0x12d3_70a7)
        #expect(code(0, 0x14e2_c2ea) == 0xfe2e_a1ee)
        #expect(
            code(0xfb62_3599_da6c_8127, 0x477d_469d_ec0b_8762, 0x84be_85ce_9804_e94b, 0xec28_02d4_e0a4_88e9)
                == 0x5a13_3bda)
    }

    @Test("Products without carries agree with long multiplication")
    func carryless() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            let (a, b) = (UInt64.random(in: 0...(.max), using: &random), UInt64.random(in: 0...(.max), using: &random))
            let exact = Self.product(UInt128(a), b)
            #expect(
                CarrylessMultiply.wide(a, b)
                    == Quadword(UInt64(truncatingIfNeeded: exact), UInt64(truncatingIfNeeded: exact >> 64)))
            let (bytes, low) = (
                CarrylessMultiply.bytes(a, b), CarrylessMultiply.lowBytes(Quadword(a, b), Quadword(b, a))
            )
            for index in 0..<8 {
                let place = UInt64(index * 8)
                let product = UInt64(truncatingIfNeeded: Self.product(UInt128(a >> place & 0xff), b >> place & 0xff))
                #expect(bytes[index / 4] >> UInt64(index % 4 * 16) & 0xffff == product)
                #expect(low.x >> place & 0xff == product & 0xff)
                #expect(low.y >> place & 0xff == product & 0xff)
            }
        }
    }

    static func product(_ a: UInt128, _ b: UInt64) -> UInt128 {
        (0..<64).reduce(0) { b >> UInt64($1) & 1 == 0 ? $0 : $0 ^ a << UInt128($1) }
    }
}

extension Quadword {
    init(words: [UInt32]) {
        self.init(UInt64(words[0]) | UInt64(words[1]) << 32, UInt64(words[2]) | UInt64(words[3]) << 32)
    }

    init(bytes: [UInt8]) {
        self.init()
        for (index, byte) in bytes.enumerated() { self[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8) }
    }

    func word(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: self[index / 2] >> UInt64(index % 2 * 32)) }

    func addingWords(_ other: Quadword) -> Quadword {
        Quadword(words: (0..<4).map { word($0) &+ other.word($0) })
    }
}
