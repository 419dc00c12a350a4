import Guest
import IR

/// General registers as operands. Each is an i64 slot; a W register is its low half, and writing one clears the rest.
extension A64Translation {
    /// X`number`, or zero for 31.
    mutating func x(_ number: UInt32) -> Value { register(number, .i64) }
    /// W`number`, or zero for 31.
    mutating func w(_ number: UInt32) -> Value { register(number, .i32) }

    /// The low bits of register `number`, or zero for 31.
    mutating func register(_ number: UInt32, _ type: ValueType) -> Value {
        number == 31 ? ir.constant(type, 0) : ir.getState(type, A64State.x(number).offset)
    }

    /// The low bits of register `number`, or of SP for 31.
    mutating func registerOrSP(_ number: UInt32, _ type: ValueType) -> Value {
        ir.getState(type, number == 31 ? A64State.sp.offset : A64State.x(number).offset)
    }

    mutating func setX(_ number: UInt32, _ value: Value) {
        if number != 31 { ir.setState(.i64, A64State.x(number).offset, value) }
    }

    /// Writes a result of `type`, zero-extended; register 31 ignores it.
    mutating func setRegister(_ number: UInt32, _ value: Value, _ type: ValueType) {
        if number != 31 { setX(number, wide(value, type)) }
    }

    private mutating func wide(_ value: Value, _ type: ValueType) -> Value {
        type == .i64 ? value : ir.unary(.zeroExtend, .i64, value)
    }

    /// Writes a result of `type`, zero-extended; register 31 is SP. `keepsAlignment` tells that an aligned SP stays
    /// aligned.
    mutating func setRegisterOrSP(
        _ number: UInt32, _ value: Value, _ type: ValueType, keepsAlignment: Bool = false
    ) {
        let value = wide(value, type)
        if number != 31 { return setX(number, value) }
        ir.setState(.i64, A64State.sp.offset, value)
        if !keepsAlignment {
            stackPointerIsChecked = false
            stackPointerMayBeMisaligned = true
        }
    }
}

extension A64Translation {
    /// Whether the CPU model has an optional part of the architecture; instructions refuse their encodings without it.
    func has(_ feature: CPUFeatures) -> Bool { features.isSuperset(of: feature) }
}

/// Flags and conditions.
extension A64Translation {
    mutating func nzcv() -> Value { ir.getState(.flags, A64State.nzcv.offset) }
    mutating func setNZCV(_ flags: Value) { ir.setState(.flags, A64State.nzcv.offset, flags) }
    /// The C flag, as i1.
    mutating func carry() -> Value { ir.testCondition(.cs, nzcv()) }

    /// Whether condition `code` holds, as i1 (Arm ARM C1.2.4); both 14 and 15 are "always".
    mutating func holds(_ code: UInt32) -> Value {
        guard let condition = FlagCondition(rawValue: UInt8(truncatingIfNeeded: code)) else {
            return ir.constant(.i1, 1)
        }
        return ir.testCondition(condition, nzcv())
    }
}

/// Shifts of register operands.
extension A64Translation {
    /// `value` shifted by a constant, with the manual's codes: 0 LSL, 1 LSR, 2 ASR, 3 ROR.
    mutating func shift(_ value: Value, _ type: ValueType, _ code: UInt32, by amount: UInt32) -> Value {
        if amount == 0 { return value }
        let count = ir.constant(type, UInt64(amount))
        switch code {
        case 0: return ir.binary(.shiftLeft, type, value, count)
        case 1: return ir.binary(.shiftRightLogical, type, value, count)
        case 2: return ir.binary(.shiftRightArithmetic, type, value, count)
        default: return ir.binary(.rotateRight, type, value, count)
        }
    }

    /// Register `number` extended and shifted left, with the manual's codes: bits 1 and 0 the size extended from
    /// (byte, halfword, word, doubleword), bit 2 signed (Arm ARM, shared pseudocode `ExtendReg`).
    mutating func extended(_ number: UInt32, to type: ValueType, option: UInt32, shift amount: UInt32) -> Value {
        let source = Self.extendedType(option & 3, limit: type)
        let value = register(number, source)
        let wide = source == type ? value : ir.unary(option & 4 == 0 ? .zeroExtend : .signExtend, type, value)
        return shift(wide, type, 0, by: amount)
    }

    private static func extendedType(_ size: UInt32, limit: ValueType) -> ValueType {
        switch size {
        case 0: .i8
        case 1: .i16
        case 2: .i32
        default: limit
        }
    }
}
