import Support
import Guest
import GuestA64
import Litmus
import Testing

/// The assembler against the decode table, whose texts are compared with LLVM's elsewhere (`DisassemblerTests`).
struct AssemblerTests {
    private let assembler = Assembler()

    @Test func `What the disassembler writes for a word assembles to that word, for every row`() {
        var random = SplitMix64(seed: 7)
        var checked = 0
        for row in A64.table.rows where Assembler.reads(row.text) {
            for _ in 0..<40 {
                let word = row.value | UInt32(truncatingIfNeeded: random.next()) & ~row.mask
                guard A64.isDefined(word), A64.table.row(for: word).map({ "\($0.name)" }) == "\(row.name)" else {
                    continue
                }
                let text = A64.disassemble(word, pc: 0x4000_0000)
                if Self.isNameless(text) { continue }
                let ours = try? assembler.assemble(text, at: 0x4000_0000)
                let again = ours.map { A64.disassemble($0, pc: 0x4000_0000) }
                #expect(again == text, "\(row.name): \(String(word, radix: 16)): \(text)")
                checked += 1
            }
        }
        #expect(checked > 5000)
    }

    /// Words that have no name of their own in assembly: numbered hints and unnamed system registers and operations.
    private static func isNameless(_ text: String) -> Bool {
        [
            "S3_", "S2_", "sys #", "hint", "esb", "csdb", "bti", "pac", "aut", "xpac", "dgh", "tsb", "clrbhb", "ssbb",
            "pssbb",
        ]
        .contains { text.contains($0) }
    }
}
