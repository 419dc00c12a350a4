import IR

extension CodeGenerator {
    /// Decides which operations are taken into others. An operation is folded at most once, and only into a later one
    /// that is its only user, so nothing is computed twice.
    mutating func planFolding(_ block: inout Block) {
        for index in block.instructions.indices {
            let instruction = block.instructions[index]
            switch instruction.opcode {
            case .load:
                if planPair(index, block) { break }
                planAddress(index, block)
                planSignExtension(index, block)
                planVectorLoad(index, block)
            case .store: if !options.storesByEngine && !planPair(index, block) { planAddress(index, block) }
            case .loadPair: planHalves(index, block)
            case .select: planSelect(instruction, at: index, block)
            case .add, .sub, .and, .or, .xor: planShifted(index, instruction, block)
            case .branch: planBranch(index, &block)
            default: break
            }
        }
    }

    private mutating func planSelect(_ select: Instruction, at index: Int, _ block: borrowing Block) {
        let condition = block[select.a]
        guard condition.opcode == .compare, isWide(condition, block) != nil, plan[select.a.int].uses == 1,
            !plan[select.a.int].isFolded
        else { return }
        fold(select.a.int, into: index)
    }

    /// A second operand that is shifted by a constant: `add x0, x1, x2, lsl #3`.
    private mutating func planShifted(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        guard isWide(instruction.type) != nil, plan[instruction.b.int].uses == 1, !plan[instruction.b.int].isFolded
        else { return }
        let shift = block[instruction.b]
        guard shift.type == instruction.type, shiftedHandler(instruction.opcode, shift.opcode, wide: true) != nil,
            block[shift.b].opcode == .constant
        else { return }
        fold(instruction.b.int, into: index)
    }

    /// Emits an operation whose second operand's shift was folded; false when it was not.
    mutating func emitShifted(_ index: Int, _ instruction: Instruction, wide: Bool, _ block: borrowing Block) -> Bool {
        guard isFolded(instruction.b, into: index) else { return false }
        let shift = block[instruction.b]
        guard let handler = shiftedHandler(instruction.opcode, shift.opcode, wide: wide) else { return false }
        let (a, b) = (cell(instruction.a, block), cell(shift.a, block))
        let amount = block[shift.b].imm & UInt64(instruction.type.bits - 1)
        operation(handler, destination(index, at: index, block), a, b, UInt16(truncatingIfNeeded: amount))
        step()
        return true
    }
}
