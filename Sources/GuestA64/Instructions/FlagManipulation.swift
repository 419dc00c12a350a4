import Guest
import IR
import Support

/// Arm ARM C4.1, data processing (register): rotate right into flags and evaluate into flags; and the flag
/// instructions of the PSTATE space (FEAT_FlagM, FEAT_FlagM2).
extension DecodeTable<A64Translation> {
    mutating func defineFlagManipulation() {
        define("RMIF", "10111010000iiiiii00001nnnnn0ffff", "rmif {Xn}, {imm6}, {mask}") { word, t in
            guard t.has(.flagManipulation) else { return false }
            let rotated = t.shift(t.x(word.rn), .i64, 3, by: word.bits(15, 6))
            let flags = t.ir.binary(.shiftLeft, .i32, t.ir.resize(rotated, to: .i32), t.ir.constant(.i32, 28))
            return t.replaceFlags(flags, mask: word << 28)
        }
        define("SETF8", "0011101000000000000010nnnnn01101", "setf8 {Wn}") { word, t in
            t.evaluateIntoFlags(word, bits: 8)
        }
        define("SETF16", "0011101000000000010010nnnnn01101", "setf16 {Wn}") { word, t in
            t.evaluateIntoFlags(word, bits: 16)
        }
        define("CFINV", "11010101000000000100000000011111", "cfinv") { _, t in
            guard t.has(.flagManipulation) else { return false }
            let flags = t.statusWord()
            t.setStatusWord(t.ir.binary(.xor, .i32, flags, t.ir.constant(.i32, 0x2000_0000)))
            return true
        }
        define("XAFLAG", "11010101000000000100000000111111", "xaflag") { _, t in
            t.externalToArmFlags()
        }
        define("AXFLAG", "11010101000000000100000001011111", "axflag") { _, t in
            t.armToExternalFlags()
        }
    }
}

extension A64Translation {
    /// N, Z, C, V in bits 31 to 28 of an i32.
    fileprivate mutating func statusWord() -> Value { ir.flagsToWord(nzcv()) }
    fileprivate mutating func setStatusWord(_ word: Value) { setNZCV(ir.flagsFromWord(word)) }

    /// Takes the flags that `mask` selects from the status word `flags` and keeps the others.
    fileprivate mutating func replaceFlags(_ flags: Value, mask: UInt32) -> Bool {
        let taken = ir.binary(.and, .i32, flags, ir.constant(.i32, UInt64(mask)))
        let kept = ir.binary(.and, .i32, statusWord(), ir.constant(.i32, UInt64(~mask)))
        setStatusWord(ir.binary(.or, .i32, taken, kept))
        return true
    }

    /// N and Z of the low `bits`, V where the bit above them differs from their sign; C stays.
    fileprivate mutating func evaluateIntoFlags(_ word: UInt32, bits: UInt32) -> Bool {
        guard has(.flagManipulation) else { return false }
        let top = ir.constant(.i32, UInt64(32 - bits))
        let value = ir.binary(.shiftLeft, .i32, w(word.rn), top)
        let flags = ir.flagsToWord(ir.logicFlags(.i32, value))
        let oneUp = ir.binary(.shiftRightLogical, .i32, w(word.rn), ir.constant(.i32, 1))
        let differs = ir.bitFieldExtract(.i32, ir.binary(.xor, .i32, w(word.rn), oneUp), low: bits - 1, width: 1)
        let v = ir.binary(.shiftLeft, .i32, differs, ir.constant(.i32, 28))
        return replaceFlags(ir.binary(.or, .i32, flags, v), mask: 0xd000_0000)
    }

    /// Bit `position` of a status word, 31 for N to 28 for V, as i32 0 or 1.
    private mutating func flag(_ position: UInt32, of status: Value) -> Value {
        ir.bitFieldExtract(.i32, status, low: position, width: 1)
    }

    private mutating func setFlags(n: Value, z: Value, c: Value, v: Value) {
        var word = ir.binary(.shiftLeft, .i32, n, ir.constant(.i32, 31))
        word = ir.bitFieldInsert(.i32, word, z, low: 30, width: 1)
        word = ir.bitFieldInsert(.i32, word, c, low: 29, width: 1)
        setStatusWord(ir.bitFieldInsert(.i32, word, v, low: 28, width: 1))
    }

    /// XAFLAG: N = !C & !Z, Z = Z & C, C = C | Z, V = !C & Z.
    fileprivate mutating func externalToArmFlags() -> Bool {
        guard has(.flagConversion) else { return false }
        let status = statusWord()
        let (z, c) = (flag(30, of: status), flag(29, of: status))
        let either = ir.binary(.or, .i32, c, z)
        let neither = ir.binary(.xor, .i32, either, ir.constant(.i32, 1))
        let onlyZ = ir.binary(.andNot, .i32, z, c)
        setFlags(n: neither, z: ir.binary(.and, .i32, z, c), c: either, v: onlyZ)
        return true
    }

    /// AXFLAG: N = 0, Z = Z | V, C = C & !V, V = 0.
    fileprivate mutating func armToExternalFlags() -> Bool {
        guard has(.flagConversion) else { return false }
        let status = statusWord()
        let (z, c, v) = (flag(30, of: status), flag(29, of: status), flag(28, of: status))
        let zero = ir.constant(.i32, 0)
        setFlags(n: zero, z: ir.binary(.or, .i32, z, v), c: ir.binary(.andNot, .i32, c, v), v: zero)
        return true
    }
}
