/// The harness's own format, and the only one that it reads back: one line per run.
///
/// Fields hold no commas, quotes or line ends (workload names, numbers, dates), so there is no quoting.
package enum CSV {
    package static var header: String { Column.all.map(\.name).joined(separator: ",") + "\n" }

    /// - Returns: the row as a line with its newline.
    package static func line(_ row: Row) -> String {
        Column.all.map { $0.write(row) }.joined(separator: ",") + "\n"
    }

    package static func text(_ rows: [Row]) -> String { header + rows.map(line).joined() }

    /// Reads rows by the header's names: other columns are skipped, optional ones may be missing.
    ///
    /// - Throws: ``BenchError`` naming the file and the line.
    package static func rows(_ text: String, from what: String) throws -> [Row] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmed }
        guard let names = lines.first?.split(separator: ",", omittingEmptySubsequences: false).map(String.init),
            !names.isEmpty
        else { throw BenchError("\(what): empty; give a CSV that emu-bench wrote") }
        for column in Column.required where !names.contains(column.name) {
            throw BenchError("\(what): column '\(column.name)' is missing; give a CSV that emu-bench wrote")
        }
        let columns = names.map { name in Column.all.first { $0.name == name } }
        var rows: [Row] = []
        for (number, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            rows.append(try row(line, columns: columns, at: "\(what):\(number + 1)"))
        }
        return rows
    }

    private static func row(_ line: Substring, columns: [Column?], at place: String) throws -> Row {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == columns.count else {
            throw BenchError("\(place): \(fields.count) fields where the header has \(columns.count)")
        }
        let cell = Cell(workload: "", variant: "", tier: .interp, mmu: nil, smp: 1)
        var row = Row(cell: cell, run: 0, wallSeconds: 0, cpuSeconds: 0, hostCPUs: 1, commit: "", date: "")
        for (column, field) in zip(columns, fields) {
            guard let column else { continue }
            guard column.read(&row, String(field)) else {
                throw BenchError("\(place): '\(field)' is no value for column '\(column.name)'")
            }
        }
        return row
    }
}
