/// The SHA-1 instructions (Arm ARM C7.2, SHA1C to SHA1SU1; FIPS 180-4, 6.1).
package enum SHA1 {
    /// SHA1C: four rounds with Ch. `hash` is a to d, element 0 first; `e` the fifth word; `schedule` W + K.
    package static func choose(_ hash: Quadword, e: UInt32, schedule: Quadword) -> Quadword {
        rounds(hash, e, schedule) { b, c, d in (c ^ d) & b ^ d }
    }

    /// SHA1P: four rounds with Parity.
    package static func parity(_ hash: Quadword, e: UInt32, schedule: Quadword) -> Quadword {
        rounds(hash, e, schedule) { b, c, d in b ^ c ^ d }
    }

    /// SHA1M: four rounds with Maj.
    package static func majority(_ hash: Quadword, e: UInt32, schedule: Quadword) -> Quadword {
        rounds(hash, e, schedule) { b, c, d in b & c | (b | c) & d }
    }

    /// SHA1H: what becomes of `a` four rounds later.
    package static func rotate(_ a: UInt32) -> UInt32 { a.rotatedLeft(30) }

    /// SHA1SU0: the first step of the schedule, from W[0-3], W[4-7] and W[8-11].
    package static func schedule0(_ first: Quadword, _ second: Quadword, _ third: Quadword) -> Quadword {
        Quadword(first.y, second.x) ^ first ^ third
    }

    /// SHA1SU1: the second step, from the first one's result and W[12-15].
    package static func schedule1(_ partial: Quadword, _ last: Quadword) -> Quadword {
        let last = Words(last)
        let mixed = Words(partial) ^ Words(last.y, last.z, last.w, 0)
        var result = mixed.rotatedLeft(1)
        result.w ^= mixed.x.rotatedLeft(2)
        return result.register
    }

    @inline(__always)
    private static func rounds(
        _ hash: Quadword, _ e: UInt32, _ schedule: Quadword, _ function: (UInt32, UInt32, UInt32) -> UInt32
    ) -> Quadword {
        var hash = Words(hash)
        var e = e
        let schedule = Words(schedule)
        for round in 0..<4 {
            let sum = e &+ hash.x.rotatedLeft(5) &+ function(hash.y, hash.z, hash.w) &+ schedule[round]
            e = hash.w
            hash = Words(sum, hash.x, hash.y.rotatedLeft(30), hash.z)
        }
        return hash.register
    }
}
