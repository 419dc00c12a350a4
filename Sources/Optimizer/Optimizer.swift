package import IR

/// Makes blocks cheaper to run without changing what a guest can see: every state slot is exact wherever the block may
/// be left, and memory operations keep their number, order, addresses and ordering.
package enum Optimizer {
    /// Runs `passes` in order over a verified block. `scratch` belongs to the calling thread and keeps its arrays from
    /// block to block, so that translating allocates nothing.
    package static func run(_ block: inout Block, passes: [Pass] = Pipeline.standard, scratch: inout Scratch) {
        scratch.work.load(block.instructions)
        for pass in passes {
            switch pass {
            case .forward(let steps): scratch.forward.run(&scratch.work, steps)
            case .removeDead(let what): scratch.backward.run(&scratch.work, what)
            }
            assert(isWellFormed(scratch.work, of: block, after: pass))
        }
        scratch.work.store(into: &block.instructions)
    }

    /// Debug builds verify after every pass, so that a broken rule is named by the pass that ran it.
    private static func isWellFormed(
        _ work: borrowing ScratchArray<Instruction>, of block: Block, after pass: Pass
    ) -> Bool {
        var block = block
        work.store(into: &block.instructions)
        do {
            try Verifier.check(block)
            return true
        } catch {
            preconditionFailure("pass \(pass) broke the block at guest pc 0x\(block.guestPC): \(error)\n\(block)")
        }
    }
}
