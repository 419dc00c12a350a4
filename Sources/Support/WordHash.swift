/// A quick hash of 64-bit words, to notice that something is not what it was. Not made to withstand somebody who wants two
/// things to look alike.
package enum WordHash {
    /// The fractional parts of the square roots of the first primes.
    private static let keys: SIMD4<UInt64> = [
        0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
    ]

    @inline(__always)
    private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (high, low) = a.multipliedFullWidth(by: b)
        return high ^ low
    }

    /// Of `count` words. Four chains, because each step waits for a multiplication.
    package static func of(_ words: UnsafePointer<UInt64>, count: Int) -> UInt64 {
        var (a, b, c, d) = (keys[0], keys[1], keys[2], keys[3])
        var index = 0
        while index &+ 4 <= count {
            a = mix(a ^ words[index], keys[1]) &+ 1
            b = mix(b ^ words[index &+ 1], keys[2]) &+ 2
            c = mix(c ^ words[index &+ 2], keys[3]) &+ 3
            d = mix(d ^ words[index &+ 3], keys[0]) &+ 4
            index &+= 4
        }
        while index < count {
            a = mix(a ^ words[index], keys[1]) &+ 1
            index &+= 1
        }
        return mix(mix(a, b ^ keys[0]) &+ mix(c, d ^ keys[1]), UInt64(count) ^ keys[2])
    }

    package static func of(_ words: [UInt64]) -> UInt64 {
        words.withUnsafeBufferPointer { $0.baseAddress.map { of($0, count: words.count) } ?? 0 }
    }
}
