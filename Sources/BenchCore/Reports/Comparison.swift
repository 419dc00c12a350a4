/// Two sets of rows, cell by cell: a benchstat-like table with a verdict per cell.
package struct Comparison {
    package enum Metric: String, CaseIterable, Sendable {
        case time, wall, cpu
        case guestInstructions = "guest-insns"
        case blocks

        func value(_ row: Row) -> Double? {
            switch self {
            case .time: row.seconds
            case .wall: row.wallSeconds
            case .cpu: row.cpuSeconds
            case .guestInstructions: row.guestInstructions.map(Double.init)
            case .blocks: row.blocks.map(Double.init)
            }
        }

        func text(_ value: Double) -> String {
            switch self {
            case .time, .wall, .cpu: durationText(value)
            case .guestInstructions, .blocks: String(value, significant: 10)
            }
        }
    }

    package enum Outcome: Equatable, Sendable {
        case slower, faster
        /// No difference that both the test and the smallest effect of interest confirm.
        case same
        /// Fewer runs than a verdict needs.
        case tooFewRuns
    }

    package struct Line: Sendable {
        package let cell: Cell
        package let before: [Double]
        package let after: [Double]
        package let shift: Shift
        package let p: Double
        package let outcome: Outcome
    }

    /// How sure and how large a difference must be to be called one.
    package struct Thresholds: Sendable {
        package var alpha = 0.05
        /// In per cent.
        package var smallestEffect = 1.0
        package var fewestRuns = 10

        package init(alpha: Double = 0.05, smallestEffect: Double = 1, fewestRuns: Int = 10) {
            self.alpha = alpha
            self.smallestEffect = smallestEffect
            self.fewestRuns = fewestRuns
        }
    }

    package let lines: [Line]
    package let metric: Metric
    private let thresholds: Thresholds
    private let onlyBefore: [Cell]
    private let onlyAfter: [Cell]

    package init(_ before: [Row], _ after: [Row], metric: Metric, thresholds: Thresholds) {
        let (old, new) = (Measurements(before), Measurements(after))
        self.metric = metric
        self.thresholds = thresholds
        onlyBefore = old.cells.filter { new[$0].isEmpty }
        onlyAfter = new.cells.filter { old[$0].isEmpty }
        lines = old.cells.compactMap { cell in
            let values = old[cell].compactMap(metric.value).filter { $0 > 0 }
            let others = new[cell].compactMap(metric.value).filter { $0 > 0 }
            guard !values.isEmpty, !others.isEmpty else { return nil }
            return Self.line(cell, values, others, thresholds)
        }
    }

    private static func line(
        _ cell: Cell, _ before: [Double], _ after: [Double], _ thresholds: Thresholds
    ) -> Line {
        let shift = Shift(before, after, confidence: 1 - thresholds.alpha)
        let p = MannWhitney(before, after).p
        let large = abs(shift.factor - 1) * 100 >= thresholds.smallestEffect
        let outcome: Outcome =
            min(before.count, after.count) < thresholds.fewestRuns
            ? .tooFewRuns : p > thresholds.alpha || !large ? .same : shift.factor > 1 ? .slower : .faster
        return Line(cell: cell, before: before, after: after, shift: shift, p: p, outcome: outcome)
    }

    /// The geometric mean of all factors; nil without a common cell.
    package var geometricMean: Double? {
        lines.isEmpty ? nil : Sample.geometricMean(lines.map(\.shift.factor))
    }

    package var text: String {
        var table = TextTable(
            header: ["cell (\(metric.rawValue))", "A", "+-", "B", "+-", "B vs A", "95% interval", "p", "n", "verdict"])
        for line in lines { table.add(cells(line)) }
        var out = table.text
        if let mean = geometricMean { out += "geometric mean of \(lines.count): \(Self.percent(mean))\n" }
        if lines.contains(where: { $0.outcome == .tooFewRuns }) {
            out +=
                "a verdict needs \(thresholds.fewestRuns) runs on both sides: measure with --runs \(thresholds.fewestRuns)\n"
        }
        for (name, cells) in [("A", onlyBefore), ("B", onlyAfter)] where !cells.isEmpty {
            out += "only in \(name): \(cells.map(\.path).joined(separator: ", "))\n"
        }
        return out
    }

    private func cells(_ line: Line) -> [String] {
        func spread(_ values: [Double]) -> String {
            Sample.spreadPercent(values).map { "\(String($0, decimals: 0))%" } ?? ""
        }
        let interval =
            line.shift.high.isFinite
            ? "[\(Self.percent(line.shift.low)), \(Self.percent(line.shift.high))]" : "unbounded"
        let verdict =
            switch line.outcome {
            case .slower: "slower"
            case .faster: "faster"
            case .same: "~"
            case .tooFewRuns: "too few runs"
            }
        return [
            line.cell.path, metric.text(Sample.median(line.before)), spread(line.before),
            metric.text(Sample.median(line.after)), spread(line.after), Self.percent(line.shift.factor), interval,
            String(line.p, decimals: 3), "\(line.before.count)+\(line.after.count)", verdict,
        ]
    }

    package static func percent(_ factor: Double) -> String {
        let value = (factor - 1) * 100
        return (value >= 0 ? "+" : "") + String(value, decimals: 2) + "%"
    }
}
