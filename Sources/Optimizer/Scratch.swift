import IR

/// The working memory of the passes. One per translator thread, never shared: its contents mean nothing between blocks.
package struct Scratch: ~Copyable {
    /// The operations of the block between two passes.
    var work = ScratchArray<Instruction>(capacity: 4096)
    var forward: ForwardSweep
    var backward: BackwardSweep

    /// `stateCells`: the size of the guest's CPU state in 64-bit cells. Slots beyond are left as the translator wrote
    /// them.
    package init(stateCells: Int = 1280) {
        forward = ForwardSweep(stateCells: stateCells)
        backward = BackwardSweep(stateCells: stateCells)
    }
}
