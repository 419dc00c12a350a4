import Support
import Guest
import GuestA64
import Testing

/// Our texts against the toolchain's llvm-objdump.
struct DisassemblerTests {
    @Test("Every row's text is LLVM's, whatever its fields hold", .enabled(if: ForeignDisassembler.isAvailable))
    func rows() throws {
        var random = SplitMix64(seed: 1)
        var words: [UInt32] = []
        for row in A64.table.rows {
            words += (0..<100).map { _ in row.randomWord(&random) }.filter { word in
                A64.isDefined(word) && A64.table.row(for: word).map { "\($0.name)" } == "\(row.name)"
            }
        }
        #expect(words.count > A64.table.rows.count * 40)
        let theirs = try ForeignDisassembler.disassemble(words)
        try #require(theirs.count == words.count)
        // One example of each row is enough to read.
        var differences: [String: String] = [:]
        for (index, word) in words.enumerated() {
            let ours = Disassembler(word: word, pc: UInt64(index) * 4).text
            // A range prefetch of Armv9.5, one of the unnamed prefetches to us.
            if theirs[index]?.hasPrefix("rprfm") ?? false { continue }
            if ours != theirs[index] {
                differences[VectorRunner.name(word)] =
                    "\(String(word, radix: 16)): \(ours) | \(theirs[index] ?? "unknown")"
            }
        }
        let report = differences.values.sorted().joined(separator: "\n")
        #expect(report.isEmpty, "rows that differ: \(differences.count)")
    }

    @Test("A word without a row is written as data")
    func unknown() {
        #expect(Disassembler(word: 0, pc: 0).text == ".inst 0x0")
    }
}
