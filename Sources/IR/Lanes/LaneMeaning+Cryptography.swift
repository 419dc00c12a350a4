import Ciphers

extension LaneMeaning {
    static func cryptography(
        _ operation: LaneOperation, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128
    ) -> Vector128 {
        switch operation {
        case .aesEncrypt: AES.encrypt(a, key: b)
        case .aesDecrypt: AES.decrypt(a, key: b)
        case .aesMixColumns: AES.mixColumns(a)
        case .aesInverseMixColumns: AES.inverseMixColumns(a)
        case .sha1Choose: SHA1.choose(a, e: word(b), schedule: c)
        case .sha1Parity: SHA1.parity(a, e: word(b), schedule: c)
        case .sha1Majority: SHA1.majority(a, e: word(b), schedule: c)
        case .sha1Hash: Vector128(UInt64(SHA1.rotate(word(a))), 0)
        case .sha1Schedule0: SHA1.schedule0(a, b, c)
        case .sha1Schedule1: SHA1.schedule1(a, b)
        case .sha256Hash: SHA256.hash(abcd: a, efgh: b, schedule: c)
        case .sha256Hash2: SHA256.hash2(efgh: a, abcd: b, schedule: c)
        case .sha256Schedule0: SHA256.schedule0(a, b)
        case .sha256Schedule1: SHA256.schedule1(a, b, c)
        case .sha512Hash: SHA512.hash(a, b, c)
        case .sha512Hash2: SHA512.hash2(a, b, c)
        case .sha512Schedule0: SHA512.schedule0(a, b)
        case .sha512Schedule1: SHA512.schedule1(a, b, c)
        case .sm4Encrypt: SM4.encrypt(a, keys: b)
        case .sm4Key: SM4.expandKey(a, constants: b)
        default: sm3(operation, Int(truncatingIfNeeded: p & 3), a, b, c)
        }
    }

    private static func sm3(
        _ operation: LaneOperation, _ lane: Int, _ a: Vector128, _ b: Vector128, _ c: Vector128
    ) -> Vector128 {
        switch operation {
        case .sm3TT1A: SM3.first(a, b, c, index: lane)
        case .sm3TT1B: SM3.firstLate(a, b, c, index: lane)
        case .sm3TT2A: SM3.second(a, b, c, index: lane)
        case .sm3TT2B: SM3.secondLate(a, b, c, index: lane)
        case .sm3Part1: SM3.schedule1(a, b, c)
        case .sm3Part2: SM3.schedule2(a, b, c)
        default: SM3.intermediate(a, b, c)  // sm3Schedule
        }
    }

    private static func word(_ value: Vector128) -> UInt32 { UInt32(truncatingIfNeeded: value.x) }
}
