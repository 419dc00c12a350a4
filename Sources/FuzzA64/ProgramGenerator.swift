import Support

/// Random programs: words of all rows, and around them what lets most of them do something.
///
/// A program depends on the seed and its number alone, so that any can be made again.
package struct ProgramGenerator: Sendable {
    package let words: WordGenerator
    /// About how many instructions are in a program.
    private let length: Int
    /// From how many states each is run, a power of two.
    private let repeats: Int
    private let seed: UInt64

    package init(words: WordGenerator, length: Int, repeats: Int, seed: UInt64) {
        self.words = words
        self.length = length
        self.repeats = repeats
        self.seed = seed
    }

    /// Program `number`. Adds to `hits`, which has a count for each row, how often it holds them.
    package func program(_ number: Int, hits: inout [Int]) -> FuzzProgram {
        var numbers = SplitMix64(seed: seed)
        var random = SplitMix64(seed: numbers.next() ^ UInt64(number) &* 0xd134_2543_de82_ef95)
        var draft = ProgramDraft()
        while draft.count < length {
            let (row, word) = words.next(&random)
            draft.append(word, &random)
            hits[row] += 1
        }
        let first = StateGenerator.state(&random)
        let states = (0..<repeats).map { index in
            var state = index == 0 ? first : StateGenerator.state(&random)
            state.x[30] = first.x[30]
            return state
        }
        return FuzzProgram(words: draft.finished, states: states)
    }
}
