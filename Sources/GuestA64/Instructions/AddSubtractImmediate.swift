import Guest
import IR
import Support

/// Arm ARM C4.1, data processing (immediate): add/subtract (immediate).
extension DecodeTable<A64Translation> {
    mutating func defineAddSubtractImmediate() {
        define("ADD (immediate)", "s00100010hiiiiiiiiiiiinnnnnddddd", "add {Rd|SP}, {Rn|SP}, {imm12}") { word, t in
            t.addImmediate(word, subtracts: false)
        }
        define("ADDS (immediate)", "s01100010hiiiiiiiiiiiinnnnnddddd", "adds {Rd}, {Rn|SP}, {imm12}") { word, t in
            t.addImmediateSettingFlags(word)
        }
        define("SUB (immediate)", "s10100010hiiiiiiiiiiiinnnnnddddd", "sub {Rd|SP}, {Rn|SP}, {imm12}") { word, t in
            t.addImmediate(word, subtracts: true)
        }
        define("SUBS (immediate)", "s11100010hiiiiiiiiiiiinnnnnddddd", "subs {Rd}, {Rn|SP}, {imm12}") { word, t in
            t.subtractImmediateSettingFlags(word)
        }
    }
}

extension A64Translation {
    /// The 12-bit immediate, shifted left by 12 where bit 22 says so.
    private static func immediate(_ word: UInt32) -> UInt64 {
        UInt64(word.bit(22) ? word.imm12 << 12 : word.imm12)
    }

    fileprivate mutating func addImmediate(_ word: UInt32, subtracts: Bool) -> Bool {
        let immediate = Self.immediate(word)
        var result = registerOrSP(word.rn, word.width)
        if immediate != 0 {
            result = ir.binary(subtracts ? .sub : .add, word.width, result, ir.constant(word.width, immediate))
        }
        setRegisterOrSP(word.rd, result, word.width, keepsAlignment: word.rn == 31 && word.is64 && immediate % 16 == 0)
        return true
    }

    fileprivate mutating func addImmediateSettingFlags(_ word: UInt32) -> Bool {
        let a = registerOrSP(word.rn, word.width)
        let b = ir.constant(word.width, Self.immediate(word))
        setSumAndFlags(word, a, b)
        return true
    }

    fileprivate mutating func subtractImmediateSettingFlags(_ word: UInt32) -> Bool {
        let a = registerOrSP(word.rn, word.width)
        let b = ir.constant(word.width, Self.immediate(word))
        setDifferenceAndFlags(word, a, b)
        return true
    }

    /// ADDS of two operands; a compare (Rd = 31) makes no sum.
    mutating func setSumAndFlags(_ word: UInt32, _ a: Value, _ b: Value) {
        let sum = word.rd == 31 ? Value.none : ir.add(word.width, a, b)
        setNZCV(ir.addFlags(word.width, a, b))
        if word.rd != 31 { setRegister(word.rd, sum, word.width) }
    }

    /// SUBS of two operands; a compare (Rd = 31) makes no difference.
    mutating func setDifferenceAndFlags(_ word: UInt32, _ a: Value, _ b: Value) {
        let difference = word.rd == 31 ? Value.none : ir.sub(word.width, a, b)
        setNZCV(ir.subFlags(word.width, a, b))
        if word.rd != 31 { setRegister(word.rd, difference, word.width) }
    }
}
