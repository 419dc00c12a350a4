import Glibc

/// The Mann-Whitney U test: do two samples come from the same distribution, whatever its shape?
///
/// Times are skewed and have outliers; ranks care about neither.
package struct MannWhitney: Sendable {
    /// How many pairs (a, b) have a > b, ties counting one half.
    package let u: Double
    /// The probability, two-sided, of a U at least this far from its mean when both samples are alike.
    package let p: Double

    /// Pooled samples up to this size get the exact distribution, larger ones the normal approximation.
    package static let largestExact = 60

    /// Compares two samples; p is 1 when either is empty.
    package init(_ first: [Double], _ second: [Double]) {
        let (n, m) = (first.count, second.count)
        guard n > 0, m > 0 else {
            (u, p) = (0, 1)
            return
        }
        let ranks = doubledMidranks(first + second)
        let sum = ranks[..<n].reduce(0, +)
        u = Double(sum) / 2 - Double(n * (n + 1)) / 2
        if n + m <= Self.largestExact {
            let distribution = RankDistribution(doubledRanks: ranks, count: n)
            p = min(1, 2 * min(distribution.atMost(sum), distribution.atLeast(sum)))
        } else {
            p = Self.approximate(u: u, n: Double(n), m: Double(m), doubledRanks: ranks)
        }
    }

    /// U alone, without the distribution.
    package static func statistic(_ first: [Double], _ second: [Double]) -> Double {
        let sum = doubledMidranks(first + second)[..<first.count].reduce(0, +)
        return Double(sum) / 2 - Double(first.count * (first.count + 1)) / 2
    }

    /// The normal approximation with corrections for ties and continuity (Hollander and Wolfe, section 4.1).
    private static func approximate(u: Double, n: Double, m: Double, doubledRanks: [Int]) -> Double {
        let total = n + m
        var sizes: [Int: Double] = [:]
        for rank in doubledRanks { sizes[rank, default: 0] += 1 }
        let ties = sizes.values.reduce(0) { $0 + ($1 * $1 * $1 - $1) }
        let variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
        guard variance > 0 else { return 1 }
        let distance = max(0, abs(u - n * m / 2) - 0.5)
        return erfc(distance / (2 * variance).squareRoot())
    }
}
