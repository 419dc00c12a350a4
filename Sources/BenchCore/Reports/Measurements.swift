/// Rows by cell, in the order in which the cells first appear.
package struct Measurements: Sendable {
    package let cells: [Cell]
    private let rows: [Cell: [Row]]
    /// The host's processors; the smallest if the rows come from several machines.
    package let hostCPUs: Int

    package init(_ rows: [Row]) {
        var cells: [Cell] = []
        var grouped: [Cell: [Row]] = [:]
        for row in rows {
            if grouped[row.cell] == nil { cells.append(row.cell) }
            grouped[row.cell, default: []].append(row)
        }
        self.cells = cells
        self.rows = grouped
        hostCPUs = rows.map(\.hostCPUs).min() ?? 1
    }

    package subscript(cell: Cell) -> [Row] { rows[cell] ?? [] }

    package func seconds(_ cell: Cell) -> [Double] { self[cell].map(\.seconds) }

    /// The median time; nil when the cell was not measured.
    package func median(_ cell: Cell) -> Double? {
        let values = seconds(cell)
        return values.isEmpty ? nil : Sample.median(values)
    }

    /// How many times the other's median time this cell takes for the same work; nil when either was not measured.
    package func factor(_ cell: Cell, over other: Cell) -> Double? {
        guard let row = self[cell].first, let base = self[other].first else { return nil }
        guard let ours = median(cell), let theirs = median(other) else { return nil }
        // The work is the same in all runs of a cell.
        return ours / theirs * (row.relative(to: base) / (row.seconds / base.seconds))
    }

    /// Work per second at each processor count, a value per run.
    package func throughputs(_ series: Series) -> [Int: [Double]] {
        var result: [Int: [Double]] = [:]
        for cell in cells where Series(cell) == series {
            result[cell.smp] = self[cell].map { Double($0.work ?? 1) / $0.seconds }
        }
        return result
    }

    /// Everything measured, in order of appearance.
    package var series: [Series] {
        var seen: Set<Series> = []
        return cells.map(Series.init).filter { seen.insert($0).inserted }
    }

    /// The same cell by host code, which knows no guest MMU.
    package func host(of cell: Cell) -> Cell {
        var host = cell.with(tier: .host)
        host.mmu = nil
        return host
    }
}

/// A line of a plot: a cell without its processor count.
package struct Series: Hashable, Sendable {
    package let workload: String
    package let variant: String
    package let guest: String
    package let tier: Tier
    package let mmu: Bool?

    package init(_ cell: Cell) {
        (workload, variant, guest, tier, mmu) = (cell.workload, cell.variant, cell.guest, cell.tier, cell.mmu)
    }

    package var subject: String { variant.isEmpty ? workload : "\(workload)/\(variant)" }

    package func cell(smp: Int) -> Cell {
        Cell(workload: workload, variant: variant, guest: guest, tier: tier, mmu: mmu, smp: smp)
    }
}

/// How throughput follows the number of processors.
package struct Scaling: Sendable {
    package struct Point: Sendable {
        package let smp: Int
        /// Median, smallest and largest of the runs, in work per second.
        package let throughput: Double
        package let low: Double
        package let high: Double
        /// Throughput over what one processor's would give on as many processors as the host has for them.
        package let efficiency: Double?
    }

    package let points: [Point]
    package let hostCPUs: Int

    /// Takes for each processor count the throughputs of its runs.
    package init(_ throughputs: [Int: [Double]], hostCPUs: Int) {
        let alone = throughputs[1].map(Sample.median)
        self.hostCPUs = hostCPUs
        points = throughputs.keys.sorted().compactMap { smp in
            guard let values = throughputs[smp], let low = values.min(), let high = values.max() else { return nil }
            let median = Sample.median(values)
            let efficiency = alone.map { median / ($0 * Double(min(smp, hostCPUs))) }
            return Point(smp: smp, throughput: median, low: low, high: high, efficiency: efficiency)
        }
    }

    package func point(_ smp: Int) -> Point? { points.first { $0.smp == smp } }

    /// The most processors that the host can run at once.
    package var atCores: Point? { points.last { $0.smp <= hostCPUs && $0.smp > 1 } }

    /// Throughput at the most processors relative to that at the host's own count: below one, oversubscription costs.
    package var retention: (smp: Int, share: Double)? {
        guard let cores = points.last(where: { $0.smp <= hostCPUs }), let last = points.last, last.smp > hostCPUs else {
            return nil
        }
        return (last.smp, last.throughput / cores.throughput)
    }
}
