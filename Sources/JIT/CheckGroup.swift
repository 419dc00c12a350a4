import IR
import X64

/// Floating-point results of a block that are checked at once.
///
/// What the host does otherwise than Arm (`Emit+Float`) is seen in the results: NaNs, and products that are the smallest normal
/// number. Nobody sees a result before the next access, exit or call, so what lies between two of those is computed first and
/// checked at its end; where a check wants it, code out of line computes the whole group once more by the operations'
/// meanings, in order. Operands therefore stay where they are up to the check, and the guest's vector registers are set
/// after it. Exceptions are gathered, never taken back, and the host reports none that Arm does not: it does no harm to
/// compute once more what was right.
///
/// That saves checks: a result that is a NaN makes the results NaNs that are computed from it, so the last of them tells; one
/// comparison finds the NaNs of two results; and vectors need one jump for all.
struct CheckGroup {
    /// The first and the last of the operations, and of those in between that set state.
    let first: Int
    let last: Int
    /// How long values live without the check: a range of `heldLifetimes`.
    let lifetimes: Range<Int>

    /// The most operations of a group.
    static let limit = 12
}

/// A value that a group's check keeps, and its last use without.
struct HeldLifetime {
    let root: Int
    let lastUse: Int32
}

/// One operation of those that code out of line computes by their meaning.
struct LaneReplay {
    let record: Assembler.Label
    /// The operands that are in registers.
    var operands = StubOperands()
    /// Where the result belongs: one of them, or both.
    var vector: VectorRegister?
    var cell: Int32?
}

extension NativeCompiler {
    /// The group whose end is not known yet.
    private struct OpenGroup {
        var members: [Int] = []
        /// Operations that set vector registers, and the offsets of these.
        var sets: [Int] = []
        var outside: [Int] = []
        /// Host registers that the group needs up to its end.
        var registers = 0
    }

    /// Finds the operations of the block whose results are checked together.
    mutating func planChecks(_ block: borrowing Block) {
        checkGroups.removeAll(keepingCapacity: true)
        heldLifetimes.removeAll(keepingCapacity: true)
        guard computesLanes, !region.flushes else { return }
        let room = Self.vectorPool.count - (pins.count - generalPins) - 2
        var open = OpenGroup()
        for (index, instruction) in block.instructions.enumerated() {
            if table[index].isFolded || table[index].isSkipped { continue }
            if mayBeTiny(instruction) != nil {
                let isFull = open.registers + need(instruction, open, block) > room
                if isFull || open.members.count == CheckGroup.limit { close(&open, block) }
                join(&open, index, instruction, block)
            } else if !open.members.isEmpty, !staysOpen(&open, index, instruction) {
                close(&open, block)
            }
        }
        close(&open, block)
    }

    /// Whether the result may be the smallest normal number by rounding up; nil for operations that join no group. A NaN in
    /// a lane of an operand of those that do is one in that lane of the result.
    private func mayBeTiny(_ instruction: Instruction) -> Bool? {
        switch instruction.opcode {
        case .stickyLane1, .stickyLane2, .stickyLane3: break
        default: return nil
        }
        guard instruction.lanes.size == .s || instruction.lanes.size == .d,
            Int32(truncatingIfNeeded: instruction.imm) == layout.floatEnvironment
        else { return nil }
        switch instruction.laneOperation {
        case .floatAdd, .floatSub, .floatDivide, .floatAbsoluteDifference, .floatSquareRoot: return false
        case .floatMultiply: return true
        case .floatMultiplyAdd: return features.contains(.fma) ? true : nil
        default: return nil
        }
    }

    private func isOpen(_ value: Value, _ open: OpenGroup) -> Bool {
        open.members.contains(Int(table[value].root))
    }

    /// Whether the operation, none of those that are checked, may stand within the group.
    private func staysOpen(_ open: inout OpenGroup, _ index: Int, _ instruction: Instruction) -> Bool {
        let slot = Int64(bitPattern: instruction.imm)
        switch instruction.opcode {
        case .guestInstruction, .constant: return true
        case .setState where instruction.type == .i128:
            open.sets.append(index)
            return true
        case .getState where Int(table[index].root) != index: return true
        case .getState, .setState:
            if Int32(truncatingIfNeeded: slot) & ~7 == layout.floatEnvironment { return false }
            for set in open.sets {
                let distance = slot - Int64(bitPattern: block.instructions[set].imm)
                if distance > -16 && distance < 16 { return false }
            }
        case .zeroExtend, .signExtend, .truncate, .add, .sub, .mul, .and, .or, .xor, .andNot, .orNot, .xorNot,
            .shiftLeft, .shiftRightLogical, .shiftRightArithmetic, .rotateRight, .not, .negate, .bitFieldExtract,
            .bitFieldExtractSigned, .bitFieldInsert, .addWithCarry, .compare, .select, .addFlags, .subFlags,
            .logicFlags,
            .pair, .low64, .high64, .lane1, .lane2, .lane3, .extractLane, .insertLane, .splat:
            break
        // In a strip an access is neither an exit nor a fault.
        case .load, .store, .loadPair, .storePair: if strip == nil { return false }
        default: return false
        }
        var sees = false
        let group = open
        instruction.forEachOperand { if isOpen($0, group) { sees = true } }
        return !sees
    }

    /// Registers that are in use longer when the operation joins the group.
    private func need(_ instruction: Instruction, _ open: OpenGroup, _ block: borrowing Block) -> Int {
        var count = 1
        for operand in [instruction.a, instruction.b, instruction.c] where !operand.isNone {
            let root = Int(table[operand].root)
            if !isOpen(operand, open), !open.outside.contains(root), !isPinned(root, block) { count += 1 }
        }
        return count
    }

    /// Whether a pinned register holds the value.
    private func isPinned(_ root: Int, _ block: borrowing Block) -> Bool {
        let (source, set) = (block.instructions[root], Int(table[root].home))
        return source.opcode == .getState && pinNumber(source.imm) != nil
            || set >= 0 && pinNumber(block.instructions[set].imm) != nil
    }

    private mutating func join(
        _ open: inout OpenGroup, _ index: Int, _ instruction: Instruction, _ block: borrowing Block
    ) {
        open.registers += need(instruction, open, block)
        for operand in [instruction.a, instruction.b, instruction.c] where !operand.isNone {
            let root = Int(table[operand].root)
            guard isOpen(operand, open) else {
                open.outside.append(root)
                continue
            }
            let source = block.instructions[root]
            guard source.lanes == instruction.lanes, !table[root].isCovered, mayBeTiny(source) == false else {
                continue
            }
            table[root].isCovered = true
            if dies(root, index) { open.registers -= 1 }
        }
        open.members.append(index)
    }

    /// Whether there are results that need no check of their own: covered ones, sums of scalars in pairs, several vectors.
    private func savesChecks(_ open: OpenGroup, _ block: borrowing Block) -> Bool {
        var (vectors, singles, doubles) = (0, 0, 0)
        for member in open.members {
            let instruction = block.instructions[member]
            if table[member].isCovered { return true }
            if instruction.lanes.width != .one {
                vectors += 1
            } else if mayBeTiny(instruction) == false {
                if instruction.lanes.size == .d { doubles += 1 } else { singles += 1 }
            }
        }
        return max(vectors, singles, doubles) > 1
    }

    private mutating func close(_ open: inout OpenGroup, _ block: borrowing Block) {
        defer { open = OpenGroup() }
        guard savesChecks(open, block), let first = open.members.first, let last = open.members.last else { return }
        let number = Int32(truncatingIfNeeded: checkGroups.count)
        let start = heldLifetimes.count
        for member in open.members {
            table[member].checkGroup = number
            if !table[member].isCovered { hold(member, to: last) }
        }
        for root in open.outside { hold(root, to: last) }
        for set in open.sets where set < last {
            table[set].checkGroup = number
            table[set].isDeferred = true
            hold(Int(table[block.instructions[set].a].root), to: last)
        }
        checkGroups.append(CheckGroup(first: first, last: last, lifetimes: start..<heldLifetimes.count))
    }

    private mutating func hold(_ root: Int, to last: Int) {
        let lastUse = table[root].lastUse
        guard lastUse < last else { return }
        heldLifetimes.append(HeldLifetime(root: root, lastUse: lastUse))
        table[root].lastUse = Int32(truncatingIfNeeded: last)
    }

    /// Checks the group that ends with the operation at `position`, and sets what waited for that.
    mutating func finishChecks(at position: Int) {
        let number = table[position].checkGroup
        guard number >= 0, checkGroups[Int(number)].last == position else { return }
        let group = checkGroups[Int(number)]
        emitChecks()
        for held in heldLifetimes[group.lifetimes] { table[held.root].lastUse = held.lastUse }
        for set in group.first..<group.last where table[set].isDeferred && table[set].checkGroup == number {
            (locked, lockedVectors) = (0, 0)
            emit(set, block.instructions[set])
        }
    }
}
