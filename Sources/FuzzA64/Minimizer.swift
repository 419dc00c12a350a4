import GuestA64

/// Makes a program whose results differ as short as it gets, at best to one instruction, and its state as plain.
struct Minimizer {
    private let arena: Arena
    private static let nop: UInt32 = 0xd503_201f

    /// `arena` has two emulators, ours first.
    init(_ arena: Arena) { self.arena = arena }

    /// The smaller program, with one state, and how its results differ.
    func minimize(_ program: FuzzProgram, state: FuzzState) throws -> (program: FuzzProgram, differences: [String]) {
        let alone = FuzzProgram(words: program.words, states: [state])
        // It takes several runs where translated code matters that only a second run meets.
        guard try !differences([alone])[0].isEmpty else {
            return (program, ["differs after other states only"])
        }
        var smallest = try cutBehindCulprit(alone)
        smallest = try dropWords(smallest)
        smallest = try plainState(smallest)
        return (smallest, try differences([smallest])[0])
    }

    /// The differences of each program, which have one state each.
    private func differences(_ programs: [FuzzProgram]) throws -> [[String]] {
        let outputs = try arena.run(programs)
        var lines = [[String]](repeating: [], count: programs.count)
        for found in Comparison.differences(outputs[0], outputs[1]) where found.run < lines.count {
            lines[found.run] = found.lines
        }
        return lines
    }

    private func differs(_ program: FuzzProgram) throws -> Bool { try !differences([program])[0].isEmpty }

    /// Only the words up to the one whose effect differs from then on; that one alone, from the state before it, where it
    /// suffices. Signed pointers differ too, until the next instruction authenticates them.
    private func cutBehindCulprit(_ program: FuzzProgram) throws -> FuzzProgram {
        let count = program.words.count
        let prefixes = (0...count).map { length in
            let rest = [UInt32](repeating: Self.nop, count: count - length)
            return FuzzProgram(words: program.words.prefix(length) + rest, states: program.states)
        }
        guard let agreeing = try differences(prefixes).lastIndex(where: \.isEmpty), agreeing < count else {
            return program
        }
        let first = agreeing + 1
        let before = try arena.run([prefixes[first - 1]])[0]
        if before.count == 1 {
            let single = FuzzProgram(words: [program.words[first - 1]], states: [before.result(0).state])
            if try differs(single) { return single }
        }
        return FuzzProgram(words: Array(prefixes[first].words.prefix(first)), states: program.states)
    }

    /// Words that do not matter become NOP, and vanish where they can. What differs must stay the same.
    private func dropWords(_ program: FuzzProgram) throws -> FuzzProgram {
        guard program.words.count > 1 else { return program }
        var result = program
        let places = Self.places(try differences([program])[0])
        func differs(_ candidate: FuzzProgram) throws -> Bool {
            try Self.places(differences([candidate])[0]) == places
        }
        for index in result.words.indices.reversed() where result.words[index] != Self.nop {
            var candidate = result
            candidate.words[index] = Self.nop
            if try differs(candidate) { result = candidate }
        }
        var compact = result
        compact.words.removeAll { $0 == Self.nop }
        return try !compact.words.isEmpty && differs(compact) ? compact : result
    }

    /// The registers that lines of a comparison name.
    private static func places(_ lines: [String]) -> [Substring] {
        lines.map { $0.prefix { $0 != " " } }
    }

    /// Registers that do not matter become zero.
    private func plainState(_ program: FuzzProgram) throws -> FuzzProgram {
        var changes: [(inout FuzzState) -> Void] = []
        for number in 0..<31 { changes.append { $0.x[number] = 0 } }
        for number in 0..<32 { changes.append { $0.v[number] = SIMD2(0, 0) } }
        changes += [{ $0.flags = 0 }, { $0.floatControl = 0 }, { $0.floatStatus = 0 }]
        let variants = changes.map { change in
            var variant = program
            change(&variant.states[0])
            return variant
        }
        let kept = try differences(variants).map { !$0.isEmpty }
        var all = program
        for (index, change) in changes.enumerated() where kept[index] { change(&all.states[0]) }
        if try differs(all) { return all }
        var result = program
        for (index, change) in changes.enumerated() where kept[index] {
            var candidate = result
            change(&candidate.states[0])
            if try differs(candidate) { result = candidate }
        }
        return result
    }
}
