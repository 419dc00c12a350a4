/// The JSON of hyperfine's `--export-json`, which its plot scripts read: seconds of whole processes.
package enum Hyperfine {
    package static func json(_ rows: [Row]) -> JSON {
        let measurements = Measurements(rows)
        return .object([JSON.Member("results", .array(measurements.cells.map { result($0, measurements[$0]) }))])
    }

    private static func result(_ cell: Cell, _ rows: [Row]) -> JSON {
        let times = rows.map(\.wallSeconds)
        return .object([
            JSON.Member("command", .string(cell.path)),
            JSON.Member("mean", .real(Sample.mean(times))),
            JSON.Member("stddev", times.count > 1 ? .real(Sample.standardDeviation(times)) : .null),
            JSON.Member("median", .real(Sample.median(times))),
            JSON.Member("user", .real(Sample.mean(rows.map { $0.userSeconds ?? $0.cpuSeconds }))),
            JSON.Member("system", .real(Sample.mean(rows.map { $0.systemSeconds ?? 0 }))),
            JSON.Member("min", .real(times.min())),
            JSON.Member("max", .real(times.max())),
            JSON.Member("times", .array(times.map { .real($0) })),
            // A row exists only for a run that ended well.
            JSON.Member("exit_codes", .array(rows.map { _ in .integer(0) })),
            JSON.Member(
                "parameters",
                .object([
                    JSON.Member("workload", .string(cell.workload)), JSON.Member("variant", .string(cell.variant)),
                    JSON.Member("tier", .string(cell.tier.rawValue)), JSON.Member("smp", .string(String(cell.smp))),
                ])),
        ])
    }
}
