import ArgumentParser
import Foundation
import FuzzA64

extension FuzzTool {
    /// Prints `group,encoding,implemented,used,remark`: of each encoding whether the decode table has it, how many of a long
    /// run's words were of its rows, and why it is missing from either.
    func printCoverage(of file: String) throws {
        let index = try EncodingIndex(text(of: file))
        let used = try rows.map { RowReport.used(try text(of: $0)) } ?? [:]
        print("group,encoding,implemented,used,remark")
        for entry in index.entries {
            let uses = entry.rows.reduce(0) { $0 + used[$1, default: 0] }
            let implemented = entry.rows.isEmpty ? "no" : "yes"
            print("\(entry.group),\(entry.name),\(implemented),\(uses),\"\(entry.remark)\"")
        }
    }

    private func text(of file: String) throws -> String {
        do {
            return try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw ValidationError("cannot read \(file)")
        }
    }
}

extension RowReport {
    /// The counts of a file that `write` wrote.
    static func used(_ text: String) -> [String: Int] {
        var counts: [String: Int] = [:]
        for line in text.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",")
            guard fields.count >= 3, let count = Int(fields[fields.count - 2]) else { continue }
            counts[fields.dropLast(2).joined(separator: ",").filter { $0 != "\"" }] = count
        }
        return counts
    }
}
