import Guest
import IR
import Support

/// Arm ARM C4.1, scalar floating point and Advanced SIMD: the cryptographic instructions.
extension DecodeTable<A64Translation> {
    mutating func defineVectorCryptography() {
        defineAES()
        defineSHA1()
        defineSHA256()
        defineSHA512()
        defineSHA3()
        defineSM3()
        defineSM4()
    }

    private mutating func defineAES() {
        defineVector("AESE", "0100111000101000010010nnnnnddddd", "aese {Vd}.16b, {Vn}.16b", features: .aes) {
            word, t in t.lanesIntoDestination(word, .aesEncrypt)
        }
        defineVector("AESD", "0100111000101000010110nnnnnddddd", "aesd {Vd}.16b, {Vn}.16b", features: .aes) {
            word, t in t.lanesIntoDestination(word, .aesDecrypt)
        }
        defineVector("AESMC", "0100111000101000011010nnnnnddddd", "aesmc {Vd}.16b, {Vn}.16b", features: .aes) {
            word, t in t.lanesOfSource(word, .aesMixColumns)
        }
        defineVector("AESIMC", "0100111000101000011110nnnnnddddd", "aesimc {Vd}.16b, {Vn}.16b", features: .aes) {
            word, t in t.lanesOfSource(word, .aesInverseMixColumns)
        }
        defineVector(
            "PMULL (64-bit)", "0Q001110111mmmmm111000nnnnnddddd", "pmull{2} {Vd}.1q, {Vn}.{1d}, {Vm}.{1d}",
            features: .aes
        ) { word, t in
            let (a, b) = (t.v(word.rn), t.v(word.rm))
            let upper: UInt64 = word.bit(30) ? 1 : 0
            t.setV(word.rd, t.ir.lanes(.polynomialMultiplyLong, Lanes(.d, .full), a, b, parameter: upper))
            return true
        }
    }

    private mutating func defineSHA1() {
        defineVector("SHA1C", "01011110000mmmmm000000nnnnnddddd", "sha1c {Qd}, {Sn}, {Vm}.4s", features: .sha256) {
            word, t in t.lanesIntoDestination3(word, .sha1Choose)
        }
        defineVector("SHA1P", "01011110000mmmmm000100nnnnnddddd", "sha1p {Qd}, {Sn}, {Vm}.4s", features: .sha256) {
            word, t in t.lanesIntoDestination3(word, .sha1Parity)
        }
        defineVector("SHA1M", "01011110000mmmmm001000nnnnnddddd", "sha1m {Qd}, {Sn}, {Vm}.4s", features: .sha256) {
            word, t in t.lanesIntoDestination3(word, .sha1Majority)
        }
        defineVector(
            "SHA1SU0", "01011110000mmmmm001100nnnnnddddd", "sha1su0 {Vd}.4s, {Vn}.4s, {Vm}.4s", features: .sha256
        ) { word, t in t.lanesIntoDestination3(word, .sha1Schedule0) }
        defineVector("SHA1H", "0101111000101000000010nnnnnddddd", "sha1h {Sd}, {Sn}", features: .sha256) { word, t in
            t.lanesOfSource(word, .sha1Hash)
        }
        defineVector("SHA1SU1", "0101111000101000000110nnnnnddddd", "sha1su1 {Vd}.4s, {Vn}.4s", features: .sha256) {
            word, t in t.lanesIntoDestination(word, .sha1Schedule1)
        }
    }

    private mutating func defineSHA256() {
        defineVector(
            "SHA256H", "01011110000mmmmm010000nnnnnddddd", "sha256h {Qd}, {Qn}, {Vm}.4s", features: .sha256
        ) { word, t in t.lanesIntoDestination3(word, .sha256Hash) }
        defineVector(
            "SHA256H2", "01011110000mmmmm010100nnnnnddddd", "sha256h2 {Qd}, {Qn}, {Vm}.4s", features: .sha256
        ) { word, t in t.lanesIntoDestination3(word, .sha256Hash2) }
        defineVector(
            "SHA256SU1", "01011110000mmmmm011000nnnnnddddd", "sha256su1 {Vd}.4s, {Vn}.4s, {Vm}.4s", features: .sha256
        ) { word, t in t.lanesIntoDestination3(word, .sha256Schedule1) }
        defineVector(
            "SHA256SU0", "0101111000101000001010nnnnnddddd", "sha256su0 {Vd}.4s, {Vn}.4s", features: .sha256
        ) { word, t in t.lanesIntoDestination(word, .sha256Schedule0) }
    }

    private mutating func defineSHA512() {
        defineVector(
            "SHA512H", "11001110011mmmmm100000nnnnnddddd", "sha512h {Qd}, {Qn}, {Vm}.2d", features: .sha512
        ) { word, t in t.lanesIntoDestination3(word, .sha512Hash) }
        defineVector(
            "SHA512H2", "11001110011mmmmm100001nnnnnddddd", "sha512h2 {Qd}, {Qn}, {Vm}.2d", features: .sha512
        ) { word, t in t.lanesIntoDestination3(word, .sha512Hash2) }
        defineVector(
            "SHA512SU1", "11001110011mmmmm100010nnnnnddddd", "sha512su1 {Vd}.2d, {Vn}.2d, {Vm}.2d", features: .sha512
        ) { word, t in t.lanesIntoDestination3(word, .sha512Schedule1) }
        defineVector(
            "SHA512SU0", "1100111011000000100000nnnnnddddd", "sha512su0 {Vd}.2d, {Vn}.2d", features: .sha512
        ) { word, t in t.lanesIntoDestination(word, .sha512Schedule0) }
    }

    private mutating func defineSHA3() {
        defineVector(
            "EOR3", "11001110000mmmmm0aaaaannnnnddddd", "eor3 {Vd}.16b, {Vn}.16b, {Vm}.16b, {Va}.16b",
            features: .sha3
        ) { word, t in
            let sum = t.lanes(.xor, Lanes(.b, .full), t.v(word.rn), t.v(word.rm))
            return t.setLanes(word, .xor, Lanes(.b, .full), sum, t.v(word.ra))
        }
        defineVector(
            "BCAX", "11001110001mmmmm0aaaaannnnnddddd", "bcax {Vd}.16b, {Vn}.16b, {Vm}.16b, {Va}.16b",
            features: .sha3
        ) { word, t in
            let cleared = t.lanes(.andNot, Lanes(.b, .full), t.v(word.rm), t.v(word.ra))
            return t.setLanes(word, .xor, Lanes(.b, .full), t.v(word.rn), cleared)
        }
        defineVector(
            "RAX1", "11001110011mmmmm100011nnnnnddddd", "rax1 {Vd}.2d, {Vn}.2d, {Vm}.2d", features: .sha3
        ) { word, t in
            let turned = t.ir.lanes(.rotateLeftImmediate, Lanes(.d, .full), t.v(word.rm), parameter: 1)
            return t.setLanes(word, .xor, Lanes(.d, .full), t.v(word.rn), turned)
        }
        defineVector(
            "XAR", "11001110100mmmmmiiiiiinnnnnddddd", "xar {Vd}.2d, {Vn}.2d, {Vm}.2d, {xarbits}", features: .sha3
        ) { word, t in
            let sum = t.lanes(.xor, Lanes(.d, .full), t.v(word.rn), t.v(word.rm))
            let left = UInt64((64 - word.imms) & 63)
            t.setV(word.rd, t.ir.lanes(.rotateLeftImmediate, Lanes(.d, .full), sum, parameter: left))
            return true
        }
    }

    private mutating func defineSM3() {
        defineVector(
            "SM3SS1", "11001110010mmmmm0aaaaannnnnddddd", "sm3ss1 {Vd}.4s, {Vn}.4s, {Vm}.4s, {Va}.4s",
            features: .sm3sm4
        ) { word, t in t.setLanes(word, .sm3Schedule, Lanes(.s, .full), t.v(word.rn), t.v(word.rm), t.v(word.ra)) }
        defineVector(
            "SM3TT1A", "11001110010mmmmm10ii00nnnnnddddd", "sm3tt1a {Vd}.4s, {Vn}.4s, {Vm}.s[{lane12}]",
            features: .sm3sm4
        ) { word, t in t.lanesIntoDestination3(word, .sm3TT1A, parameter: UInt64(word.bits(12, 2))) }
        defineVector(
            "SM3TT1B", "11001110010mmmmm10ii01nnnnnddddd", "sm3tt1b {Vd}.4s, {Vn}.4s, {Vm}.s[{lane12}]",
            features: .sm3sm4
        ) { word, t in t.lanesIntoDestination3(word, .sm3TT1B, parameter: UInt64(word.bits(12, 2))) }
        defineVector(
            "SM3TT2A", "11001110010mmmmm10ii10nnnnnddddd", "sm3tt2a {Vd}.4s, {Vn}.4s, {Vm}.s[{lane12}]",
            features: .sm3sm4
        ) { word, t in t.lanesIntoDestination3(word, .sm3TT2A, parameter: UInt64(word.bits(12, 2))) }
        defineVector(
            "SM3TT2B", "11001110010mmmmm10ii11nnnnnddddd", "sm3tt2b {Vd}.4s, {Vn}.4s, {Vm}.s[{lane12}]",
            features: .sm3sm4
        ) { word, t in t.lanesIntoDestination3(word, .sm3TT2B, parameter: UInt64(word.bits(12, 2))) }
        defineVector(
            "SM3PARTW1", "11001110011mmmmm110000nnnnnddddd", "sm3partw1 {Vd}.4s, {Vn}.4s, {Vm}.4s", features: .sm3sm4
        ) { word, t in t.lanesIntoDestination3(word, .sm3Part1) }
        defineVector(
            "SM3PARTW2", "11001110011mmmmm110001nnnnnddddd", "sm3partw2 {Vd}.4s, {Vn}.4s, {Vm}.4s", features: .sm3sm4
        ) { word, t in t.lanesIntoDestination3(word, .sm3Part2) }
    }

    private mutating func defineSM4() {
        defineVector("SM4E", "1100111011000000100001nnnnnddddd", "sm4e {Vd}.4s, {Vn}.4s", features: .sm3sm4) {
            word, t in t.lanesIntoDestination(word, .sm4Encrypt)
        }
        defineVector(
            "SM4EKEY", "11001110011mmmmm110010nnnnnddddd", "sm4ekey {Vd}.4s, {Vn}.4s, {Vm}.4s", features: .sm3sm4
        ) { word, t in t.setLanes(word, .sm4Key, Lanes(.s, .full), t.v(word.rn), t.v(word.rm)) }
    }
}

extension A64Translation {
    fileprivate mutating func setLanes(
        _ word: UInt32, _ operation: LaneOperation, _ lanes: Lanes, _ a: Value, _ b: Value = .none, _ c: Value = .none
    ) -> Bool {
        setV(word.rd, ir.lanes(operation, lanes, a, b, c))
        return true
    }

    /// Vd from Vn alone.
    fileprivate mutating func lanesOfSource(_ word: UInt32, _ operation: LaneOperation) -> Bool {
        setLanes(word, operation, Lanes(.s, .full), v(word.rn))
    }

    /// Vd from Vd and Vn.
    fileprivate mutating func lanesIntoDestination(_ word: UInt32, _ operation: LaneOperation) -> Bool {
        setLanes(word, operation, Lanes(.s, .full), v(word.rd), v(word.rn))
    }

    /// Vd from Vd, Vn and Vm.
    fileprivate mutating func lanesIntoDestination3(
        _ word: UInt32, _ operation: LaneOperation, parameter: UInt64 = 0
    ) -> Bool {
        let (d, n, m) = (v(word.rd), v(word.rn), v(word.rm))
        setV(word.rd, ir.lanes(operation, Lanes(.s, .full), d, n, m, parameter: parameter))
        return true
    }
}
