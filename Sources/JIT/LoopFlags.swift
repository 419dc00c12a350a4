import IR
import X64

/// The flags at the start of a block that jumps to itself, where its accesses may fault before it sets them.
///
/// A loop's comparison would have to store the flags in each turn for a fault in the next. But what it compared is still
/// there: in pinned registers. So the turns after the first take the flags from those, when a fault wants them. The first
/// finds them in their cell. Which turn it is the count of guest instructions tells, noted where the loop is entered.
struct LoopFlags {
    /// How to have them in all turns but the first.
    let recipe: Recipe
    /// Cell with the count of guest instructions at the loop's entry, and the block's own, which are counted first.
    let entryCount: Int32
    let instructions: Int32
}

extension NativeCompiler {
    /// For the block in work, planned: how it can do without flags stored by the turn before; nil where it cannot.
    mutating func planLoopFlags() -> LoopFlags? {
        let node = region.nodes[nodeIndex]
        guard node.needsFlags, node.taken == nodeIndex || node.other == nodeIndex,
            let (flags, lastFault) = flagsAfterAccesses(), branchesLikeFlags(flags),
            let recipe = recipeInNextTurn(flags, lastFault)
        else { return nil }
        return LoopFlags(
            recipe: recipe, entryCount: temporary(8),
            instructions: Int32(truncatingIfNeeded: block.guestInstructionCount))
    }

    /// The only flags operation of the block, a comparison or subtraction, and the last access before its flags are set;
    /// nil where anybody else could look at the flags before.
    private func flagsAfterAccesses() -> (flags: Int, lastFault: Int)? {
        var found: (flags: Int, lastFault: Int)?
        var lastFault = -1
        for (index, instruction) in block.instructions.enumerated() {
            if instruction.opcode == .setState && instruction.type == .flags {
                guard found == nil, isFolded(instruction.a, into: index), block[instruction.a].opcode == .subFlags
                else {
                    return nil
                }
                found = (instruction.a.int, lastFault)
            }
            guard found == nil else { continue }
            switch instruction.opcode {
            case .load, .store, .loadPair, .storePair: lastFault = index
            case .testCondition: return nil
            case .getState where instruction.type == .flags: return nil
            default: if instruction.mayFault || instruction.readsState || instruction.writesState { return nil }
            }
        }
        return found
    }

    /// Whether the branch at the block's end compares what the flags are of, so that they cost nothing where it leaves.
    private func branchesLikeFlags(_ flags: Int) -> Bool {
        let last = block.instructions.count - 1
        guard let branch = block.instructions.last, branch.opcode == .branch, isFolded(branch.a, into: last) else {
            return false
        }
        return compares(branch.a, like: block.instructions[flags])
    }

    /// The flags' recipe by what the pinned registers hold when the next turn begins, up to its last access.
    private func recipeInNextTurn(_ flags: Int, _ lastFault: Int) -> Recipe? {
        let instruction = block.instructions[flags]
        guard let b = placeInNextTurn(instruction.b, lastFault) else { return nil }
        let width = width(instruction.type)
        if table[flags].via >= 0, let a = placeInNextTurn(Value(Int(table[flags].via)), lastFault) {
            return Recipe(kind: .subtract, width: width, a: a, b: b, isDifference: true)
        }
        return placeInNextTurn(instruction.a, lastFault).map { Recipe(kind: .subtract, width: width, a: $0, b: b) }
    }

    private func placeInNextTurn(_ value: Value, _ lastFault: Int) -> Place? {
        if let bits = constant(value) { return .constant(bits) }
        let root = table[value].root
        for number in 0..<generalPins where holdsAtEnd(root, number, lastFault) {
            return .register(Self.pinRegister(number))
        }
        return nil
    }

    /// Whether pinned register `number` holds `root` at the block's end, and what it held at the start until `lastFault`.
    private func holdsAtEnd(_ root: Int32, _ number: Int, _ lastFault: Int) -> Bool {
        var holds = false
        for (index, instruction) in block.instructions.enumerated() where pinNumber(instruction.imm) == number {
            switch instruction.opcode {
            case .getState where !holds && table[index].root == Int32(truncatingIfNeeded: index): holds = root == index
            case .setState:
                if index <= lastFault { return false }
                holds = table[instruction.a].root == root
            default: continue
            }
        }
        return holds
    }

    /// Where the loop is entered: notes the count.
    mutating func enterLoop(_ flags: LoopFlags) {
        asm.op(.movMR, .qword, Fixed.counter, Fixed.cell(flags.entryCount))
    }

    /// Stores the flags of an exit before the block has set them.
    mutating func storeLoopFlags(_ flags: LoopFlags) {
        let first = asm.label()
        asm.op(.lea, .qword, .rax, .at(Fixed.counter, -flags.instructions))
        asm.op(.cmpRM, .qword, .rax, Fixed.cell(flags.entryCount))
        asm.jump(.e, first)
        follow(flags.recipe)
        storeHostFlags(flags.recipe.kind)
        asm.bind(first)
    }
}
