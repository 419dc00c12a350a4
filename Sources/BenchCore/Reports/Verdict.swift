/// The table at the end of a run: what was measured, beside the peer and native code, and what it means.
package struct Verdict {
    private let measurements: Measurements
    /// The class of each workload of a suite, whose means are of one class each; nil: one mean of all.
    private let kind: ((String) -> String)?

    package init(_ rows: [Row], kind: ((String) -> String)? = nil) {
        measurements = Measurements(rows)
        self.kind = kind
    }

    package var text: String {
        var out = table.text
        for series in measurements.series where series.tier.isOurs { out += lines(series) }
        out += summary
        return out
    }

    private var table: TextTable {
        var table = TextTable(
            header: [
                "workload", "tier", "smp", "time", "+-", "cpu", "efficiency", "/ native", "/ QEMU", "per crossing",
            ],
            leftColumns: 2)
        for cell in measurements.cells {
            guard let time = measurements.median(cell) else { continue }
            let rows = measurements[cell]
            let scaling = Scaling(measurements.throughputs(Series(cell)), hostCPUs: measurements.hostCPUs)
            let host = cell.tier == .host ? nil : measurements.factor(cell, over: measurements.host(of: cell))
            let peer = cell.tier.isOurs ? measurements.factor(cell, over: cell.with(tier: .qemu)) : nil
            let crossings = rows.compactMap(\.secondsPerCrossing)
            table.add([
                cell.subject + (cell.mmu == false ? " (mmu off)" : ""), cell.tier.title, String(cell.smp),
                durationText(time),
                Sample.spreadPercent(rows.map(\.seconds)).map { "\(String($0, decimals: 0))%" } ?? "",
                durationText(Sample.median(rows.map(\.cpuSeconds))),
                scaling.point(cell.smp)?.efficiency.map { String($0, decimals: 2) } ?? "",
                host.map { "\(String($0, significant: 3))x" } ?? "",
                peer.map { "\(String($0, significant: 3))x" } ?? "",
                crossings.isEmpty ? "" : durationText(Sample.median(crossings)),
            ])
        }
        return table
    }

    /// What the scaling of one series means, in words.
    private func lines(_ series: Series) -> String {
        let throughputs = measurements.throughputs(series)
        let scaling = Scaling(throughputs, hostCPUs: measurements.hostCPUs)
        guard scaling.points.count > 1 else { return "" }
        var out = "\n\(series.subject), \(series.tier.title):\n"
        if let cores = scaling.atCores, let efficiency = cores.efficiency {
            let judgement = efficiency >= 0.9 ? "scales" : efficiency >= 0.7 ? "scales in part" : "does not scale"
            out += "  \(judgement): efficiency \(String(efficiency, decimals: 2)) at \(cores.smp) vCPUs"
            out += " on \(scaling.hostCPUs) host processors\n"
        }
        if let (smp, share) = scaling.retention {
            let judgement = share >= 0.9 ? "no collapse" : share >= 0.7 ? "some loss" : "collapses"
            out += "  \(judgement): \(String(share, decimals: 2)) of that throughput at \(smp) vCPUs (oversubscribed)\n"
        }
        return out + law(throughputs)
    }

    private func law(_ throughputs: [Int: [Double]]) -> String {
        let cpus = measurements.hostCPUs
        guard let law = ScalabilityLaw(throughputs, hostCPUs: cpus) else {
            return "  scalability law: not fitted, it needs two vCPU counts within the host's \(cpus) processors\n"
        }
        func text(_ estimate: ScalabilityLaw.Estimate) -> String {
            let interval = "[\(String(estimate.low, decimals: 4)), \(String(estimate.high, decimals: 4))]"
            return "\(String(estimate.value, decimals: 4)) \(interval)"
        }
        let counts = law.counts.map(String.init).joined(separator: ", ")
        let kappa =
            law.kappa.map { "coherency \(text($0))" }
            ?? "coherency not told apart from it (that needs three vCPU counts within the host's processors)"
        return "  scalability law over smp \(counts): contention \(text(law.sigma)), \(kappa); 95 % intervals\n"
    }

    /// Geometric means over the cells of a tier, beside the others.
    private var summary: String {
        let tiers = Tier.allCases.filter { $0 != .host }
        guard let kind else { return tiers.map { summary($0, of: "smp 1") { _ in true } }.joined() }
        return LinuxSuite.kinds.flatMap { name in
            tiers.map { tier in summary(tier, of: name) { kind($0.workload) == name } }
        }.joined() + tiers.filter(\.isOurs).map(slower).joined()
    }

    private func summary(_ tier: Tier, of what: String, _ isPart: (Cell) -> Bool) -> String {
        var out = ""
        let ours = measurements.cells.filter { $0.tier == tier && $0.smp == 1 && isPart($0) }
        let native = quotients(ours) { measurements.host(of: $0) }
        if !native.isEmpty {
            out += "\n\(tier.title) at \(what): \(String(Sample.geometricMean(native), significant: 3)) x native"
            out += " (geometric mean of \(native.count))\n"
        }
        let peer = tier.isOurs ? quotients(ours) { $0.with(tier: .qemu) } : []
        if !peer.isEmpty {
            out += "\n\(tier.title) at \(what): \(String(Sample.geometricMean(peer), significant: 3)) x QEMU's time"
            out += " (geometric mean of \(peer.count))\n"
        }
        return out
    }

    /// What the peer does faster.
    private func slower(_ tier: Tier) -> String {
        let names = measurements.cells.filter { cell in
            cell.tier == tier && measurements.factor(cell, over: cell.with(tier: .qemu)) ?? 0 > 1
        }.map(\.subject)
        return names.isEmpty ? "" : "\n\(tier.title), slower than QEMU: \(names.joined(separator: ", "))\n"
    }

    private func quotients(_ cells: [Cell], over other: (Cell) -> Cell) -> [Double] {
        cells.compactMap { measurements.factor($0, over: other($0)) }
    }
}
