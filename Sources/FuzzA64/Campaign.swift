import GuestA64

/// Many programs, run in every way of ours and by a peer, in batches.
package struct Campaign {
    package struct Finding {
        /// The program's number.
        package let number: Int
        /// Made small to one state, where it is not one of many and differs alone.
        package let program: FuzzProgram
        package let differences: [String]
        package var isSmall: Bool { program.states.count == 1 }
        /// The two that disagree.
        package let between: (String, String)
    }

    private let ours: [Emulation]
    private let peer: Emulation?
    private let generator: ProgramGenerator
    /// Emulators run at the same time; the first is the one that all others are compared with.
    private let arena: Arena
    package private(set) var findings = 0
    package private(set) var programs = 0
    package private(set) var runs = 0
    package private(set) var instructions = 0
    package private(set) var signals = 0
    /// How many programs' words came from each row of the generator.
    package private(set) var hits: [Int]

    /// The first of `ours` is compared with all others and with the peer.
    package init(ours: [Emulation], peer: Emulation?, generator: ProgramGenerator, first: Int = 0) {
        self.ours = ours
        self.peer = peer
        self.generator = generator
        arena = Arena(ours + (peer.map { [$0] } ?? []))
        programs = first
        hits = [Int](repeating: 0, count: generator.words.rows.count)
    }

    /// Findings of one batch that are made small; more are only shown.
    private static var mostMinimized: Int { 8 }

    /// Runs the next `count` programs; returns the findings among them.
    package mutating func runBatch(_ count: Int) throws -> [Finding] {
        let first = programs
        var batch: [FuzzProgram] = []
        for number in first..<(first + count) { batch.append(generator.program(number, hits: &hits)) }
        let outputs = try arena.run(batch)
        programs += count
        let repeats = batch.first?.states.count ?? 1
        runs += count * repeats
        instructions += batch.reduce(0) { $0 + $1.words.count } * repeats
        for run in 0..<outputs[0].count { signals += Int(truncatingIfNeeded: outputs[0].result(run).signals.count) }
        var new: [Finding] = []
        for other in arena.emulations.indices.dropFirst() {
            for found in Comparison.differences(outputs[0], outputs[other]) {
                let program = batch[min(found.run / repeats, batch.count - 1)]
                let state = program.states[found.run % repeats]
                var result = (program, found.lines)
                if new.count < Self.mostMinimized {
                    let pair = Arena([arena.emulations[0], arena.emulations[other]])
                    result = try Minimizer(pair).minimize(program, state: state)
                }
                new.append(
                    Finding(
                        number: first + found.run / repeats, program: result.0, differences: result.1,
                        between: (arena.emulations[0].name, arena.emulations[other].name)))
            }
        }
        findings += new.count
        return new
    }
}
