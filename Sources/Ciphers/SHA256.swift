/// The SHA-256 instructions (Arm ARM C7.2, SHA256H to SHA256SU1; FIPS 180-4, 6.2).
package enum SHA256 {
    /// SHA256H: the new a to d of four rounds. `abcd` and `efgh` are the hash, a and e in element 0; `schedule` W + K.
    package static func hash(abcd: Quadword, efgh: Quadword, schedule: Quadword) -> Quadword {
        rounds(abcd, efgh, schedule).abcd.register
    }

    /// SHA256H2: the new e to h of four rounds.
    package static func hash2(efgh: Quadword, abcd: Quadword, schedule: Quadword) -> Quadword {
        rounds(abcd, efgh, schedule).efgh.register
    }

    /// SHA256SU0: the first step of the schedule, from W[0-3] and W[4-7].
    package static func schedule0(_ first: Quadword, _ second: Quadword) -> Quadword {
        let words = Words(first)
        let next = Words(words.y, words.z, words.w, UInt32(truncatingIfNeeded: second.x))
        let sigma = next.rotatedLeft(25) ^ next.rotatedLeft(14) ^ next &>> 3
        return (sigma &+ words).register
    }

    /// SHA256SU1: the second step, from the first one's result, W[8-11] and W[12-15].
    package static func schedule1(_ partial: Quadword, _ third: Quadword, _ last: Quadword) -> Quadword {
        let (partial, third, last) = (Words(partial), Words(third), Words(last))
        let sum = partial &+ Words(third.y, third.z, third.w, last.x)
        // The upper two words need the lower two of the result.
        let x = sigma1(last.z) &+ sum.x
        let y = sigma1(last.w) &+ sum.y
        return Words(x, y, sigma1(x) &+ sum.z, sigma1(y) &+ sum.w).register
    }

    @inline(__always)
    private static func sigma1(_ word: UInt32) -> UInt32 {
        word.rotatedRight(17) ^ word.rotatedRight(19) ^ word &>> 10
    }

    @inline(__always)
    private static func rounds(
        _ abcd: Quadword, _ efgh: Quadword, _ schedule: Quadword
    ) -> (abcd: Words, efgh: Words) {
        var (x, y) = (Words(abcd), Words(efgh))
        let schedule = Words(schedule)
        for round in 0..<4 {
            let choose = (y.y ^ y.z) & y.x ^ y.z
            let majority = x.x & x.y | (x.x | x.y) & x.z
            let sum1 = y.x.rotatedRight(6) ^ y.x.rotatedRight(11) ^ y.x.rotatedRight(25)
            let sum0 = x.x.rotatedRight(2) ^ x.x.rotatedRight(13) ^ x.x.rotatedRight(22)
            let t = y.w &+ sum1 &+ choose &+ schedule[round]
            (x, y) = (Words(t &+ sum0 &+ majority, x.x, x.y, x.z), Words(t &+ x.w, y.x, y.y, y.z))
        }
        return (x, y)
    }
}
