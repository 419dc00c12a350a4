import IR
import Optimizer
import Testing

/// Random blocks, executed before and after: state, memory and events must agree wherever the block is left.
@Suite struct SemanticPreservationTests {
    static let pipelines: [[Pass]] = [
        Pipeline.standard,
        [.forward(.rules)], [.forward(.state)], [.forward(.numbering)], [.forward(.fences)],
        [.forward([.rules, .numbering])], [.forward([.state, .numbering])],
        [.removeDead(.code)], [.removeDead(.state)], [.removeDead(.all)],
    ]

    @Test("Random blocks are well-formed, before and after every pass")
    func wellFormed() throws {
        var scratch = Scratch()
        for seed in 0..<3000 as Range<UInt64> {
            var block = RandomBlock.make(seed: seed, length: 60)
            try Verifier.check(block, stateBytes: RandomBlock.stateBytes)
            for pass in Pipeline.standard {
                Optimizer.run(&block, passes: [pass], scratch: &scratch)
                try Verifier.check(block, stateBytes: RandomBlock.stateBytes)
            }
        }
    }

    @Test("Blocks mean the same after optimisation", arguments: pipelines)
    func sameMeaning(pipeline: [Pass]) {
        var scratch = Scratch()
        for seed in 0..<4000 as Range<UInt64> {
            let before = RandomBlock.make(seed: seed, length: 20 + Int(seed % 80))
            var after = before
            Optimizer.run(&after, passes: pipeline, scratch: &scratch)
            for world in 0..<4 as Range<UInt64> {
                if let difference = ReferenceMachine.difference(before, after, seed: seed << 8 | world) {
                    Issue.record("seed \(seed), world \(world): \(difference)\nbefore:\n\(before)after:\n\(after)")
                    return
                }
            }
        }
    }

    @Test("The optimiser leaves less to do")
    func shrinks() {
        var scratch = Scratch()
        var (before, after) = (0, 0)
        for seed in 0..<500 as Range<UInt64> {
            var block = RandomBlock.make(seed: seed, length: 80)
            before += block.instructions.count
            Optimizer.run(&block, scratch: &scratch)
            after += block.instructions.count
        }
        #expect(after * 10 < before * 8, "\(before) operations became \(after)")
    }
}
