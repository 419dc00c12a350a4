package import IR

/// What a block of a loop does in one turn, as far as it decides whether the loop only waits for memory to change: the
/// blocks read memory and write none, and no register that is written has an influence on the next turn. Such a loop finds
/// the same state turn after turn until another processor stores something, hint or no hint, so the host's core is better
/// given to that one.
package struct WaitLoopTurn {
    private var loads = false
    private var written = StateCells()
    /// Cells that are read before the block writes them.
    private var read = StateCells()

    /// nil when the block does more than that.
    package init?(_ block: borrowing Block) {
        for instruction in block.instructions {
            switch instruction.opcode {
            case .load, .loadPair, .loadLinked: loads = true
            case .getState: read.insert(instruction.imm)
            case .setState: written.insert(instruction.imm)
            // The monitor is set anew in each turn.
            case .guestInstruction, .fence, .branch, .guardClear, .abandonExclusive, .clearExclusive: break
            case .jump where instruction.branchKind == .jump: break
            default: if instruction.hasSideEffect || instruction.readsState { return nil }
            }
        }
    }

    /// Whether a loop only waits that begins with `head` in each turn, and goes through all or some of `others` then.
    package static func waits(_ head: WaitLoopTurn, _ others: [WaitLoopTurn]) -> Bool {
        var (loads, written, carried) = (head.loads, head.written, head.read)
        for block in others {
            loads = loads || block.loads
            written.formUnion(block.written)
            carried.formUnion(block.read.subtracting(head.written))
        }
        return loads && carried.isDisjoint(with: written)
    }
}

/// A set of state cells: exact for the first 63, where general registers and flags are; all others count as one.
private struct StateCells {
    private static let others: UInt64 = 1 << 63
    private var bits: UInt64 = 0
    mutating func insert(_ offset: UInt64) { bits |= 1 << min(offset / 8, 63) }
    mutating func formUnion(_ other: StateCells) { bits |= other.bits }
    /// Of what counts as one nothing is known to be gone.
    func subtracting(_ other: StateCells) -> StateCells {
        var rest = self
        rest.bits &= ~other.bits | Self.others
        return rest
    }
    func isDisjoint(with other: StateCells) -> Bool { bits & other.bits == 0 }
}
