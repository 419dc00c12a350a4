import GuestA64

/// Many programs, run here and by a peer, in batches.
package struct Campaign {
    package struct Finding {
        package let program: FuzzProgram
        package let differences: [String]
        /// Why it is not ours to mend, if so.
        package let known: KnownDifference?
    }

    private let ours: Emulation
    private let theirs: Emulation
    package private(set) var generator: ProgramGenerator
    private var random: FuzzRandom
    package private(set) var findings: [Finding] = []
    package private(set) var programs = 0
    package private(set) var instructions = 0
    package private(set) var signals = 0

    package init(ours: Emulation, theirs: Emulation, generator: ProgramGenerator, seed: UInt64) {
        self.ours = ours
        self.theirs = theirs
        self.generator = generator
        random = FuzzRandom(seed: seed)
    }

    /// Findings of one instruction row that are reported in full; more of the same are only counted.
    private static var mostOfOneKind: Int { 3 }

    /// Runs `count` programs; returns the findings among them.
    package mutating func runBatch(_ count: Int) throws -> [Finding] {
        let batch = (0..<count).map { _ in generator.next(&random) }
        let (our, their) = (try ours.run(batch), try theirs.run(batch))
        var new: [Finding] = []
        for index in 0..<min(our.count, their.count) {
            programs += 1
            instructions += batch[index].words.count
            signals += Int(truncatingIfNeeded: our[index].signals.count)
            if Comparison.differences(our[index], their[index]).isEmpty { continue }
            new.append(try judge(batch[index]))
        }
        if our.count != their.count || our.count < count {
            let early = batch[min(our.count, their.count)]
            new.append(
                Finding(
                    program: early, differences: ["ended after \(our.count) programs, theirs after \(their.count)"],
                    known: nil))
        }
        findings += new
        return new
    }

    private func judge(_ program: FuzzProgram) throws -> Finding {
        let (smallest, differences) = try Minimizer(ours: ours, theirs: theirs).minimize(program)
        return Finding(
            program: smallest, differences: differences, known: KnownDifference.of(smallest, differences))
    }
}
