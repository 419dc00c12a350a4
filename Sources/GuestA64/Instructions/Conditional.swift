import Guest
import IR
import Support

/// Arm ARM C4.1, data processing (register): conditional compare and conditional select.
extension DecodeTable<A64Translation> {
    mutating func defineConditional() {
        define("CCMN (register)", "s0111010010mmmmmcccc00nnnnn0ffff", "ccmn {Rn}, {Rm}, {nzcv}, {cond}") { word, t in
            let b = t.register(word.rm, word.width)
            return t.conditionalCompare(word, .addFlags, b)
        }
        define("CCMN (immediate)", "s0111010010iiiiicccc10nnnnn0ffff", "ccmn {Rn}, {imm5}, {nzcv}, {cond}") { word, t in
            let b = t.ir.constant(word.width, UInt64(word.rm))
            return t.conditionalCompare(word, .addFlags, b)
        }
        define("CCMP (register)", "s1111010010mmmmmcccc00nnnnn0ffff", "ccmp {Rn}, {Rm}, {nzcv}, {cond}") { word, t in
            let b = t.register(word.rm, word.width)
            return t.conditionalCompare(word, .subFlags, b)
        }
        define("CCMP (immediate)", "s1111010010iiiiicccc10nnnnn0ffff", "ccmp {Rn}, {imm5}, {nzcv}, {cond}") { word, t in
            let b = t.ir.constant(word.width, UInt64(word.rm))
            return t.conditionalCompare(word, .subFlags, b)
        }
        define("CSEL", "s0011010100mmmmmcccc00nnnnnddddd", "csel {Rd}, {Rn}, {Rm}, {cond}") { word, t in
            let other = t.register(word.rm, word.width)
            return t.conditionalSelect(word, other)
        }
        define("CSINC", "s0011010100mmmmmcccc01nnnnnddddd", "csinc {Rd}, {Rn}, {Rm}, {cond}") { word, t in
            if word.rn == 31 && word.rm == 31 { return t.conditionalSet(word) }
            let other = t.ir.add(word.width, t.register(word.rm, word.width), t.ir.constant(word.width, 1))
            return t.conditionalSelect(word, other)
        }
        define("CSINV", "s1011010100mmmmmcccc00nnnnnddddd", "csinv {Rd}, {Rn}, {Rm}, {cond}") { word, t in
            let other = t.ir.unary(.not, word.width, t.register(word.rm, word.width))
            return t.conditionalSelect(word, other)
        }
        define("CSNEG", "s1011010100mmmmmcccc01nnnnnddddd", "csneg {Rd}, {Rn}, {Rm}, {cond}") { word, t in
            let other = t.ir.unary(.negate, word.width, t.register(word.rm, word.width))
            return t.conditionalSelect(word, other)
        }
    }
}

extension A64Translation {
    /// The flags of the comparison where the condition holds, else the flags in the encoding.
    fileprivate mutating func conditionalCompare(_ word: UInt32, _ opcode: Opcode, _ b: Value) -> Bool {
        let compared = ir.binary(opcode, word.width, register(word.rn, word.width), b)
        let given = ir.constant(.flags, UInt64(Flags(statusWord: word << 28).rawValue))
        setNZCV(ir.select(.flags, holds(word.condition), compared, given))
        return true
    }

    fileprivate mutating func conditionalSelect(_ word: UInt32, _ other: Value) -> Bool {
        let condition = holds(word.condition)
        setRegister(word.rd, ir.select(word.width, condition, register(word.rn, word.width), other), word.width)
        return true
    }

    /// CSINC of zeros, CSET: 1 where the condition fails, else 0.
    fileprivate mutating func conditionalSet(_ word: UInt32) -> Bool {
        let fails = word.condition >= 14 ? ir.constant(.i1, 0) : holds(word.condition ^ 1)
        setX(word.rd, ir.resize(fails, to: .i64))
        return true
    }
}
