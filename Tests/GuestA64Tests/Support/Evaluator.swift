import Guest
import IR

/// How a block ended.
enum Outcome: Equatable {
    case next(UInt64)
    case fault(MemoryFault)
    case raised(kind: UInt16, payload: UInt64)
    /// A helper or an exit to the run loop: what these do is not known here.
    case system
}

/// Runs a block on a machine; the tests of instruction meanings take one, so that each tier can be put to them.
typealias Executor = (Block, inout VectorMachine) -> Outcome

/// The plainest possible reading of IR: one operation after the other, values in a list.
struct Evaluator {
    private let block: Block
    private var values: [UInt128]

    static func run(_ block: Block, _ machine: inout VectorMachine) -> Outcome {
        var evaluator = Evaluator(block: block, values: Array(repeating: 0, count: block.instructions.count))
        do {
            return try evaluator.run(&machine)
        } catch {
            return .fault(error.fault)
        }
    }

    private func value(_ value: Value) -> UInt128 { value.isNone ? 0 : values[value.int] }
    private func word(_ value: Value) -> UInt64 { UInt64(truncatingIfNeeded: self.value(value)) }

    private mutating func run(_ machine: inout VectorMachine) throws(MemoryFaultError) -> Outcome {
        for (index, instruction) in block.instructions.enumerated() {
            if let outcome = terminate(instruction) { return outcome }
            if instruction.opcode == .guardClear, word(instruction.a) & instruction.imm != 0 {
                return .raised(kind: instruction.attribute, payload: instruction.imm2)
            }
            values[index] = try execute(instruction, &machine)
        }
        return .system
    }

    private func terminate(_ instruction: Instruction) -> Outcome? {
        switch instruction.opcode {
        case .jump: .next(instruction.imm)
        case .branch: .next(word(instruction.a) & 1 != 0 ? instruction.imm : instruction.imm2)
        case .jumpIndirect: .next(word(instruction.a))
        case .raise: .raised(kind: instruction.attribute, payload: instruction.imm)
        case .helper, .exit: .system
        default: nil
        }
    }

    private func execute(
        _ instruction: Instruction, _ machine: inout VectorMachine
    ) throws(MemoryFaultError) -> UInt128 {
        switch instruction.opcode {
        case .pair: return value(instruction.b) << 64 | value(instruction.a)
        case .low64: return value(instruction.a) & UInt128(UInt64.max)
        case .high64: return value(instruction.a) >> 64
        case .getState: return Self.getState(instruction, machine)
        case .setState:
            Self.setState(instruction, value(instruction.a), &machine)
            return 0
        case .guestInstruction, .guardClear, .fence: return 0
        case .lane1, .lane2, .lane3, .stickyLane1, .stickyLane2, .stickyLane3, .floatCompare, .extractLane, .insertLane,
            .splat:
            return lanes(instruction, &machine)
        case .load, .store, .loadLinked, .storeConditional, .compareAndSwap, .exchange, .fetchAndOperate:
            return try access(instruction, &machine)
        case .loadPair, .storePair: return try accessPair(instruction, &machine)
        case .abandonExclusive: return 0
        case .clearExclusive:
            machine.exclusive = nil
            return 0
        default:
            let typeOfA: ValueType = instruction.a.isNone ? .none : block[instruction.a].resultType
            let result = instruction.evaluate(
                word(instruction.a), word(instruction.b), word(instruction.c), typeOfA: typeOfA)
            guard let result else { preconditionFailure("no meaning for \(instruction)") }
            return UInt128(result)
        }
    }

    private func lanes(_ instruction: Instruction, _ machine: inout VectorMachine) -> UInt128 {
        let operands = [instruction.a, instruction.b, instruction.c].map { operand in
            let bits = operand.isNone ? 0 : value(operand)
            return Vector128(UInt64(truncatingIfNeeded: bits), UInt64(truncatingIfNeeded: bits >> 64))
        }
        var environment: UInt64 = 0
        let slot = instruction.hasSideEffect ? Int(instruction.imm) / 8 : nil
        if let slot { environment = machine.cells[slot] }
        let result = instruction.evaluateLanes(operands[0], operands[1], operands[2], &environment) ?? .zero
        if let slot { machine.cells[slot] = environment }
        return UInt128(result[1]) << 64 | UInt128(result[0])
    }

    private static func getState(_ instruction: Instruction, _ machine: VectorMachine) -> UInt128 {
        let cell = Int(instruction.imm) / 8
        let high = instruction.type == .i128 ? UInt128(machine.cells[cell + 1]) << 64 : 0
        return high | UInt128(machine.cells[cell] & instruction.type.mask)
    }

    private static func setState(_ instruction: Instruction, _ wide: UInt128, _ machine: inout VectorMachine) {
        let value = UInt64(truncatingIfNeeded: wide)
        if instruction.type == .i128 {
            machine.cells[Int(instruction.imm) / 8 + 1] = UInt64(truncatingIfNeeded: wide >> 64)
        }
        let mask = instruction.type.mask
        machine.cells[Int(instruction.imm) / 8] = machine.cells[Int(instruction.imm) / 8] & ~mask | value & mask
    }

    private func access(
        _ instruction: Instruction, _ machine: inout VectorMachine
    ) throws(MemoryFaultError) -> UInt128 {
        let address = word(instruction.a) &+ instruction.imm
        let count = instruction.type.bytes
        let writes = instruction.opcode == .store || instruction.opcode == .storeConditional
        try machine.check(address, count, instruction.memory, writing: writes)
        let old = machine.read(address, count)
        if instruction.opcode == .storeConditional {
            return storeConditional(instruction, address, count, &machine)
        }
        if instruction.opcode == .loadLinked { machine.exclusive = (address, count) }
        // A comparison that fails writes nothing, and needs the permission all the same.
        if instruction.opcode == .compareAndSwap {
            try machine.check(address, count, MemoryAttributes(), writing: true)
        }
        if let new = stored(instruction, old: old) {
            try machine.check(address, count, MemoryAttributes(), writing: true)
            machine.write(address, count, new)
        }
        return old
    }

    private func accessPair(
        _ instruction: Instruction, _ machine: inout VectorMachine
    ) throws(MemoryFaultError) -> UInt128 {
        let first = word(instruction.a) &+ instruction.imm
        let count = instruction.type.bytes
        let second = first &+ UInt64(count)
        let writes = instruction.opcode == .storePair
        try machine.check(first, count, instruction.memory, writing: writes)
        if writes { machine.write(first, count, value(instruction.b)) }
        try machine.check(second, count, instruction.memory, writing: writes)
        guard writes else { return machine.read(second, count) << 64 | machine.read(first, count) }
        machine.write(second, count, value(instruction.c))
        return 0
    }

    private func storeConditional(
        _ instruction: Instruction, _ address: UInt64, _ count: Int, _ machine: inout VectorMachine
    ) -> UInt128 {
        defer { machine.exclusive = nil }
        guard let exclusive = machine.exclusive, exclusive == (address, count) else { return 1 }
        machine.write(address, count, value(instruction.b))
        return 0
    }

    /// What a memory operation leaves in memory; nil where it writes nothing.
    private func stored(_ instruction: Instruction, old: UInt128) -> UInt128? {
        switch instruction.opcode {
        case .store, .exchange: value(instruction.b)
        case .compareAndSwap: old == value(instruction.b) ? value(instruction.c) : nil
        case .fetchAndOperate: fetched(instruction, UInt64(truncatingIfNeeded: old))
        default: nil
        }
    }

    private func fetched(_ instruction: Instruction, _ old: UInt64) -> UInt128 {
        let operation = instruction.fetchOperation
        let operand = word(instruction.b)
        func apply<Word: MachineWord>(_: Word.Type) -> UInt128 {
            UInt128(operation.apply(Word(truncatingIfNeeded: old), Word(truncatingIfNeeded: operand)))
        }
        return switch instruction.type {
        case .i8: apply(UInt8.self)
        case .i16: apply(UInt16.self)
        case .i32: apply(UInt32.self)
        default: apply(UInt64.self)
        }
    }
}
