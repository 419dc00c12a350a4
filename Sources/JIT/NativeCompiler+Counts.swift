import IR
import X64

// Counting what native code does, for statistics. All of it keeps the host's flags, and rcx and rdx.

extension NativeCompiler {
    /// Adds `number` to the count at `offset`.
    private mutating func count(_ number: Int, _ offset: Int32) {
        if number == 0 { return }
        asm.op(.movRM, .qword, Fixed.scratch, Fixed.cell(offset))
        asm.op(.lea, .qword, Fixed.scratch, .at(Fixed.scratch, Int32(truncatingIfNeeded: number)))
        asm.op(.movMR, .qword, Fixed.scratch, Fixed.cell(offset))
    }

    /// At the region's entry.
    mutating func countEntry() {
        if let counts = layout.counts { count(1, counts.regions) }
    }

    /// At the start of the block in work.
    mutating func countBlock() {
        guard let counts = layout.counts else { return }
        count(1, counts.blocks)
        count(block.guestInstructionCount, counts.guestInstructions)
        count(block.instructions.count { $0.accessesMemory }, counts.accesses)
        if endsInCachedJump { count(1, counts.cachedJumps) }
    }

    /// Whether the block in work ends in a jump through the jump cache. Of a conditional one to another page nobody knows.
    private var endsInCachedJump: Bool {
        guard let last = block.instructions.last else { return false }
        return last.opcode == .jumpIndirect || last.opcode == .jump && last.imm & ~0xfff != guestPage
    }
}

extension Instruction {
    /// Whether it is an access that begins with a look into the software TLB.
    fileprivate var accessesMemory: Bool {
        switch opcode {
        case .load, .store, .loadPair, .storePair, .loadLinked, .storeConditional, .compareAndSwap, .exchange,
            .fetchAndOperate:
            true
        default: false
        }
    }
}
