import Support
import BenchCore
import Foundation
import Testing

@Suite struct MannWhitneyTests {
    /// `wilcox.test` of R 4, its own help page's example (Hollander and Wolfe, table 4.1), two-sided.
    @Test("Hollander and Wolfe's permeability example")
    func permeability() {
        let term = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
        let early = [1.15, 0.88, 0.90, 0.74, 1.21]
        let test = MannWhitney(term, early)
        #expect(test.u == 35)
        #expect(abs(test.p - 0.254412) < 1e-6)
    }

    @Test(
        "Samples that do not overlap have the smallest p there is: 2 of all choices",
        arguments: [(3, 3, 20.0), (4, 4, 70), (5, 5, 252), (10, 10, 184_756), (3, 7, 120)])
    func separated(n: Int, m: Int, choices: Double) {
        let low = (0..<n).map { Double($0) }
        let high = (0..<m).map { Double(100 + $0) }
        #expect(MannWhitney(low, high).u == 0)
        #expect(abs(MannWhitney(low, high).p - 2 / choices) < 1e-12)
        #expect(abs(MannWhitney(high, low).p - 2 / choices) < 1e-12)
    }

    /// All 6 choices of 2 out of {1, 2, 2, 3}, midranks 1, 2.5, 2.5, 4: sums 3.5 3.5 5 5 6.5 6.5.
    @Test("Ties get their exact distribution, counted by hand")
    func ties() {
        #expect(abs(MannWhitney([1, 2], [2, 3]).p - 2 * 2.0 / 6) < 1e-12)
        #expect(MannWhitney([5, 5, 5], [5, 5, 5]).p == 1)
    }

    @Test("The normal approximation continues the exact distribution")
    func approximation() {
        var random = SplitMix64(seed: 7)
        for shift in [0.0, 0.2, 0.4] {
            let a = (0..<30).map { _ in Double.random(in: 0..<1, using: &random) }
            let b = (0..<30).map { _ in Double.random(in: 0..<1, using: &random) + shift }
            // One value more on either side brings the pooled size above the exact limit.
            let exact = MannWhitney(a, b).p
            let approximate = MannWhitney(a + [Sample.median(a)], b + [Sample.median(b)]).p
            #expect(abs(exact - approximate) < 0.05 * max(exact, 0.2))
        }
    }

    @Test("Under the null hypothesis at most that share of tests is below alpha")
    func level() {
        var random = SplitMix64(seed: 11)
        var alarms = 0
        for _ in 0..<2000 {
            let a = (0..<10).map { _ in Double.random(in: 0..<1, using: &random) }
            let b = (0..<10).map { _ in Double.random(in: 0..<1, using: &random) }
            if MannWhitney(a, b).p < 0.05 { alarms += 1 }
        }
        #expect(alarms < 130)
        #expect(alarms > 50)
    }
}

@Suite struct ShiftTests {
    @Test("The estimate is the median of all quotients")
    func estimate() {
        let shift = Shift([1, 2, 4], [3])
        #expect(abs(shift.factor - 1.5) < 1e-12)
        #expect(shift.low == 0)
        #expect(shift.high == .infinity)
    }

    @Test("A planted factor is recovered and its interval covers it as often as promised")
    func coverage() {
        var random = SplitMix64(seed: 3)
        var covered = 0
        for _ in 0..<400 {
            let a = (0..<10).map { _ in Double.random(in: 0.95..<1.05, using: &random) }
            let b = (0..<10).map { _ in 1.05 * Double.random(in: 0.95..<1.05, using: &random) }
            let shift = Shift(a, b)
            if shift.low <= 1.05, 1.05 <= shift.high { covered += 1 }
            #expect(abs(shift.factor - 1.05) < 0.06)
        }
        #expect(covered >= 370)
    }

    @Test("Interval and test agree: 1 lies outside exactly when p is below alpha")
    func agreement() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<300 {
            let a = (0..<8).map { _ in Double.random(in: 0.9..<1.1, using: &random) }
            let b = (0..<9).map { _ in 1.06 * Double.random(in: 0.9..<1.1, using: &random) }
            let shift = Shift(a, b)
            let excluded = shift.low > 1 || shift.high < 1
            #expect(excluded == (MannWhitney(a, b).p <= 0.05))
        }
    }
}

@Suite struct SampleTests {
    @Test("Median, quantiles and deviation of small lists")
    func orders() {
        #expect(Sample.median([3, 1, 2]) == 2)
        #expect(Sample.median([4, 1, 2, 3]) == 2.5)
        #expect(Sample.median([]).isNaN)
        #expect(Sample.quantile([0, 10], 0.25) == 2.5)
        #expect(abs(Sample.standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]) - 2.13809) < 1e-5)
        #expect(abs(Sample.geometricMean([1, 100]) - 10) < 1e-9)
    }

    /// Binomial tails: P(B(6) <= 0) = 1/64, P(B(10) <= 1) = 11/1024, P(B(10) <= 2) = 56/1024.
    @Test("The median's interval takes the order statistics that the binomial law allows")
    func interval() {
        let ten = (1...10).map { Double($0) }
        #expect(Sample.medianInterval(Array(ten[..<5]), confidence: 0.95) == nil)
        #expect(Sample.medianInterval(Array(ten[..<6]), confidence: 0.95) == 1...6)
        #expect(Sample.medianInterval(ten, confidence: 0.95) == 2...9)
    }

    @Test("Normal quantiles as in every table")
    func normal() {
        #expect(abs(Normal.quantile(0.975) - 1.959964) < 1e-6)
        #expect(abs(Normal.quantile(0.005) + 2.575829) < 1e-6)
    }
}

@Suite struct ScalabilityLawTests {
    private func planted(sigma: Double, kappa: Double, counts: ClosedRange<Int>, noise: Double, seed: UInt64 = 17)
        -> [Int: [Double]]
    {
        var random = SplitMix64(seed: seed)
        return Dictionary(
            uniqueKeysWithValues: counts.map { count in
                let n = Double(count)
                let ideal = 1000 * n / (1 + sigma * (n - 1) + kappa * n * (n - 1))
                return (count, (0..<10).map { _ in ideal * (1 + Double.random(in: -noise...noise, using: &random)) })
            })
    }

    @Test(
        "Planted parameters come back exactly without noise", arguments: [(0.05, 0.005), (0.3, 0), (0, 0.02), (0, 0)])
    func exact(sigma: Double, kappa: Double) throws {
        let samples = planted(sigma: sigma, kappa: kappa, counts: 1...8, noise: 0)
        let law = try #require(ScalabilityLaw(samples, hostCPUs: 8, resamples: 50))
        #expect(abs(law.lambda.value - 1000) < 1e-3)
        #expect(abs(law.sigma.value - sigma) < 1e-6)
        #expect(abs(try #require(law.kappa).value - kappa) < 1e-6)
    }

    @Test("With noise the intervals hold the planted parameters about as often as promised, and are narrow")
    func coverage() throws {
        var covered = (sigma: 0, kappa: 0)
        for seed in 0..<100 {
            let samples = planted(sigma: 0.05, kappa: 0.005, counts: 1...8, noise: 0.03, seed: UInt64(seed))
            let law = try #require(ScalabilityLaw(samples, hostCPUs: 8, resamples: 200))
            let kappa = try #require(law.kappa)
            if law.sigma.low <= 0.05 && 0.05 <= law.sigma.high { covered.sigma += 1 }
            if kappa.low <= 0.005 && 0.005 <= kappa.high { covered.kappa += 1 }
            #expect(law.sigma.high < 0.15)
            #expect(kappa.high < 0.02)
        }
        #expect(covered.sigma >= 86)
        #expect(covered.kappa >= 86)
    }

    @Test("Counts beyond the host's processors are left out")
    func oversubscribed() throws {
        var samples = planted(sigma: 0.05, kappa: 0, counts: 1...4, noise: 0)
        samples[8] = [1, 1, 1]
        let law = try #require(ScalabilityLaw(samples, hostCPUs: 4, resamples: 50))
        #expect(law.counts == [1, 2, 3, 4])
        #expect(abs(law.sigma.value - 0.05) < 1e-6)
    }

    @Test("Two counts give contention only, one gives nothing")
    func tooFew() throws {
        let samples = planted(sigma: 0.1, kappa: 0, counts: 1...8, noise: 0)
        let law = try #require(ScalabilityLaw(samples, hostCPUs: 2, resamples: 50))
        #expect(law.kappa == nil)
        #expect(abs(law.sigma.value - 0.1) < 1e-6)
        #expect(ScalabilityLaw(samples, hostCPUs: 1) == nil)
    }

    @Test("Better than linear is contention zero, not negative")
    func superlinear() throws {
        let law = try #require(ScalabilityLaw([1: [100, 101], 2: [210, 212]], hostCPUs: 2, resamples: 50))
        #expect(law.sigma.value == 0)
        #expect(law.sigma.low == 0)
    }
}
