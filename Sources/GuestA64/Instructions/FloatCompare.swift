import Guest
import IR
import Support

/// Arm ARM C4.1, floating-point compare, conditional compare and conditional select.
extension DecodeTable<A64Translation> {
    mutating func defineFloatCompare() {
        // Bit 3 compares with zero; what Rm says is then ignored.
        defineFloat("FCMP", "00011110tt1mmmmm001000nnnnn0z000", "fcmp {Fn}, {Fm|0}") { word, t, size in
            t.floatCompare(word, size, signaling: false)
        }
        defineFloat("FCMPE", "00011110tt1mmmmm001000nnnnn1z000", "fcmpe {Fn}, {Fm|0}") { word, t, size in
            t.floatCompare(word, size, signaling: true)
        }
        defineFloat(
            "FCCMP", "00011110tt1mmmmmcccc01nnnnn0ffff", "fccmp {Fn}, {Fm}, {nzcv}, {cond}"
        ) { word, t, size in t.floatConditionalCompare(word, size, signaling: false) }
        defineFloat(
            "FCCMPE", "00011110tt1mmmmmcccc01nnnnn1ffff", "fccmpe {Fn}, {Fm}, {nzcv}, {cond}"
        ) { word, t, size in t.floatConditionalCompare(word, size, signaling: true) }
        defineFloat("FCSEL", "00011110tt1mmmmmcccc11nnnnnddddd", "fcsel {Fd}, {Fn}, {Fm}, {cond}") { word, t, size in
            let condition = t.holds(word.condition)
            let (a, b) = (t.floatBits(word.rn, size), t.floatBits(word.rm, size))
            t.setVectorLow(word.rd, t.ir.select(.i64, condition, a, b))
            return true
        }
    }
}

extension A64Translation {
    private mutating func floatFlags(_ size: Lanes.Size, _ a: Value, _ b: Value, signaling: Bool) -> Value {
        ir.floatCompare(size, a, b, signaling: signaling, environment: A64State.floatingPoint.offset)
    }

    fileprivate mutating func floatCompare(_ word: UInt32, _ size: Lanes.Size, signaling: Bool) -> Bool {
        let a = v(word.rn)
        let b = word.bit(3) ? floatZero() : v(word.rm)
        setNZCV(floatFlags(size, a, b, signaling: signaling))
        return true
    }

    /// Where the condition fails nothing is compared, so no NaN can set a flag: zeros take the operands' places.
    fileprivate mutating func floatConditionalCompare(_ word: UInt32, _ size: Lanes.Size, signaling: Bool) -> Bool {
        let condition = holds(word.condition)
        let zero = ir.constant(.i64, 0)
        let a = ir.select(.i64, condition, floatBits(word.rn, size), zero)
        let b = ir.select(.i64, condition, floatBits(word.rm, size), zero)
        let compared = floatFlags(size, vectorOf(a), vectorOf(b), signaling: signaling)
        let given = ir.constant(.flags, UInt64(Flags(statusWord: word << 28).rawValue))
        setNZCV(ir.select(.flags, condition, compared, given))
        return true
    }
}
