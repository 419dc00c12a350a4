import ArgumentParser
import Foundation
import FuzzA64

/// How often each row of the decode table was in a program.
struct RowReport {
    private let rows: [WordGenerator.Row]
    private var hits: [String: Int] = [:]

    init(_ rows: [WordGenerator.Row]) { self.rows = rows }

    mutating func add(_ rows: [WordGenerator.Row], _ counts: [Int]) {
        for (row, count) in zip(rows, counts) { hits[row.name, default: 0] += count }
    }

    var hit: Int { rows.count { hits[$0.name, default: 0] > 0 } }

    /// `row,programs,level`: at EL0 the rows of a higher level only raise exceptions.
    func write(to path: String) throws {
        let lines = rows.map { "\"\($0.name)\",\(hits[$0.name, default: 0]),\($0.isPrivileged ? "EL1" : "EL0")" }
        let text = (["row,used,level"] + lines).joined(separator: "\n") + "\n"
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw ValidationError("cannot write \(path)")
        }
    }
}
