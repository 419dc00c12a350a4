import IR

/// Loads of scalars into vector registers, and pairs of vectors.
extension CodeGenerator {
    /// Marks the zero-extension of the load at `index` to 128 bits as part of it.
    mutating func planVectorLoad(_ index: Int, _ block: borrowing Block) {
        let load = block.instructions[index]
        guard load.memory.rawValue == 0, load.type != .i128, plan[index].uses == 1 else { return }
        // The address of the base moves in between, and the value is widened to 64 bits first.
        var value = index
        for user in (index + 1)..<min(index + 8, block.instructions.count) {
            let instruction = block.instructions[user]
            guard instruction.a.int == value, plan[value].uses == 1 else { continue }
            if instruction.opcode == .zeroExtend && instruction.type == .i64 {
                value = user
            } else if instruction.opcode == .pair, block[instruction.b].opcode == .constant,
                block[instruction.b].imm == 0
            {
                return fold(user, into: index)
            }
        }
    }

    /// The 128-bit value that the load at `index` makes.
    func vectorLoaded(_ index: Int, _ block: borrowing Block) -> Int? {
        let users = (index + 1)..<min(index + 8, block.instructions.count)
        return users.first { isFolded(Value($0), into: index) && block.instructions[$0].opcode == .pair }
    }

    func vectorLoadHandlers(_ type: ValueType) -> (base: Handler, indexed: Handler) {
        switch type {
        case .i8, .i1: (execLoadScalar8, execLoadScalarIndexed8)
        case .i16: (execLoadScalar16, execLoadScalarIndexed16)
        case .i32, .flags: (execLoadScalar32, execLoadScalarIndexed32)
        case .i64, .i128, .none: (execLoadScalar64, execLoadScalarIndexed64)
        }
    }

    func loadPairHandler(_ type: ValueType) -> Handler {
        type == .i128 ? execLoadPair128 : type == .i64 ? execLoadPair64 : execLoadPair32
    }

    func storePairHandler(_ type: ValueType) -> Handler {
        type == .i128 ? execStorePair128 : type == .i64 ? execStorePair64 : execStorePair32
    }

    func isPairable(_ type: ValueType) -> Bool { type == .i64 || type == .i32 || type == .i128 }
}
