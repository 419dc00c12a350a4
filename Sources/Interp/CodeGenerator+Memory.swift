package import IR

extension CodeGenerator {
    // MARK: Folding

    /// Marks what the load or store at `index` takes into its address: a sum of two values, one of them perhaps
    /// shifted.
    mutating func planAddress(_ index: Int, _ block: borrowing Block) {
        let access = block.instructions[index]
        guard access.memory.rawValue == 0 else { return }
        let sum = block[access.a]
        guard sum.opcode == .add, sum.type == .i64, plan[access.a.int].uses == 1, !plan[access.a.int].isFolded,
            block[sum.b].opcode != .constant
        else { return }
        // The sum may already have taken a shift in; only a left shift is one of the address's too.
        let sumHasShift = isFolded(sum.b, into: access.a.int)
        if sumHasShift && block[sum.b].opcode != .shiftLeft { return }
        fold(access.a.int, into: index)
        if sumHasShift || isShift(sum.b, block) { fold(sum.b.int, into: index) }
    }

    private func isShift(_ value: Value, _ block: borrowing Block) -> Bool {
        let shift = block[value]
        return shift.opcode == .shiftLeft && shift.type == .i64 && plan[value.int].uses == 1
            && !plan[value.int].isFolded && block[shift.b].opcode == .constant && block[shift.b].imm < 64
    }

    /// Marks the sign-extension that directly follows the load at `index` as part of it.
    mutating func planSignExtension(_ index: Int, _ block: borrowing Block) {
        let load = block.instructions[index]
        guard load.memory.rawValue == 0, index + 1 < block.instructions.count else { return }
        let user = block.instructions[index + 1]
        guard user.opcode == .signExtend, user.a.int == index, plan[index].uses == 1,
            signExtendHandler(from: load.type, to: user.type) != nil
        else { return }
        fold(index + 1, into: index)
    }

    /// Marks the load or store at `index` as part of the next one when they access neighbouring words.
    private func isPair(_ index: Int, _ block: borrowing Block) -> Bool {
        guard index + 1 < block.instructions.count else { return false }
        let (first, second) = (block.instructions[index], block.instructions[index + 1])
        guard first.opcode == second.opcode, first.type == second.type, isPairable(first.type),
            first.memory.rawValue == 0, second.memory.rawValue == 0, first.a == second.a,
            second.imm == first.imm &+ UInt64(first.type.bytes), second.a.int != index
        else { return false }
        return Int32(exactly: Int64(bitPattern: first.imm)) != nil
    }

    mutating func planPair(_ index: Int, _ block: borrowing Block) -> Bool {
        // The second of a pair is left alone: its first has already claimed it.
        if index > 0, Int(plan[index - 1].consumer) == index,
            block.instructions[index - 1].opcode.info.shape == block.instructions[index].opcode.info.shape
        {
            return true
        }
        guard isPair(index, block) else { return false }
        fold(index, into: index + 1)
        return true
    }

    /// The load or store before `index` that was folded into it.
    private func pairedWith(_ index: Int, _ block: borrowing Block) -> Int? {
        guard index > 0, isFolded(Value(index - 1), into: index),
            block.instructions[index - 1].opcode == block.instructions[index].opcode
        else { return nil }
        return index - 1
    }

    private mutating func emitTwoLoads(_ first: Int, _ index: Int, _ block: borrowing Block) {
        let load = block.instructions[first]
        let base = cell(load.a, block)
        let offset = Int32(truncatingIfNeeded: load.imm)
        let d = destination(first, at: index, block)
        let second = destination(index, at: index, block)
        operation(loadPairHandler(load.type), d, base, immediate: offset)
        word(UInt64(second))
        step()
    }

    private mutating func emitTwoStores(_ first: Int, _ index: Int, _ block: borrowing Block) {
        let store = block.instructions[first]
        let (value, second) = (cell(store.b, block), cell(block.instructions[index].b, block))
        let base = cell(store.a, block)
        let offset = Int32(truncatingIfNeeded: store.imm)
        operation(storePairHandler(store.type), value, base, immediate: offset)
        word(UInt64(second))
        step()
    }

    // MARK: Loads and stores

    mutating func emitLoad(_ index: Int, _ load: Instruction, _ block: borrowing Block) {
        if let first = pairedWith(index, block) { return emitTwoLoads(first, index, block) }
        if load.memory.unprivileged || load.type == .i128 && !load.memory.isSimple {
            return emitByEngine(index, load, block)
        }
        if load.memory.elements != nil { return emitElements(index, load, block) }
        if load.memory.aligned || load.memory.ordering != .plain { return emitLoadAligned(index, load, block) }
        if let vector = vectorLoaded(index, block) {
            return emitAccess(index, load, vectorLoadHandlers(load.type), block) { generator, block in
                generator.destination(vector, at: index, block)
            }
        }
        let extends =
            index + 1 < block.instructions.count && plan[index + 1].isFolded && Int(plan[index + 1].consumer) == index
            && block.instructions[index + 1].opcode == .signExtend
        let result = extends ? index + 1 : index
        let to = extends ? block.instructions[result].type : .none
        let handlers = loadHandlers(load.type, signExtendedTo: to)
        emitAccess(index, load, handlers, block) { generator, block in generator.destination(result, at: index, block) }
    }

    mutating func emitStore(_ index: Int, _ store: Instruction, _ block: borrowing Block) {
        if let first = pairedWith(index, block) { return emitTwoStores(first, index, block) }
        if options.storesByEngine || store.memory.unprivileged || store.type == .i128 && !store.memory.isSimple {
            return emitByEngine(index, store, block)
        }
        if store.memory.elements != nil { return emitElements(index, store, block) }
        if store.memory.rawValue != 0 { return emitStoreAligned(store, block) }
        let value = cell(store.b, block)
        emitAccess(index, store, storeHandlers(store.type), block) { _, _ in value }
    }

    /// Emits a plain access; `register` gives the cell loaded into or stored from, once the address's cells are known.
    private mutating func emitAccess(
        _ position: Int, _ access: Instruction, _ handlers: (base: Handler, indexed: Handler),
        _ block: borrowing Block, register: (inout CodeGenerator, borrowing Block) -> UInt16
    ) {
        if isFolded(access.a, into: position) {
            let sum = block[access.a]
            let base = cell(sum.a, block)
            let shift = isFolded(sum.b, into: position) ? block[sum.b] : nil
            let index = cell(shift?.a ?? sum.b, block)
            let amount = shift.map { UInt16(truncatingIfNeeded: block[$0.b].imm) } ?? 0
            operation(handlers.indexed, register(&self, block), base, index, amount)
            word(access.imm)
        } else {
            let (base, offset) = address(access, block)
            operation(handlers.base, register(&self, block), base, immediate: offset)
        }
        step()
    }

    /// The base cell and the offset of an access; a base is made where the offset does not fit.
    mutating func address(_ access: Instruction, _ block: borrowing Block) -> (base: UInt16, offset: Int32) {
        let base = cell(access.a, block)
        if let offset = Int32(exactly: Int64(bitPattern: access.imm)) { return (base, offset) }
        let far = cells.take(pair: false, until: block.instructions.count)
        emitConstant(access.imm, to: far)
        operation(execAdd64, far, far, base)
        step()
        return (far, 0)
    }

    private mutating func emitLoadAligned(_ index: Int, _ load: Instruction, _ block: borrowing Block) {
        let (base, offset) = address(load, block)
        let handler: Handler =
            switch load.type.bytes {
            case 1: execLoadAligned8
            case 2: execLoadAligned16
            case 4: execLoadAligned32
            default: execLoadAligned64
            }
        operation(handler, destination(index, at: index, block), base, immediate: offset)
        descriptor(load)
        step()
    }

    private mutating func descriptor(_ access: Instruction) {
        word(AccessDescriptor(bytes: access.type.bytes, words: 3, attributes: UInt64(access.attribute)).rawValue)
    }

    private mutating func emitStoreAligned(_ store: Instruction, _ block: borrowing Block) {
        let value = cell(store.b, block)
        let (base, offset) = address(store, block)
        let release = store.memory.ordering != .plain
        let handler: Handler =
            switch store.type.bytes {
            case 1: release ? execStoreRelease8 : execStoreAligned8
            case 2: release ? execStoreRelease16 : execStoreAligned16
            case 4: release ? execStoreRelease32 : execStoreAligned32
            default: release ? execStoreRelease64 : execStoreAligned64
            }
        operation(handler, value, base, immediate: offset)
        descriptor(store)
        step()
    }

    private mutating func emitByEngine(_ index: Int, _ access: Instruction, _ block: borrowing Block) {
        emitDescribed(access.opcode == .store ? execStoreByEngine : execLoadByEngine, index, access, block)
    }

    private mutating func emitElements(_ index: Int, _ access: Instruction, _ block: borrowing Block) {
        if access.memory.aligned { return emitByEngine(index, access, block) }
        let handler: Handler =
            switch (access.opcode, access.type) {
            case (.store, .i128): execStoreElements128
            case (.store, _): execStoreElements64
            case (_, .i128): execLoadElements128
            default: execLoadElements64
            }
        emitDescribed(handler, index, access, block)
    }

    /// Emits a load or store with its descriptor behind it.
    private mutating func emitDescribed(
        _ handler: Handler, _ index: Int, _ access: Instruction, _ block: borrowing Block
    ) {
        let value = access.opcode == .store ? cell(access.b, block) : zeroCell
        let (base, offset) = address(access, block)
        let register = access.opcode == .store ? value : destination(index, at: index, block)
        operation(handler, register, base, immediate: offset)
        descriptor(access)
        step()
    }

    private func loadHandlers(_ type: ValueType, signExtendedTo to: ValueType) -> (base: Handler, indexed: Handler) {
        switch (type, to) {
        case (.i8, .i32): (execLoadSigned8To32, execLoadIndexedSigned8To32)
        case (.i8, .i64): (execLoadSigned8To64, execLoadIndexedSigned8To64)
        case (.i16, .i32): (execLoadSigned16To32, execLoadIndexedSigned16To32)
        case (.i16, .i64): (execLoadSigned16To64, execLoadIndexedSigned16To64)
        case (.i32, .i64): (execLoadSigned32To64, execLoadIndexedSigned32To64)
        case (.i8, _), (.i1, _): (execLoad8, execLoadIndexed8)
        case (.i16, _): (execLoad16, execLoadIndexed16)
        case (.i32, _), (.flags, _): (execLoad32, execLoadIndexed32)
        case (.i128, _): (execLoad128, execLoadIndexed128)
        case (.i64, _), (.none, _): (execLoad64, execLoadIndexed64)
        }
    }

    private func storeHandlers(_ type: ValueType) -> (base: Handler, indexed: Handler) {
        switch type {
        case .i8, .i1: (execStore8, execStoreIndexed8)
        case .i16: (execStore16, execStoreIndexed16)
        case .i32, .flags: (execStore32, execStoreIndexed32)
        case .i128: (execStore128, execStoreIndexed128)
        case .i64, .none: (execStore64, execStoreIndexed64)
        }
    }

    // MARK: Read-modify-writes

    mutating func emitAtomic(_ index: Int, _ access: Instruction, _ block: borrowing Block) {
        let (a, b, c) = (cell(access.a, block), cell(access.b, block), cell(access.c, block))
        let d = destination(index, at: index, block)
        let bytes = access.type.bytes
        let attributes = RuntimeCalls.probeAttributes(of: access)
        switch access.opcode {
        case .loadLinked: operation(execLoadLinked, d, a)
        case .storeConditional: operation(execStoreConditional, d, a, b)
        case .exchange: operation(execExchange, d, a, b)
        case .compareAndSwap: operation(execCompareAndSwap, d, a, b, c)
        default:
            let isWideAdd = access.fetchOperation == .add && bytes >= 4
            operation(
                isWideAdd ? execFetchAdd : execFetchAndOperate, d, a, b,
                UInt16(access.fetchOperation.rawValue))
        }
        word(AccessDescriptor(bytes: bytes, words: 3, attributes: attributes).rawValue)
        step()
    }
}

extension RuntimeCalls {
    /// Added to a probe's attributes: the location will only be read.
    package static let readOnlyProbe: UInt64 = 1 << 16
    /// Instead of a probe's attributes: the address is that of a load-linked whose closed sequence was left, and of which
    /// a store-conditional came all the same.
    package static let abandonedProbe: UInt64 = 1 << 17
    /// Added to a probe's attributes: the location will be read and written, and what keeps it from being read is a
    /// fault of reading.
    package static let readFirstProbe: UInt64 = 1 << 18
    /// Added to a load's or store's attributes: two neighbours of the size given, in `slowValue` and `slowValueHigh`, as
    /// one access where they lie in 16 aligned bytes.
    package static let pairAccess: UInt64 = 1 << 19

    /// What the probe for a read-modify-write, load-linked or store-conditional is told.
    package static func probeAttributes(of access: Instruction) -> UInt64 {
        switch access.opcode {
        case .loadLinked: UInt64(access.attribute) | readOnlyProbe
        case .storeConditional: UInt64(access.attribute)
        default: UInt64(access.attribute) | readFirstProbe
        }
    }
}
