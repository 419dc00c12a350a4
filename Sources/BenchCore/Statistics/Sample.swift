/// Orders, medians and means of a list of values.
package enum Sample {
    /// The middle value, or the mean of the middle two; NaN for an empty list.
    package static func median(_ values: [Double]) -> Double { quantile(values.sorted(), 0.5) }

    /// The value at that share of a sorted list, interpolated between neighbours; NaN for an empty list.
    package static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        guard let last = sorted.indices.last else { return .nan }
        let place = share * Double(last)
        let below = Int(place)
        let above = min(below + 1, last)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }

    package static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// The standard deviation of the population that the values are a sample of; zero for fewer than two.
    package static func standardDeviation(_ values: [Double]) -> Double {
        guard values.count > 1 else { return 0 }
        let center = mean(values)
        let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
        return (squares / Double(values.count - 1)).squareRoot()
    }

    /// NaN for an empty list; the values must be positive.
    package static func geometricMean(_ values: [Double]) -> Double { exponential(mean(values.map(logarithm))) }

    /// Half the width of the median's 95 % interval over the median, in per cent; nil when there are too few values for
    /// one (fewer than six).
    package static func spreadPercent(_ values: [Double]) -> Double? {
        let center = median(values)
        guard let interval = medianInterval(values, confidence: 0.95), center > 0 else { return nil }
        return 100 * max(interval.upperBound - center, center - interval.lowerBound) / center
    }

    /// The median's confidence interval by order statistics: how many values lie below the median is binomial, so the
    /// k-th smallest and k-th largest enclose it with a known probability, whatever the distribution.
    ///
    /// - Returns: nil when not even the whole range reaches that confidence.
    package static func medianInterval(_ values: [Double], confidence: Double) -> ClosedRange<Double>? {
        let sorted = values.sorted()
        let tail = (1 - confidence) / 2
        var probability = 1.0
        for _ in values { probability /= 2 }
        var cumulative = probability
        var k = 0
        while cumulative <= tail, k < sorted.count / 2 {
            k += 1
            probability *= Double(sorted.count - k + 1) / Double(k)
            cumulative += probability
        }
        return k == 0 ? nil : sorted[k - 1]...sorted[sorted.count - k]
    }
}
