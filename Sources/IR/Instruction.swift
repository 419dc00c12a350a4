/// An SSA value: the index of the instruction that defines it.
@usableFromInline package struct Value: Hashable, BitwiseCopyable, Sendable {
    @usableFromInline package let index: UInt32
    @inlinable @inline(always) package init(_ index: Int) { self.index = UInt32(truncatingIfNeeded: index) }
    @inlinable @inline(always) package static var none: Value { Value(Int(UInt32.max)) }
    @inlinable @inline(always) package var int: Int { Int(index) }
    @inlinable @inline(always) package var isNone: Bool { index == .max }
}

/// One operation of a block. Which of the fields mean something is told by `opcode.info.shape`.
@usableFromInline package struct Instruction: Equatable, BitwiseCopyable, Sendable {
    @usableFromInline package var opcode: Opcode
    /// The type the operation works on; the result's type except where the shape says otherwise (`resultType`).
    @usableFromInline package var type: ValueType
    @usableFromInline package var attribute: UInt16
    @usableFromInline package var a: Value
    @usableFromInline package var b: Value
    @usableFromInline package var c: Value
    @usableFromInline package var imm: UInt64
    @usableFromInline package var imm2: UInt64

    @inlinable @inline(always)
    package init(
        _ opcode: Opcode, _ type: ValueType, a: Value = .none, b: Value = .none, c: Value = .none,
        attribute: UInt16 = 0, imm: UInt64 = 0, imm2: UInt64 = 0
    ) {
        self.opcode = opcode
        self.type = type
        self.attribute = attribute
        self.a = a
        self.b = b
        self.c = c
        self.imm = imm
        self.imm2 = imm2
    }

    package var resultType: ValueType {
        switch opcode.info.shape {
        case .constant, .convert, .binary, .unary, .bitField, .bitFieldInsert, .extractPair, .carry, .select,
            .flagsConvert, .extractLane, .getState, .load, .compareAndSwap, .readModifyWrite, .helper:
            type
        case .compare, .condition: .i1
        case .flagsBinary, .flagsCarry, .flagsUnary, .floatCompare: .flags
        case .pair, .loadPair, .lanes, .insertLane, .splat: .i128
        case .half: .i64
        case .crc, .storeConditional: .i32
        case .setState, .store, .storePair, .fence, .nullary, .abandon, .guardClear, .guestInstruction, .jump, .branch,
            .jumpIndirect, .raise,
            .exit:
            .none
        }
    }

    /// Must run even when nobody uses its result.
    package var hasSideEffect: Bool {
        if opcode == .helper { return !helperEffects.isDisjoint(with: [.writesState, .mayFault, .acts]) }
        return opcode.info.flags.contains(.sideEffect)
    }

    /// May leave the block: every state slot must be exact before it.
    package var mayFault: Bool {
        if opcode == .helper { return helperEffects.contains(.mayFault) }
        return opcode.info.flags.contains(.mayFault)
    }

    package var endsBlock: Bool { opcode.info.flags.contains(.endsBlock) }
    package var readsState: Bool {
        opcode == .helper ? !helperEffects.isDisjoint(with: [.readsState, .mayFault]) : false
    }
    package var writesState: Bool { opcode == .helper && helperEffects.contains(.writesState) }

    package var helperEffects: HelperEffects { HelperEffects(rawValue: attribute) }
    package var memory: MemoryAttributes { MemoryAttributes(rawValue: attribute) }
    package var comparison: Comparison { Comparison(rawValue: UInt8(truncatingIfNeeded: attribute)) ?? .equal }
    package var condition: FlagCondition { FlagCondition(rawValue: UInt8(truncatingIfNeeded: attribute)) ?? .eq }
    package var fenceBits: FenceBits { FenceBits(rawValue: UInt8(truncatingIfNeeded: attribute)) }
    package var branchKind: BranchKind { BranchKind(rawValue: UInt8(truncatingIfNeeded: attribute)) ?? .jump }
    package var exitKind: ExitKind { ExitKind(rawValue: UInt8(truncatingIfNeeded: attribute)) ?? .stateChanged }
    /// The lanes of a lane operation.
    package var lanes: Lanes { Lanes(attribute: attribute) ?? Lanes(.b, .full) }
    package var laneOperation: LaneOperation { LaneOperation(rawValue: attribute >> Lanes.attributeBits) ?? .and }
    package var fetchOperation: FetchOperation {
        FetchOperation(rawValue: UInt8(truncatingIfNeeded: imm2)) ?? .add
    }

    /// Calls `body` with each operand in turn.
    @inlinable @inline(always)
    package func forEachOperand(_ body: (Value) -> Void) {
        if !a.isNone { body(a) }
        if !b.isNone { body(b) }
        if !c.isNone { body(c) }
    }

    /// Replaces each operand by what `body` makes of it.
    @inlinable @inline(always)
    package mutating func mapOperands(_ body: (Value) -> Value) {
        if !a.isNone { a = body(a) }
        if !b.isNone { b = body(b) }
        if !c.isNone { c = body(c) }
    }
}

/// A translation block in IR: straight-line code in SSA form that ends with its only terminator.
package struct Block: Equatable, Sendable {
    package var instructions: [Instruction] = []
    /// Guest address of the first instruction.
    package var guestPC: UInt64
    /// Guest instructions in the block.
    package var guestInstructionCount = 0

    package init(guestPC: UInt64 = 0) { self.guestPC = guestPC }

    package subscript(value: Value) -> Instruction { instructions[value.int] }
}
