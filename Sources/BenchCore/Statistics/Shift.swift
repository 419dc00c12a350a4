import Glibc

func logarithm(_ value: Double) -> Double { log(value) }
func exponential(_ value: Double) -> Double { exp(value) }

/// By what factor two samples differ: the Hodges-Lehmann estimate and its confidence interval.
///
/// The estimate is the median of all quotients b / a; the interval cuts off as many of them at either end as the
/// Mann-Whitney distribution says (Hollander and Wolfe, section 4.3), so test and interval agree. Logarithms make
/// "5 % slower" and "5 % faster" equally far.
package struct Shift: Sendable {
    /// second / first: 1.05 when the second takes 5 % more.
    package let factor: Double
    package let low: Double
    package let high: Double

    /// Compares two samples of positive values, at least one each.
    package init(_ first: [Double], _ second: [Double], confidence: Double = 0.95) {
        var quotients: [Double] = []
        for a in first {
            for b in second { quotients.append(log(b) - log(a)) }
        }
        quotients.sort()
        let cut = Self.cut(first.count, second.count, tail: (1 - confidence) / 2)
        factor = exp(Sample.median(quotients))
        // Samples too small for the confidence have no interval: nothing is excluded.
        low = cut > 0 ? exp(quotients[cut - 1]) : 0
        high = cut > 0 ? exp(quotients[quotients.count - cut]) : .infinity
    }

    /// How many of the ordered quotients lie outside the interval at either end, plus one; zero when it is unbounded.
    private static func cut(_ n: Int, _ m: Int, tail: Double) -> Int {
        guard n + m <= MannWhitney.largestExact else {
            let mean = Double(n * m) / 2
            let deviation = (Double(n * m * (n + m + 1)) / 12).squareRoot()
            return max(0, Int((mean + Normal.quantile(tail) * deviation).rounded(.down)))
        }
        let distribution = RankDistribution(doubledRanks: (1...(n + m)).map { 2 * $0 }, count: n)
        let smallest = n * (n + 1)
        var cut = 0
        while cut < n * m, distribution.atMost(smallest + 2 * cut) <= tail { cut += 1 }
        return cut
    }
}

/// The normal distribution.
package enum Normal {
    /// The probability of a value of at most `z` standard deviations.
    package static func atMost(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

    /// The z with that probability below it, by bisection: 60 halvings of [-10, 10] leave no error that matters.
    package static func quantile(_ probability: Double) -> Double {
        var (low, high) = (-10.0, 10.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if atMost(middle) < probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
