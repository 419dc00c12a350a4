import Ciphers
import Testing

/// Whole algorithms built from the instructions' functions, on the standards' own examples.
@Suite struct HashTests {
    @Test("SHA-1 of abc (FIPS 180-4 example)")
    func sha1() {
        var hash = Quadword(words: [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476])
        var e: UInt32 = 0xc3d2_e1f0
        let initial = (hash, e)
        var schedule = (0..<4).map { Quadword(words: Array(Self.message[($0 * 4)..<($0 * 4 + 4)])) }
        let constants: [UInt32] = [0x5a82_7999, 0x6ed9_eba1, 0x8f1b_bcdc, 0xca62_c1d6]
        for group in 0..<20 {
            let sum = schedule[0].addingWords(Quadword(words: Array(repeating: constants[group / 5], count: 4)))
            let next = SHA1.rotate(hash.word(0))
            switch group / 5 {
            case 0: hash = SHA1.choose(hash, e: e, schedule: sum)
            case 2: hash = SHA1.majority(hash, e: e, schedule: sum)
            default: hash = SHA1.parity(hash, e: e, schedule: sum)
            }
            e = next
            let partial = SHA1.schedule0(schedule[0], schedule[1], schedule[2])
            schedule = Array(schedule[1...]) + [SHA1.schedule1(partial, schedule[3])]
        }
        hash = hash.addingWords(initial.0)
        #expect((0..<4).map(hash.word) == [0xa999_3e36, 0x4706_816a, 0xba3e_2571, 0x7850_c26c])
        #expect(e &+ initial.1 == 0x9cd0_d89d)
    }

    @Test("SHA-256 of abc (FIPS 180-4 example)")
    func sha256() {
        var abcd = Quadword(words: [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a])
        var efgh = Quadword(words: [0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19])
        let initial = (abcd, efgh)
        var schedule = (0..<4).map { Quadword(words: Array(Self.message[($0 * 4)..<($0 * 4 + 4)])) }
        let constants = Self.cubeRoots(64).map { UInt32(truncatingIfNeeded: $0 >> 32) }
        for group in 0..<16 {
            let sum = schedule[0].addingWords(Quadword(words: Array(constants[(group * 4)..<(group * 4 + 4)])))
            (abcd, efgh) = (
                SHA256.hash(abcd: abcd, efgh: efgh, schedule: sum), SHA256.hash2(efgh: efgh, abcd: abcd, schedule: sum)
            )
            let partial = SHA256.schedule0(schedule[0], schedule[1])
            schedule = Array(schedule[1...]) + [SHA256.schedule1(partial, schedule[2], schedule[3])]
        }
        abcd = abcd.addingWords(initial.0)
        efgh = efgh.addingWords(initial.1)
        #expect((0..<4).map(abcd.word) == [0xba78_16bf, 0x8f01_cfea, 0x4141_40de, 0x5dae_2223])
        #expect((0..<4).map(efgh.word) == [0xb003_61a3, 0x9617_7a9c, 0xb410_ff61, 0xf200_15ad])
    }

    @Test("SHA-512 of abc (FIPS 180-4 example)")
    func sha512() {
        let start: [UInt64] = [
            0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
            0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
        ]
        var pairs = stride(from: 0, to: 8, by: 2).map { Quadword(start[$0], start[$0 + 1]) }
        let message: [UInt64] = [0x6162_6380_0000_0000] + Array(repeating: 0, count: 14) + [24]
        var schedule = stride(from: 0, to: 16, by: 2).map { Quadword(message[$0], message[$0 + 1]) }
        let constants = Self.cubeRoots(80)
        for round in stride(from: 0, to: 80, by: 2) {
            let sum = schedule[0] &+ Quadword(constants[round], constants[round + 1])
            let (ab, cd, ef, gh) = (pairs[0], pairs[1], pairs[2], pairs[3])
            let t1 = SHA512.hash(
                Quadword(gh.x &+ sum.y, gh.y &+ sum.x), Quadword(ef.y, gh.x), Quadword(cd.y, ef.x))
            let t2 = SHA512.hash2(t1, cd, ab)
            pairs = [Quadword(t2.x, t2.y), ab, Quadword(cd.x &+ t1.x, cd.y &+ t1.y), ef]
            let step = SHA512.schedule0(schedule[0], schedule[1])
            let next = SHA512.schedule1(step, schedule[7], Quadword(schedule[4].y, schedule[5].x))
            schedule = Array(schedule[1...]) + [next]
        }
        let digest = zip(pairs.flatMap { [$0.x, $0.y] }, start).map { $0 &+ $1 }
        #expect(
            digest == [
                0xddaf_35a1_9361_7aba, 0xcc41_7349_ae20_4131, 0x12e6_fa4e_89a9_7ea2, 0x0a9e_eee6_4b55_d39a,
                0x2192_992a_274f_c1a8, 0x36ba_3c23_a3fe_ebbd, 0x454d_4423_643c_e80e, 0x2a9a_c94f_a54c_a49f,
            ])
    }

    @Test("SM3 of abc (GB/T 32905-2016, A.1)")
    func sm3() {
        // Both halves have their first word in element 3.
        var abcd = Quadword(words: [0xda8a_0600, 0x1724_42d7, 0x4914_b2b9, 0x7380_166f])
        var efgh = Quadword(words: [0xb0fb_0e4e, 0xe38d_ee4d, 0x1631_38aa, 0xa96f_30bc])
        let initial = (abcd, efgh)
        var schedule = (0..<4).map { Quadword(words: Array(Self.message[($0 * 4)..<($0 * 4 + 4)])) }
        for round in 0..<64 {
            if round >= 4 && round % 4 == 0 { schedule = Self.nextSM3(schedule) }
            let words = Quadword(
                words: (0..<4).map { index in schedule[0].word(index) ^ schedule[1].word(index) })
            let constant: UInt32 = round < 16 ? 0x79cc_4519 : 0x7a87_9d8a
            let turn = UInt32(round % 32)
            let rotated = turn == 0 ? constant : constant << turn | constant >> (32 - turn)
            let ss1 = SM3.intermediate(abcd, efgh, Quadword(words: [0, 0, 0, rotated]))
            let index = round % 4
            if round < 16 {
                abcd = SM3.first(abcd, ss1, words, index: index)
                efgh = SM3.second(efgh, ss1, schedule[0], index: index)
            } else {
                abcd = SM3.firstLate(abcd, ss1, words, index: index)
                efgh = SM3.secondLate(efgh, ss1, schedule[0], index: index)
            }
        }
        let digest = (0..<4).reversed().map((abcd ^ initial.0).word) + (0..<4).reversed().map((efgh ^ initial.1).word)
        #expect(
            digest == [
                0x66c7_f0f4, 0x62ee_edd9, 0xd1f2_d46b, 0xdc10_e4e2, 0x4167_c487, 0x5cf2_f7a2, 0x297d_a02b, 0x8f4b_a8e0,
            ])
    }

    @Test("Keccak-f of zeros by EOR3, RAX1, XAR and BCAX (FIPS 202: SHA3-256 of nothing)")
    func sha3() {
        var state = [UInt64](repeating: 0, count: 25)
        state[0] = 6
        state[16] = 1 << 63
        var constants = KeccakConstants()
        for _ in 0..<24 { Self.keccakRound(&state, constants.next()) }
        #expect(
            Array(state[0..<4]).map(\.byteSwapped) == [
                0xa7ff_c6f8_bf1e_d766, 0x51c1_4756_a061_d662, 0xf580_ff4d_e43b_49fa, 0x82d8_0a4b_80f8_434a,
            ])
    }
}

extension HashTests {
    /// "abc", padded, as sixteen big-endian words.
    static let message: [UInt32] = [0x6162_6380] + Array(repeating: 0, count: 14) + [24]

    /// The first 64 fraction bits of the cube roots of the first `count` primes.
    static func cubeRoots(_ count: Int) -> [UInt64] {
        let primes = (2...).lazy.filter { candidate in !(2..<candidate).contains { candidate % $0 == 0 } }
        return primes.prefix(count).map(cubeRootFraction)
    }

    /// By bisection on root^3 <= prime, root in units of 2^-64.
    static func cubeRootFraction(_ prime: Int) -> UInt64 {
        var root: UInt128 = 0
        for bit in (0..<68).reversed() {
            let trial = root | 1 << UInt128(bit)
            if isCubeAtMost(trial, prime) { root = trial }
        }
        return UInt64(truncatingIfNeeded: root)
    }

    /// Whether (`root` / 2^64)^3 <= `prime`, exactly.
    static func isCubeAtMost(_ root: UInt128, _ prime: Int) -> Bool {
        let square = root.multipliedFullWidth(by: root)
        // square < 2^136 and root < 2^68: the cube's upper part decides.
        let low = square.low.multipliedFullWidth(by: root)
        let high = square.high * root + low.high
        return high < UInt128(prime) << 64 || (high == UInt128(prime) << 64 && low.low == 0)
    }

    static func nextSM3(_ w: [Quadword]) -> [Quadword] {
        // W[j+7..10], W[j+3..6] and W[j+10..13], taken from the sixteen words before.
        let words = w.flatMap { quad in (0..<4).map(quad.word) }
        func from(_ index: Int) -> Quadword { Quadword(words: Array(words[index..<(index + 4)])) }
        let partial = SM3.schedule1(from(0), from(7), Quadword(words: [0] + words[13...]))
        return Array(w[1...]) + [SM3.schedule2(partial, from(10), from(3))]
    }

    /// Steps theta to iota; each instruction works on the lower lane here.
    static func keccakRound(_ state: inout [UInt64], _ constant: UInt64) {
        let columns = (0..<5).map { x in
            SHA3.exclusiveOr(
                SHA3.exclusiveOr(Quadword(state[x], 0), Quadword(state[x + 5], 0), Quadword(state[x + 10], 0)),
                Quadword(state[x + 15], 0), Quadword(state[x + 20], 0))
        }
        let parity = (0..<5).map { SHA3.rotateAndExclusiveOr(columns[($0 + 4) % 5], columns[($0 + 1) % 5]) }
        var moved = [UInt64](repeating: 0, count: 25)
        var (x, y) = (1, 0)
        moved[0] = (Quadword(state[0], 0) ^ parity[0]).x
        for step in 0..<24 {
            let amount = UInt64((step + 1) * (step + 2) / 2 % 64)
            let lane = SHA3.exclusiveOrAndRotate(
                Quadword(state[x + 5 * y], 0), parity[x], by: (64 - amount) % 64)
            let target = (y, (2 * x + 3 * y) % 5)
            moved[target.0 + 5 * target.1] = lane.x
            (x, y) = target
        }
        for index in 0..<25 {
            let row = index / 5 * 5
            state[index] =
                SHA3.clearAndExclusiveOr(
                    Quadword(moved[index], 0), Quadword(moved[row + (index + 2) % 5], 0),
                    Quadword(moved[row + (index + 1) % 5], 0)
                ).x
        }
        state[0] ^= constant
    }
}

/// The round constants of Keccak, by their shift register (FIPS 202, 3.2.5).
struct KeccakConstants {
    private var register: UInt8 = 1

    mutating func next() -> UInt64 {
        var constant: UInt64 = 0
        for power in 0..<7 {
            if register & 1 != 0 { constant |= 1 << UInt64(1 << power - 1) }
            register = register << 1 ^ (register >> 7) * 0x71
        }
        return constant
    }
}
