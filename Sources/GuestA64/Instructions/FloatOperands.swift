import Guest
import IR
import Support

/// Scalar floating-point operands: the low H, S or D of a vector register; results clear the rest of it.
extension A64Translation {
    /// The format that the type field, bits 23 and 22, chooses; nil for the reserved one, and for half precision in a
    /// CPU that does not compute in it.
    func floatSize(_ word: UInt32) -> Lanes.Size? {
        switch word.bits(22, 2) {
        case 0: .s
        case 1: .d
        case 3: has(.halfPrecision) ? .h : nil
        default: nil
        }
    }

    /// A lane operation on the low lanes of Rn, into Rd.
    mutating func floatUnary(
        _ word: UInt32, _ size: Lanes.Size, _ operation: LaneOperation, parameter: UInt64 = 0
    ) -> Bool {
        setV(word.rd, stickyLanes(operation, Lanes(size, .one), v(word.rn), parameter: parameter))
        return true
    }

    /// Plus zero in the low lane.
    mutating func floatZero() -> Value {
        let zero = ir.constant(.i64, 0)
        return ir.pair(low: zero, high: zero)
    }

    /// An integer as the low lane of a vector, the rest clear.
    mutating func vectorOf(_ value: Value) -> Value {
        ir.pair(low: ir.resize(value, to: .i64), high: ir.constant(.i64, 0))
    }

    /// The low lane of a register, zero-extended.
    mutating func floatBits(_ number: UInt32, _ size: Lanes.Size) -> Value {
        ir.resize(vectorLow(number, size.scalar), to: .i64)
    }
}

extension Lanes.Size {
    /// The integer type as large as a lane.
    var scalar: ValueType {
        switch self {
        case .b: .i8
        case .h: .i16
        case .s: .i32
        case .d: .i64
        case .q: .i128
        }
    }
}

extension DecodeTable<A64Translation> {
    typealias FloatTranslate = @Sendable (UInt32, inout A64Translation, Lanes.Size) -> Bool

    /// A row of an instruction whose bits 23 and 22 choose among single, double and half precision.
    mutating func defineFloat(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, features: CPUFeatures = [],
        _ translate: @escaping FloatTranslate
    ) {
        defineVector(name, pattern, text, features: features) { word, t in
            guard let size = t.floatSize(word) else { return false }
            return translate(word, &t, size)
        }
    }
}
