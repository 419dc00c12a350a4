import Guest
import IR
import Support

/// Arm ARM C4.1, data processing (register): logical (shifted register).
extension DecodeTable<A64Translation> {
    mutating func defineLogicalRegister() {
        define("AND (shifted register)", "s0001010kk0mmmmmiiiiiinnnnnddddd", "and {Rd}, {Rn}, {Rm}{shift}") { word, t in
            t.logicalShifted(word, .and)
        }
        define("BIC (shifted register)", "s0001010kk1mmmmmiiiiiinnnnnddddd", "bic {Rd}, {Rn}, {Rm}{shift}") { word, t in
            t.logicalShifted(word, .andNot)
        }
        define("ORR (shifted register)", "s0101010kk0mmmmmiiiiiinnnnnddddd", "orr {Rd}, {Rn}, {Rm}{shift}") { word, t in
            t.orShifted(word, inverts: false)
        }
        define("ORN (shifted register)", "s0101010kk1mmmmmiiiiiinnnnnddddd", "orn {Rd}, {Rn}, {Rm}{shift}") { word, t in
            t.orShifted(word, inverts: true)
        }
        define("EOR (shifted register)", "s1001010kk0mmmmmiiiiiinnnnnddddd", "eor {Rd}, {Rn}, {Rm}{shift}") { word, t in
            t.logicalShifted(word, .xor)
        }
        define("EON (shifted register)", "s1001010kk1mmmmmiiiiiinnnnnddddd", "eon {Rd}, {Rn}, {Rm}{shift}") { word, t in
            t.logicalShifted(word, .xorNot)
        }
        define("ANDS (shifted register)", "s1101010kk0mmmmmiiiiiinnnnnddddd", "ands {Rd}, {Rn}, {Rm}{shift}") {
            word, t in
            t.logicalSettingFlags(word, .and)
        }
        define("BICS (shifted register)", "s1101010kk1mmmmmiiiiiinnnnnddddd", "bics {Rd}, {Rn}, {Rm}{shift}") {
            word, t in
            t.logicalSettingFlags(word, .andNot)
        }
    }
}

extension A64Translation {
    /// Shifts beyond a W register's width are reserved.
    private static func isShiftValid(_ word: UInt32) -> Bool { word.is64 || word.imms < 32 }

    fileprivate mutating func logicalShifted(_ word: UInt32, _ opcode: Opcode) -> Bool {
        guard Self.isShiftValid(word) else { return false }
        let b = shiftedOperand(word)
        setRegister(word.rd, ir.binary(opcode, word.width, register(word.rn, word.width), b), word.width)
        return true
    }

    /// ORR and ORN; of zero they are MOV (register) and MVN.
    fileprivate mutating func orShifted(_ word: UInt32, inverts: Bool) -> Bool {
        if word.rn != 31 { return logicalShifted(word, inverts ? .orNot : .or) }
        guard Self.isShiftValid(word) else { return false }
        let b = shiftedOperand(word)
        setRegister(word.rd, inverts ? ir.unary(.not, word.width, b) : b, word.width)
        return true
    }

    /// ANDS and BICS; `tst x, x` needs no AND.
    fileprivate mutating func logicalSettingFlags(_ word: UInt32, _ opcode: Opcode) -> Bool {
        guard Self.isShiftValid(word) else { return false }
        let b = shiftedOperand(word)
        let isSame = opcode == .and && word.rn == word.rm && word.imms == 0
        let result = isSame ? b : ir.binary(opcode, word.width, register(word.rn, word.width), b)
        setNZCV(ir.logicFlags(word.width, result))
        setRegister(word.rd, result, word.width)
        return true
    }
}
