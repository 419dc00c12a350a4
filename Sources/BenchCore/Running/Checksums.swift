/// The checksums that workloads must print, from `Guests/expected.txt`.
///
/// One line per result: workload, variant, scale, checksum. The variant `*` stands for every one not listed. The file
/// has some scales only; results of others are not checked against it.
package struct Checksums: Sendable {
    private struct Key: Hashable {
        let workload: String
        let variant: String
        let scale: UInt64
    }

    private let expected: [Key: String]

    /// - Throws: ``BenchError`` when a line is malformed.
    package init(parsing text: String, from what: String) throws {
        var expected: [Key: String] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
            guard !words.isEmpty else { continue }
            guard words.count == 4, let scale = UInt64(words[2]) else {
                throw BenchError("\(what):\(number + 1): needs workload, variant, scale and checksum")
            }
            expected[Key(workload: words[0], variant: words[1], scale: scale)] = words[3]
        }
        self.expected = expected
    }

    /// - Throws: ``BenchError`` when the row's checksum is not the one that is expected.
    package func check(_ row: Row) throws {
        let keys = [row.cell.variant, "*"].map {
            Key(workload: row.cell.workload, variant: $0, scale: row.scale ?? 1000)
        }
        guard let right = keys.lazy.compactMap({ expected[$0] }).first else { return }
        guard row.checksum == right else {
            throw BenchError("wrong checksum \(row.checksum ?? "none"), expected \(right)")
        }
    }
}
