/// The input of github-action-benchmark's tool `customSmallerIsBetter` (its README, "Examples"): an array of named
/// values.
package enum GitHubAction {
    package static func json(_ rows: [Row]) -> JSON {
        let measurements = Measurements(rows)
        return .array(
            measurements.cells.map { cell in
                let rows = measurements[cell]
                let seconds = rows.map(\.seconds)
                let spread = Sample.standardDeviation(seconds) * 1e9
                return .object([
                    JSON.Member("name", .string(cell.path)),
                    JSON.Member("unit", .string("ns")),
                    JSON.Member("value", .real(Sample.median(seconds) * 1e9)),
                    JSON.Member("range", .string("± \(String(spread, significant: 4))")),
                    JSON.Member("extra", .string("runs: \(rows.count)\ncommit: \(rows.first?.commit ?? "")")),
                ])
            })
    }
}
