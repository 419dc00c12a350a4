import Support
import FuzzA64
import Guest
import GuestA64
import Testing

/// What programs are made of.
struct ProgramTests {
    private func generator(seed: UInt64) -> ProgramGenerator {
        ProgramGenerator(words: WordGenerator(), length: 32, repeats: 2, seed: seed)
    }

    @Test("A program is made again from its seed and number, and another seed makes another")
    func reproducible() {
        var hits = [Int](repeating: 0, count: WordGenerator().rows.count)
        let first = generator(seed: 3).program(17, hits: &hits)
        #expect(generator(seed: 3).program(17, hits: &hits) == first)
        #expect(generator(seed: 4).program(17, hits: &hits) != first)
        #expect(generator(seed: 3).program(18, hits: &hits) != first)
    }

    @Test("The states of a program share X30, which its code loads")
    func states() {
        var hits = [Int](repeating: 0, count: WordGenerator().rows.count)
        let program = generator(seed: 1).program(0, hits: &hits)
        #expect(program.states.count == 2)
        #expect(program.states[0].x[30] == program.states[1].x[30])
        #expect(program.states[0] != program.states[1])
    }

    @Test("Every row of the decode table but those that wait for an interrupt makes words")
    func rows() {
        let words = WordGenerator()
        var random = SplitMix64(seed: 9)
        for (index, row) in words.rows.enumerated() {
            #expect(words.word(ofRow: index, &random) != nil, "\(row.name)")
        }
        let left = Set(A64.table.rows.map { "\($0.name)" }).subtracting(words.rows.map(\.name))
        #expect(left == ["WFI", "WFIT"])
    }

    @Test("Conditional branches lead forwards, and not beyond the end")
    func branches() {
        var hits = [Int](repeating: 0, count: WordGenerator().rows.count)
        let generator = generator(seed: 5)
        for number in 0..<200 {
            let words = generator.program(number, hits: &hits).words
            for (index, word) in words.enumerated() where word >> 24 == 0x54 {
                let distance = Int(word >> 5 & 0x7ffff)
                #expect((1...words.count - index).contains(distance))
            }
        }
    }
}
