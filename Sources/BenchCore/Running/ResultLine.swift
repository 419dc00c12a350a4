/// The one line that a workload prints: `RESULT workload=.. smp=.. work=.. checksum=0x.. elapsed_ns=.. ...`, or
/// `FAIL ...` when its own check went wrong.
package struct ResultLine: Equatable, Sendable {
    private let fields: [String: String]

    package subscript(name: String) -> String? { fields[name] }

    package func count(_ name: String) -> UInt64? { fields[name].flatMap { UInt64($0) } }

    /// - Parameter output: everything that the guest wrote; firmware or kernel text around the line is skipped.
    /// - Throws: ``BenchError`` when there is no such line, two of them, or a FAIL line.
    package init(output: String) throws {
        let lines = output.split(whereSeparator: \.isNewline).map(\.trimmed)
        if let failure = lines.first(where: { $0 == "FAIL" || $0.hasPrefix("FAIL ") }) {
            throw BenchError("the guest says: \(failure)")
        }
        let results = lines.filter { $0.hasPrefix("RESULT ") }
        guard let line = results.first else {
            let last = lines.last.map { "; its last line is: \($0.prefix(120))" } ?? "; it printed nothing"
            throw BenchError("no RESULT line\(last)")
        }
        guard results.count == 1 else { throw BenchError("\(results.count) RESULT lines instead of one") }
        var fields: [String: String] = [:]
        for word in line.split(separator: " ").dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw BenchError("'\(word)' in the RESULT line is not name=value") }
            fields[String(parts[0])] = String(parts[1])
        }
        self.fields = fields
    }
}
