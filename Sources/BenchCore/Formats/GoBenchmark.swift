/// Go's benchmark text (golang.org/design/14313-benchmark-format): configuration lines `key: value`, then one line per
/// run: a name that begins with `Benchmark` and an upper-case letter, ends in `-<processors>` and has no blanks, the
/// iterations, and pairs of value and unit.
package enum GoBenchmark {
    package static func text(_ rows: [Row], host: Host) -> String {
        var out = "goos: linux\ngoarch: amd64\npkg: emulator\ncpu: \(host.processorModel)\n"
        out += "commit: \(rows.first?.commit ?? "unknown")\n"
        for row in rows { out += line(row) }
        return out
    }

    private static func line(_ row: Row) -> String {
        let cell = row.cell
        let parts = cell.path.split(separator: "/")
        // The processor count has its own place at the end of the name.
        let rest = parts.dropFirst().filter { !$0.hasPrefix("smp=") }.joined(separator: "/")
        var fields = ["Benchmark\(capitalised(cell.workload))/\(rest)-\(cell.smp)", "1"]
        fields.append("\(String(row.seconds * 1e9, decimals: 0)) ns/op")
        fields.append("\(String(row.cpuSeconds * 1e9, decimals: 0)) cpu-ns/op")
        if let count = row.guestInstructions { fields.append("\(count) guest-insns/op") }
        if let blocks = row.blocks { fields.append("\(blocks) blocks/op") }
        return fields.joined(separator: "\t") + "\n"
    }

    private static func capitalised(_ name: String) -> String { name.prefix(1).uppercased() + name.dropFirst() }
}
