import IR
import X64

// Comparisons, conditions, the guest's flags.

extension NativeCompiler {
    // MARK: Truth values

    /// Sets the host's flags so that the condition returned tells whether `value`, an i1 used by the operation at
    /// `position`, is true.
    mutating func condition(_ value: Value, _ position: Int) -> Condition {
        let instruction = block[value]
        guard isFolded(value, into: position) else {
            let register = register(value)
            asm.op(.testMR, .dword, register, register)
            host = .unknown
            return .ne
        }
        if instruction.opcode == .testCondition { return testFlags(value.int) }
        return compare(value.int, instruction)
    }

    private mutating func compare(_ index: Int, _ instruction: Instruction) -> Condition {
        let isEquality = instruction.comparison == .equal || instruction.comparison == .notEqual
        let via = table[index].via
        if via >= 0, host == .difference(via) { return instruction.comparison.hostCondition }
        if via >= 0, isEquality {
            // Equal where the difference is zero.
            let difference = register(root: Int(via))
            asm.op(.testMR, width(instruction.type), difference, difference)
            host = .unknown
            return instruction.comparison.hostCondition
        }
        let recipe = recipe(index)
        if host != .compared(recipe) {
            follow(recipe)
            host = .compared(recipe)
        }
        return instruction.comparison.hostCondition
    }

    /// The comparison at `index` such that all the host's flags are those of a subtraction.
    mutating func compareExactly(_ index: Int) -> Condition {
        let instruction = block.instructions[index]
        let via = table[index].via
        if via >= 0 && host == .difference(via) { return instruction.comparison.hostCondition }
        let recipe = recipe(index)
        if host != .compared(recipe) {
            follow(recipe)
            host = .compared(recipe)
        }
        return instruction.comparison.hostCondition
    }

    /// A comparison or flag test whose truth value is wanted as such.
    mutating func emitTruth(_ index: Int, _ instruction: Instruction) {
        let condition: Condition
        if instruction.opcode == .testCondition {
            condition = testFlags(index)
        } else if isWord(instruction.type) {
            condition = compare(index, instruction)
        } else {
            compareNarrow(instruction)
            condition = instruction.comparison.hostCondition
        }
        host = .unknown
        asm.set(condition, .gpr(.rax))
        let d = define(index, index)
        asm.op(.movzx8, .dword, d, .gpr(.rax))
    }

    private mutating func compareNarrow(_ instruction: Instruction) {
        let isSigned = instruction.comparison.rawValue >= Comparison.signedLess.rawValue
        for (value, scratch) in [(instruction.a, GPR.rax), (instruction.b, GPR.rdx)] {
            load(Int(table[value].root), into: scratch)
            if isSigned {
                signExtend(.gpr(scratch), instruction.type, .dword, into: scratch)
            } else {
                zeroExtend(scratch, instruction.type, into: scratch)
            }
        }
        asm.op(.cmpRM, .dword, .rax, .rdx)
    }

    /// Tests a `flags` value: a word of four bytes N, Z, C, V; or the stored flags.
    private mutating func testFlags(_ index: Int) -> Condition {
        let instruction = block.instructions[index]
        if isFolded(instruction.a, into: index) { return loadFlags(instruction.condition) }
        host = .unknown
        let flags = register(instruction.a)
        func bit(_ byte: Int64) -> Int64 { 1 << (byte * 8) }
        switch instruction.condition {
        case .eq, .ne: asm.op(.testI, .dword, .gpr(flags), bit(1))
        case .cs, .cc: asm.op(.testI, .dword, .gpr(flags), bit(2))
        case .mi, .pl: asm.op(.testI, .dword, .gpr(flags), bit(0))
        case .vs, .vc: asm.op(.testI, .dword, .gpr(flags), bit(3))
        case .hi, .ls:
            asm.op(.movMR, .dword, flags, .gpr(.rax))
            asm.arithmetic(4, .dword, .gpr(.rax), Int32(bit(1) | bit(2)))
            asm.arithmetic(7, .dword, .gpr(.rax), Int32(bit(2)))
            return instruction.condition == .hi ? .e : .ne
        case .ge, .lt, .gt, .le:
            asm.op(.movMR, .dword, flags, .gpr(.rax))
            asm.op(.shrI, .dword, .gpr(.rax), 24)
            asm.op(.xorRM, .dword, .rax, flags)
            if instruction.condition == .gt || instruction.condition == .le {
                asm.op(.movMR, .dword, flags, .gpr(.rdx))
                asm.op(.shrI, .dword, .gpr(.rdx), 8)
                asm.op(.orRM, .dword, .rax, .rdx)
            }
            asm.op(.testI, .byte, .gpr(.rax), 1)
            return instruction.condition == .ge || instruction.condition == .gt ? .e : .ne
        }
        // Each pair of conditions: the first where the bit is set.
        return instruction.condition.rawValue & 1 == 0 ? .ne : .e
    }

    mutating func emitSelect(_ index: Int, _ instruction: Instruction) {
        let type = instruction.type
        let width: Width = type == .i64 ? .qword : .dword
        // The values first: fetching them must not disturb the host's flags, and does not.
        let b = register(instruction.b)
        let rootC = Int(table[instruction.c].root)
        if holder(rootC) != nil { _ = register(instruction.c) }
        let condition = condition(instruction.a, index)
        let d: GPR
        if let source = holder(rootC) {
            d = define(index, index, reusing: instruction.c, avoiding: mask(b))
            if d != source { asm.op(.movMR, width, source, .gpr(d)) }
        } else {
            d = define(index, index, avoiding: mask(b))
            load(rootC, into: d)
        }
        asm.cmov(condition, width, d, .gpr(b))
        host = .unknown
    }

    // MARK: The guest's flags

    /// A flags operation whose value others than the flags' cell use: four bytes in a register.
    mutating func emitFlagsValue(_ index: Int, _ instruction: Instruction) {
        guard isWord(instruction.type) else { return emitFallback(index, instruction) }
        let recipe = recipe(index)
        follow(recipe)
        asm.set(.s, .gpr(.rax))
        asm.setHigh(.e, of: .rax)
        if recipe.kind == .logic {
            asm.op(.movzx16, .dword, .rax, .gpr(.rax))
        } else {
            asm.set(recipe.kind == .subtract ? .ae : .b, .gpr(.rcx))
            asm.setHigh(.o, of: .rcx)
            asm.op(.movzx16, .dword, .rax, .gpr(.rax))
            asm.op(.shlI, .dword, .gpr(.rcx), 16)
            asm.op(.orRM, .dword, .rax, .rcx)
        }
        let d = define(index, index)
        asm.op(.movMR, .dword, .rax, .gpr(d))
        host = .unknown
    }

    mutating func emitSetFlags(_ index: Int, _ instruction: Instruction) {
        let cell = Int32(truncatingIfNeeded: instruction.imm)
        loseCell(cell, index)
        loopFlags = nil
        if isFolded(instruction.a, into: index) {
            flagsFrom = Int32(truncatingIfNeeded: instruction.a.int)
            return
        }
        flagsFrom = -1
        if let bits = constant(instruction.a) {
            asm.op(.movI, .qword, Fixed.cell(cell), Int64(bits))
        } else {
            asm.op(.movMR, .qword, register(instruction.a), Fixed.cell(cell))
        }
        if mayBeHostFlags { asm.op(.movI, .word, Fixed.cell(layout.hostFlags), 0) }
        mayBeHostFlags = false
    }

    /// Sees to it that the flags are in their cell. Leaves nothing known of the host's.
    mutating func settleFlags() {
        storeFlags()
        if mayBeHostFlags { asm.call(to: thunks.settleFlags) }
        mayBeHostFlags = false
        host = .unknown
    }

    /// Sees to it that the flags are stored.
    mutating func storeFlags() {
        guard flagsFrom >= 0 else { return }
        storeHostFlags(setHostFlags())
        flagsFrom = -1
        mayBeHostFlags = true
    }

    /// Makes the host's flags those that the guest's are pending from; the kind of operation they are of.
    private mutating func setHostFlags() -> Recipe.Kind {
        let index = Int(flagsFrom)
        let via = table[index].via
        if via >= 0 && host == .difference(via) { return .subtract }
        let recipe = recipe(index)
        if host != .compared(recipe) { follow(recipe) }
        host = .compared(recipe)
        return recipe.kind
    }

    /// Makes the host's flags the stored ones as if of a subtraction; the host's condition for `condition`.
    private mutating func loadFlags(_ condition: FlagCondition) -> Condition {
        let (slow, back) = (asm.label(), asm.label())
        storeFlags()
        asm.op(.movzx16, .dword, .rax, Fixed.cell(layout.hostFlags))
        asm.op(.testMR, .dword, .rax, .rax)
        asm.jump(.e, slow)
        asm.bind(back)
        stubs.append(Stub(.hostFlags, slow: slow, back: back, at: exactPoint))
        // An overflow where AL is 1; then all other flags from AH.
        asm.arithmetic(0, .byte, .gpr(.rax), 0x7f)
        asm.op(.sahf)
        host = .unknown
        return condition.afterSubtraction
    }
}
