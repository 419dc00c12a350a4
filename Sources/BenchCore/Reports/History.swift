/// The dated baselines of a directory, oldest first: how each cell's speed and counts went.
package struct History {
    private let baselines: [Baseline]

    /// - Throws: ``BenchError`` when the directory holds no baseline. Files of other kinds are passed over.
    package init(directory: String) throws {
        let files = FileText.names(in: directory).filter { $0.hasSuffix(".json") }
        baselines = files.compactMap { try? Baseline(file: "\(directory)/\($0)") }.sorted { $0.date < $1.date }
        guard !baselines.isEmpty else {
            throw BenchError("\(directory): no baseline in it; record one with: emu-bench --quick --save-baseline FILE")
        }
    }

    package init(_ baselines: [Baseline]) { self.baselines = baselines.sorted { $0.date < $1.date } }

    /// Time over native code's, a column per baseline, and what the whole way made of it.
    package var text: String {
        var table = TextTable(header: ["x native"] + baselines.map { String($0.date.prefix(10)) } + ["change"])
        table.add(["commit"] + baselines.map { String($0.commit.prefix(12)) } + [""])
        for cell in cells {
            let medians = baselines.map { baseline in
                baseline.entries.first { $0.cell == cell && !$0.ratios.isEmpty }.map { Sample.median($0.ratios) }
            }
            table.add(["\(cell.subject) \(cell.tier.rawValue)"] + medians.map(Self.text) + [Self.change(medians)])
        }
        let means = baselines.map { baseline -> Double? in
            let ratios = baseline.entries.filter { !$0.ratios.isEmpty }.map { Sample.median($0.ratios) }
            return ratios.isEmpty ? nil : Sample.geometricMean(ratios)
        }
        table.add(["geometric mean"] + means.map(Self.text) + [Self.change(means)])
        return table.text
    }

    private var cells: [Cell] {
        var seen: Set<Cell> = []
        return baselines.flatMap { $0.entries.map(\.cell) }.filter { seen.insert($0).inserted }
    }

    private static func text(_ value: Double?) -> String { value.map { String($0, significant: 4) } ?? "" }

    private static func change(_ values: [Double?]) -> String {
        let known = values.compactMap(\.self)
        guard known.count > 1, let first = known.first, let last = known.last else { return "" }
        return Comparison.percent(last / first)
    }
}
