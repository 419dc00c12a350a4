import Support
import TestSupport
import IR

/// The plainest possible execution of IR: what the optimiser must not change. Memory, faults and helpers are functions
/// of the seed, so that two runs of blocks that mean the same see the same world.
struct ReferenceMachine: Equatable {
    /// What the guest can see happen, in order.
    enum Event: Equatable {
        case load(address: UInt64, type: ValueType, attribute: UInt16)
        case store(address: UInt64, type: ValueType, attribute: UInt16, Word)
        case atomic(Opcode, address: UInt64, type: ValueType, attribute: UInt16, Word, Word)
        case clearExclusive
        case fence(UInt16)
        case helper(UInt64, [UInt64])
    }

    enum Outcome: Equatable {
        case terminator(Opcode, attribute: UInt16, target: UInt64, other: UInt64)
        case fault(pc: UInt64, what: UInt64)
        case raise(pc: UInt64, kind: UInt16, payload: UInt64)
    }

    struct Word: Equatable {
        var low: UInt64
        var high: UInt64 = 0
    }

    var state: [UInt8]
    var memory: [UInt64: UInt8] = [:]
    var events: [Event] = []
    private let seed: UInt64
    private var values: [Word] = []
    private var pc: UInt64 = 0

    init(seed: UInt64, stateBytes: Int) {
        var generator = SplitMix64(seed: seed)
        self.seed = seed
        state = []
        while state.count < stateBytes {
            let cell = generator.operand(bits: 64)
            // Slots of flags and truth values hold nothing but those.
            let mask: UInt64 = state.count < RandomBlock.numericBytes ? .max : 0x0101_0101
            for byte in 0..<8 { state.append(UInt8(truncatingIfNeeded: (cell & mask) >> UInt64(byte * 8))) }
        }
    }

    /// How two blocks differ in the world of `seed`; nil if nobody can tell them apart.
    static func difference(_ before: Block, _ after: Block, seed: UInt64) -> String? {
        var expected = ReferenceMachine(seed: seed, stateBytes: RandomBlock.stateBytes)
        var actual = expected
        let (end, actualEnd) = (expected.run(before), actual.run(after))
        if end != actualEnd { return "left by \(actualEnd) instead of \(end)" }
        if expected.state != actual.state {
            let offset = expected.state.indices.first { expected.state[$0] != actual.state[$0] } ?? 0
            return "state byte \(offset) is \(actual.state[offset]) instead of \(expected.state[offset])"
        }
        if expected.events != actual.events { return "events \(actual.events) instead of \(expected.events)" }
        return expected.memory == actual.memory ? nil : "memory differs"
    }

    mutating func run(_ block: Block) -> Outcome {
        values = []
        for instruction in block.instructions {
            values.append(Word(low: 0))
            if let outcome = execute(instruction, block) { return outcome }
        }
        preconditionFailure("the block has no terminator")
    }

    private func word(_ value: Value) -> Word { value.isNone ? Word(low: 0) : values[value.int] }

    private mutating func define(_ word: Word) { values[values.count - 1] = word }

    private mutating func execute(_ i: Instruction, _ block: Block) -> Outcome? {
        let (a, b, c) = (word(i.a), word(i.b), word(i.c))
        switch i.opcode {
        case .getState: define(read(i.type) { state[Int(i.imm) + $0] })
        case .setState:
            for byte in 0..<i.type.bytes { state[Int(i.imm) + byte] = Self.byte(a, byte) }
        case .pair: define(Word(low: a.low, high: b.low))
        case .low64: define(Word(low: a.low))
        case .high64: define(Word(low: a.high))
        case .lane1, .lane2, .lane3, .stickyLane1, .stickyLane2, .stickyLane3, .floatCompare, .extractLane, .insertLane,
            .splat:
            executeLanes(i, a, b, c)
        case .load, .store, .loadLinked, .storeConditional, .compareAndSwap, .exchange, .fetchAndOperate:
            return executeMemory(i, a.low &+ i.imm, b, c)
        case .loadPair, .storePair: return executePair(i, a.low &+ i.imm, b, c)
        case .clearExclusive, .abandonExclusive: events.append(.clearExclusive)
        case .fence: appendFence(i.attribute)
        case .guardClear:
            if a.low & i.imm != 0 { return .raise(pc: pc, kind: i.attribute, payload: i.imm2) }
        case .helper: return executeHelper(i, [a.low, b.low, c.low])
        case .guestInstruction: pc = i.imm
        case .jump, .exit: return .terminator(i.opcode, attribute: i.attribute, target: i.imm, other: i.imm2)
        case .branch: return .terminator(.jump, attribute: 0, target: a.low & 1 != 0 ? i.imm : i.imm2, other: 0)
        case .jumpIndirect:
            return .terminator(i.opcode, attribute: i.attribute, target: a.low, other: i.imm2)
        case .raise: return .raise(pc: pc, kind: i.attribute, payload: i.imm)
        default:
            let typeOfA = i.a.isNone ? ValueType.none : block[i.a].resultType
            guard let result = i.evaluate(a.low, b.low, c.low, typeOfA: typeOfA) else {
                preconditionFailure("\(i.opcode) has no meaning")
            }
            define(Word(low: result))
        }
        return nil
    }

    private mutating func executeLanes(_ i: Instruction, _ a: Word, _ b: Word, _ c: Word) {
        let operands = [a, b, c].map { Vector128($0.low, $0.high) }
        let slot = i.hasSideEffect ? Int(i.imm) : nil
        var environment = slot.map { slot in read(.i64) { state[slot + $0] }.low } ?? 0
        guard let result = i.evaluateLanes(operands[0], operands[1], operands[2], &environment) else { return }
        if let slot { for byte in 0..<8 { state[slot + byte] = Self.byte(Word(low: environment), byte) } }
        define(Word(low: result[0], high: result[1]))
    }

    // MARK: Memory

    private mutating func executeMemory(_ i: Instruction, _ address: UInt64, _ b: Word, _ c: Word) -> Outcome? {
        if hash(address, 1) % 16 == 0 { return .fault(pc: pc, what: address) }
        let old = read(i.type) { memory[address &+ UInt64($0)] ?? initial(address &+ UInt64($0)) }
        switch i.opcode {
        case .load, .loadLinked:
            events.append(.load(address: address, type: i.type, attribute: i.attribute))
            define(old)
        case .store:
            events.append(.store(address: address, type: i.type, attribute: i.attribute, b))
            write(b, i.type, address)
        default:
            events.append(.atomic(i.opcode, address: address, type: i.type, attribute: i.attribute, b, c))
            write(Word(low: b.low ^ c.low, high: b.high), i.type, address)
            define(i.opcode == .storeConditional ? Word(low: hash(address, 2) & 1) : old)
        }
        return nil
    }

    private mutating func executePair(_ i: Instruction, _ address: UInt64, _ b: Word, _ c: Word) -> Outcome? {
        if hash(address, 1) % 16 == 0 { return .fault(pc: pc, what: address) }
        let size = UInt64(i.type.bytes)
        if i.opcode == .storePair {
            events.append(.atomic(i.opcode, address: address, type: i.type, attribute: i.attribute, b, c))
            write(b, i.type, address)
            write(c, i.type, address &+ size)
            return nil
        }
        events.append(.load(address: address, type: .i128, attribute: i.attribute))
        let halves = [address, address &+ size].map { half in
            read(i.type) { memory[half &+ UInt64($0)] ?? initial(half &+ UInt64($0)) }.low
        }
        define(Word(low: halves[0], high: halves[1]))
        return nil
    }

    private mutating func write(_ word: Word, _ type: ValueType, _ address: UInt64) {
        for byte in 0..<type.bytes { memory[address &+ UInt64(byte)] = Self.byte(word, byte) }
    }

    /// Neighbouring fences order the same accesses as one with the bits of both.
    private mutating func appendFence(_ bits: UInt16) {
        if bits == 0 { return }
        if case .fence(let earlier)? = events.last {
            events[events.count - 1] = .fence(earlier | bits)
        } else {
            events.append(.fence(bits))
        }
    }

    // MARK: Helpers

    private mutating func executeHelper(_ i: Instruction, _ arguments: [UInt64]) -> Outcome? {
        let effects = i.helperEffects
        var result = hash(i.imm, 3)
        for argument in arguments { result = hash(result ^ argument, 4) }
        if effects.contains(.readsState) { for byte in state { result = hash(result ^ UInt64(byte), 5) } }
        if effects.contains(.acts) { events.append(.helper(i.imm, arguments)) }
        if effects.contains(.mayFault) && result % 8 == 0 { return .fault(pc: pc, what: i.imm) }
        if effects.contains(.writesState) {
            state[Int(result % UInt64(RandomBlock.numericBytes))] ^= UInt8(result >> 56)
        }
        define(Word(low: result))
        return nil
    }

    // MARK: Bytes

    private static func byte(_ word: Word, _ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: (index < 8 ? word.low : word.high) >> UInt64(index % 8 * 8))
    }

    private func read(_ type: ValueType, _ byte: (Int) -> UInt8) -> Word {
        var word = Word(low: 0)
        for index in 0..<type.bytes {
            let bits = UInt64(byte(index)) << UInt64(index % 8 * 8)
            if index < 8 { word.low |= bits } else { word.high |= bits }
        }
        return word
    }

    private func initial(_ address: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: hash(address, 6)) }

    private func hash(_ value: UInt64, _ salt: UInt64) -> UInt64 {
        var generator = SplitMix64(seed: value ^ seed &* 31 ^ salt << 56)
        return generator.next()
    }
}
