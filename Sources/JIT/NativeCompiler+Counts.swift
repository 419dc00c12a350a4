import IR
import X64

// Counting what native code does, for statistics. All of it keeps the host's flags, and rcx and rdx.

extension NativeCompiler {
    private mutating func count(_ count: NativeCount, _ number: Int) {
        guard number != 0, let cell = layout.count(count) else { return }
        asm.op(.movRM, .qword, Fixed.scratch, cell)
        asm.op(.lea, .qword, Fixed.scratch, .at(Fixed.scratch, Int32(truncatingIfNeeded: number)))
        asm.op(.movMR, .qword, Fixed.scratch, cell)
    }

    /// At the region's entry.
    mutating func countEntry() { count(.regions, 1) }

    /// At the start of the block in work.
    mutating func countBlock() {
        guard layout.counts != nil else { return }
        count(.blocks, 1)
        count(.guestInstructions, block.guestInstructionCount)
        count(.accesses, block.instructions.count { $0.accessesMemory })
        if endsInReturn { count(.returns, 1) } else if endsInCachedJump { count(.cachedJumps, 1) }
        beginHostCount()
    }

    /// Counts host instructions, whose number is not known yet: of a block, or of what surrounds a loop's strips.
    mutating func beginHostCount() {
        guard let cell = layout.count(.hostInstructions) else { return }
        asm.op(.movRM, .qword, Fixed.scratch, cell)
        asm.op(.lea, .qword, Fixed.scratch, .at(Fixed.scratch, .max))
        let site = asm.count - 4
        asm.op(.movMR, .qword, Fixed.scratch, cell)
        hostCount = HostCount(site: site, start: asm.instructions)
    }

    /// The number is that of the instructions since.
    mutating func endHostCount() {
        guard let count = hostCount else { return }
        asm.replace(at: count.site, with: Int32(truncatingIfNeeded: asm.instructions - count.start))
        hostCount = nil
    }

    private var endsInReturn: Bool { block.instructions.last.map { isReturn($0) } ?? false }

    /// Where the region is left through the jump cache by a jump that might have stayed inside.
    mutating func countCachedJump() { count(.cachedJumps, 1) }

    /// Whether the block in work ends in a jump through the jump cache. Of a conditional one to another page nobody knows.
    private var endsInCachedJump: Bool {
        guard let last = block.instructions.last else { return false }
        if !region.nodes[nodeIndex].landings.isEmpty { return false }
        return last.opcode == .jumpIndirect || last.opcode == .jump && !canLink(to: last.imm)
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

/// Where a number of host instructions belongs, and those of the region before the first of them.
struct HostCount {
    let site: Int
    var start: Int
}
