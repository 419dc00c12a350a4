import IR

/// What the code generator knows of each value and each state access of a block before it emits anything: found by one
/// forward and one backward sweep.
///
/// The point of it all is to let operations work on state cells in place. A value read from the state needs no copy
/// when nothing overwrites the cell before the value's last use; a value written to the state can be computed straight
/// into its cell when nobody can see the old content in between. `zeroExtend` and `truncate` cost nothing where the
/// cell already holds what they would make.
struct ValuePlan: ~Copyable {
    struct Entry {
        /// Uses as an operand.
        var uses: UInt16 = 0
        /// Folded into another operation, `consumer`: emits nothing.
        var isFolded = false
        /// Index of the last operation that reads the value or one of its aliases.
        var lastUse: Int32 = -1
        /// The value whose cell this one shares.
        var root: UInt32 = 0
        /// A setState that the value could be computed into directly, or -1.
        var home: Int32 = -1
        /// get/setState: the next operation that overwrites the slot.
        var nextSet: Int32 = .max
        /// setState: the last operation before it that touches the slot, or -1.
        var previousTouch: Int32 = -1
        /// The next operation after this one that must find the state exact.
        var nextObserver: Int32 = .max
        /// Byte offset of the value's cell; `unplaced` before there is one.
        var location: UInt16 = .max
        /// The operation that it is folded into, or -1.
        var consumer: Int32 = -1
    }

    static let unplaced: UInt16 = .max

    private(set) var entries: UnsafeMutablePointer<Entry>
    private var capacity = 4096
    private var count = 0

    /// Per state cell: the next set and the latest touch seen by the backward sweep, and how long values alias the cell.
    private struct Slot {
        var generation: UInt32 = 0
        var nextSet: Int32 = .max
        var pendingTouch: Int32 = -1
        var aliasedUntil: Int32 = -1
    }
    private let slots: UnsafeMutablePointer<Slot>
    private let slotCount: Int
    private var generation: UInt32 = 0
    private let observers = StateObservers()

    init(stateCells: Int) {
        entries = .allocate(capacity: capacity)
        slotCount = stateCells + 1
        slots = .allocate(capacity: slotCount)
        slots.initialize(repeating: Slot(), count: slotCount)
    }

    deinit {
        entries.deallocate()
        slots.deallocate()
    }

    subscript(index: Int) -> Entry {
        @inline(__always) unsafeAddress { UnsafePointer(entries + index) }
        @inline(__always) nonmutating unsafeMutableAddress { entries + index }
    }

    private func slot(_ offset: UInt64) -> UnsafeMutablePointer<Slot> {
        let slot = slots + min(Int(truncatingIfNeeded: offset / 8), slotCount - 1)
        if slot.pointee.generation != generation { slot.pointee = Slot(generation: generation) }
        return slot
    }

    // MARK: Sweeps

    /// Prepares for `block`: uses and roots.
    mutating func begin(_ block: borrowing Block) {
        count = block.instructions.count
        if count > capacity {
            entries.deallocate()
            capacity = count * 2
            entries = .allocate(capacity: capacity)
        }
        generation &+= 1
        for index in 0..<count {
            entries[index] = Entry()
            let instruction = block.instructions[index]
            instruction.forEachOperand { entries[$0.int].uses &+= 1 }
            entries[index].root = UInt32(
                truncatingIfNeeded: isAlias(instruction, block) ? Int(entries[instruction.a.int].root) : index)
        }
    }

    /// Whether the result is what its operand's cell already holds.
    private func isAlias(_ instruction: Instruction, _ block: borrowing Block) -> Bool {
        switch instruction.opcode {
        case .truncate: instruction.type != .i1
        // A pair that is loaded has a cell for each half.
        case .low64: block[instruction.a].opcode != .loadPair
        case .zeroExtend: isZeroExtended(block[instruction.a])
        default: false
        }
    }

    /// Whether the cell of this operation's result holds zeros above the result's type.
    func isZeroExtended(_ instruction: Instruction) -> Bool {
        switch instruction.opcode {
        case .truncate: false
        case .getState: instruction.type == .i64 || instruction.type == .flags
        case .low64: false
        // Copies a whole cell, whatever it holds above the type.
        case .select: instruction.type == .i64 || instruction.type == .flags
        default: true
        }
    }

    /// The backward sweep: who reads what last, and which state cells are free when. Run after the foldings are marked,
    /// since the operands of a folded operation live until the one it is folded into.
    mutating func sweep(_ block: borrowing Block) {
        var nextObserver = Int32.max
        var nextStateWriter = Int32.max
        for index in stride(from: count - 1, through: 0, by: -1) {
            let instruction = block.instructions[index]
            let position = Int32(truncatingIfNeeded: index)
            let use = entries[index].isFolded ? entries[index].consumer : position
            instruction.forEachOperand { operand in
                let root = Int(entries[operand.int].root)
                entries[root].lastUse = max(entries[root].lastUse, use)
            }
            entries[index].nextObserver = nextObserver
            switch instruction.opcode {
            case .getState:
                entries[index].nextSet = nextStateWriter
                forEachSlot(instruction) { note(access: index, to: $0) }
            case .setState:
                entries[index].nextSet = nextStateWriter
                forEachSlot(instruction) { slot in
                    note(access: index, to: slot)
                    slot.pointee.nextSet = position
                    slot.pointee.pendingTouch = position
                }
                let root = Int(entries[instruction.a.int].root)
                // The low half of a 128-bit value shares its cells, but the whole has no home where the half has one.
                if (block.instructions[root].resultType == .i128) == (instruction.type == .i128) {
                    entries[root].home = position
                }
            case .stickyLane1, .stickyLane2, .stickyLane3, .floatCompare:
                // Reads and writes its environment: as a get and a set there.
                let slot = slot(instruction.imm)
                note(access: index, to: slot)
                slot.pointee.nextSet = position
            default: break
            }
            switch observers.kind(instruction.opcode) {
            case .none: break
            case .always: nextObserver = position
            case .helper:
                if instruction.writesState { nextStateWriter = position }
                if instruction.mayFault || instruction.readsState || instruction.writesState { nextObserver = position }
            }
        }
    }

    /// Calls `body` with the slot of each cell that the get or set accesses: a 128-bit value has two.
    @inline(__always)
    private func forEachSlot(_ access: Instruction, _ body: (UnsafeMutablePointer<Slot>) -> Void) {
        body(slot(access.imm))
        if access.type == .i128 { body(slot(access.imm &+ 8)) }
    }

    /// The access at `index` touches `slot`: it learns of the next set, and the set that waits for the touch before it
    /// learns of it. A set of two cells keeps the later of the touches.
    @inline(__always)
    private func note(access index: Int, to slot: UnsafeMutablePointer<Slot>) {
        entries[index].nextSet = min(entries[index].nextSet, slot.pointee.nextSet)
        guard slot.pointee.pendingTouch >= 0 else { return }
        let waiting = entries + Int(slot.pointee.pendingTouch)
        waiting.pointee.previousTouch = max(waiting.pointee.previousTouch, Int32(truncatingIfNeeded: index))
        slot.pointee.pendingTouch = -1
    }

    // MARK: Questions while emitting

    /// The state cell that the value defined at `index` may be computed into, if there is one; marks it as taken.
    func takeHome(_ index: Int, at position: Int, _ block: borrowing Block) -> UInt16? {
        let entry = entries[index]
        guard entry.home >= 0 else { return nil }
        let set = entries[Int(entry.home)]
        let instruction = block.instructions[Int(entry.home)]
        var aliasedUntil: Int32 = -1
        forEachSlot(instruction) { aliasedUntil = max(aliasedUntil, $0.pointee.aliasedUntil) }
        guard entry.home >= position, entry.nextObserverAllows(entry.home, from: entries[position].nextObserver),
            set.previousTouch <= Int32(truncatingIfNeeded: position),
            aliasedUntil <= Int32(truncatingIfNeeded: position),
            entry.lastUse <= set.nextSet, fills(instruction)
        else { return nil }
        forEachSlot(instruction) { $0.pointee.aliasedUntil = max($0.pointee.aliasedUntil, entry.lastUse) }
        return UInt16(truncatingIfNeeded: instruction.imm)
    }

    /// Whether a set writes whole cells, as every handler does.
    private func fills(_ instruction: Instruction) -> Bool {
        instruction.type == .i64 || instruction.type == .flags || instruction.type == .i128
    }

    /// The state cell that the getState at `index` may stand for until its last use, if nothing overwrites it.
    func takeAlias(_ index: Int, _ instruction: Instruction) -> UInt16? {
        let entry = entries[index]
        guard entry.lastUse <= entry.nextSet else { return nil }
        forEachSlot(instruction) { $0.pointee.aliasedUntil = max($0.pointee.aliasedUntil, entry.lastUse) }
        return UInt16(truncatingIfNeeded: instruction.imm)
    }
}

extension ValuePlan.Entry {
    /// Whether nothing that looks at the state lies before the set at `home`.
    fileprivate func nextObserverAllows(_ home: Int32, from observer: Int32) -> Bool { observer > home }
}

/// Which operations must find the state exact: a table of what `Opcode.info` says, because the sweep asks for each operation.
private struct StateObservers: ~Copyable {
    enum Kind: UInt8 {
        case none
        /// It may fault or ends the block.
        case always
        /// Its effects tell.
        case helper
    }

    private let kinds: UnsafeMutablePointer<Kind>

    init() {
        kinds = .allocate(capacity: 256)
        kinds.initialize(repeating: .none, count: 256)
        for opcode in Opcode.allCases where !opcode.info.flags.isDisjoint(with: [.mayFault, .endsBlock]) {
            kinds[Int(opcode.rawValue)] = .always
        }
        kinds[Int(Opcode.helper.rawValue)] = .helper
    }

    deinit { kinds.deallocate() }

    /// The raw value is taken without a call into another module.
    @inline(__always)
    func kind(_ opcode: Opcode) -> Kind { kinds[Int(unsafeBitCast(opcode, to: UInt8.self))] }
}
