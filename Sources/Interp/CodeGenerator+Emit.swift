import IR

extension CodeGenerator {
    /// Emits the operation at `index`.
    mutating func emit(_ index: Int, _ block: borrowing Block) {
        let instruction = block.instructions[index]
        switch instruction.opcode {
        case .constant: break
        case .guestInstruction:
            marks.append(
                InstructionMark(
                    codeOffset: UInt32(truncatingIfNeeded: count),
                    pcOffset: Int32(truncatingIfNeeded: instruction.imm &- block.guestPC)))
        case .zeroExtend, .truncate: emitConversion(index, instruction, block)
        case .signExtend: emitSignExtend(index, instruction, block)
        case .add, .sub, .mul, .mulHighUnsigned, .mulHighSigned, .divideUnsigned, .divideSigned, .and, .or, .xor,
            .andNot, .orNot, .xorNot, .shiftLeft, .shiftRightLogical, .shiftRightArithmetic, .rotateRight:
            emitBinary(index, instruction, block)
        case .not, .negate, .populationCount, .countLeadingZeros, .countLeadingSigns, .reverseBits, .byteSwap,
            .byteSwap16, .byteSwap32:
            emitUnary(index, instruction, block)
        case .bitFieldExtract, .bitFieldExtractSigned, .bitFieldInsert, .extractPair, .addWithCarry:
            emitBitField(index, instruction, block)
        case .crc32, .crc32c: emitChecksum(index, instruction, block)
        case .compare: emitCompare(index, instruction, block)
        case .select: emitSelect(index, instruction, block)
        case .addFlags, .subFlags, .addWithCarryFlags, .logicFlags: emitFlags(index, instruction, block)
        case .testCondition: emitUnary(index, instruction, conditionHandler(instruction.condition), block)
        case .flagsFromWord: emitUnary(index, instruction, execFlagsFromWord, block)
        case .flagsToWord: emitUnary(index, instruction, execFlagsToWord, block)
        case .pair: emitPair(index, instruction, block)
        case .low64: if Int(plan[index].root) == index { emitUnary(index, instruction, execMove, block) }
        case .high64: emitUnary(index, instruction, execHigh64, block)
        case .lane1, .lane2, .lane3, .stickyLane1, .stickyLane2, .stickyLane3: emitLanes(index, instruction, block)
        case .floatCompare: emitLanes(index, instruction, block)
        case .extractLane, .insertLane, .splat: emitLaneMove(index, instruction, block)
        case .getState: emitGetState(index, instruction, block)
        case .setState: emitSetState(index, instruction, block)
        case .load: emitLoad(index, instruction, block)
        case .store: emitStore(index, instruction, block)
        case .loadPair: emitLoadPair(index, instruction, block)
        case .storePair: emitStorePair(instruction, block)
        case .loadLinked, .storeConditional, .compareAndSwap, .exchange, .fetchAndOperate:
            emitAtomic(index, instruction, block)
        case .clearExclusive:
            handler(execClearExclusive)
            step()
        case .abandonExclusive:
            operation(execAbandonExclusive, 0, cell(instruction.a, block))
            word(instruction.imm)
            step()
        case .fence: emitFence(instruction)
        case .guardClear: emitGuard(instruction, block)
        case .helper: emitHelper(index, instruction, block)
        case .jump: emitJump(instruction, block)
        case .branch: emitBranch(index, instruction, block)
        case .jumpIndirect:
            operation(
                instruction.imm == 0 ? execJumpIndirect : execJumpEntering, instruction.branchKind == .jump ? 1 : 0,
                cell(instruction.a, block))
            word(UInt64(block.guestInstructionCount))
            if instruction.imm != 0 { word(instruction.imm << EntryMode.shift) }
        case .raise: emitRaise(instruction, block)
        case .exit: emitExit(instruction, block)
        }
    }

    // MARK: Pure operations

    private mutating func emitUnary(
        _ index: Int, _ instruction: Instruction, _ handler: Handler, _ block: borrowing Block
    ) {
        let a = cell(instruction.a, block)
        operation(handler, destination(index, at: index, block), a)
        step()
    }

    private mutating func emitUnary(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        guard let wide = isWide(instruction.type), let handler = unaryHandler(instruction.opcode, wide: wide) else {
            return emitEvaluate(index, instruction, block)
        }
        emitUnary(index, instruction, handler, block)
    }

    /// Whether the 64-bit handler is meant; nil for widths without handlers of their own.
    func isWide(_ type: ValueType) -> Bool? {
        switch type {
        case .i64: true
        case .i32: false
        case .none, .i1, .i8, .i16, .i128, .flags: nil
        }
    }

    /// Whether the 64-bit handler serves `instruction`, or, false, the 32-bit one. Narrower operations that give the
    /// same result on zero-extended words use the latter; nil where there is no handler.
    func isWide(_ instruction: Instruction, _ block: borrowing Block) -> Bool? {
        switch instruction.type {
        case .i1, .i8, .i16: keepsZeros(instruction) && areZeroExtended(instruction, block) ? false : nil
        case .none, .i32, .i64, .i128, .flags: isWide(instruction.type)
        }
    }

    private func keepsZeros(_ instruction: Instruction) -> Bool {
        switch instruction.opcode {
        case .and, .or, .xor, .andNot: true
        case .compare: instruction.comparison.rawValue < Comparison.signedLess.rawValue
        default: false
        }
    }

    private func areZeroExtended(_ instruction: Instruction, _ block: borrowing Block) -> Bool {
        var all = true
        instruction.forEachOperand { operand in
            if !plan.isZeroExtended(block.instructions[Int(plan[operand.int].root)]) { all = false }
        }
        return all
    }

    private mutating func emitEvaluate(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        let (a, b, c) = (cell(instruction.a, block), cell(instruction.b, block), cell(instruction.c, block))
        let typeOfA = instruction.a.isNone ? .none : block[instruction.a].resultType
        operation(execEvaluate, destination(index, at: index, block), a, b, c)
        word(PackedOperation(instruction, typeOfA: typeOfA).rawValue)
        word(instruction.imm)
        word(instruction.imm2)
        step()
    }

    private mutating func emitChecksum(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        let (a, b) = (cell(instruction.a, block), cell(instruction.b, block))
        let handler: Handler = instruction.opcode == .crc32 ? execCRC32 : execCRC32C
        operation(
            handler, destination(index, at: index, block), a, b, UInt16(truncatingIfNeeded: instruction.type.bytes))
        step()
    }

    /// Zero-extension or truncation; most share their operand's cell and emit nothing.
    private mutating func emitConversion(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        guard Int(plan[index].root) == index else { return }
        let type = instruction.opcode == .truncate ? instruction.type : block[instruction.a].resultType
        emitUnary(index, instruction, zeroExtendHandler(from: type), block)
    }

    private mutating func emitSignExtend(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        let from = block[instruction.a].resultType
        guard let handler = signExtendHandler(from: from, to: instruction.type) else {
            return emitEvaluate(index, instruction, block)
        }
        emitUnary(index, instruction, handler, block)
    }

    private mutating func emitBinary(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        let wide = isWide(instruction, block)
        if let wide, emitShifted(index, instruction, wide: wide, block) { return }
        guard let wide, let handlers = binaryHandlers(instruction.opcode, wide: wide) else {
            return emitEvaluate(index, instruction, block)
        }
        let a = cell(instruction.a, block)
        if let immediate = immediate(instruction.b, block) {
            operation(handlers.immediate, destination(index, at: index, block), a, immediate: immediate)
        } else {
            let b = cell(instruction.b, block)
            operation(handlers.cells, destination(index, at: index, block), a, b)
        }
        step()
    }

    private mutating func emitBitField(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        guard let wide = isWide(instruction.type) else { return emitEvaluate(index, instruction, block) }
        let field = UInt16(truncatingIfNeeded: instruction.imm | instruction.imm2 << 8)
        let a = cell(instruction.a, block)
        let b = cell(instruction.b, block)
        let c = cell(instruction.c, block)
        let d = destination(index, at: index, block)
        switch instruction.opcode {
        case .bitFieldExtract: operation(wide ? execBitFieldExtract64 : execBitFieldExtract32, d, a, field)
        case .bitFieldExtractSigned:
            operation(wide ? execBitFieldExtractSigned64 : execBitFieldExtractSigned32, d, a, field)
        case .bitFieldInsert: operation(wide ? execBitFieldInsert64 : execBitFieldInsert32, d, a, b, field)
        case .extractPair: operation(wide ? execExtractPair64 : execExtractPair32, d, a, b, field)
        default: operation(wide ? execAddWithCarry64 : execAddWithCarry32, d, a, b, c)
        }
        step()
    }

    private mutating func emitCompare(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        guard let wide = isWide(instruction, block) else { return emitEvaluate(index, instruction, block) }
        let handlers = compareHandlers(instruction.comparison, wide: wide)
        let a = cell(instruction.a, block)
        if let immediate = immediate(instruction.b, block) {
            operation(handlers.immediate, destination(index, at: index, block), a, immediate: immediate)
        } else {
            let b = cell(instruction.b, block)
            operation(handlers.cells, destination(index, at: index, block), a, b)
        }
        step()
    }

    private mutating func emitSelect(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        let condition = block[instruction.a]
        let (b, c) = (cell(instruction.b, block), cell(instruction.c, block))
        if isFolded(instruction.a, into: index),
            let wide = isWide(condition, block)
        {
            let (x, y) = (cell(condition.a, block), cell(condition.b, block))
            let handler = compareHandlers(condition.comparison, wide: wide).select
            operation(handler, destination(index, at: index, block), x, y, b)
            word(UInt64(c))
        } else {
            let a = cell(instruction.a, block)
            operation(execSelect, destination(index, at: index, block), a, b, c)
        }
        step()
    }

    private mutating func emitFlags(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        guard let wide = isWide(instruction.type) else { return emitEvaluate(index, instruction, block) }
        let (a, small) = (cell(instruction.a, block), immediate(instruction.b, block))
        let b = small == nil ? cell(instruction.b, block) : zeroCell
        let c = cell(instruction.c, block)
        let d = destination(index, at: index, block)
        switch (instruction.opcode, small) {
        case (.addFlags, let small?):
            operation(wide ? execAddFlagsImmediate64 : execAddFlagsImmediate32, d, a, immediate: small)
        case (.addFlags, nil): operation(wide ? execAddFlags64 : execAddFlags32, d, a, b)
        case (.subFlags, let small?):
            operation(wide ? execSubFlagsImmediate64 : execSubFlagsImmediate32, d, a, immediate: small)
        case (.subFlags, nil): operation(wide ? execSubFlags64 : execSubFlags32, d, a, b)
        case (.logicFlags, _): operation(wide ? execLogicFlags64 : execLogicFlags32, d, a)
        default:
            let carried = small == nil ? b : cell(instruction.b, block)
            operation(wide ? execAddWithCarryFlags64 : execAddWithCarryFlags32, d, a, carried, c)
        }
        step()
    }

    private mutating func emitPair(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        let (a, b) = (cell(instruction.a, block), cell(instruction.b, block))
        operation(execPair, destination(index, at: index, block), a, b)
        step()
    }

    // MARK: State

    private mutating func emitGetState(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        if let alias = plan.takeAlias(index, instruction) {
            plan[index].location = alias
            return
        }
        let isPair = instruction.type == .i128
        let cell = cells.take(pair: isPair, until: max(index, Int(plan[index].lastUse)))
        plan[index].location = cell
        operation(isPair ? execMove128 : execMove, cell, UInt16(truncatingIfNeeded: instruction.imm))
        step()
    }

    private mutating func emitSetState(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        let slot = UInt16(truncatingIfNeeded: instruction.imm)
        let source = block.instructions[Int(plan[instruction.a.int].root)]
        if source.opcode == .constant, plan[Int(plan[instruction.a.int].root)].location == ValuePlan.unplaced {
            return emitConstant(source.imm, to: slot)
        }
        let value = cell(instruction.a, block)
        if value == slot { return }
        operation(instruction.type == .i128 ? execMove128 : execMove, slot, value)
        step()
    }

    // MARK: Control

    private mutating func emitFence(_ instruction: Instruction) {
        // x86-64 keeps every order but that of a store before a load.
        guard instruction.fenceBits.contains(.storeLoad) else { return }
        handler(execFence)
        step()
    }

    /// Guest instructions of the block before the one that is being emitted.
    private var instructionsBefore: Int { max(marks.count - 1, 0) }

    private func pcInWork(_ block: borrowing Block) -> UInt64 {
        block.guestPC &+ UInt64(bitPattern: Int64(marks.last?.pcOffset ?? 0))
    }

    private mutating func emitGuard(_ instruction: Instruction, _ block: borrowing Block) {
        operation(
            execGuardClear, 0, cell(instruction.a, block), instruction.attribute,
            UInt16(truncatingIfNeeded: instructionsBefore))
        word(instruction.imm)
        word(instruction.imm2)
        word(pcInWork(block))
        step()
    }

    private mutating func emitHelper(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        let (a, b, c) = (cell(instruction.a, block), cell(instruction.b, block), cell(instruction.c, block))
        let d = cells.take(pair: false, until: max(index, Int(plan[index].lastUse)))
        plan[index].location = d
        operation(execHelper, d, a, b, c)
        word(instruction.imm)
        word(pcInWork(block))
        word(UInt64(instructionsBefore))
        step()
    }

    private mutating func emitRaise(_ instruction: Instruction, _ block: borrowing Block) {
        operation(execRaise, 0, instruction.attribute, UInt16(truncatingIfNeeded: instructionsBefore))
        word(instruction.imm)
        word(pcInWork(block))
    }

    private mutating func emitExit(_ instruction: Instruction, _ block: borrowing Block) {
        let reason: ExitReason =
            switch instruction.exitKind {
            case .stateChanged: .stateChanged
            case .waitForInterrupt: .waitForInterrupt
            case .waitForEvent: .waitForEvent
            case .yield: .yield
            }
        operation(execExit, 0, UInt16(truncatingIfNeeded: reason.rawValue))
        word(instruction.imm)
        word(UInt64(block.guestInstructionCount))
    }

    private mutating func emitJump(_ instruction: Instruction, _ block: borrowing Block) {
        handler(execJump)
        exit(to: instruction.imm)
        word(UInt64(block.guestInstructionCount))
    }
}
