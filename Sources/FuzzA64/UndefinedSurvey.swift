import Guest
import GuestA64
import Support

/// Which words are undefined here and in a peer.
package struct UndefinedSurvey {
    /// A word that one defines and the other does not.
    package struct Disagreement {
        package let word: UInt32
        package let isOursDefined: Bool
        package let space: EncodingSpace?
    }

    private let arena: Arena
    private var random: SplitMix64
    package private(set) var words = 0
    package private(set) var defined = 0
    package private(set) var disagreements: [Disagreement] = []

    package init(ours: Emulation, peer: Emulation, seed: UInt64) {
        arena = Arena([ours, peer])
        random = SplitMix64(seed: seed)
    }

    /// Compares `count` more words: half of them random, half near a row of the decode table.
    package mutating func runBatch(_ count: Int) throws {
        var batch: [UInt32] = []
        while batch.count < count {
            let word = random.chance(50) ? random.word() : Self.nearWord(&random)
            if Self.canRun(word) { batch.append(word) }
        }
        try compare(batch)
    }

    /// Compares these words.
    package mutating func compare(_ batch: [UInt32]) throws {
        let outputs = try arena.run(batch.map { Self.program($0, &random) }, brief: true)
        guard outputs[0].count == batch.count, outputs[1].count == batch.count else {
            let late = outputs[0].count < batch.count ? 0 : 1
            let word = batch[outputs[late].count]
            throw Emulation.Failure(description: "\(arena.emulations[late].name) ended at \(hex(UInt64(word)))")
        }
        for (index, word) in batch.enumerated() {
            let (ours, theirs) = (outputs[0].isDefined(index), outputs[1].isDefined(index))
            words += 1
            if ours { defined += 1 }
            if ours != theirs {
                disagreements.append(
                    Disagreement(word: word, isOursDefined: ours, space: EncodingSpace.of(word, isOursDefined: ours)))
            }
        }
    }

    /// A word of a row with one or two of its fixed bits turned over, or none.
    private static func nearWord(_ random: inout SplitMix64) -> UInt32 {
        let row = A64.table.rows[random.below(A64.table.rows.count)]
        var word = row.value | random.word() & ~row.mask
        for _ in 0..<random.below(3) { word ^= 1 << UInt32(random.below(32)) }
        return word
    }

    /// Whether it can be run by itself: it does not wait for what never comes, nor change how later ones run.
    private static func canRun(_ word: UInt32) -> Bool {
        switch InstructionClass(word) {
        case .waitForEvent, .omitted: false
        default: true
        }
    }

    /// The word as the survey runs it. Direct branches go to the next word; what authenticates a pointer is given one,
    /// and a step of a memory operation the other steps.
    private static func program(_ word: UInt32, _ random: inout SplitMix64) -> FuzzProgram {
        switch InstructionClass(word) {
        case .branch(let bits, let low):
            let mask: UInt32 = ((1 << bits) - 1) << low
            return FuzzProgram(words: [word & ~mask | 1 << low], states: [])
        case .authenticatedBranch, .authenticatedLoad, .pointerSigning, .pointerSigningHint, .memoryOperation:
            guard WordGenerator.isDefined(word) else { return FuzzProgram(words: [word], states: []) }
            var draft = ProgramDraft()
            draft.append(word, &random)
            return FuzzProgram(words: draft.finished, states: [])
        default: return FuzzProgram(words: [word], states: [])
        }
    }
}

extension BatchOutput {
    /// Of a brief run: the first signal is not SIGILL.
    package func isDefined(_ run: Int) -> Bool { self[run][self[run].startIndex + 1] & 0xffff_ffff != 4 }
}
