/// The JSON of google-benchmark's `--benchmark_format=json` (its docs/user_guide.md, "Output Formats"): a context, then
/// one entry per repetition and four aggregates per benchmark. Its tools/compare.py reads it.
package enum GoogleBenchmark {
    package static func json(_ rows: [Row], host: Host) -> JSON {
        let measurements = Measurements(rows)
        let entries = measurements.cells.enumerated().flatMap { index, cell in
            repetitions(measurements[cell], cell, family: index) + aggregates(measurements[cell], cell, family: index)
        }
        return .object([
            JSON.Member("context", context(rows, host)),
            JSON.Member("benchmarks", .array(entries)),
        ])
    }

    private static func context(_ rows: [Row], _ host: Host) -> JSON {
        .object([
            JSON.Member("date", .string(rows.first?.date ?? "")),
            JSON.Member("host_name", .string(host.name)),
            JSON.Member("executable", .string("emu-bench")),
            JSON.Member("num_cpus", .integer(host.processors)),
            JSON.Member("mhz_per_cpu", .integer(host.megahertz)),
            JSON.Member("cpu_scaling_enabled", .bool(false)),
            JSON.Member("caches", .array([])),
            JSON.Member("library_build_type", .string("release")),
            JSON.Member("commit", .string(rows.first?.commit ?? "")),
        ])
    }

    private static func head(_ cell: Cell, family: Int, name: String, type: String, of count: Int) -> [JSON.Member] {
        [
            JSON.Member("name", .string(name)),
            JSON.Member("family_index", .integer(family)),
            JSON.Member("per_family_instance_index", .integer(0)),
            JSON.Member("run_name", .string(cell.path)),
            JSON.Member("run_type", .string(type)),
            JSON.Member("repetitions", .integer(count)),
        ]
    }

    private static func repetitions(_ rows: [Row], _ cell: Cell, family: Int) -> [JSON] {
        rows.enumerated().map { index, row in
            var members = head(cell, family: family, name: cell.path, type: "iteration", of: rows.count)
            members.append(JSON.Member("repetition_index", .integer(index)))
            members.append(JSON.Member("threads", .integer(cell.smp)))
            members.append(JSON.Member("iterations", .integer(1)))
            members += times(real: row.seconds, cpu: row.cpuSeconds)
            // User counters are plain members beside the times; what was not counted is left out.
            for (name, count) in [("guest_insns", row.guestInstructions), ("blocks", row.blocks)] {
                if let count { members.append(JSON.Member(name, .number(Double(count)))) }
            }
            return .object(members)
        }
    }

    private static func aggregates(_ rows: [Row], _ cell: Cell, family: Int) -> [JSON] {
        guard rows.count > 1 else { return [] }
        let (real, cpu) = (rows.map(\.seconds), rows.map(\.cpuSeconds))
        func entry(_ name: String, unit: String, _ times: [JSON.Member]) -> JSON {
            let head = head(cell, family: family, name: "\(cell.path)_\(name)", type: "aggregate", of: rows.count)
            return .object(
                head + [
                    JSON.Member("threads", .integer(cell.smp)),
                    JSON.Member("aggregate_name", .string(name)),
                    JSON.Member("aggregate_unit", .string(unit)),
                    JSON.Member("iterations", .integer(rows.count)),
                ] + times)
        }
        let deviation = (Sample.standardDeviation(real), Sample.standardDeviation(cpu))
        let variation = (deviation.0 / Sample.mean(real), deviation.1 / max(Sample.mean(cpu), 1e-9))
        return [
            entry("mean", unit: "time", times(real: Sample.mean(real), cpu: Sample.mean(cpu))),
            entry("median", unit: "time", times(real: Sample.median(real), cpu: Sample.median(cpu))),
            entry("stddev", unit: "time", times(real: deviation.0, cpu: deviation.1)),
            entry("cv", unit: "percentage", times(real: variation.0 / 1e9, cpu: variation.1 / 1e9)),
        ]
    }

    private static func times(real: Double, cpu: Double) -> [JSON.Member] {
        [
            JSON.Member("real_time", .real(real * 1e9)),
            JSON.Member("cpu_time", .real(cpu * 1e9)),
            JSON.Member("time_unit", .string("ns")),
        ]
    }
}
