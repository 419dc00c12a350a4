import IR

/// What the compiler knows of each value of a block, before and while it emits code.
struct ValueEntry {
    /// Uses as an operand.
    var uses: Int32 = 0
    /// The last operation that needs the value.
    var lastUse: Int32 = -1
    /// The value that this one is the same bits as; itself where there is none.
    var root: Int32 = 0
    /// The operation that this one is computed within, or -1.
    var consumer: Int32 = -1
    /// For a comparison or flags operation: the difference of the same operands, from which they can be had; or -1.
    var via: Int32 = -1
    /// For an addition or subtraction: somebody wants the host's flags of it.
    var wantsFlags = false
    /// Bits above the type are zero, when held in 64.
    var isClean = false
    /// The setState of a pinned register that the value is for, or -1.
    var home: Int32 = -1
    /// For a load: the sign extension done with it, or -1.
    var extended: Int32 = -1
    /// For a loaded pair whose halves it loads itself: the operations that take them, or -1.
    var low: Int32 = -1
    var high: Int32 = -1
    /// Emits nothing: another operation does it on the way.
    var isSkipped = false
    /// Of a 128-bit value: its bytes from this one on are zero.
    var span: UInt8 = 16
    /// A 128-bit value of which only the low half is used: it is in a general register.
    var isScalar = false
    /// For an access: the probe that it shares with others, by number in `probes`, and the distance from its base; or -1.
    var probe: Int32 = -1
    var probeOffset: Int32 = 0
    /// For an operation of a group whose results are checked together: the group's number; or -1.
    var checkGroup: Int32 = -1
    /// It sets state after the group's check.
    var isDeferred = false
    /// A NaN makes the result of a later operation of the group one.
    var isCovered = false
    /// Number of the host register that holds it, general or, for 128-bit values, vector; or `noRegister`.
    var register: UInt8 = ValueEntry.noRegister
    /// Offset of the cell that holds it, or -1.
    var cell: Int32 = -1

    static let noRegister: UInt8 = 0xff
    var isFolded: Bool { consumer >= 0 }
}

/// Memory for the entries of the block in work; grows, never shrinks.
struct EntryTable: ~Copyable {
    private var entries: UnsafeMutablePointer<ValueEntry>
    private var capacity = 4096

    init() { entries = .allocate(capacity: capacity) }
    deinit { entries.deallocate() }

    /// Room for a block's operations, and for values that none of them makes.
    mutating func begin(_ operations: Int, more: Int) {
        let count = operations + more
        if count > capacity {
            entries.deallocate()
            capacity = count * 2
            entries = .allocate(capacity: capacity)
        }
        for index in 0..<count { entries[index] = ValueEntry(root: Int32(truncatingIfNeeded: index)) }
    }

    subscript(index: Int) -> ValueEntry {
        @inline(__always) unsafeAddress { UnsafePointer(entries + index) }
        @inline(__always) nonmutating unsafeMutableAddress { entries + index }
    }

    subscript(value: Value) -> ValueEntry {
        @inline(__always) unsafeAddress { UnsafePointer(entries + value.int) }
        @inline(__always) nonmutating unsafeMutableAddress { entries + value.int }
    }
}

extension NativeCompiler {
    /// Finds out for the block what is used where, what is folded into what, and how long each value lives.
    mutating func plan(_ block: borrowing Block) {
        let count = block.instructions.count
        table.begin(count, more: SharedProbe.limit)
        for index in 0..<count {
            block.instructions[index].forEachOperand { table[$0].uses += 1 }
            table[index].isClean = isClean(index, block)
        }
        findRoots(block)
        for index in 0..<count { planFolding(index, block) }
        for index in 0..<count where block.instructions[index].opcode == .testCondition { planFlagTest(index, block) }
        findLastUses(block)
        if strip != nil { planLateStores(block) }
        planProbes(block)
        planChecks(block)
    }

    private func isClean(_ index: Int, _ block: borrowing Block) -> Bool {
        let instruction = block.instructions[index]
        switch instruction.opcode {
        case .truncate: return instruction.type == .i1
        case .getState: return instruction.type == .i64 || pinNumber(instruction.imm) == nil
        case .low64, .high64: return true
        case .select: return instruction.type != .i8 && instruction.type != .i16
        default: return true
        }
    }

    private mutating func findRoots(_ block: borrowing Block) {
        var current = [Int](repeating: -1, count: pins.count)
        for index in block.instructions.indices {
            let instruction = block.instructions[index]
            switch instruction.opcode {
            case .truncate where instruction.type != .i1: shareRoot(index, instruction.a)
            case .zeroExtend where table[instruction.a].isClean: shareRoot(index, instruction.a)
            case .low64 where table[instruction.a].uses == 1 && canConvertToInteger(block[instruction.a]):
                table[instruction.a].isScalar = true
                shareRoot(index, instruction.a)
            case .getState:
                guard let number = pinNumber(instruction.imm) else { break }
                if current[number] >= 0 {
                    table[index].root = Int32(truncatingIfNeeded: current[number])
                } else {
                    current[number] = index
                }
            case .setState:
                if let number = pinNumber(instruction.imm) { current[number] = Int(table[instruction.a].root) }
            default:
                if instruction.writesState { for number in current.indices { current[number] = -1 } }
            }
        }
    }

    private mutating func shareRoot(_ index: Int, _ operand: Value) { table[index].root = table[operand].root }

    // MARK: Folding

    private mutating func planFolding(_ index: Int, _ block: borrowing Block) {
        let instruction = block.instructions[index]
        switch instruction.opcode {
        case .branch, .select:
            let condition = block[instruction.a]
            guard table[instruction.a].uses == 1, !table[instruction.a].isFolded else { break }
            if condition.opcode == .compare, isWord(condition.type) {
                fold(instruction.a, into: index)
                planTest(instruction.a, block)
                findDifference(instruction.a.int, block)
            } else if condition.opcode == .testCondition {
                fold(instruction.a, into: index)
            }
        case .compare where isWord(instruction.type): findDifference(index, block)
        case .setState where instruction.type == .flags:
            let flags = block[instruction.a]
            switch flags.opcode {
            case .addFlags, .subFlags, .logicFlags, .addWithCarryFlags:
                guard table[instruction.a].uses == 1, isWord(flags.type) else { break }
                fold(instruction.a, into: index)
                if flags.opcode == .subFlags { findDifference(instruction.a.int, block) }
            default: break
            }
        case .load, .store, .storePair: planAddress(index, block)
        case .loadPair:
            planAddress(index, block)
            if layout.isAlone && !isDirect { planHalves(index, block) }
        case .stickyLane1 where canConvertFromRegister(instruction, block): fold(instruction.a, into: index)
        case .signExtend:
            let load = block[instruction.a]
            guard load.opcode == .load, load.memory.isSimple, instruction.a.int == index - 1,
                table[instruction.a].uses == 1, load.type != .i1
            else { break }
            table[instruction.a].extended = Int32(truncatingIfNeeded: index)
            table[index].isSkipped = true
        case .add where isWord(instruction.type) && isShift(instruction.b, instruction.type, block):
            fold(instruction.b, into: index)
        default: break
        }
    }

    func isWord(_ type: ValueType) -> Bool { type == .i32 || type == .i64 }

    private mutating func fold(_ value: Value, into user: Int) {
        table[value].consumer = Int32(truncatingIfNeeded: user)
    }

    func isFolded(_ value: Value, into user: Int) -> Bool { Int(table[value].consumer) == user }

    /// x & y compared with zero, used by nobody else: TEST.
    private mutating func planTest(_ compare: Value, _ block: borrowing Block) {
        let instruction = block[compare]
        guard instruction.comparison == .equal || instruction.comparison == .notEqual,
            constant(instruction.b, block) == 0,
            block[instruction.a].opcode == .and, block[instruction.a].type == instruction.type,
            table[instruction.a].uses == 1, !table[instruction.a].isFolded
        else { return }
        fold(instruction.a, into: compare.int)
    }

    /// A test of the stored flags needs no value of them, unless they change before it is made.
    private mutating func planFlagTest(_ index: Int, _ block: borrowing Block) {
        let flags = block.instructions[index].a
        guard layout.conditionFlags != nil, block[flags].opcode == .getState, table[flags].uses == 1,
            !table[flags].isFolded
        else { return }
        let end = table[index].isFolded ? Int(table[index].consumer) : index
        for between in flags.int..<end {
            let instruction = block.instructions[between]
            if instruction.writesState || instruction.opcode == .setState && instruction.type == .flags { return }
        }
        fold(flags, into: index)
    }

    private mutating func planAddress(_ index: Int, _ block: borrowing Block) {
        let access = block.instructions[index]
        let sum = block[access.a]
        guard sum.opcode == .add, sum.type == .i64, table[access.a].uses == 1, !table[access.a].isFolded,
            Int32(exactly: Int64(bitPattern: access.imm)) != nil
        else { return }
        fold(access.a, into: index)
    }

    /// Lets a loaded pair make its halves, where these are all that is asked of it.
    private mutating func planHalves(_ index: Int, _ block: borrowing Block) {
        var uses: Int32 = 0
        let end = min(index + 8, block.instructions.count)
        for user in (index + 1)..<max(end, index + 1) where block.instructions[user].a.int == index {
            switch block.instructions[user].opcode {
            case .low64: table[index].low = Int32(truncatingIfNeeded: user)
            case .high64: table[index].high = Int32(truncatingIfNeeded: user)
            default: continue
            }
            uses += 1
        }
        let (low, high) = (Int(table[index].low), Int(table[index].high))
        guard uses == 2, low >= 0, high >= 0, table[index].uses == 2, isOrdinary(block.instructions[index].memory)
        else {
            (table[index].low, table[index].high) = (-1, -1)
            return
        }
        (table[low].isSkipped, table[high].isSkipped) = (true, true)
    }

    /// A left shift by at most 3 that nobody else uses.
    private func isShift(_ value: Value, _ type: ValueType, _ block: borrowing Block) -> Bool {
        let shift = block[value]
        guard shift.opcode == .shiftLeft, shift.type == type, table[value].uses == 1, !table[value].isFolded,
            let amount = constant(shift.b, block)
        else { return false }
        return amount >= 1 && amount <= 3
    }

    /// Looks for the difference of the comparison's operands: the flags of the one are those of the other, and with it
    /// the first operand need not be kept.
    private mutating func findDifference(_ index: Int, _ block: borrowing Block) {
        let compare = block.instructions[index]
        for candidate in stride(from: index - 1, through: max(0, index - 12), by: -1) {
            let source = block.instructions[candidate]
            guard source.type == compare.type, source.a == compare.a, !table[candidate].isFolded else { continue }
            if isDifference(source, of: compare, block) {
                table[index].via = Int32(truncatingIfNeeded: candidate)
                table[candidate].wantsFlags = true
                table[candidate].uses += 1
                return
            }
        }
    }

    private func isDifference(_ source: Instruction, of compare: Instruction, _ block: borrowing Block) -> Bool {
        if source.opcode == .sub {
            return source.b == compare.b
                || constant(source.b, block) != nil && constant(source.b, block) == constant(compare.b, block)
        }
        guard source.opcode == .add, let step = constant(source.b, block), let bound = constant(compare.b, block) else {
            return false
        }
        return step &+ bound & compare.type.mask == 0 && bound != 0
    }

    // MARK: Lifetimes

    private mutating func findLastUses(_ block: borrowing Block) {
        let count = block.instructions.count
        var flagsUntil = Int32(truncatingIfNeeded: count)
        for index in stride(from: count - 1, through: 0, by: -1) {
            let instruction = block.instructions[index]
            if table[index].isSkipped { continue }
            var use = Int32(truncatingIfNeeded: index)
            if table[index].isFolded {
                let consumer = table[index].consumer
                use = max(consumer, table[Int(consumer)].isFolded ? table[Int(consumer)].lastUse : -1)
                // A folded flags operation is done when the flags are wanted: until they are set anew.
                if instruction.opcode.info.isFlags { use = max(use, table[index].lastUse) }
                table[index].lastUse = use
            }
            extendOperands(index, instruction, to: use)
            if instruction.opcode == .setState && instruction.type == .flags {
                if isFolded(instruction.a, into: index) { table[instruction.a].lastUse = flagsUntil }
                flagsUntil = Int32(truncatingIfNeeded: index)
            }
        }
        holdPinned(block)
    }

    private mutating func extendOperands(_ index: Int, _ instruction: Instruction, to use: Int32) {
        let via = table[index].via
        instruction.forEachOperand { operand in
            // Through the difference the first operand need not live.
            if via >= 0 && operand == instruction.a { return }
            let root = Int(table[operand].root)
            table[root].lastUse = max(table[root].lastUse, use)
        }
        if via >= 0 { table[Int(via)].lastUse = max(table[Int(via)].lastUse, use) }
    }

    /// What a pinned register holds must be there until the next value is, wherever the block may be left in between.
    private mutating func holdPinned(_ block: borrowing Block) {
        guard !pins.isEmpty else { return }
        var current = [Int](repeating: -1, count: pins.count)
        var lastObserver: Int32 = -1
        for (index, instruction) in block.instructions.enumerated() {
            if instruction.opcode == .setState, let number = pinNumber(instruction.imm) {
                hold(current[number], lastObserver)
                current[number] = Int(table[instruction.a].root)
                table[current[number]].home = Int32(truncatingIfNeeded: index)
            } else if instruction.opcode == .getState, let number = pinNumber(instruction.imm), current[number] < 0 {
                current[number] = index
            }
            if instruction.mayFault || instruction.readsState || instruction.writesState || instruction.endsBlock {
                lastObserver = Int32(truncatingIfNeeded: index)
            }
            if instruction.writesState {
                for number in current.indices {
                    hold(current[number], lastObserver)
                    current[number] = -1
                }
            }
        }
        for value in current { hold(value, Int32(truncatingIfNeeded: block.instructions.count)) }
    }

    private mutating func hold(_ root: Int, _ until: Int32) {
        if root >= 0 { table[root].lastUse = max(table[root].lastUse, until) }
    }
}

extension OpInfo {
    /// Makes a `flags` value of integers.
    var isFlags: Bool { shape == .flagsBinary || shape == .flagsCarry || shape == .flagsUnary }
}
