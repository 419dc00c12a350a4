/// The SM3 instructions (Arm ARM C7.2, SM3SS1 to SM3PARTW2; GB/T 32905-2016). Operands are in the order of the
/// instructions' Vd, Vn, Vm (Va); the hash has its first word in element 3.
package enum SM3 {
    /// SM3SS1: SS1 in element 3, zeros below.
    package static func intermediate(_ a: Quadword, _ e: Quadword, _ constant: Quadword) -> Quadword {
        let sum = Words(a).w.rotatedLeft(12) &+ Words(e).w &+ Words(constant).w
        return Words(0, 0, 0, sum.rotatedLeft(7)).register
    }

    /// SM3TT1A: one of the rounds 0 to 15 for A to D; `index` 0 to 3 is the element of `schedule` that holds W'.
    package static func first(_ hash: Quadword, _ ss1: Quadword, _ schedule: Quadword, index: Int) -> Quadword {
        let hash = Words(hash)
        return first(hash, hash.y ^ hash.w ^ hash.z, ss1, Words(schedule)[index & 3])
    }

    /// SM3TT1B: one of the rounds 16 to 63 for A to D.
    package static func firstLate(_ hash: Quadword, _ ss1: Quadword, _ schedule: Quadword, index: Int) -> Quadword {
        let hash = Words(hash)
        let majority = hash.w & hash.y | hash.w & hash.z | hash.y & hash.z
        return first(hash, majority, ss1, Words(schedule)[index & 3])
    }

    /// SM3TT2A: one of the rounds 0 to 15 for E to H; `index` 0 to 3 is the element of `schedule` that holds W.
    package static func second(_ hash: Quadword, _ ss1: Quadword, _ schedule: Quadword, index: Int) -> Quadword {
        let hash = Words(hash)
        return second(hash, hash.y ^ hash.w ^ hash.z, ss1, Words(schedule)[index & 3])
    }

    /// SM3TT2B: one of the rounds 16 to 63 for E to H.
    package static func secondLate(_ hash: Quadword, _ ss1: Quadword, _ schedule: Quadword, index: Int) -> Quadword {
        let hash = Words(hash)
        let choice = hash.w & hash.z | ~hash.w & hash.y
        return second(hash, choice, ss1, Words(schedule)[index & 3])
    }

    /// SM3PARTW1: the first step of the message expansion.
    package static func schedule1(_ first: Quadword, _ second: Quadword, _ last: Quadword) -> Quadword {
        let mixed = Words(first ^ second)
        let last = Words(last)
        var result = mixed ^ Words(last.y, last.z, last.w, 0).rotatedLeft(15)
        result = permute(result)
        // The fourth word needs the first one of the result.
        result.w = permute(mixed.w ^ result.x.rotatedLeft(15))
        return result.register
    }

    /// SM3PARTW2: the second step.
    package static func schedule2(_ partial: Quadword, _ fourth: Quadword, _ second: Quadword) -> Quadword {
        let mixed = Words(fourth) ^ Words(second).rotatedLeft(7)
        var result = Words(partial) ^ mixed
        result.w ^= permute(mixed.x.rotatedLeft(15))
        return result.register
    }

    private static func first(_ hash: Words, _ function: UInt32, _ ss1: Quadword, _ word: UInt32) -> Quadword {
        let ss2 = Words(ss1).w ^ hash.w.rotatedLeft(12)
        return Words(hash.y, hash.z.rotatedLeft(9), hash.w, function &+ hash.x &+ ss2 &+ word).register
    }

    private static func second(_ hash: Words, _ function: UInt32, _ ss1: Quadword, _ word: UInt32) -> Quadword {
        let sum = function &+ hash.x &+ Words(ss1).w &+ word
        let permuted = sum ^ sum.rotatedLeft(9) ^ sum.rotatedLeft(17)
        return Words(hash.y, hash.z.rotatedLeft(19), hash.w, permuted).register
    }

    /// The standard's P1.
    private static func permute(_ word: UInt32) -> UInt32 { word ^ word.rotatedLeft(15) ^ word.rotatedLeft(23) }
    private static func permute(_ words: Words) -> Words { words ^ words.rotatedLeft(15) ^ words.rotatedLeft(23) }
}
