/// The SHA-512 instructions (Arm ARM C7.2, SHA512H to SHA512SU1; FIPS 180-4, 6.4). The operands are in the order of the
/// instructions' Vd, Vn, Vm.
package enum SHA512 {
    /// SHA512H: two rounds' sums T1, that of the first round in the upper half.
    package static func hash(_ sums: Quadword, _ fg: Quadword, _ de: Quadword) -> Quadword {
        let upper = choose(de.y, fg.x, fg.y) &+ sigma(de.y, 14, 18, 41) &+ sums.y
        let e = upper &+ de.x
        let lower = choose(e, de.y, fg.x) &+ sigma(e, 14, 18, 41) &+ sums.x
        return Quadword(lower, upper)
    }

    /// SHA512H2: two rounds' sums T1 + T2 from T1, that of the first round in the upper half.
    package static func hash2(_ sums: Quadword, _ c: Quadword, _ ab: Quadword) -> Quadword {
        let upper = majority(c.x, ab.y, ab.x) &+ sigma(ab.x, 28, 34, 39) &+ sums.y
        let lower = majority(upper, ab.x, ab.y) &+ sigma(upper, 28, 34, 39) &+ sums.x
        return Quadword(lower, upper)
    }

    /// SHA512SU0: the first step of the schedule, from W[0-1] and W[2-3].
    package static func schedule0(_ first: Quadword, _ second: Quadword) -> Quadword {
        let next = Quadword(first.y, second.x)
        return Quadword(
            first.x &+ (next.x.rotatedRight(1) ^ next.x.rotatedRight(8) ^ next.x &>> 7),
            first.y &+ (next.y.rotatedRight(1) ^ next.y.rotatedRight(8) ^ next.y &>> 7))
    }

    /// SHA512SU1: the second step, from the first one's result, W[14-15] and W[9-10].
    package static func schedule1(_ partial: Quadword, _ last: Quadword, _ middle: Quadword) -> Quadword {
        Quadword(
            partial.x &+ (last.x.rotatedRight(19) ^ last.x.rotatedRight(61) ^ last.x &>> 6) &+ middle.x,
            partial.y &+ (last.y.rotatedRight(19) ^ last.y.rotatedRight(61) ^ last.y &>> 6) &+ middle.y)
    }

    @inline(__always)
    private static func sigma(_ word: UInt64, _ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
        word.rotatedRight(a) ^ word.rotatedRight(b) ^ word.rotatedRight(c)
    }

    @inline(__always)
    private static func choose(_ x: UInt64, _ y: UInt64, _ z: UInt64) -> UInt64 { x & y ^ ~x & z }

    @inline(__always)
    private static func majority(_ x: UInt64, _ y: UInt64, _ z: UInt64) -> UInt64 { x & y ^ x & z ^ y & z }
}
