import Support
import TestSupport
import IR

/// Random straight-line blocks that are well-formed and full of what the optimiser looks for: the same few registers
/// over and over, constants, chains of operations, narrow and wide accesses to the same slot.
struct RandomBlock: ~Copyable {
    static let stateBytes = 128
    /// Slots below are numbers; above are those of flags and truth values.
    static let numericBytes = 96

    private var generator: SplitMix64
    private var builder = Builder()
    private var values: [ValueType: [Value]] = [:]

    static func make(seed: UInt64, length: Int) -> Block {
        var random = RandomBlock(generator: SplitMix64(seed: seed))
        return random.make(length: length)
    }

    private init(generator: SplitMix64) { self.generator = generator }

    private mutating func make(length: Int) -> Block {
        var pc: UInt64 = 0x1000
        builder.reset(guestPC: pc)
        while builder.count < length {
            if builder.count == 0 || generator.chance(20) {
                builder.guestInstruction(pc)
                pc += 4
            }
            step()
        }
        terminate(pc)
        return builder.block
    }

    private mutating func step() {
        switch generator.below(100) {
        case 0..<59: pure()
        case 59..<62: sticky()
        case 62..<72: _ = get(slotType())
        case 72..<88: set()
        case 88..<94: memory()
        case 94..<96: builder.fence(FenceBits(rawValue: UInt8(generator.below(16))))
        case 96..<97:
            builder.guardClear(.i64, value(.i64), mask: generator.pick([1, 3, 15, 1 << 63]), kind: 6, payload: 1)
        default: helper()
        }
    }

    // MARK: Values

    /// An existing value of the type, a constant or a read of a register.
    private mutating func value(_ type: ValueType) -> Value {
        if type == .i128 { return pairOrSlot() }
        let known = values[type] ?? []
        if !known.isEmpty && generator.chance(70) {
            return generator.chance(60)
                ? known[known.count - 1 - generator.below(min(4, known.count))] : generator.pick(known)
        }
        if type == .flags {
            return generator.chance(20)
                ? builder.constant(.flags, generator.next() & 0x0101_0101) : get(.flags)
        }
        if generator.chance(50) { return builder.constant(type, generator.operand(bits: type.bits)) }
        return get(type)
    }

    private mutating func pairOrSlot() -> Value {
        if let known = values[.i128], generator.chance(60) { return generator.pick(known) }
        return generator.chance(50) ? get(.i128) : builder.pair(low: value(.i64), high: value(.i64))
    }

    private mutating func keep(_ value: Value) {
        let type = builder.type(of: value)
        if type != .none { values[type, default: []].append(value) }
    }

    private mutating func get(_ type: ValueType) -> Value {
        let value = builder.getState(type, offset(type))
        keep(value)
        return value
    }

    private mutating func slotType() -> ValueType {
        generator.pick([.i64, .i64, .i64, .i32, .i32, .i16, .i8, .flags, .i128])
    }

    /// Mostly the first bytes of a cell; flags have cells of their own, so that they hold flags.
    private mutating func offset(_ type: ValueType) -> Int {
        if type == .flags { return Self.numericBytes + 8 * generator.below(2) }
        if type == .i1 { return 112 }
        let cell = 8 * generator.below(type == .i128 ? 11 : 12)
        let inside = generator.chance(15) && type.bytes < 8 ? type.bytes * generator.below(8 / type.bytes) : 0
        return cell + inside
    }

    private mutating func set() {
        let type = generator.chance(5) ? ValueType.i1 : slotType()
        builder.setState(type, offset(type), value(type))
    }
}

// MARK: Operations

extension RandomBlock {
    private mutating func pure() {
        let type = generator.pick([ValueType.i8, .i16, .i32, .i32, .i64, .i64, .i64])
        let opcode = generator.pick(Self.pureOpcodes)
        switch opcode.info.shape {
        case .binary, .flagsBinary: keep(builder.binary(opcode, type, value(type), value(type)))
        case .unary, .flagsUnary:
            if opcode == .byteSwap16 && type == .i8 || opcode == .byteSwap32 && type.bits < 32 { return }
            keep(builder.unary(opcode, type, value(type)))
        case .bitField, .bitFieldInsert: field(opcode, type)
        case .extractPair:
            keep(builder.extractPair(type, low: value(type), high: value(type), at: UInt32(generator.below(type.bits))))
        case .carry, .flagsCarry:
            keep(builder.append(Instruction(opcode, type, a: value(type), b: value(type), c: value(.i1))))
        case .crc: keep(builder.crc32(type, value(.i32), value(type), castagnoli: opcode == .crc32c))
        case .compare: keep(builder.compare(generator.pick(Comparison.allCases), type, value(type), value(type)))
        case .select:
            let type = generator.chance(15) ? .flags : type
            keep(builder.select(type, value(.i1), value(type), value(type)))
        case .condition: keep(builder.testCondition(generator.pick(FlagCondition.allCases), value(.flags)))
        case .flagsConvert:
            keep(opcode == .flagsFromWord ? builder.flagsFromWord(value(.i32)) : builder.flagsToWord(value(.flags)))
        case .pair: keep(builder.pair(low: value(.i64), high: value(.i64)))
        case .lanes: keep(lanes(opcode))
        case .extractLane: keep(builder.extractLane(type, value(.i128), UInt64(generator.below(128 / type.bits))))
        case .insertLane:
            keep(builder.insertLane(type, value(.i128), value(type), UInt64(generator.below(128 / type.bits))))
        case .splat:
            let sizes: [ValueType: Lanes.Size] = [.i8: .b, .i16: .h, .i32: .s, .i64: .d]
            keep(builder.splat(Lanes(sizes[type] ?? .d, generator.pick([.one, .half, .full])), value(type)))
        case .half: keep(builder.append(Instruction(opcode, .i128, a: value(.i128))))
        default: convert(opcode)
        }
    }

    /// Groups whose operations have a meaning for all lanes (floating-point ones have no bytes).
    private static let laneGroups: Set<LaneOperation.Group> = [
        .bitwise, .integer, .shift, .saturating, .across, .permute, .float, .floatConversion, .cryptography,
    ]

    private mutating func lanes(_ opcode: Opcode) -> Value {
        let operation = generator.pick(
            LaneOperation.allCases.filter { Self.laneGroups.contains($0.group) && $0.opcode == opcode })
        let isFloat = operation.group == .float || operation.group == .floatConversion
        let sizes: [Lanes.Size] = isFloat ? [.h, .s, .d] : [.b, .h, .s, .d]
        let lanes = Lanes(generator.pick(sizes), generator.pick([.one, .half, .full]))
        let (a, b, c) = (value(.i128), value(.i128), value(.i128))
        return builder.append(
            Instruction(
                opcode, .i128, a: a, b: operation.operands > 1 ? b : .none, c: operation.operands > 2 ? c : .none,
                attribute: lanes.attribute | operation.rawValue << Lanes.attributeBits,
                imm: operation.isSticky ? UInt64(generator.below(3) * 8) : 0, imm2: UInt64(generator.below(8))))
    }

    private mutating func sticky() { keep(lanes(generator.pick([.stickyLane1, .stickyLane2, .stickyLane3]))) }

    private static var pureOpcodes: [Opcode] {
        Opcode.allCases.filter {
            !Instruction($0, .i64).hasSideEffect && $0 != .getState && $0 != .constant && $0 != .helper
        }
    }

    private mutating func field(_ opcode: Opcode, _ type: ValueType) {
        let low = generator.below(type.bits)
        let width = 1 + generator.below(type.bits - low)
        let b = opcode == .bitFieldInsert ? value(type) : Value.none
        keep(builder.append(Instruction(opcode, type, a: value(type), b: b, imm: UInt64(low), imm2: UInt64(width))))
    }

    private mutating func convert(_ opcode: Opcode) {
        let types: [ValueType] = [.i1, .i8, .i16, .i32, .i64]
        let (x, y) = (generator.below(5), generator.below(5))
        if x == y { return }
        let (narrow, wide) = (types[min(x, y)], types[max(x, y)])
        let (from, to) = opcode == .truncate ? (wide, narrow) : (narrow, wide)
        if generator.chance(20), to == .i1 || from == .i1 { logic() }
        keep(builder.append(Instruction(opcode, to, a: value(from))))
    }

    /// Truth values have operations of their own.
    private mutating func logic() {
        let opcode = generator.pick([Opcode.and, .or, .xor, .andNot, .orNot, .xorNot, .not, .compare])
        let second = opcode == .not ? Value.none : value(.i1)
        let attribute = opcode == .compare ? UInt16(generator.below(2)) : 0
        keep(builder.append(Instruction(opcode, .i1, a: value(.i1), b: second, attribute: attribute)))
    }

    private mutating func memory() {
        let type = generator.pick([ValueType.i8, .i16, .i32, .i64, .i64, .i128])
        let offset = generator.chance(50) ? Int64(generator.below(64)) - 32 : 0
        let ordering = generator.pick([MemoryOrdering.plain, .acquire, .release])
        let attributes = MemoryAttributes(ordering, aligned: generator.chance(20))
        let loadable = ordering == .release ? MemoryAttributes() : attributes
        let storable = ordering == .acquire ? MemoryAttributes() : attributes
        switch generator.below(10) {
        case 8: keep(builder.loadPair(generator.pick([.i32, .i64]), value(.i64), offset: offset))
        case 9:
            let type = generator.pick([ValueType.i32, .i64])
            builder.storePair(type, value(.i64), value(type), value(type), offset: offset)
        case 0..<3: keep(builder.load(type, value(.i64), offset: offset, loadable))
        case 3..<5: builder.store(type, value(.i64), value(type), offset: offset, storable)
        case 5: keep(builder.storeConditional(type, value(.i64), value(type), storable))
        case 6:
            keep(builder.compareAndSwap(type, value(.i64), expected: value(type), desired: value(type), attributes))
        default:
            builder.clearExclusive()
            keep(builder.fetch(.xor, type, value(.i64), value(type), attributes))
        }
    }

    private mutating func helper() {
        let effects = HelperEffects(rawValue: generator.chance(50) ? 0 : UInt16(generator.below(16)))
        let arguments = (0..<generator.below(4)).map { _ in value(.i64) } + [.none, .none, .none]
        let type: ValueType = generator.chance(70) ? .i64 : .none
        keep(builder.helper(generator.below(9), type, effects, arguments[0], arguments[1], arguments[2]))
    }

    private mutating func terminate(_ pc: UInt64) {
        switch generator.below(5) {
        case 0: builder.jump(pc)
        case 1: builder.jumpIndirect(value(.i64), .call, returnAddress: pc)
        case 2: builder.raise(kind: 1, payload: 7)
        case 3: builder.exit(.waitForEvent, next: pc)
        default: builder.branch(value(.i1), taken: pc + 64, fallThrough: pc)
        }
    }
}
