import IR

/// Two neighbouring words that are one access: `loadPair` and `storePair`.
extension CodeGenerator {
    /// Lets the pair loaded at `index` make its halves itself, where these are all that is asked of it.
    mutating func planHalves(_ index: Int, _ block: borrowing Block) {
        let (low, high) = halves(of: index, block)
        let count: UInt16 = (low == nil ? 0 : 1) + (high == nil ? 0 : 1)
        guard plan[index].uses == count else { return }
        if let low { fold(low, into: index) }
        if let high { fold(high, into: index) }
    }

    /// The operations shortly behind the pair loaded at `index` that take its halves.
    private func halves(of index: Int, _ block: borrowing Block) -> (low: Int?, high: Int?) {
        var (low, high): (Int?, Int?) = (nil, nil)
        for user in (index + 1)..<min(index + 8, block.instructions.count) where block.instructions[user].a.int == index
        {
            switch block.instructions[user].opcode {
            case .low64: low = user
            case .high64: high = user
            default: break
            }
        }
        return (low, high)
    }

    mutating func emitLoadPair(_ index: Int, _ load: Instruction, _ block: borrowing Block) {
        let (base, offset) = address(load, block)
        let (first, second) = loadedHalves(index, block)
        if load.memory.rawValue != 0 {
            operation(execLoadPairByEngine, first, base, immediate: offset)
        } else {
            operation(load.type == .i64 ? execLoadWhole64 : execLoadWhole32, first, base, immediate: offset)
        }
        word(UInt64(second))
        if load.memory.rawValue != 0 { pairDescriptor(load) }
        step()
    }

    /// The cells for both halves: those of the folded operations, or the two of the whole.
    private mutating func loadedHalves(_ index: Int, _ block: borrowing Block) -> (UInt16, UInt16) {
        let (low, high) = halves(of: index, block)
        let isFolded = (low ?? high).map { self.isFolded(Value($0), into: index) } ?? false
        guard isFolded else {
            let cell = destination(index, at: index, block)
            return (cell, cell + 8)
        }
        return (half(low, at: index, block), half(high, at: index, block))
    }

    private mutating func half(_ half: Int?, at index: Int, _ block: borrowing Block) -> UInt16 {
        half.map { destination($0, at: index, block) } ?? cells.take(pair: false, until: index)
    }

    mutating func emitStorePair(_ store: Instruction, _ block: borrowing Block) {
        let (first, second) = (cell(store.b, block), cell(store.c, block))
        let (base, offset) = address(store, block)
        let isByEngine = options.storesByEngine || store.memory.rawValue != 0
        if isByEngine {
            operation(execStorePairByEngine, first, base, immediate: offset)
        } else {
            operation(store.type == .i64 ? execStoreWhole64 : execStoreWhole32, first, base, immediate: offset)
        }
        word(UInt64(second))
        if isByEngine { pairDescriptor(store) }
        step()
    }

    private mutating func pairDescriptor(_ access: Instruction) {
        let attributes = UInt64(access.attribute) | RuntimeCalls.pairAccess
        word(AccessDescriptor(bytes: access.type.bytes, words: 4, attributes: attributes).rawValue)
    }
}
