import IR

/// An operation as a call can be told of it: lies behind the code of the region that contains it.
struct FallbackRecord {
    /// Opcode, type, type of the first operand, attribute: a byte, a byte, a byte, from bit 32 on two.
    var packed: UInt64
    var imm: UInt64
    var imm2: UInt64

    init(_ instruction: Instruction, typeOfA: ValueType) {
        packed =
            UInt64(instruction.opcode.rawValue) | UInt64(instruction.type.rawValue) << 8
            | UInt64(typeOfA.rawValue) << 16 | UInt64(instruction.attribute) << 32
        imm = instruction.imm
        imm2 = instruction.imm2
    }

    var instruction: Instruction {
        Instruction(
            Opcode(rawValue: UInt8(truncatingIfNeeded: packed)) ?? .constant,
            ValueType(rawValue: UInt8(truncatingIfNeeded: packed >> 8)) ?? .none,
            attribute: UInt16(truncatingIfNeeded: packed >> 32), imm: imm, imm2: imm2)
    }
    var typeOfA: ValueType { ValueType(rawValue: UInt8(truncatingIfNeeded: packed >> 16)) ?? .none }
}

/// Any pure operation of at most 64 bits by its meaning: what has no code of its own calls this.
@c func nativeEvaluate(_ record: UnsafeRawPointer, _ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
    let record = record.loadUnaligned(as: FallbackRecord.self)
    return record.instruction.evaluate(a, b, c, typeOfA: record.typeOfA) ?? 0
}

enum Fallback {
    static var evaluate: UInt64 {
        let function: @convention(c) (UnsafeRawPointer, UInt64, UInt64, UInt64) -> UInt64 = nativeEvaluate
        return UInt64(UInt(bitPattern: unsafeBitCast(function, to: UnsafeRawPointer.self)))
    }
}

/// A lane operation as a call can be told of it.
struct LaneRecord {
    /// Opcode, type, attribute (from bit 32 on).
    var packed: UInt64
    var imm: UInt64
    var imm2: UInt64
    /// Byte offsets of result, a, b, c in the frame, 16 bits each.
    var cells: UInt64
}

/// Any operation on lanes by its meaning; operands and result are in the frame.
@c func nativeLanes(_ record: UnsafeRawPointer, _ frame: UnsafeMutableRawPointer) {
    let record = record.loadUnaligned(as: LaneRecord.self)
    let instruction = Instruction(
        Opcode(rawValue: UInt8(truncatingIfNeeded: record.packed)) ?? .constant,
        ValueType(rawValue: UInt8(truncatingIfNeeded: record.packed >> 8)) ?? .none,
        attribute: UInt16(truncatingIfNeeded: record.packed >> 32), imm: record.imm, imm2: record.imm2)
    func operand(_ number: UInt64) -> Vector128 {
        let offset = Int(record.cells >> (number * 16) & 0xffff)
        return offset == 0 ? Vector128(0, 0) : frame.loadUnaligned(fromByteOffset: offset, as: Vector128.self)
    }
    let hasEnvironment = instruction.changesEnvironment
    let slot = Int(truncatingIfNeeded: record.imm)
    var environment = hasEnvironment ? frame.load(fromByteOffset: slot, as: UInt64.self) : 0
    let result = instruction.evaluateLanes(operand(1), operand(2), operand(3), &environment)
    if hasEnvironment { frame.storeBytes(of: environment, toByteOffset: slot, as: UInt64.self) }
    frame.storeBytes(of: result ?? Vector128(0, 0), toByteOffset: Int(record.cells & 0xffff), as: Vector128.self)
}

extension Instruction {
    /// Reads and writes the floating-point environment in state slot `imm`.
    var changesEnvironment: Bool {
        switch opcode {
        case .stickyLane1, .stickyLane2, .stickyLane3, .floatCompare: true
        default: false
        }
    }
}

extension Fallback {
    static var lanes: UInt64 {
        let function: @convention(c) (UnsafeRawPointer, UnsafeMutableRawPointer) -> Void = nativeLanes
        return UInt64(UInt(bitPattern: unsafeBitCast(function, to: UnsafeRawPointer.self)))
    }
}
