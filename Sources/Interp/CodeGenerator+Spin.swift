package import IR

extension CodeGenerator {
    /// Whether `block`, should it branch to itself, only waits for memory to change: it reads memory and writes none, and
    /// no register that it writes has an influence on its next turn. Such a loop finds the same state turn after turn
    /// until another processor stores something, hint or no hint, so the host's core is better given to that one.
    package static func isSpinLoop(_ block: borrowing Block) -> Bool {
        guard let last = block.instructions.last, last.opcode == .branch,
            last.imm == block.guestPC || last.imm2 == block.guestPC
        else { return false }
        var loads = false
        var written = StateCells()
        var read = StateCells()
        for instruction in block.instructions {
            switch instruction.opcode {
            case .load, .loadPair, .loadLinked: loads = true
            case .getState: read.insert(instruction.imm)
            case .setState: written.insert(instruction.imm)
            case .guestInstruction, .fence, .branch, .guardClear: break
            default: if instruction.hasSideEffect || instruction.readsState { return false }
            }
        }
        return loads && read.isDisjoint(with: written)
    }
}

/// A set of state cells: exact for the first 64, where general registers and flags are; all others count as one.
private struct StateCells {
    private var bits: UInt64 = 0
    mutating func insert(_ offset: UInt64) { bits |= 1 << min(offset / 8, 63) }
    func isDisjoint(with other: StateCells) -> Bool { bits & other.bits == 0 }
}
