import IR
import X64

extension NativeCompiler {
    /// Emits the operation at `index`.
    mutating func emit(_ index: Int, _ instruction: Instruction) {
        if !keepsHostFlags(instruction) { host = .unknown }
        switch instruction.opcode {
        case .guestInstruction, .constant: break
        case .zeroExtend, .truncate: emitConversion(index, instruction)
        case .signExtend: emitSignExtend(index, instruction)
        case .add: emitAdd(index, instruction)
        case .sub: emitSubtract(index, instruction)
        case .mul, .and, .or, .xor: emitCommutative(index, instruction)
        case .andNot, .orNot, .xorNot: emitInverted(index, instruction)
        case .mulHighUnsigned, .mulHighSigned: emitMultiplyHigh(index, instruction)
        case .divideUnsigned, .divideSigned: emitDivide(index, instruction)
        case .shiftLeft, .shiftRightLogical, .shiftRightArithmetic, .rotateRight: emitShift(index, instruction)
        case .not, .negate, .populationCount, .countLeadingZeros, .countLeadingSigns, .reverseBits, .byteSwap,
            .byteSwap16, .byteSwap32:
            emitUnary(index, instruction)
        case .bitFieldExtract, .bitFieldExtractSigned: emitExtract(index, instruction)
        case .bitFieldInsert: emitInsert(index, instruction)
        case .extractPair: emitExtractPair(index, instruction)
        case .addWithCarry: emitAddWithCarry(index, instruction)
        case .crc32, .crc32c: emitChecksum(index, instruction)
        case .compare, .testCondition: emitTruth(index, instruction)
        case .select: emitSelect(index, instruction)
        case .addFlags, .subFlags, .addWithCarryFlags, .logicFlags: emitFlagsValue(index, instruction)
        case .flagsFromWord, .flagsToWord: emitFallback(index, instruction)
        case .pair: emitPair(index, instruction)
        case .low64, .high64: emitHalf(index, instruction)
        case .lane1, .lane2, .lane3, .stickyLane1, .stickyLane2, .stickyLane3, .floatCompare, .splat:
            emitLanes(index, instruction)
        case .extractLane: emitExtractLane(index, instruction)
        case .insertLane: emitInsertLane(index, instruction)
        case .getState: emitGetState(index, instruction)
        case .setState: emitSetState(index, instruction)
        case .load: emitLoad(index, instruction)
        case .store: emitStore(index, instruction)
        case .loadPair: emitLoadPair(index, instruction)
        case .storePair: emitStorePair(index, instruction)
        case .loadLinked, .storeConditional, .compareAndSwap, .exchange, .fetchAndOperate:
            emitAtomic(index, instruction)
        case .clearExclusive: emitClearExclusive()
        case .abandonExclusive: emitAbandonExclusive(instruction)
        case .fence: emitFence(instruction)
        case .guardClear: emitGuard(index, instruction)
        case .helper: emitHelper(index, instruction)
        case .jump: emitJump(index, instruction)
        case .branch: emitBranch(index, instruction)
        case .jumpIndirect: emitJumpIndirect(index, instruction)
        case .raise: emitRaise(instruction)
        case .exit: emitExit(instruction)
        }
    }

    /// Whether the operation's code leaves the host's flags alone, or says itself what they are of.
    private func keepsHostFlags(_ instruction: Instruction) -> Bool {
        switch instruction.opcode {
        case .constant, .getState, .setState, .truncate, .low64, .high64, .pair, .branch: true
        case .zeroExtend: true
        default: false
        }
    }

    func width(_ type: ValueType) -> Width { type == .i64 ? .qword : .dword }

    /// The calls that keep what is in use at the operation in work.
    var calls: Thunks.Calls { holdsVectors ? thunks.keepingVectors : thunks.calls }

    /// Any pure operation, by calling its meaning.
    mutating func emitFallback(_ index: Int, _ instruction: Instruction) {
        let label = asm.label()
        let typeOfA = instruction.a.isNone ? ValueType.none : block[instruction.a].resultType
        let record = FallbackRecord(instruction, typeOfA: typeOfA)
        records.append((label, [record.packed, record.imm, record.imm2]))
        if !instruction.c.isNone {
            let c = register(instruction.c)
            asm.op(.movMR, .qword, c, Fixed.cell(layout.slowValue))
        }
        if !instruction.a.isNone { load(Int(table[instruction.a].root), into: .rcx) }
        if !instruction.b.isNone { load(Int(table[instruction.b].root), into: .rdx) }
        asm.address(of: label, into: .rax)
        asm.call(to: calls.evaluate)
        let d = define(index, index)
        asm.op(.movMR, .qword, .rax, .gpr(d))
    }

    // MARK: Conversions

    private mutating func emitConversion(_ index: Int, _ instruction: Instruction) {
        guard Int(table[index].root) == index else { return }
        if instruction.opcode == .truncate {
            // To i1; other truncations share their operand's register.
            let a = register(instruction.a)
            let d = define(index, index, reusing: instruction.a)
            host = .unknown
            asm.op(.movMR, .dword, a, .gpr(d))
            asm.arithmetic(4, .dword, .gpr(d), 1)
            return
        }
        let from = block[instruction.a].resultType
        let a = register(instruction.a)
        let d = define(index, index, reusing: instruction.a)
        zeroExtend(a, from, into: d)
    }

    mutating func zeroExtend(_ a: GPR, _ from: ValueType, into d: GPR) {
        switch from {
        case .i8, .i1: asm.op(.movzx8, .dword, d, .gpr(a))
        case .i16: asm.op(.movzx16, .dword, d, .gpr(a))
        case .i32, .flags: asm.op(.movRM, .dword, d, .gpr(a))
        case .none, .i64, .i128: asm.op(.movRM, .qword, d, .gpr(a))
        }
    }

    private mutating func emitSignExtend(_ index: Int, _ instruction: Instruction) {
        let from = block[instruction.a].resultType
        guard from != .i1, isWord(instruction.type) else { return emitFallback(index, instruction) }
        let a = register(instruction.a)
        let d = define(index, index, reusing: instruction.a)
        signExtend(.gpr(a), from, width(instruction.type), into: d)
    }

    mutating func signExtend(_ a: Operand, _ from: ValueType, _ width: Width, into d: GPR) {
        switch from {
        case .i8: asm.op(.movsx8, width, d, a)
        case .i16: asm.op(.movsx16, width, d, a)
        default: asm.op(.movsxd, .qword, d, a)
        }
    }

    // MARK: State

    private mutating func emitGetState(_ index: Int, _ instruction: Instruction) {
        guard Int(table[index].root) == index else { return }
        if instruction.type == .i128 { return emitGetVector(index, instruction) }
        if instruction.type == .flags { settleFlags() }
        let offset = Int32(truncatingIfNeeded: instruction.imm)
        if offset & ~7 == layout.floatEnvironment { return emitGetEnvironment(index, offset) }
        if let number = pinNumber(instruction.imm) {
            let register = Self.pinRegister(number)
            table[index].register = register.rawValue
            if occupant[Int(register.rawValue)] < 0 {
                occupant[Int(register.rawValue)] = Int32(truncatingIfNeeded: index)
            }
            return
        }
        table[index].cell = offset
        stateHolders.append(Int32(truncatingIfNeeded: index))
    }

    private mutating func emitSetState(_ index: Int, _ instruction: Instruction) {
        if instruction.type == .flags { return emitSetFlags(index, instruction) }
        if instruction.type == .i128 { return emitSetVector(index, instruction) }
        let root = Int(table[instruction.a].root)
        if let number = pinNumber(instruction.imm) { return emitSetPinned(index, number, root) }
        let offset = Int32(truncatingIfNeeded: instruction.imm)
        loseCell(offset, index)
        let cell = Fixed.cell(offset)
        defer { if offset & ~7 == layout.floatEnvironment { asm.call(to: thunks.adoptEnvironment) } }
        if let value = constant(instruction.a), let small = Int32(exactly: Int64(bitPattern: value)) {
            asm.op(.movI, .qword, cell, Int64(small))
            return
        }
        var source = register(instruction.a)
        if instruction.type != .i64 && !table[instruction.a].isClean {
            zeroExtend(source, instruction.type, into: .rax)
            source = .rax
        }
        asm.op(.movMR, .qword, source, cell)
        let isWhole = instruction.type == .i64 && block.instructions[root].resultType == .i64
        if isWhole && table[root].cell < 0 && block.instructions[root].opcode != .constant {
            table[root].cell = offset
            stateHolders.append(Int32(truncatingIfNeeded: root))
        }
    }

    /// What MXCSR has gathered is part of the environment. It changes the cell, so that the value is read at once.
    private mutating func emitGetEnvironment(_ index: Int, _ offset: Int32) {
        asm.call(to: thunks.gatherExceptions)
        table[index].cell = offset
        _ = register(root: index)
        table[index].cell = -1
    }

    /// The state cell at `offset` is about to change: who relies on its old content gets a register.
    mutating func loseCell(_ offset: Int32, _ position: Int) {
        var kept = 0
        for holderIndex in stateHolders.indices {
            let root = Int(stateHolders[holderIndex])
            if dies(root, position - 1) { continue }
            let cell = table[root].cell
            if cell & ~7 == offset & ~7 || is128(root) && cell + 8 == offset & ~7 {
                if !dies(root, position) || isOperand(root, position) { keepInRegister(root) }
                table[root].cell = -1
                continue
            }
            stateHolders[kept] = Int32(truncatingIfNeeded: root)
            kept += 1
        }
        stateHolders.removeSubrange(kept...)
    }

    private func isOperand(_ root: Int, _ position: Int) -> Bool { Int(table[root].lastUse) >= position }

    private mutating func keepInRegister(_ root: Int) {
        if is128(root) {
            _ = vector(root: root)
        } else if holder(root) == nil {
            _ = register(root: root)
        }
    }

    private mutating func emitSetPinned(_ index: Int, _ number: Int, _ root: Int) {
        dirty |= 1 << UInt16(number)
        let home = Self.pinRegister(number)
        if holder(root) == home {
            current[number] = .home
            return
        }
        let old = Int(occupant[Int(home.rawValue)])
        guard old < 0 || dies(old, index) else {
            current[number] = .value(Int32(truncatingIfNeeded: root))
            return
        }
        current[number] = .home
        if old >= 0 { free(home) }
        let source = holder(root)
        load(root, into: home)
        guard block.instructions[root].opcode != .constant else { return }
        if let source {
            if isPinHome(source) { return }
            free(source)
        }
        occupant[Int(home.rawValue)] = Int32(truncatingIfNeeded: root)
        table[root].register = home.rawValue
    }
}
