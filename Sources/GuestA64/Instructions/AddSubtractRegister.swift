import Guest
import IR
import Support

/// Arm ARM C4.1, data processing (register): add/subtract (shifted register), (extended register), (with carry).
extension DecodeTable<A64Translation> {
    mutating func defineAddSubtractRegister() {
        defineAddSubtractShifted()
        defineAddSubtractExtended()
        defineAddSubtractWithCarry()
    }

    private mutating func defineAddSubtractShifted() {
        define("ADD (shifted register)", "s0001011kk0mmmmmiiiiiinnnnnddddd", "add {Rd}, {Rn}, {Rm}{shift}") { word, t in
            t.addShifted(word, .add)
        }
        define("ADDS (shifted register)", "s0101011kk0mmmmmiiiiiinnnnnddddd", "adds {Rd}, {Rn}, {Rm}{shift}") {
            word, t in
            guard Self.isShiftValid(word) else { return false }
            let b = t.shiftedOperand(word)
            t.setSumAndFlags(word, t.register(word.rn, word.width), b)
            return true
        }
        define("SUB (shifted register)", "s1001011kk0mmmmmiiiiiinnnnnddddd", "sub {Rd}, {Rn}, {Rm}{shift}") { word, t in
            t.addShifted(word, .sub)
        }
        define("SUBS (shifted register)", "s1101011kk0mmmmmiiiiiinnnnnddddd", "subs {Rd}, {Rn}, {Rm}{shift}") {
            word, t in
            guard Self.isShiftValid(word) else { return false }
            let b = t.shiftedOperand(word)
            t.setDifferenceAndFlags(word, t.register(word.rn, word.width), b)
            return true
        }
    }

    private mutating func defineAddSubtractExtended() {
        define(
            "ADD (extended register)", "s0001011001mmmmmoooiiinnnnnddddd", "add {Rd|SP}, {Rn|SP}, {Rm|X}{extend}"
        ) { word, t in t.addExtended(word, .add) }
        define(
            "ADDS (extended register)", "s0101011001mmmmmoooiiinnnnnddddd", "adds {Rd}, {Rn|SP}, {Rm|X}{extend}"
        ) { word, t in
            guard word.bits(10, 3) <= 4 else { return false }
            let b = t.extendedOperand(word)
            t.setSumAndFlags(word, t.registerOrSP(word.rn, word.width), b)
            return true
        }
        define(
            "SUB (extended register)", "s1001011001mmmmmoooiiinnnnnddddd", "sub {Rd|SP}, {Rn|SP}, {Rm|X}{extend}"
        ) { word, t in t.addExtended(word, .sub) }
        define(
            "SUBS (extended register)", "s1101011001mmmmmoooiiinnnnnddddd", "subs {Rd}, {Rn|SP}, {Rm|X}{extend}"
        ) { word, t in
            guard word.bits(10, 3) <= 4 else { return false }
            let b = t.extendedOperand(word)
            t.setDifferenceAndFlags(word, t.registerOrSP(word.rn, word.width), b)
            return true
        }
    }

    private mutating func defineAddSubtractWithCarry() {
        define("ADC", "s0011010000mmmmm000000nnnnnddddd", "adc {Rd}, {Rn}, {Rm}") { word, t in
            t.addWithCarry(word, t.register(word.rm, word.width), setsFlags: false)
        }
        define("ADCS", "s0111010000mmmmm000000nnnnnddddd", "adcs {Rd}, {Rn}, {Rm}") { word, t in
            t.addWithCarry(word, t.register(word.rm, word.width), setsFlags: true)
        }
        define("SBC", "s1011010000mmmmm000000nnnnnddddd", "sbc {Rd}, {Rn}, {Rm}") { word, t in
            t.addWithCarry(word, t.ir.unary(.not, word.width, t.register(word.rm, word.width)), setsFlags: false)
        }
        define("SBCS", "s1111010000mmmmm000000nnnnnddddd", "sbcs {Rd}, {Rn}, {Rm}") { word, t in
            t.addWithCarry(word, t.ir.unary(.not, word.width, t.register(word.rm, word.width)), setsFlags: true)
        }
    }

    /// ROR is reserved here, and so are shifts beyond a W register's width.
    fileprivate static func isShiftValid(_ word: UInt32) -> Bool {
        word.bits(22, 2) != 3 && (word.is64 || word.imms < 32)
    }
}

extension A64Translation {
    /// Rm, shifted as bits 23, 22 and the imm6 field say.
    mutating func shiftedOperand(_ word: UInt32) -> Value {
        shift(register(word.rm, word.width), word.width, word.bits(22, 2), by: word.imms)
    }

    fileprivate mutating func extendedOperand(_ word: UInt32) -> Value {
        extended(word.rm, to: word.width, option: word.bits(13, 3), shift: word.bits(10, 3))
    }

    fileprivate mutating func addShifted(_ word: UInt32, _ opcode: Opcode) -> Bool {
        guard DecodeTable.isShiftValid(word) else { return false }
        let b = shiftedOperand(word)
        let result =
            word.rn == 31 && opcode == .sub
            ? ir.unary(.negate, word.width, b)
            : ir.binary(opcode, word.width, register(word.rn, word.width), b)
        setRegister(word.rd, result, word.width)
        return true
    }

    fileprivate mutating func addExtended(_ word: UInt32, _ opcode: Opcode) -> Bool {
        guard word.bits(10, 3) <= 4 else { return false }
        let b = extendedOperand(word)
        setRegisterOrSP(word.rd, ir.binary(opcode, word.width, registerOrSP(word.rn, word.width), b), word.width)
        return true
    }

    fileprivate mutating func addWithCarry(_ word: UInt32, _ b: Value, setsFlags: Bool) -> Bool {
        let a = register(word.rn, word.width)
        let carry = carry()
        let sum = ir.addWithCarry(word.width, a, b, carry)
        if setsFlags { setNZCV(ir.addWithCarryFlags(word.width, a, b, carry)) }
        setRegister(word.rd, sum, word.width)
        return true
    }
}
