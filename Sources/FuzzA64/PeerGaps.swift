import Support

/// Instructions that a peer does not know.
package struct PeerGaps {
    /// The rows none of whose words the peer runs, where we run some.
    package let rows: Set<String>
    /// Programs at which the peer itself ended.
    package let crashes: [[UInt32]]

    package static func find(_ words: WordGenerator, _ ours: Emulation, _ peer: Emulation) throws -> PeerGaps {
        var crashes: [[UInt32]] = []
        var random = SplitMix64(seed: 1)
        var programs: [FuzzProgram] = []
        var owners: [String] = []
        for (index, row) in words.rows.enumerated() where !row.isPrivileged {
            for _ in 0..<4 {
                guard let word = words.word(ofRow: index, &random) else { continue }
                var draft = ProgramDraft()
                draft.append(word, &random)
                programs.append(FuzzProgram(words: draft.finished, states: [StateGenerator.state(&random)]))
                owners.append(row.name)
            }
        }
        var known: Set<String> = []
        var done = 0
        while done < programs.count {
            let outputs = try Arena([ours, peer]).run(Array(programs[done...]))
            for run in 0..<min(outputs[0].count, outputs[1].count) {
                let isLacking = outputs[1].isUndefined(run) && !outputs[0].isUndefined(run)
                if !isLacking { known.insert(owners[done + run]) }
            }
            done += outputs[1].count
            if done < programs.count {
                crashes.append(programs[done].words)
                done += 1
            }
        }
        return PeerGaps(rows: Set(owners).subtracting(known), crashes: crashes)
    }
}

extension BatchOutput {
    fileprivate func isUndefined(_ run: Int) -> Bool { result(run).signals.first.number == 4 }
}
