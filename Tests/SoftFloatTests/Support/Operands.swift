import Support
import Glibc
import SoftFloat

/// How many random cases a test tries; EMU_FLOAT_CASES asks for another number of them.
func caseCount(_ quick: Int) -> Int {
    guard let text = getenv("EMU_FLOAT_CASES"), let count = Int(String(cString: text)), count > 0 else { return quick }
    return count
}

extension Oracle {
    /// Magnitudes at the edges: zero, the ends of the subnormal and the normal range, around one, powers of two and
    /// their neighbours, integers that just fit, halves, infinity, NaNs.
    var edges: [UInt64] {
        let one: UInt64 = 1 << UInt64(fractionBits)
        let bias = UInt64(ones / 2)
        let infinity = UInt64(ones) * one
        var result: [UInt64] = [0, 1, 2, 3, one / 2, one - 1, one, one + 1, 2 * one - 1, 2 * one]
        let far = UInt64(fractionBits)
        for field in [
            far, bias - far - 1, bias - 1, bias, bias + 1, bias + far - 1, bias + far, 2 * bias - 1, 2 * bias,
        ] {
            result += [field * one - 1, field * one, field * one + 1, field * one + one / 2, field * one + one / 3]
        }
        result += [infinity - one / 2, infinity - 2, infinity - 1, infinity, infinity + 1, infinity + one / 2 + 5]
        return result
    }

    /// Edges with both signs.
    var signedEdges: [UInt64] { edges + edges.map { $0 | 1 << UInt64(width - 1) } }

    /// A random number that is often near an edge, near 1, or has few one bits, so that sums cancel and products are
    /// halves.
    func random(_ generator: inout SplitMix64) -> UInt64 {
        let bits = generator.next()
        let mask: UInt64 = ~0 >> UInt64(64 - width)
        let choice = bits >> 60
        let word = generator.next()
        let fraction = (1 << UInt64(fractionBits)) - 1 as UInt64
        let sign: UInt64 = (bits & 1) << UInt64(width - 1)
        let near = UInt64(ones / 2) &+ (bits >> 8 & 15) &- 8
        switch choice {
        case 0...4: return word & mask
        case 5...7: return sign | near << UInt64(fractionBits) | word & fraction
        case 8...10: return sign | near << UInt64(fractionBits) | sparse(word) & fraction
        case 11: return sign | word & fraction >> (bits >> 16 & 31)
        case 12, 13: return sign | edges[Int(word % UInt64(edges.count))]
        default: return (sparse(word) | UInt64(bits >> 20 & 3) << UInt64(fractionBits)) & mask
        }
    }

    private func sparse(_ word: UInt64) -> UInt64 {
        let top = UInt64(fractionBits)
        return 1 << (word % (top + 11)) ^ 1 << (word >> 8 % top) ^ (word >> 16 & 1 == 0 ? 0 : ~0 << (word >> 20 % top))
    }
}

/// Each rounding mode, unflushed and flushed, and the same with the default NaN.
let environments: [FPEnvironment] = [UInt32(0), FPControl.defaultNaNBit].flatMap { nan in
    (0..<4).flatMap { mode in
        [UInt32(0), FPControl.flushToZeroBit | FPControl.flushToZero16Bit].map {
            FPEnvironment(control: FPControl(rawValue: UInt32(mode) | $0 | nan))
        }
    }
}
