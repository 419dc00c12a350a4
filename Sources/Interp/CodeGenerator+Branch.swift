import IR

// The superinstructions that end blocks. A conditional branch takes the comparison in; where the same comparison's
// flags, and perhaps its difference, are stored between the block's last fault and the branch, it takes those in too:
// `subs x0, x0, #1; b.ne` is one operation.

extension CodeGenerator {
    /// Marks what the branch at `index` takes in.
    mutating func planBranch(_ index: Int, _ block: inout Block) {
        let condition = block.instructions[index].a
        guard plan[condition.int].uses == 1 else { return }
        switch block[condition].opcode {
        case .testCondition: fold(condition.int, into: index)
        case .compare where isWide(block[condition], block) != nil:
            fold(condition.int, into: index)
            if planBitTest(block[condition], at: index, block) { return }
            if !planStoredFlags(block[condition], at: index, block) {
                compareDifference(condition, before: index, &block)
            }
        default: break
        }
    }

    mutating func fold(_ index: Int, into user: Int) {
        plan[index].isFolded = true
        plan[index].consumer = Int32(truncatingIfNeeded: user)
    }

    func isFolded(_ value: Value, into user: Int) -> Bool {
        plan[value.int].isFolded && Int(plan[value.int].consumer) == user
    }

    /// A test of one bit: of a field of width 1, or of a value and a power of two.
    private mutating func planBitTest(_ compare: Instruction, at index: Int, _ block: borrowing Block) -> Bool {
        guard testedBit(compare, block) != nil else { return false }
        fold(compare.a.int, into: index)
        return true
    }

    private func testedBit(_ compare: Instruction, _ block: borrowing Block) -> (value: Value, bit: Int32)? {
        guard compare.comparison == .equal || compare.comparison == .notEqual, immediate(compare.b, block) == 0,
            plan[compare.a.int].uses == 1
        else { return nil }
        let tested = block[compare.a]
        if tested.opcode == .bitFieldExtract && tested.imm2 == 1 {
            return (tested.a, Int32(truncatingIfNeeded: tested.imm))
        }
        if tested.opcode == .and, !tested.b.isNone, block[tested.b].opcode == .constant,
            block[tested.b].imm.nonzeroBitCount == 1
        {
            return (tested.a, Int32(truncatingIfNeeded: block[tested.b].imm.trailingZeroBitCount))
        }
        return nil
    }

    /// Takes in the setState of the same comparison's flags, and its difference's, when nothing between them and the
    /// branch looks at the state.
    private mutating func planStoredFlags(_ compare: Instruction, at index: Int, _ block: borrowing Block) -> Bool {
        guard let set = storedFlags(compare, before: index, block) else { return false }
        let flags = block.instructions[set].a
        fold(set, into: index)
        fold(flags.int, into: index)
        if block[flags].opcode == .logicFlags {
            fold(compare.a.int, into: index)
            // The branch takes no shifted operand: a shift that the AND had taken in is an operation of its own again.
            let shift = block[compare.a].b
            if isFolded(shift, into: compare.a.int) { plan[shift.int].isFolded = false }
        } else if let difference = storedDifference(compare, before: index, block) {
            for part in [difference.value, difference.extension, difference.set] where part >= 0 {
                fold(part, into: index)
            }
        }
        return true
    }

    /// Lets an equality test look at the operands' difference where the block computes that: the operands, old register
    /// contents, then need not be kept for it.
    private func compareDifference(_ condition: Value, before index: Int, _ block: inout Block) {
        let compare = block[condition]
        guard compare.comparison == .equal || compare.comparison == .notEqual, immediate(compare.b, block) != 0 else {
            return
        }
        for candidate in stride(from: condition.int - 1, through: max(0, condition.int - 64), by: -1)
        where !plan[candidate].isFolded && isDifference(block.instructions[candidate], of: compare, block) {
            block.instructions[condition.int].a = Value(candidate)
            block.instructions[condition.int].b = .none
            plan[candidate].uses += 1
            plan[compare.a.int].uses -= 1
            return
        }
    }

    /// The setState that stores the flags of `compare`'s operands, near the end of the block.
    private func storedFlags(_ compare: Instruction, before index: Int, _ block: borrowing Block) -> Int? {
        for candidate in stride(from: index - 1, through: max(0, index - 24), by: -1) {
            let instruction = block.instructions[candidate]
            if looksAtState(instruction) { return nil }
            guard instruction.opcode == .setState, instruction.type == .flags else {
                if instruction.opcode == .getState && instruction.type == .flags { return nil }
                continue
            }
            let flags = block[instruction.a]
            guard plan[instruction.a.int].uses == 1, flags.type == compare.type, !plan[instruction.a.int].isFolded
            else {
                return nil
            }
            if flags.opcode == .subFlags, flags.a == compare.a, same(flags.b, compare.b, block) { return candidate }
            if flags.opcode == .logicFlags, flags.a == compare.a, isTestOfZero(compare, block) { return candidate }
            return nil
        }
        return nil
    }

    private func isTestOfZero(_ compare: Instruction, _ block: borrowing Block) -> Bool {
        (compare.comparison == .equal || compare.comparison == .notEqual) && immediate(compare.b, block) == 0
            && block[compare.a].opcode == .and && plan[compare.a.int].uses == 2
    }

    private func looksAtState(_ instruction: Instruction) -> Bool {
        instruction.mayFault || instruction.readsState || instruction.writesState
    }

    private func same(_ a: Value, _ b: Value, _ block: borrowing Block) -> Bool {
        a == b || block[a].opcode == .constant && block[b].opcode == .constant && block[a].imm == block[b].imm
    }

    /// The difference of `compare`'s operands whose only use is a setState near the end of the block.
    private func storedDifference(
        _ compare: Instruction, before index: Int, _ block: borrowing Block
    ) -> (value: Int, extension: Int, set: Int)? {
        for set in stride(from: index - 1, through: max(0, index - 24), by: -1) {
            let instruction = block.instructions[set]
            if looksAtState(instruction) { return nil }
            guard instruction.opcode == .setState, instruction.type == .i64 else { continue }
            var (value, widening) = (instruction.a.int, -1)
            if block.instructions[value].opcode == .zeroExtend, plan[value].uses == 1 {
                widening = value
                value = block.instructions[value].a.int
            }
            let source = block.instructions[value]
            guard isDifference(source, of: compare, block), plan[value].uses == 1,
                !isTouched(instruction.imm, between: set, and: index, block)
            else { continue }
            return (value, widening, set)
        }
        return nil
    }

    /// x - y, or x + -k for a constant k: the optimiser prefers that.
    private func isDifference(_ source: Instruction, of compare: Instruction, _ block: borrowing Block) -> Bool {
        guard source.type == compare.type, source.a == compare.a else { return false }
        if source.opcode == .sub { return same(source.b, compare.b, block) }
        guard source.opcode == .add, block[source.b].opcode == .constant, block[compare.b].opcode == .constant else {
            return false
        }
        return (block[source.b].imm &+ block[compare.b].imm) & compare.type.mask == 0
    }

    private func isTouched(_ slot: UInt64, between first: Int, and last: Int, _ block: borrowing Block) -> Bool {
        (first + 1..<last).contains { index in
            let instruction = block.instructions[index]
            return (instruction.opcode == .getState || instruction.opcode == .setState) && instruction.imm == slot
        }
    }

    // MARK: Emission

    mutating func emitBranch(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        let condition = block[instruction.a]
        if !isFolded(instruction.a, into: index) {
            operation(execBranch, 0, cell(instruction.a, block))
        } else if condition.opcode == .testCondition {
            operation(branchConditionHandler(condition.condition), 0, cell(condition.a, block))
        } else {
            emitFusedBranch(index, condition, block)
        }
        exits(instruction, block)
    }

    private mutating func emitFusedBranch(_ index: Int, _ compare: Instruction, _ block: borrowing Block) {
        if isFolded(compare.a, into: index), let test = testedBit(compare, block) {
            let handler: Handler = compare.comparison == .notEqual ? execBranchBitSet : execBranchBitClear
            return operation(handler, 0, cell(test.value, block), immediate: test.bit)
        }
        let folded = foldedSets(index, block)
        if isFolded(compare.a, into: index), let flags = folded.flags { return emitBranchTest(compare, flags, block) }
        let wide = compare.type == .i64
        let handlers =
            switch (folded.flags, folded.difference) {
            case (nil, _): branchCompareHandlers(compare.comparison, wide: wide)
            case (_?, nil): branchFlagsHandlers(compare.comparison, wide: wide)
            case (_?, _?): branchSubtractHandlers(compare.comparison, wide: wide)
            }
        let a = cell(compare.a, block)
        if let immediate = immediate(compare.b, block) {
            operation(handlers.immediate, folded.difference ?? folded.flags ?? 0, a, immediate: immediate)
        } else {
            let b = cell(compare.b, block)
            operation(handlers.cells, folded.difference ?? 0, a, b, folded.flags ?? 0)
        }
        if folded.difference != nil { word(UInt64(folded.flags ?? 0)) }
    }

    /// The state cells that the branch at `index` stores to.
    private func foldedSets(_ index: Int, _ block: borrowing Block) -> (flags: UInt16?, difference: UInt16?) {
        var (flags, difference): (UInt16?, UInt16?) = (nil, nil)
        for candidate in stride(from: index - 1, through: max(0, index - 24), by: -1)
        where plan[candidate].isFolded && plan[candidate].consumer == index {
            let instruction = block.instructions[candidate]
            guard instruction.opcode == .setState else { continue }
            if instruction.type == .flags {
                flags = UInt16(truncatingIfNeeded: instruction.imm)
            } else {
                difference = UInt16(truncatingIfNeeded: instruction.imm)
            }
        }
        return (flags, difference)
    }

    private mutating func emitBranchTest(_ compare: Instruction, _ flags: UInt16, _ block: borrowing Block) {
        let and = block[compare.a]
        let (wide, zero) = (compare.type == .i64, compare.comparison == .equal)
        let a = cell(and.a, block)
        if let immediate = immediate(and.b, block) {
            let handler: Handler =
                switch (wide, zero) {
                case (true, true): execBranchTestImmediateZero64
                case (true, false): execBranchTestImmediateNotZero64
                case (false, true): execBranchTestImmediateZero32
                case (false, false): execBranchTestImmediateNotZero32
                }
            operation(handler, flags, a, immediate: immediate)
        } else {
            let b = cell(and.b, block)
            let handler: Handler =
                switch (wide, zero) {
                case (true, true): execBranchTestZero64
                case (true, false): execBranchTestNotZero64
                case (false, true): execBranchTestZero32
                case (false, false): execBranchTestNotZero32
                }
            operation(handler, 0, a, b, flags)
        }
    }
}
