import Guest
import IR
import Support

/// Arm ARM C4.1, data processing (register): data processing (1 source).
extension DecodeTable<A64Translation> {
    mutating func defineOneSource() {
        define("RBIT", "s101101011000000000000nnnnnddddd", "rbit {Rd}, {Rn}") { word, t in
            t.oneSource(word, .reverseBits)
        }
        define("REV16", "s101101011000000000001nnnnnddddd", "rev16 {Rd}, {Rn}") { word, t in
            t.oneSource(word, .byteSwap16)
        }
        define("REV (32-bit)", "0101101011000000000010nnnnnddddd", "rev {Wd}, {Wn}") { word, t in
            t.oneSource(word, .byteSwap)
        }
        define("REV32", "1101101011000000000010nnnnnddddd", "rev32 {Xd}, {Xn}") { word, t in
            t.oneSource(word, .byteSwap32)
        }
        define("REV (64-bit)", "1101101011000000000011nnnnnddddd", "rev {Xd}, {Xn}") { word, t in
            t.oneSource(word, .byteSwap)
        }
        define("CLZ", "s101101011000000000100nnnnnddddd", "clz {Rd}, {Rn}") { word, t in
            t.oneSource(word, .countLeadingZeros)
        }
        define("CLS", "s101101011000000000101nnnnnddddd", "cls {Rd}, {Rn}") { word, t in
            t.oneSource(word, .countLeadingSigns)
        }
        defineShortSequences()
    }

    /// FEAT_CSSC.
    private mutating func defineShortSequences() {
        define("CTZ", "s101101011000000000110nnnnnddddd", "ctz {Rd}, {Rn}") { word, t in
            guard t.has(.commonShortSequences) else { return false }
            let reversed = t.ir.unary(.reverseBits, word.width, t.register(word.rn, word.width))
            t.setRegister(word.rd, t.ir.unary(.countLeadingZeros, word.width, reversed), word.width)
            return true
        }
        define("CNT (general)", "s101101011000000000111nnnnnddddd", "cnt {Rd}, {Rn}") { word, t in
            t.has(.commonShortSequences) && t.oneSource(word, .populationCount)
        }
        define("ABS", "s101101011000000001000nnnnnddddd", "abs {Rd}, {Rn}") { word, t in
            guard t.has(.commonShortSequences) else { return false }
            let value = t.register(word.rn, word.width)
            let isNegative = t.ir.compare(.signedLess, word.width, value, t.ir.constant(word.width, 0))
            let negated = t.ir.unary(.negate, word.width, value)
            t.setRegister(word.rd, t.ir.select(word.width, isNegative, negated, value), word.width)
            return true
        }
    }
}

extension A64Translation {
    fileprivate mutating func oneSource(_ word: UInt32, _ opcode: Opcode) -> Bool {
        setRegister(word.rd, ir.unary(opcode, word.width, register(word.rn, word.width)), word.width)
        return true
    }
}
