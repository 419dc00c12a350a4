import Support
import Guest
import GuestA64
import IR
import Testing

/// The table's own rules, and that no word can do harm.
struct DecodeTableTests {
    private static let rows = A64.table.rows

    @Test("Names are unique")
    func names() {
        let names = Self.rows.map { "\($0.name)" }
        #expect(Set(names).count == names.count)
    }

    @Test("Rows that share words say so, and the special case fixes more bits than the general one")
    func overlaps() {
        var wrong: [String] = []
        for (index, a) in Self.rows.enumerated() {
            for b in Self.rows[..<index] where (a.value ^ b.value) & a.mask & b.mask == 0 {
                let (special, general) = a.mask.nonzeroBitCount > b.mask.nonzeroBitCount ? (a, b) : (b, a)
                let isNested = special.mask & general.mask == general.mask && special.mask != general.mask
                if !special.overlapping || !isNested { wrong.append("\(a.name) and \(b.name)") }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test("A row that states an overlap has one")
    func statedOverlaps() {
        for row in Self.rows where row.overlapping {
            let others = Self.rows.filter { "\($0.name)" != "\(row.name)" }
            let sharing = others.filter { (row.value ^ $0.value) & row.mask & $0.mask == 0 }
            #expect(!sharing.isEmpty, "\(row.name)")
        }
    }

    @Test("Every field bit of a row tells: in the translation or in the text")
    func unusedFields() {
        var random = SplitMix64(seed: 2)
        for row in Self.rows {
            for bit in 0..<32 where row.mask & 1 << UInt32(bit) == 0 {
                let isUsed = (0..<200).contains { _ in
                    let word = row.randomWord(&random)
                    let other = word ^ 1 << UInt32(bit)
                    return VectorRunner.translate(word) != VectorRunner.translate(other)
                        || A64.disassemble(word, pc: 0) != A64.disassemble(other, pc: 0)
                }
                #expect(isUsed, "\(row.name), bit \(bit)")
            }
        }
    }

    @Test("Every row is found by its own words, and takes some")
    func reachable() {
        var random = SplitMix64(seed: 3)
        for row in Self.rows {
            let words = (0..<200).map { _ in row.randomWord(&random) }
            let own = words.filter { VectorRunner.name($0) == "\(row.name)" }
            #expect(!own.isEmpty, "\(row.name) is hidden by others")
            // Few encodings of MRS, MSR and SYS name anything.
            let takesSome =
                own.contains(where: A64.isDefined)
                || (0..<10_000).contains { _ in A64.isDefined(row.randomWord(&random)) }
            #expect(takesSome, "\(row.name) refuses everything")
        }
    }

    @Test("No feature that is left out has rows")
    func unclaimed() {
        for feature in UnclaimedFeature.all {
            let rows = Self.rows.filter { (feature.value ^ $0.value) & feature.mask & $0.mask == 0 }
            #expect(rows.isEmpty, "\(feature.name)")
        }
    }

    @Test("Patterns of the wrong width or sealed twice are refused")
    func patternWidth() {
        #expect(PatternBits("0101 0101 nnnn dddd").width == 16)
        #expect(PatternBits("01nd").mask == 0b1100)
        #expect(PatternBits("01nd").value == 0b0100)
    }

    @Test("A million random words translate and disassemble to something, and refusals emit nothing")
    func randomWords() {
        var random = SplitMix64(seed: 4)
        var defined = 0
        for _ in 0..<1_000_000 {
            let word = UInt32.random(in: 0...(.max), using: &random)
            let block = VectorRunner.translate(word)
            #expect(block.instructions.last?.endsBlock ?? false)
            let raises = block.instructions.contains { $0.opcode == .raise && $0.attribute == 0 }
            if raises {
                // The instruction marker and the exception, nothing of a translation that was given up.
                #expect(block.instructions.count == 2, "\(VectorRunner.name(word))")
            } else {
                defined += 1
            }
        }
        #expect(defined > 100_000)
    }

    @Test("Every word's text has its operands")
    func texts() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<200_000 {
            let text = A64.disassemble(UInt32.random(in: 0...(.max), using: &random), pc: 0x1000)
            #expect(!text.contains("<"), "\(text)")
        }
    }
}
