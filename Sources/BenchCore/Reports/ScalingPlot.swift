/// Throughput and efficiency over vCPUs, drawn by gnuplot as SVG and PNG: per variant one row of two panels, in which
/// ours, the peer and native code stand side by side.
package struct ScalingPlot {
    private let measurements: Measurements

    package init(_ rows: [Row]) { measurements = Measurements(rows) }

    /// Nothing was measured at more than one processor count.
    package var isEmpty: Bool { workloads.isEmpty }

    private var workloads: [String] {
        var names: [String] = []
        for series in measurements.series where isDrawable(series) && !names.contains(series.workload) {
            names.append(series.workload)
        }
        return names
    }

    private func isDrawable(_ series: Series) -> Bool { measurements.throughputs(series).count > 1 }

    /// Draws to `base`, a path without extension, to which the workload is added when there are several; returns the
    /// files, and throws ``BenchError`` when gnuplot is missing or fails.
    package func draw(base: String, interruption: Interruption) throws -> [String] {
        try workloads.flatMap { workload in
            let name = workloads.count == 1 ? base : "\(base)-\(workload)"
            return try Gnuplot.draw(script(workload, name: name), name: name, interruption: interruption)
        }
    }

    /// The gnuplot program for one workload, data included.
    package func script(_ workload: String, name: String) -> String {
        let all = measurements.series.filter { $0.workload == workload && isDrawable($0) }
        var subjects: [String] = []
        for series in all where !subjects.contains(series.subject) { subjects.append(series.subject) }
        let panels = subjects.map { subject in
            PlotPanel(
                title: subject, hostCPUs: measurements.hostCPUs,
                lines: all.filter { $0.subject == subject }.map { series in
                    PlotPanel.Line(
                        tier: series.tier, mmu: series.mmu,
                        scaling: Scaling(measurements.throughputs(series), hostCPUs: measurements.hostCPUs),
                        seconds: measurements.median(series.cell(smp: 1)))
                })
        }
        var out = ""
        for (index, panel) in panels.enumerated() { out += panel.data(index) }
        for terminal in Gnuplot.terminals(name: name, width: 1100, height: 20 + 420 * panels.count) {
            out += terminal
            out += "set multiplot layout \(panels.count),2\n"
            for (index, panel) in panels.enumerated() { out += panel.commands(index) }
            out += "unset multiplot\nunset output\n"
        }
        return out
    }
}

/// One variant's two panels.
struct PlotPanel {
    struct Line {
        let tier: Tier
        let mmu: Bool?
        let scaling: Scaling
        /// At one vCPU.
        let seconds: Double?

        /// With the time at one vCPU, since the curves themselves are relative.
        var title: String {
            let mmuOff = mmu == false ? ", mmu off" : ""
            guard let alone = scaling.point(1), let seconds else { return tier.title + mmuOff }
            return "\(tier.title)\(mmuOff) (\(alone.smp) vCPU: \(durationText(seconds)))"
        }
    }

    let title: String
    let hostCPUs: Int
    let lines: [Line]

    private var largest: Int { lines.flatMap { $0.scaling.points.map(\.smp) }.max() ?? 1 }

    /// Every line as a data block: vCPUs, throughput over the line's own at one vCPU, its range, efficiency.
    ///
    /// Each line is relative to its own single processor: the question is scaling, not speed (that is in the legend).
    func data(_ index: Int) -> String {
        var out = ""
        for (number, line) in lines.enumerated() {
            let alone = line.scaling.point(1)?.throughput ?? line.scaling.points.first?.throughput ?? 1
            out += "$panel\(index)line\(number) << EOD\n"
            for point in line.scaling.points {
                let values = [point.throughput / alone, point.low / alone, point.high / alone]
                let columns = values.map { String($0, significant: 6) }
                let efficiency = point.efficiency.map { String($0, significant: 6) } ?? "NaN"
                out += "\(point.smp) \(columns.joined(separator: " ")) \(efficiency)\n"
            }
            out += "EOD\n"
        }
        return out
    }

    /// Collapses of a factor of ten and more need a logarithmic axis to be seen beside what does not collapse.
    private var spansDecades: Bool {
        let shares = lines.flatMap { line -> [Double] in
            let alone = line.scaling.point(1)?.throughput ?? 1
            return line.scaling.points.map { $0.throughput / alone }
        }
        return (shares.min() ?? 1) < 0.1
    }

    func commands(_ index: Int) -> String {
        let escaped = Gnuplot.escaped(title)
        var out = """
            reset
            set border 3 lc rgb '#404040'
            set tics nomirror out
            set grid ytics lc rgb '#e0e0e0' lw 1
            set xlabel 'vCPUs'
            set xtics 1
            set xrange [0.7:\(Double(largest) + 0.3)]
            set key below maxcols 2 Left reverse samplen 3 spacing 1.1
            set tmargin 4
            cores = \(hostCPUs)
            ideal(x) = x < cores ? x : cores
            set arrow 1 from cores, graph 0 to cores, graph 1 nohead dt 3 lw 1.5 lc rgb '#808080'
            set label 1 '\(hostCPUs) host CPUs' at cores, graph 1.05 center tc rgb '#606060'
            set samples 801

            """
        out += "set title '\(escaped): throughput' offset 0,1\n"
        out += "set ylabel 'relative to 1 vCPU'\n"
        out +=
            spansDecades ? "set logscale y\nset yrange [*:*]\n" : "set yrange [0:*]\nset offsets 0, 0, graph 0.06, 0\n"
        out += Self.plot(["ideal(x) title 'ideal' w l lw 2 dt 2 lc rgb '#808080'"] + throughputLines(index))
        out += "unset logscale y\nset title '\(escaped): efficiency' offset 0,1\n"
        out += "set ylabel 'per host processor in use'\nset yrange [0:*]\nset offsets 0, 0, graph 0.06, 0\n"
        out += Self.plot(["1 title 'ideal' w l lw 2 dt 2 lc rgb '#808080'"] + efficiencyLines(index))
        return out
    }

    private static func plot(_ curves: [String]) -> String { "plot " + curves.joined(separator: ", \\\n  ") + "\n" }

    private func throughputLines(_ index: Int) -> [String] {
        lines.enumerated().flatMap { number, line in
            let look = Self.look(line)
            let data = "$panel\(index)line\(number)"
            return [
                "\(data) using 1:2:3:4 notitle w yerrorbars lw 1 pt 0 \(look.color)",
                "\(data) using 1:2 title '\(line.title)' w lp \(look.color) \(look.point)",
            ]
        }
    }

    private func efficiencyLines(_ index: Int) -> [String] {
        lines.enumerated().map { number, line in
            let look = Self.look(line)
            return "$panel\(index)line\(number) using 1:5 title '\(line.title)' w lp \(look.color) \(look.point)"
        }
    }

    private static func look(_ line: Line) -> (color: String, point: String) {
        let points =
            switch line.tier {
            case .interp: line.mmu == false ? "pt 6 ps 1.1 lw 2.5 dt 4" : "pt 7 ps 1.1 lw 2.5"
            case .native: "pt 11 ps 1.1 lw 2.5"
            case .auto: "pt 13 ps 1.1 lw 2.5"
            case .qemu: "pt 5 ps 1 lw 2 dt 5"
            case .host: "pt 9 ps 1.1 lw 2 dt 4"
            }
        return ("lc rgb '\(line.tier.color)'", points)
    }
}
