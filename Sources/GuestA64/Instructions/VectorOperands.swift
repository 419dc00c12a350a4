import Guest
import IR

/// Vector registers as operands: V`number` is an i128 slot. A scalar or 64-bit result clears the rest of it.
extension A64Translation {
    mutating func v(_ number: UInt32) -> Value { ir.getState(.i128, A64State.v(number).offset) }
    mutating func setV(_ number: UInt32, _ value: Value) { ir.setState(.i128, A64State.v(number).offset, value) }

    /// The low bits of V`number`: B, H, S or D.
    mutating func vectorLow(_ number: UInt32, _ type: ValueType) -> Value {
        ir.getState(type, A64State.v(number).offset)
    }

    /// Writes a scalar, zero-extended to 128 bits.
    mutating func setVectorLow(_ number: UInt32, _ value: Value) {
        setV(number, ir.pair(low: ir.resize(value, to: .i64), high: ir.constant(.i64, 0)))
    }

    /// A lane operation; a sticky one in the guest's only floating-point environment.
    mutating func lanes(
        _ operation: LaneOperation, _ lanes: Lanes, _ a: Value, _ b: Value = .none, _ c: Value = .none,
        parameter: UInt64 = 0
    ) -> Value {
        operation.isSticky
            ? stickyLanes(operation, lanes, a, b, c, parameter: parameter)
            : ir.lanes(operation, lanes, a, b, c, parameter: parameter)
    }

    /// Plus zero in every lane.
    mutating func zeroVector() -> Value {
        let zero = ir.constant(.i64, 0)
        return ir.pair(low: zero, high: zero)
    }

    /// Writes half a register from the low half of `value`: the upper one beside Vd's lower one, or the lower one.
    mutating func setHalf(_ number: UInt32, upper: Bool, _ value: Value) {
        setV(number, upper ? ir.lanes(.concatenateLow, Lanes(.b, .full), v(number), value) : value)
    }

    /// A sticky lane operation, in the guest's only floating-point environment.
    mutating func stickyLanes(
        _ operation: LaneOperation, _ lanes: Lanes, _ a: Value, _ b: Value = .none, _ c: Value = .none,
        parameter: UInt64 = 0
    ) -> Value {
        ir.lanes(
            operation, lanes, a, b, c, parameter: parameter, environment: A64State.floatingPoint.offset)
    }
}

extension DecodeTable<A64Translation> {
    /// A row for an instruction that accesses vector or floating-point registers: undefined in a CPU without them, and
    /// trapped where CPACR_EL1 says so (Arm ARM, `CheckFPAdvSIMDEnabled64`). `features`: what it needs besides.
    mutating func defineVector(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, features: CPUFeatures = [],
        overlapping: Bool = false, _ translate: @escaping Translate
    ) {
        let needed = features.union(.floatingPoint)
        define(name, pattern, text, overlapping: overlapping) { word, t in
            guard t.has(needed) else { return false }
            let start = t.ir.count
            if t.flags.contains(.floatingPointTrapped) { t.requireFloatingPoint() }
            if translate(word, &t) { return true }
            t.ir.truncate(to: start)
            return false
        }
    }
}
