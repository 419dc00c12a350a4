/// Whether a set of cells became slower: times relative to native code, before and after.
///
/// Two questions, each with a test and a smallest effect, so that neither a tiny difference that is certain nor a large
/// one that is chance raises an alarm:
///
/// 1. All cells together. The ranks of each cell's later runs among all its runs are summed over the cells (van
///    Elteren's stratified rank test, equal weights); an emulator that became slower raises nearly all of them.
/// 2. Each cell alone, by Mann-Whitney, the limit divided among the cells (Bonferroni).
///
/// The limits are far below the usual 5 %, because runs of one session are more alike than runs of two: what the test
/// takes for chance is only part of it. `RegressionTests` sets them against recorded samples: 200 comparisons of a build
/// with itself, and planted slowdowns of 5 %.
package struct SpeedTest: Sendable {
    package struct Limits: Sendable {
        package var alpha = 0.001
        /// For the cells one by one, divided among them. Larger, since seven runs against ten must be able to reach it.
        package var singleAlpha = 0.01
        /// The least factor that counts for all cells together.
        package var overall = 1.025
        /// The least factor that counts for one cell.
        package var single = 1.06
        /// Fewer runs than this on either side have no verdict.
        package var fewestRuns = 5

        package init() {}
    }

    package struct Outcome: Sendable {
        package let shift: Shift
        /// One-sided: the chance of ranks this high without any change.
        package let p: Double
        package let slower: Bool
    }

    /// One per cell, nil where there are too few runs.
    package let cells: [Outcome?]
    /// Geometric mean of the cells' factors; nil when none could be compared.
    package let factor: Double?
    package let p: Double
    package let slower: Bool

    package init(_ samples: [(before: [Double], after: [Double])], limits: Limits = Limits()) {
        let usable = samples.filter { min($0.before.count, $0.after.count) >= limits.fewestRuns }
        cells = samples.map { before, after in
            guard min(before.count, after.count) >= limits.fewestRuns else { return nil }
            let test = MannWhitney(after, before)
            let shift = Shift(before, after)
            let upper = test.u >= Double(before.count * after.count) / 2 ? test.p / 2 : 1 - test.p / 2
            let slower = upper < limits.singleAlpha / Double(usable.count) && shift.factor >= limits.single
            return Outcome(shift: shift, p: upper, slower: slower)
        }
        let factors = cells.compactMap { $0?.shift.factor }
        factor = factors.isEmpty ? nil : Sample.geometricMean(factors)
        p = Self.stratified(usable)
        slower = p < limits.alpha && (factor ?? 1) >= limits.overall
    }

    package var failed: Bool { slower || cells.contains { $0?.slower == true } }

    /// The upper tail of the summed U statistics, by the normal approximation.
    private static func stratified(_ samples: [(before: [Double], after: [Double])]) -> Double {
        var distance = 0.0
        var variance = 0.0
        for (before, after) in samples {
            let (n, m) = (Double(after.count), Double(before.count))
            distance += MannWhitney.statistic(after, before) - n * m / 2
            variance += n * m * (n + m + 1) / 12
        }
        return variance > 0 ? 1 - Normal.atMost(distance / variance.squareRoot()) : 1
    }
}
