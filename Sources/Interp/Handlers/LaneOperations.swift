import IR
import Support

// Lane operations by their meaning: right for all of them, and for those that are not hot enough for a handler.
// | handler | d | a | b | c | attribute, environment slot | parameter |

extension UnsafeMutableRawPointer {
    /// The 128-bit value in the two cells from byte offset `offset`.
    @inline(__always) func get128(_ offset: Int) -> Vector128 {
        loadUnaligned(fromByteOffset: offset, as: Vector128.self)
    }
    @inline(__always) func set128(_ offset: Int, _ value: Vector128) {
        storeBytes(of: value, toByteOffset: offset, as: Vector128.self)
    }
}

/// What of a lane operation its operands do not tell, in one word.
struct PackedLanes {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ instruction: Instruction) {
        rawValue = UInt64(instruction.attribute) | instruction.imm << 16
    }

    @inline(__always) var lanes: Lanes {
        Lanes(attribute: UInt16(truncatingIfNeeded: rawValue)) ?? Lanes(.b, .full)
    }
    @inline(__always) var operation: LaneOperation {
        LaneOperation(rawValue: UInt16(truncatingIfNeeded: rawValue) >> Lanes.attributeBits) ?? .and
    }
    /// Byte offset of the environment in the CPU state.
    @inline(__always) var environment: Int { Int(truncatingIfNeeded: rawValue >> 16) }
}

@c func execLanes(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let packed = PackedLanes(rawValue: p.word(2))
    var environment: UInt64 = 0
    f.set128(
        p.d,
        LaneMeaning.evaluate(
            packed.operation, packed.lanes, p.word(3), f.get128(p.a), f.get128(p.b), f.get128(p.c), &environment))
    return next(f, p + 32, m, t)
}

@c func execStickyLanes(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let packed = PackedLanes(rawValue: p.word(2))
    var environment = f.get64(packed.environment)
    f.set128(
        p.d,
        LaneMeaning.evaluate(
            packed.operation, packed.lanes, p.word(3), f.get128(p.a), f.get128(p.b), f.get128(p.c), &environment))
    f.set(packed.environment, environment)
    return next(f, p + 32, m, t)
}

@c func execFloatCompare(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let packed = PackedLanes(rawValue: p.word(2))
    var environment = f.get64(packed.environment)
    let flags = LaneMeaning.floatCompare(
        packed.lanes.size, f.get128(p.a), f.get128(p.b), signaling: p.word(3) != 0, &environment)
    f.set(packed.environment, environment)
    f.setFlags(p.d, flags)
    return next(f, p + 32, m, t)
}

// Between lanes and integers: c the byte of the lane in the value

@inline(__always)
private func extractLane<Word: MachineWord>(
    _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.set(p.d, f.get(p.a &+ p.c) as Word)
    return next(f, p + 16, m, t)
}

@c func execExtractLane8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extractLane(UInt8.self, f, p, m, t)
}
@c func execExtractLane16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extractLane(UInt16.self, f, p, m, t)
}
@c func execExtractLane32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extractLane(UInt32.self, f, p, m, t)
}
@c func execExtractLane64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extractLane(UInt64.self, f, p, m, t)
}

@inline(__always)
private func insertLane<Word: MachineWord>(
    _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    // The value first: the result may share its cell.
    let value: Word = f.get(p.b)
    f.set128(p.d, f.get128(p.a))
    f.storeBytes(of: value, toByteOffset: p.d &+ p.c, as: Word.self)
    return next(f, p + 16, m, t)
}

@c func execInsertLane8(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    insertLane(UInt8.self, f, p, m, t)
}
@c func execInsertLane16(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    insertLane(UInt16.self, f, p, m, t)
}
@c func execInsertLane32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    insertLane(UInt32.self, f, p, m, t)
}
@c func execInsertLane64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    insertLane(UInt64.self, f, p, m, t)
}

// | handler | d | a | | | lanes |
@c func execSplat(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set128(p.d, LaneMeaning.splat(PackedLanes(rawValue: p.word(2)).lanes, f.get64(p.a)))
    return next(f, p + 24, m, t)
}

func extractLaneHandler(_ type: ValueType) -> Handler {
    switch type {
    case .i8: execExtractLane8
    case .i16: execExtractLane16
    case .i32: execExtractLane32
    case .none, .i1, .i64, .i128, .flags: execExtractLane64
    }
}

func insertLaneHandler(_ type: ValueType) -> Handler {
    switch type {
    case .i8: execInsertLane8
    case .i16: execInsertLane16
    case .i32: execInsertLane32
    case .none, .i1, .i64, .i128, .flags: execInsertLane64
    }
}
