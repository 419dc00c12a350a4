/// Instructions that the peer does not know.
package enum PeerGaps {
    /// The rows none of whose words the peer runs.
    package static func rows(_ words: WordGenerator, _ peer: Emulation) throws -> Set<String> {
        var random = FuzzRandom(seed: 1)
        var programs: [FuzzProgram] = []
        var owners: [String] = []
        for index in words.rows.indices {
            for _ in 0..<4 {
                guard let word = words.word(ofRow: index, &random) else { continue }
                switch InstructionClass(word) {
                case .branch, .branchToRegister: continue
                default: break
                }
                programs.append(FuzzProgram(words: [word], state: StateGenerator.state(&random)))
                owners.append(words.rows[index].name)
            }
        }
        let signals = try peer.runForSignals(programs)
        var known: Set<String> = []
        for (index, signal) in signals.enumerated() where signal != 4 { known.insert(owners[index]) }
        return Set(owners).subtracting(known)
    }
}
