import Foundation
import FuzzA64
import Guest
import GuestA64
import Testing

/// The manual's encodings against the decode table.
struct EncodingIndexTests {
    @Test("An encoding has the rows that take its words, and not those of a special case")
    func rows() throws {
        let index = try EncodingIndex(
            """
            System hint 11010101000000110010-------11111
            System nop 11010101000000110010000000011111
            LoadStore ld64b 1111100000111111110100----------
            """)
        #expect(index.entries[0].rows.contains("HINT") && !index.entries[0].rows.contains("NOP"))
        #expect(index.entries[1].rows == ["NOP"])
        #expect(index.entries[2].rows == [])
    }

    @Test("What is missing, or in no program, says why; an encoding that is just missing does not")
    func remarks() throws {
        let index = try EncodingIndex(
            """
            LoadStore ld64b_memory_atomicops_ld_acc 1111100000111111110100----------
            LoadStore new_memory_of_the_future 1111100000111111110100----------
            System wfi_system_hints 11010101000000110010000001111111
            System nop_system_hints 11010101000000110010000000011111
            """)
        let remarks = index.entries.map(\.remark)
        #expect(remarks[0].hasPrefix("FEAT_LS64"))
        #expect(remarks[1...] == ["", "waits for an interrupt", ""])
    }

    @Test(
        "A line that is none is refused",
        arguments: ["System hint", "System hint 1101", "a b \(String(repeating: "x", count: 32))"])
    func malformed(_ line: String) {
        #expect(throws: EncodingIndex.Malformed.self) { try EncodingIndex(line) }
    }

    @Test("The fuzzer's recorded run used every row that there was")
    func recorded() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "results/fuzz-rows.csv")
        let text = try String(contentsOf: file, encoding: .utf8)
        // Rows that are newer than the run are not in it.
        #expect(!text.contains("\",0,"))
        let names = WordGenerator().rows.map(\.name)
        #expect(names.count { text.contains("\"\($0)\",") } > names.count * 9 / 10)
    }
}
