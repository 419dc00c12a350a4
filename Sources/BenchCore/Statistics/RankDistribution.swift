/// The exact distribution of the Mann-Whitney U statistic under the hypothesis that both samples are alike.
///
/// Every way to choose which of the pooled values belong to the first sample is equally likely. Counting the choices by
/// their rank sum (one pass over the values, as in counting change) gives the distribution, ties included: tied values
/// share their mean rank, and doubled ranks keep everything an integer (Klotz 1966; Streitberg and Roehmel 1986).
package struct RankDistribution {
    /// `below[s]` is the probability that the doubled rank sum is at most `s`.
    private let cumulative: [Double]

    /// - Parameters:
    ///   - doubledRanks: twice the midranks of all pooled values.
    ///   - count: the size of the first sample.
    package init(doubledRanks: [Int], count: Int) {
        let largest = doubledRanks.reduce(0, +)
        // ways[k][s]: choices of k values whose doubled ranks add up to s. Doubles are exact up to 2^53 ways and
        // relative to 10^-16 beyond, which is all that a p-value needs.
        var ways = [[Double]](repeating: [Double](repeating: 0, count: largest + 1), count: count + 1)
        ways[0][0] = 1
        for (index, rank) in doubledRanks.enumerated() {
            for chosen in stride(from: min(count, index + 1), to: 0, by: -1) {
                for sum in stride(from: largest, through: rank, by: -1) {
                    ways[chosen][sum] += ways[chosen - 1][sum - rank]
                }
            }
        }
        let total = ways[count].reduce(0, +)
        var running = 0.0
        cumulative = ways[count].map { value in
            running += value
            return running / total
        }
    }

    /// The probability of a doubled rank sum of at most `sum`.
    package func atMost(_ sum: Int) -> Double { sum < 0 ? 0 : cumulative[min(sum, cumulative.count - 1)] }

    /// The probability of a doubled rank sum of at least `sum`.
    package func atLeast(_ sum: Int) -> Double { 1 - atMost(sum - 1) }
}

/// Twice the midranks of the values, in the values' order: 2 for the smallest, tied values share their mean.
package func doubledMidranks(_ values: [Double]) -> [Int] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Int](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
        var end = start
        while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
        for place in start...end { ranks[order[place]] = start + end + 2 }
        start = end + 1
    }
    return ranks
}
