/// Appends operations to a block. A guest's translation calls these; each returns the value it defined.
///
/// Operands must be of the types the operation's shape asks for: the verifier checks them in tests and debug builds.
package struct Builder: ~Copyable {
    package private(set) var block: Block
    /// Whether the block has its terminator.
    package private(set) var isTerminated = false
    /// Constants that this block already has, so that `constant` does not define one twice: hash to value index. In
    /// place, not in an array: translating touches it for every other instruction.
    private var constantCache: InlineArray<16, KnownConstant>

    /// `capacity`: instructions that fit before the list grows; the default suits a translator that keeps its builder.
    package init(capacity: Int = 2048) {
        block = Block()
        block.instructions.reserveCapacity(capacity)
        constantCache = InlineArray(repeating: KnownConstant())
    }

    /// Starts the next block at guest address `pc`.
    package mutating func reset(guestPC pc: UInt64) {
        block.instructions.removeAll(keepingCapacity: true)
        block.guestPC = pc
        block.guestInstructionCount = 0
        isTerminated = false
        for index in constantCache.indices { constantCache[index].type = .none }
    }

    /// Takes back everything from instruction `count` on, for a translation that fails half-way.
    package mutating func truncate(to count: Int) {
        block.instructions.removeLast(block.instructions.count - count)
        isTerminated = block.instructions.last?.endsBlock ?? false
        for index in constantCache.indices where constantCache[index].value.int >= count {
            constantCache[index].type = .none
        }
    }

    package var count: Int { block.instructions.count }
    package func type(of value: Value) -> ValueType { block[value].resultType }

    /// Moves the finished block out; `replaceBlock` gives its memory back for the next one.
    package mutating func takeBlock() -> Block {
        var taken = Block()
        swap(&taken, &block)
        return taken
    }

    package mutating func replaceBlock(_ new: consuming Block) { block = new }

    /// Any operation but a terminator.
    @discardableResult
    package mutating func append(_ instruction: Instruction) -> Value {
        block.instructions.append(instruction)
        return Value(block.instructions.count - 1)
    }

    private mutating func terminate(_ instruction: Instruction) {
        append(instruction)
        isTerminated = true
    }
}

private struct KnownConstant {
    var type = ValueType.none
    var bits: UInt64 = 0
    var value = Value.none
}

// MARK: Values

extension Builder {
    package mutating func constant(_ type: ValueType, _ bits: UInt64) -> Value {
        let bits = bits & type.mask
        let entry = Int(truncatingIfNeeded: (bits ^ bits >> 7 ^ UInt64(type.rawValue)) & 15)
        let known = constantCache[entry]
        if known.type.rawValue == type.rawValue && known.bits == bits { return known.value }
        let value = append(Instruction(.constant, type, imm: bits))
        constantCache[entry] = KnownConstant(type: type, bits: bits, value: value)
        return value
    }

    package mutating func binary(_ opcode: Opcode, _ type: ValueType, _ a: Value, _ b: Value) -> Value {
        append(Instruction(opcode, type, a: a, b: b))
    }

    package mutating func unary(_ opcode: Opcode, _ type: ValueType, _ a: Value) -> Value {
        append(Instruction(opcode, type, a: a))
    }

    package mutating func add(_ type: ValueType, _ a: Value, _ b: Value) -> Value { binary(.add, type, a, b) }
    package mutating func sub(_ type: ValueType, _ a: Value, _ b: Value) -> Value { binary(.sub, type, a, b) }

    /// Widens or narrows `a` to `type`, filling with zeros; `a` itself when it has that type.
    package mutating func resize(_ a: Value, to type: ValueType) -> Value {
        let from = self.type(of: a)
        if from == type { return a }
        return append(Instruction(from.bits < type.bits ? .zeroExtend : .truncate, type, a: a))
    }

    package mutating func signExtend(_ a: Value, to type: ValueType) -> Value {
        self.type(of: a) == type ? a : append(Instruction(.signExtend, type, a: a))
    }

    package mutating func bitFieldExtract(_ type: ValueType, _ a: Value, low: UInt32, width: UInt32) -> Value {
        append(Instruction(.bitFieldExtract, type, a: a, imm: UInt64(low), imm2: UInt64(width)))
    }

    package mutating func bitFieldExtractSigned(_ type: ValueType, _ a: Value, low: UInt32, width: UInt32) -> Value {
        append(Instruction(.bitFieldExtractSigned, type, a: a, imm: UInt64(low), imm2: UInt64(width)))
    }

    package mutating func bitFieldInsert(
        _ type: ValueType, _ base: Value, _ field: Value, low: UInt32, width: UInt32
    ) -> Value {
        append(Instruction(.bitFieldInsert, type, a: base, b: field, imm: UInt64(low), imm2: UInt64(width)))
    }

    package mutating func extractPair(_ type: ValueType, low: Value, high: Value, at bit: UInt32) -> Value {
        append(Instruction(.extractPair, type, a: low, b: high, imm: UInt64(bit)))
    }

    package mutating func addWithCarry(_ type: ValueType, _ a: Value, _ b: Value, _ carry: Value) -> Value {
        append(Instruction(.addWithCarry, type, a: a, b: b, c: carry))
    }

    /// `crc` is i32, `data` of type `type`.
    package mutating func crc32(_ type: ValueType, _ crc: Value, _ data: Value, castagnoli: Bool) -> Value {
        append(Instruction(castagnoli ? .crc32c : .crc32, type, a: crc, b: data))
    }

    package mutating func compare(_ comparison: Comparison, _ type: ValueType, _ a: Value, _ b: Value) -> Value {
        append(Instruction(.compare, type, a: a, b: b, attribute: UInt16(comparison.rawValue)))
    }

    package mutating func select(_ type: ValueType, _ condition: Value, _ ifTrue: Value, _ ifFalse: Value) -> Value {
        append(Instruction(.select, type, a: condition, b: ifTrue, c: ifFalse))
    }

    package mutating func addFlags(_ type: ValueType, _ a: Value, _ b: Value) -> Value { binary(.addFlags, type, a, b) }
    package mutating func subFlags(_ type: ValueType, _ a: Value, _ b: Value) -> Value { binary(.subFlags, type, a, b) }

    package mutating func addWithCarryFlags(_ type: ValueType, _ a: Value, _ b: Value, _ carry: Value) -> Value {
        append(Instruction(.addWithCarryFlags, type, a: a, b: b, c: carry))
    }

    package mutating func logicFlags(_ type: ValueType, _ a: Value) -> Value { unary(.logicFlags, type, a) }

    package mutating func testCondition(_ condition: FlagCondition, _ flags: Value) -> Value {
        append(Instruction(.testCondition, .flags, a: flags, attribute: UInt16(condition.rawValue)))
    }

    /// The i32 word with N, Z, C, V in bits 31 to 28 as flags.
    package mutating func flagsFromWord(_ word: Value) -> Value { append(Instruction(.flagsFromWord, .flags, a: word)) }
    package mutating func flagsToWord(_ flags: Value) -> Value { append(Instruction(.flagsToWord, .i32, a: flags)) }

    package mutating func pair(low: Value, high: Value) -> Value { append(Instruction(.pair, .i128, a: low, b: high)) }
    package mutating func low64(_ a: Value) -> Value { append(Instruction(.low64, .i128, a: a)) }
    package mutating func high64(_ a: Value) -> Value { append(Instruction(.high64, .i128, a: a)) }
}

// MARK: Lanes

extension Builder {
    /// A lane operation that is not sticky.
    package mutating func lanes(
        _ operation: LaneOperation, _ lanes: Lanes, _ a: Value, _ b: Value = .none, _ c: Value = .none,
        parameter: UInt64 = 0
    ) -> Value {
        laneOperation(operation, lanes, a, b, c, parameter: parameter, environment: 0)
    }

    /// A sticky one; `environment` is the byte offset of the floating-point environment in the CPU state.
    package mutating func lanes(
        _ operation: LaneOperation, _ lanes: Lanes, _ a: Value, _ b: Value = .none, _ c: Value = .none,
        parameter: UInt64 = 0, environment: Int
    ) -> Value {
        laneOperation(operation, lanes, a, b, c, parameter: parameter, environment: UInt64(environment))
    }

    private mutating func laneOperation(
        _ operation: LaneOperation, _ lanes: Lanes, _ a: Value, _ b: Value, _ c: Value, parameter: UInt64,
        environment: UInt64
    ) -> Value {
        append(
            Instruction(
                operation.opcode, .i128, a: a, b: b, c: c,
                attribute: lanes.attribute | operation.rawValue << Lanes.attributeBits, imm: environment,
                imm2: parameter))
    }

    /// The flags of FPCompare of lane 0; with `signaling` quiet NaNs are invalid too.
    package mutating func floatCompare(
        _ size: Lanes.Size, _ a: Value, _ b: Value, signaling: Bool, environment: Int
    ) -> Value {
        append(
            Instruction(
                .floatCompare, .i128, a: a, b: b, attribute: Lanes(size, .one).attribute, imm: UInt64(environment),
                imm2: signaling ? 1 : 0))
    }

    /// Lane `index` of `type`'s size.
    package mutating func extractLane(_ type: ValueType, _ a: Value, _ index: UInt64) -> Value {
        append(Instruction(.extractLane, type, a: a, imm: index))
    }

    /// `a` with lane `index` replaced by `value`.
    package mutating func insertLane(_ type: ValueType, _ a: Value, _ value: Value, _ index: UInt64) -> Value {
        append(Instruction(.insertLane, type, a: a, b: value, imm: index))
    }

    /// `value`, of the lanes' size, in every lane.
    package mutating func splat(_ lanes: Lanes, _ value: Value) -> Value {
        let type = self.type(of: value)
        return append(Instruction(.splat, type, a: value, attribute: lanes.attribute))
    }
}

// MARK: State and memory

extension Builder {
    /// `offset` in bytes into the guest's CPU state.
    package mutating func getState(_ type: ValueType, _ offset: Int) -> Value {
        append(Instruction(.getState, type, imm: UInt64(offset)))
    }

    package mutating func setState(_ type: ValueType, _ offset: Int, _ value: Value) {
        append(Instruction(.setState, type, a: value, imm: UInt64(offset)))
    }

    /// The address is the i64 `base` plus `offset`, wrapping.
    package mutating func load(
        _ type: ValueType, _ base: Value, offset: Int64 = 0, _ attributes: MemoryAttributes = .init()
    ) -> Value {
        memory(.load, type, base, offset, attributes)
    }

    package mutating func store(
        _ type: ValueType, _ base: Value, _ value: Value, offset: Int64 = 0, _ attributes: MemoryAttributes = .init()
    ) {
        _ = memory(.store, type, base, offset, attributes, b: value)
    }

    /// i128 of the `type` (i32 or i64) at the address, zero-extended, and the one after it: one access where both lie in
    /// 16 aligned bytes.
    package mutating func loadPair(
        _ type: ValueType, _ base: Value, offset: Int64 = 0, _ attributes: MemoryAttributes = .init()
    ) -> Value {
        memory(.loadPair, type, base, offset, attributes)
    }

    /// Stores two neighbours, as one access where both lie in 16 aligned bytes.
    package mutating func storePair(
        _ type: ValueType, _ base: Value, _ low: Value, _ high: Value, offset: Int64 = 0,
        _ attributes: MemoryAttributes = .init()
    ) {
        _ = memory(.storePair, type, base, offset, attributes, b: low, c: high)
    }

    package mutating func loadLinked(_ type: ValueType, _ base: Value, _ attributes: MemoryAttributes) -> Value {
        memory(.loadLinked, type, base, 0, attributes)
    }

    /// i32: 0 when stored, 1 when the monitor was lost.
    package mutating func storeConditional(
        _ type: ValueType, _ base: Value, _ value: Value, _ attributes: MemoryAttributes
    ) -> Value {
        memory(.storeConditional, type, base, 0, attributes, b: value)
    }

    /// Where `condition` holds, the closed sequence of the load-linked at guest address `pc` is left: a store-conditional
    /// that comes all the same fails.
    package mutating func abandonExclusive(_ condition: Value, linkedAt pc: UInt64) {
        append(Instruction(.abandonExclusive, .none, a: condition, imm: pc))
    }

    /// Puts `abandonExclusive` before the conditional branch that ends the block: for its taken way, or the other.
    package mutating func abandonExclusive(onTaken: Bool, linkedAt pc: UInt64) {
        guard let branch = block.instructions.last, branch.opcode == .branch else { return }
        block.instructions.removeLast()
        let leaves = onTaken ? branch.a : unary(.not, .i1, branch.a)
        abandonExclusive(leaves, linkedAt: pc)
        append(branch)
    }

    /// Makes the last load-linked of the block a tracked one.
    package mutating func trackLoadLinked() {
        guard let index = block.instructions.lastIndex(where: { $0.opcode == .loadLinked }) else { return }
        block.instructions[index].attribute |= MemoryAttributes(tracked: true).rawValue
    }

    package mutating func clearExclusive() { append(Instruction(.clearExclusive, .none)) }

    /// The old value.
    package mutating func compareAndSwap(
        _ type: ValueType, _ base: Value, expected: Value, desired: Value, _ attributes: MemoryAttributes
    ) -> Value {
        memory(.compareAndSwap, type, base, 0, attributes, b: expected, c: desired)
    }

    package mutating func exchange(
        _ type: ValueType, _ base: Value, _ value: Value, _ attributes: MemoryAttributes
    ) -> Value {
        memory(.exchange, type, base, 0, attributes, b: value)
    }

    package mutating func fetch(
        _ operation: FetchOperation, _ type: ValueType, _ base: Value, _ value: Value, _ attributes: MemoryAttributes
    ) -> Value {
        append(
            Instruction(
                .fetchAndOperate, type, a: base, b: value, attribute: attributes.rawValue,
                imm2: UInt64(operation.rawValue)))
    }

    package mutating func fence(_ bits: FenceBits) {
        append(Instruction(.fence, .none, attribute: UInt16(bits.rawValue)))
    }

    private mutating func memory(
        _ opcode: Opcode, _ type: ValueType, _ base: Value, _ offset: Int64, _ attributes: MemoryAttributes,
        b: Value = .none, c: Value = .none
    ) -> Value {
        append(
            Instruction(
                opcode, type, a: base, b: b, c: c, attribute: attributes.rawValue, imm: UInt64(bitPattern: offset)))
    }
}

// MARK: Control

extension Builder {
    /// Every guest instruction begins with one: exceptions find their pc by it.
    package mutating func guestInstruction(_ pc: UInt64) {
        append(Instruction(.guestInstruction, .none, imm: pc))
        block.guestInstructionCount += 1
    }

    /// Up to three i64 arguments; the result is of `type` (`none` or i64).
    @discardableResult
    package mutating func helper(
        _ number: Int, _ type: ValueType, _ effects: HelperEffects, _ a: Value = .none, _ b: Value = .none,
        _ c: Value = .none
    ) -> Value {
        append(Instruction(.helper, type, a: a, b: b, c: c, attribute: effects.rawValue, imm: UInt64(number)))
    }

    /// Raises exception `kind` at the current guest instruction unless the bits `mask` of `value` are clear.
    package mutating func guardClear(
        _ type: ValueType, _ value: Value, mask: UInt64, kind: UInt16, payload: UInt64 = 0
    ) {
        append(Instruction(.guardClear, type, a: value, attribute: kind, imm: mask, imm2: payload))
    }

    package mutating func jump(_ target: UInt64, _ kind: BranchKind = .jump, returnAddress: UInt64 = 0) {
        terminate(Instruction(.jump, .none, attribute: UInt16(kind.rawValue), imm: target, imm2: returnAddress))
    }

    package mutating func branch(_ condition: Value, taken: UInt64, fallThrough: UInt64) {
        terminate(Instruction(.branch, .none, a: condition, imm: taken, imm2: fallThrough))
    }

    /// `entry` is the `EntryMode` of the block there.
    package mutating func jumpIndirect(
        _ target: Value, _ kind: BranchKind = .jump, returnAddress: UInt64 = 0, entry: UInt64 = 0
    ) {
        terminate(
            Instruction(
                .jumpIndirect, .none, a: target, attribute: UInt16(kind.rawValue), imm: entry, imm2: returnAddress))
    }

    /// A synchronous exception of the instruction that is being translated.
    package mutating func raise(kind: UInt16, payload: UInt64) {
        terminate(Instruction(.raise, .none, attribute: kind, imm: payload))
    }

    package mutating func exit(_ kind: ExitKind, next pc: UInt64) {
        terminate(Instruction(.exit, .none, attribute: UInt16(kind.rawValue), imm: pc))
    }
}
