/// A table for a terminal: columns as wide as their widest cell, numbers to the right.
package struct TextTable {
    private let header: [String]
    private let leftColumns: Int
    private var rows: [[String]] = []

    /// - Parameters:
    ///   - header: the columns' names.
    ///   - leftColumns: how many of the first columns are text, aligned left.
    package init(header: [String], leftColumns: Int = 1) {
        self.header = header
        self.leftColumns = leftColumns
    }

    package var isEmpty: Bool { rows.isEmpty }

    package mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The table with a newline at the end of each line.
    package var text: String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        let lines = all.map { cells in
            let padded = cells.enumerated().map { column, cell in
                cell.padded(widths[column], right: column >= leftColumns)
            }
            return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n") + "\n"
    }
}
