/// Bars of a suite: for every workload the time of each emulator over that of native code, one panel for each class.
package struct BarPlot {
    private let measurements: Measurements
    private let kind: (String) -> String

    package init(_ rows: [Row], kind: @escaping (String) -> String) {
        measurements = Measurements(rows)
        self.kind = kind
    }

    private struct Panel {
        let title: String
        let tiers: [Tier]
        /// The workload, and its factors in the order of the tiers; nil: not measured.
        let bars: [(subject: String, factors: [Double?])]
    }

    /// Draws to `base`, a path without extension; the files, none when nothing was measured beside native code.
    ///
    /// - Throws: ``BenchError`` when gnuplot is missing or fails.
    package func draw(base: String, interruption: Interruption) throws -> [String] {
        panels.isEmpty ? [] : try Gnuplot.draw(script(name: base), name: base, interruption: interruption)
    }

    private var panels: [Panel] {
        LinuxSuite.kinds.compactMap { name in
            let cells = measurements.cells.filter { kind($0.workload) == name && $0.tier != .host }
            let tiers = Tier.allCases.filter { tier in cells.contains { $0.tier == tier } }
            var bars: [(subject: String, factors: [Double?])] = []
            for cell in cells where cell.tier == tiers.first {
                let factors = tiers.map { tier in
                    let other = cell.with(tier: tier)
                    return measurements.factor(other, over: measurements.host(of: other))
                }
                if factors.contains(where: { $0 != nil }) { bars.append((cell.subject, factors)) }
            }
            return bars.isEmpty ? nil : Panel(title: name, tiers: tiers, bars: bars)
        }
    }

    private static let panelHeight = 360

    /// The gnuplot program, data included.
    package func script(name: String) -> String {
        let panels = panels
        var out = ""
        for (index, panel) in panels.enumerated() { out += data(panel, index) }
        let most = panels.map(\.bars.count).max() ?? 0
        let size = (width: 200 + 36 * most, height: 20 + Self.panelHeight * panels.count)
        for terminal in Gnuplot.terminals(name: name, width: size.width, height: size.height) {
            out += terminal + "set multiplot layout \(panels.count),1\n"
            for (index, panel) in panels.enumerated() { out += commands(panel, index) }
            out += "unset multiplot\nunset output\n"
        }
        return out
    }

    private func data(_ panel: Panel, _ index: Int) -> String {
        let lines = panel.bars.map { bar in
            let factors = bar.factors.map { $0.map { String($0, significant: 6) } ?? "NaN" }
            return "\"\(bar.subject.replacing("_", with: "\\_"))\" \(factors.joined(separator: " "))\n"
        }
        return "$panel\(index) << EOD\n\(lines.joined())EOD\n"
    }

    private func commands(_ panel: Panel, _ index: Int) -> String {
        let bars = panel.tiers.enumerated().map { number, tier in
            "$panel\(index) using \(number + 2)\(number == 0 ? ":xtic(1)" : "") title '\(mean(panel, number))' "
                + "lc rgb '\(tier.color)'"
        }
        return """
            reset
            set border 3 lc rgb '#404040'
            set style data histograms
            set style histogram clustered gap 1
            set style fill solid 0.9 noborder
            set tics nomirror out
            set xtics rotate by -40
            set grid ytics lc rgb '#e0e0e0' lw 1
            set logscale y
            set yrange [0.25:*]
            set key above left
            set ylabel 'time over native'
            set title '\(Gnuplot.escaped(panel.title))'
            plot 1 notitle lw 2 dt 2 lc rgb '#808080', \
              \(bars.joined(separator: ", \\\n  "))

            """
    }

    /// A tier's name with its geometric mean, since the bars have no figures.
    private func mean(_ panel: Panel, _ number: Int) -> String {
        let factors = panel.bars.compactMap { $0.factors[number] }
        let tier = panel.tiers[number].title
        return factors.isEmpty ? tier : "\(tier) (mean \(String(Sample.geometricMean(factors), significant: 3)))"
    }
}
