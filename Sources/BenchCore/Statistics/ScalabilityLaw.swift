import Support

/// Gunther's Universal Scalability Law, fitted to throughputs at several processor counts.
///
///     X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1))
///
/// sigma is contention (what is done by one at a time), kappa coherency (what every pair has to agree on). N / X(N) is
/// linear in the three unknowns 1/lambda, sigma/lambda and kappa/lambda, so the fit is linear least squares, weighted
/// for errors in proportion to the value; neither sigma nor kappa may be negative. Intervals are bootstrap percentiles:
/// the runs of each count are drawn again and the law is fitted again.
package struct ScalabilityLaw: Sendable {
    package struct Estimate: Sendable {
        package let value: Double
        package let low: Double
        package let high: Double
    }

    /// Throughput of one processor.
    package let lambda: Estimate
    package let sigma: Estimate
    /// nil when the counts are too few (fewer than three) to tell coherency from contention.
    package let kappa: Estimate?
    /// The processor counts that the fit rests on.
    package let counts: [Int]

    /// Fits the law to the throughputs of the runs at each processor count; nil with fewer than two usable counts. Counts
    /// beyond `hostCPUs` are left out: there the host, not the program, sets the limit.
    package init?(_ samples: [Int: [Double]], hostCPUs: Int, resamples: Int = 2000, confidence: Double = 0.95) {
        let usable = samples.filter { $0.key >= 1 && $0.key <= hostCPUs && !$0.value.isEmpty }
        let counts = usable.keys.sorted()
        guard counts.count >= 2 else { return nil }
        let withKappa = counts.count >= 3
        let points = counts.flatMap { count in (usable[count] ?? []).map { Point(count: count, throughput: $0) } }
        let best = Self.fit(points, withKappa: withKappa)

        var random = SplitMix64(seed: 0x5ca1_ab1e)
        var drawn: [Parameters] = []
        for _ in 0..<resamples {
            let again = counts.flatMap { count in
                random.resample(usable[count] ?? []).map { Point(count: count, throughput: $0) }
            }
            drawn.append(Self.fit(again, withKappa: withKappa))
        }
        func estimate(_ field: KeyPath<Parameters, Double>) -> Estimate {
            let sorted = drawn.map { $0[keyPath: field] }.sorted()
            let tail = (1 - confidence) / 2
            return Estimate(
                value: best[keyPath: field], low: Sample.quantile(sorted, tail),
                high: Sample.quantile(sorted, 1 - tail))
        }
        self.counts = counts
        lambda = estimate(\.lambda)
        sigma = estimate(\.sigma)
        kappa = withKappa ? estimate(\.kappa) : nil
    }

    /// The throughput that the law predicts.
    package func throughput(_ count: Int) -> Double {
        let n = Double(count)
        return lambda.value * n / (1 + sigma.value * (n - 1) + (kappa?.value ?? 0) * n * (n - 1))
    }

    private struct Point {
        let count: Int
        let throughput: Double
    }

    private struct Parameters {
        var lambda: Double
        var sigma: Double
        var kappa: Double
    }

    /// The best fit without negative sigma or kappa: of the free fit and those with one or both held at zero, the one
    /// with the smallest error among those that are allowed.
    private static func fit(_ points: [Point], withKappa: Bool) -> Parameters {
        let choices = withKappa ? [[0, 1, 2], [0, 1], [0, 2], [0]] : [[0, 1], [0]]
        var best: (error: Double, coefficients: [Double])?
        for terms in choices {
            guard let found = leastSquares(points, terms: terms), found.coefficients[0] > 0 else { continue }
            guard found.coefficients.dropFirst().allSatisfy({ $0 >= 0 }) else { continue }
            if best.map({ found.error < $0.error }) ?? true { best = found }
        }
        guard let best else { return Parameters(lambda: .nan, sigma: .nan, kappa: .nan) }
        let unit = best.coefficients[0]
        return Parameters(lambda: 1 / unit, sigma: best.coefficients[1] / unit, kappa: best.coefficients[2] / unit)
    }

    /// Weighted linear least squares of N/X over the chosen terms 1, N-1 and N(N-1), by the normal equations.
    private static func leastSquares(_ points: [Point], terms: [Int]) -> (error: Double, coefficients: [Double])? {
        var system = LinearSystem(size: terms.count)
        let equations = points.map { point in
            let n = Double(point.count)
            let value = n / point.throughput
            // Dividing by the value gives every point the same relative weight; the right-hand side becomes one.
            return [1, n - 1, n * (n - 1)].map { $0 / value }
        }
        for equation in equations { system.add(terms.map { equation[$0] }, equals: 1) }
        guard let solution = system.solution() else { return nil }
        var coefficients = [0.0, 0, 0]
        for (term, value) in zip(terms, solution) { coefficients[term] = value }
        let error = equations.reduce(0) { sum, equation in
            let residual = 1 - zip(equation, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
            return sum + residual * residual
        }
        return (error, coefficients)
    }
}

/// Normal equations of a least-squares problem, solved by Gaussian elimination with pivoting.
struct LinearSystem {
    private var matrix: [[Double]]
    private let size: Int

    init(size: Int) {
        self.size = size
        matrix = [[Double]](repeating: [Double](repeating: 0, count: size + 1), count: size)
    }

    mutating func add(_ row: [Double], equals value: Double) {
        for i in 0..<size {
            for j in 0..<size { matrix[i][j] += row[i] * row[j] }
            matrix[i][size] += row[i] * value
        }
    }

    /// nil when the equations do not determine the unknowns.
    func solution() -> [Double]? {
        var rows = matrix
        for column in 0..<size {
            guard let pivot = (column..<size).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }) else {
                return nil
            }
            guard abs(rows[pivot][column]) > 1e-14 * abs(matrix[column][column]) else { return nil }
            rows.swapAt(column, pivot)
            for row in 0..<size where row != column {
                let factor = rows[row][column] / rows[column][column]
                for place in column...size { rows[row][place] -= factor * rows[column][place] }
            }
        }
        return (0..<size).map { rows[$0][size] / rows[$0][$0] }
    }
}
