import IR

/// The walk from last to first operation, which finds what nobody needs, and the walk that closes the gaps.
///
/// Dead code: a pure operation is needed if an operation that is needed uses it.
///
/// Dead state: a write of a state slot is dead if all its bytes are written again before anything can see them. What can
/// see them: a read of the slot that is itself needed, a helper that reads state, the end of the block, and every
/// operation that may fault, because the handler of the guest exception finds the registers exact. So flags that are
/// set before a load stay even when set again right after it.
struct BackwardSweep: ~Copyable {
    /// 1 for each operation that is needed, at its index plus one.
    private var needed = ScratchArray<UInt8>(capacity: 4096)
    /// New value of each operation, once gaps are closed.
    private var map = ValueMap()
    /// For each cell of the state the bytes that are overwritten later, valid while the epoch is the current one.
    private struct Cell: BitwiseCopyable {
        var epoch: UInt32
        var overwritten: UInt32
    }
    private var cells: ScratchArray<Cell>
    private var epoch: UInt32 = 0
    private let facts: ScratchArray<OperationFacts> = OperationFacts.table()

    init(stateCells: Int) {
        cells = ScratchArray(repeating: Cell(epoch: 0, overwritten: 0), count: stateCells)
    }

    mutating func run(_ block: inout ScratchArray<Instruction>, _ what: DeadKinds) {
        // Local for the time of the loops, so that their addresses stay in registers.
        var operations = block.take()
        var needed = needed.take()
        needed.reset(to: what.contains(.code) ? 0 : 1, count: operations.count &+ 1)
        exposeState()
        var firstDead = operations.count
        var index = operations.count
        while index > 0 {
            index &-= 1
            let facts = facts[operations[index].opcode.number]
            // Most operations take this way, without a branch that could be guessed wrong.
            var isNeeded = needed[index &+ 1] | facts.isAlwaysNeeded
            if facts.isSpecial {
                isNeeded = decideSpecial(operations[index], needed[index &+ 1], what)
            } else {
                epoch &+= UInt32(facts.exposesState)
            }
            needed[index &+ 1] = isNeeded
            guard isNeeded != 0 else {
                firstDead = index
                continue
            }
            // An absent operand marks entry 0, which nobody reads: cheaper than asking whether it is there.
            needed[Int(truncatingIfNeeded: operations[index].a.index &+ 1)] = 1
            needed[Int(truncatingIfNeeded: operations[index].b.index &+ 1)] = 1
            needed[Int(truncatingIfNeeded: operations[index].c.index &+ 1)] = 1
        }
        swap(&block, &operations)
        self.needed = needed
        compact(&block, from: firstDead)
    }

    /// Operations that look at what is known of the state.
    private mutating func decideSpecial(_ instruction: Instruction, _ isUsed: UInt8, _ what: DeadKinds) -> UInt8 {
        switch instruction.opcode {
        case .getState:
            if isUsed != 0 { showBytes(instruction.imm, instruction.type) }
            return isUsed
        case .setState:
            return hideBytes(instruction.imm, instruction.type) && what.contains(.state) ? 0 : 1
        case .stickyLane1, .stickyLane2, .stickyLane3, .floatCompare:
            showBytes(instruction.imm, .i64)
            return 1
        default:  // helper
            if isUsed == 0 && !instruction.hasSideEffect { return 0 }
            if instruction.readsState { epoch &+= 1 }
            return 1
        }
    }

    // MARK: State

    /// From here up, every slot may be seen. A block counts the epoch up less often than it has operations.
    private mutating func exposeState() {
        if epoch > UInt32.max / 2 {
            for index in 0..<cells.count { cells[index].epoch = 0 }
            epoch = 0
        }
        epoch += 1
    }

    /// The first cell of a slot, its bytes in that cell and the next as a bit mask; nil outside the table.
    private func bytes(_ offset: UInt64, _ type: ValueType) -> (cell: Int, mask: UInt32)? {
        let cell = Int(truncatingIfNeeded: offset &>> 3)
        guard cell &+ 1 < cells.count else { return nil }
        let bytes: UInt32 =
            switch type {
            case .none: 0
            case .i1, .i8: 1
            case .i16: 3
            case .i32, .flags: 0xf
            case .i64: 0xff
            case .i128: 0xffff
            }
        return (cell, bytes &<< UInt32(truncatingIfNeeded: offset & 7))
    }

    private func overwritten(_ cell: Int) -> UInt32 { cells[cell].epoch == epoch ? cells[cell].overwritten : 0 }

    /// The slot is read here: its bytes before this point matter.
    private mutating func showBytes(_ offset: UInt64, _ type: ValueType) {
        guard let (cell, mask) = bytes(offset, type) else { return }
        cells[cell] = Cell(epoch: epoch, overwritten: overwritten(cell) & ~mask)
        if mask > 0xff { cells[cell + 1] = Cell(epoch: epoch, overwritten: overwritten(cell + 1) & ~(mask &>> 8)) }
    }

    /// The slot is written here; true if all that was overwritten later anyway.
    private mutating func hideBytes(_ offset: UInt64, _ type: ValueType) -> Bool {
        guard let (cell, mask) = bytes(offset, type) else { return false }
        let low = overwritten(cell)
        var isDead = mask & 0xff & ~low == 0
        cells[cell] = Cell(epoch: epoch, overwritten: low | mask & 0xff)
        if mask > 0xff {
            let high = overwritten(cell + 1)
            isDead = isDead && mask &>> 8 & ~high == 0
            cells[cell + 1] = Cell(epoch: epoch, overwritten: high | mask &>> 8)
        }
        return isDead
    }

    // MARK: Closing the gaps

    private mutating func compact(_ block: inout ScratchArray<Instruction>, from firstDead: Int) {
        if firstDead == block.count { return }
        var operations = block.take()
        var map = map.take()
        map.reset(identityTo: firstDead)
        var next = firstDead
        for index in firstDead..<operations.count {
            map.append(Value(next))
            // A dead operation is written too, and overwritten by the next: cheaper than guessing.
            var words = InstructionWords(operations[index])
            words.rename(map)
            words.store(to: &operations[next])
            next &+= Int(needed[index &+ 1])
        }
        operations.truncate(to: next)
        swap(&block, &operations)
        self.map = map
    }
}
