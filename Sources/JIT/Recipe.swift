import IR
import X64

/// How to set the host's flags to those of a guest comparison or flags operation, from where its operands are at one
/// point of the code: registers, cells, constants.
struct Recipe: Equatable {
    enum Kind { case subtract, add, addWithCarry, logic, test }
    var kind: Kind
    var width: Width
    var a: Place
    var b: Place = .constant(0)
    var c: Place = .constant(0)
    /// `a` is the difference: the first operand is a + b.
    var isDifference = false
}

extension NativeCompiler {
    // MARK: Making recipes

    /// Where the bits of `value` are now.
    func place(_ value: Value) -> Place { place(root: Int(table[value].root)) }

    func place(root: Int) -> Place {
        if let register = holder(root) { return .register(register) }
        let instruction = block.instructions[root]
        if instruction.opcode == .constant { return .constant(instruction.imm & instruction.type.mask) }
        return .cell(table[root].cell)
    }

    /// A place that a recipe can use: state reads that are narrower than the value are brought into a register, because
    /// their cell holds more than they are.
    private mutating func wordPlace(_ value: Value) -> Place {
        let root = Int(table[value].root)
        let instruction = block.instructions[root]
        let isNarrow = instruction.resultType.bits < max(32, block[value].resultType.bits)
        if holder(root) == nil, instruction.opcode != .constant, isNarrow || isPartOfCell(root) {
            return .register(register(root: root))
        }
        return place(root: root)
    }

    private func isPartOfCell(_ root: Int) -> Bool { table[root].cell < 0 }

    /// The recipe of the comparison or flags operation at `index`, with its operands where they are now.
    mutating func recipe(_ index: Int) -> Recipe {
        let instruction = block.instructions[index]
        let width = width(instruction.type)
        switch instruction.opcode {
        case .logicFlags: return Recipe(kind: .logic, width: width, a: wordPlace(instruction.a))
        case .addFlags:
            return Recipe(kind: .add, width: width, a: wordPlace(instruction.a), b: wordPlace(instruction.b))
        case .addWithCarryFlags:
            return Recipe(
                kind: .addWithCarry, width: width, a: wordPlace(instruction.a), b: wordPlace(instruction.b),
                c: wordPlace(instruction.c))
        default: break
        }
        if instruction.opcode == .compare, isFolded(instruction.a, into: index) {
            let and = block[instruction.a]
            return Recipe(kind: .test, width: width, a: wordPlace(and.a), b: wordPlace(and.b))
        }
        if table[index].via >= 0 {
            let difference = Value(Int(table[index].via))
            return Recipe(
                kind: .subtract, width: width, a: wordPlace(difference), b: wordPlace(instruction.b),
                isDifference: true)
        }
        return Recipe(kind: .subtract, width: width, a: wordPlace(instruction.a), b: wordPlace(instruction.b))
    }

    // MARK: Following them

    /// Sets the host's flags. Touches no registers but the scratch ones.
    mutating func follow(_ recipe: Recipe) {
        switch recipe.kind {
        case .logic:
            let a = registerOf(recipe.a, .rax, recipe.width)
            asm.op(.testMR, recipe.width, a, a)
        case .test:
            let a = registerOf(recipe.a, .rax, recipe.width)
            if let mask = immediateOf(recipe.b, recipe.width) {
                asm.op(.testI, recipe.width, .gpr(a), Int64(mask))
            } else {
                asm.op(.testMR, recipe.width, registerOf(recipe.b, .rdx, recipe.width), a)
            }
        case .add:
            move(recipe.a, into: .rax, recipe.width)
            asm.op(.addRM, recipe.width, .rax, operandOf(recipe.b, .rdx, recipe.width))
        case .addWithCarry:
            move(recipe.c, into: .rdx, .dword)
            move(recipe.a, into: .rax, recipe.width)
            asm.op(.btI, .dword, .gpr(.rdx), 0)
            asm.op(.adcRM, recipe.width, .rax, operandOf(recipe.b, .rdx, recipe.width))
        case .subtract: followSubtract(recipe)
        }
    }

    private mutating func followSubtract(_ recipe: Recipe) {
        let width = recipe.width
        if recipe.isDifference {
            if let small = immediateOf(recipe.b, width) {
                asm.op(.lea, width, .rax, .at(registerOf(recipe.a, .rax, width), small))
                asm.arithmetic(7, width, .gpr(.rax), small)
            } else {
                let b = registerOf(recipe.b, .rdx, width)
                asm.op(.lea, width, .rax, .at(registerOf(recipe.a, .rax, width), index: b))
                asm.op(.cmpRM, width, .rax, b)
            }
            return
        }
        if let small = immediateOf(recipe.b, width) {
            if case .cell(let cell) = recipe.a { return asm.arithmetic(7, width, Fixed.cell(cell), small) }
            let a = registerOf(recipe.a, .rax, width)
            if small == 0 { asm.op(.testMR, width, a, a) } else { asm.arithmetic(7, width, .gpr(a), small) }
            return
        }
        let a = registerOf(recipe.a, .rax, width)
        asm.op(.cmpRM, width, a, operandOf(recipe.b, .rdx, width))
    }

    private func immediateOf(_ place: Place, _ width: Width) -> Int32? {
        guard case .constant(let bits) = place else { return nil }
        return width == .qword ? Int32(exactly: Int64(bitPattern: bits)) : Int32(truncatingIfNeeded: bits)
    }

    mutating func move(_ place: Place, into register: GPR, _ width: Width) {
        switch place {
        case .register(let source): if source != register { asm.op(.movMR, width, source, .gpr(register)) }
        case .cell(let cell): asm.op(.movRM, width, register, Fixed.cell(cell))
        case .constant(let bits): asm.move(register, bits)
        }
    }

    private mutating func registerOf(_ place: Place, _ scratch: GPR, _ width: Width) -> GPR {
        if case .register(let register) = place { return register }
        move(place, into: scratch, width)
        return scratch
    }

    private mutating func operandOf(_ place: Place, _ scratch: GPR, _ width: Width) -> Operand {
        if case .cell(let cell) = place { return Fixed.cell(cell) }
        return .gpr(registerOf(place, scratch, width))
    }

    /// Stores the host's flags, which `kind` has set, for the guest's to be made of: AX as LAHF and SETO make it, with the
    /// carry of a subtraction, which is the host's borrow. Never 0: LAHF sets a bit. After other kinds the host's carry is
    /// another one.
    mutating func storeHostFlags(_ kind: Recipe.Kind) {
        switch kind {
        case .subtract: break
        case .add, .addWithCarry:
            asm.op(.cmc)
            host = .unknown
        case .logic, .test:
            asm.op(.stc)
            host = .unknown
        }
        asm.op(.lahf)
        asm.set(.o, .gpr(.rax))
        asm.op(.movMR, .word, .rax, Fixed.cell(layout.hostFlags))
    }
}

extension Comparison {
    /// The host's condition after a comparison.
    var hostCondition: Condition {
        switch self {
        case .equal: .e
        case .notEqual: .ne
        case .unsignedLess: .b
        case .unsignedLessOrEqual: .be
        case .unsignedGreater: .a
        case .unsignedGreaterOrEqual: .ae
        case .signedLess: .l
        case .signedLessOrEqual: .le
        case .signedGreater: .g
        case .signedGreaterOrEqual: .ge
        }
    }
}

extension FlagCondition {
    /// The host's condition that tells the same after a subtraction.
    var afterSubtraction: Condition {
        switch self {
        case .eq: .e
        case .ne: .ne
        case .cs: .ae
        case .cc: .b
        case .mi: .s
        case .pl: .ns
        case .vs: .o
        case .vc: .no
        case .hi: .a
        case .ls: .be
        case .ge: .ge
        case .lt: .l
        case .gt: .g
        case .le: .le
        }
    }
}
