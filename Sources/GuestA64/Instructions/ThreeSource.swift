import Guest
import IR
import Support

/// Arm ARM C4.1, data processing (register): data processing (3 source).
extension DecodeTable<A64Translation> {
    mutating func defineThreeSource() {
        define("MADD", "s0011011000mmmmm0aaaaannnnnddddd", "madd {Rd}, {Rn}, {Rm}, {Ra}") { word, t in
            let product = t.ir.binary(
                .mul, word.width, t.register(word.rn, word.width), t.register(word.rm, word.width))
            return t.accumulate(word, .add, product, word.width)
        }
        define("MSUB", "s0011011000mmmmm1aaaaannnnnddddd", "msub {Rd}, {Rn}, {Rm}, {Ra}") { word, t in
            let product = t.ir.binary(
                .mul, word.width, t.register(word.rn, word.width), t.register(word.rm, word.width))
            return t.accumulate(word, .sub, product, word.width)
        }
        define("SMADDL", "10011011001mmmmm0aaaaannnnnddddd", "smaddl {Xd}, {Wn}, {Wm}, {Xa}") { word, t in
            t.multiplyLong(word, .add, signed: true)
        }
        define("SMSUBL", "10011011001mmmmm1aaaaannnnnddddd", "smsubl {Xd}, {Wn}, {Wm}, {Xa}") { word, t in
            t.multiplyLong(word, .sub, signed: true)
        }
        define("UMADDL", "10011011101mmmmm0aaaaannnnnddddd", "umaddl {Xd}, {Wn}, {Wm}, {Xa}") { word, t in
            t.multiplyLong(word, .add, signed: false)
        }
        define("UMSUBL", "10011011101mmmmm1aaaaannnnnddddd", "umsubl {Xd}, {Wn}, {Wm}, {Xa}") { word, t in
            t.multiplyLong(word, .sub, signed: false)
        }
        define("SMULH", "10011011010mmmmm011111nnnnnddddd", "smulh {Xd}, {Xn}, {Xm}") { word, t in
            t.multiplyHigh(word, .mulHighSigned)
        }
        define("UMULH", "10011011110mmmmm011111nnnnnddddd", "umulh {Xd}, {Xn}, {Xm}") { word, t in
            t.multiplyHigh(word, .mulHighUnsigned)
        }
    }
}

extension A64Translation {
    /// Rd = Ra + product or Ra - product; MUL and MNEG, of Ra = 31, add nothing.
    fileprivate mutating func accumulate(_ word: UInt32, _ opcode: Opcode, _ product: Value, _ type: ValueType) -> Bool
    {
        let result =
            word.ra != 31
            ? ir.binary(opcode, type, register(word.ra, type), product)
            : opcode == .add ? product : ir.unary(.negate, type, product)
        setRegister(word.rd, result, type)
        return true
    }

    fileprivate mutating func multiplyLong(_ word: UInt32, _ opcode: Opcode, signed: Bool) -> Bool {
        let (n, m) = (w(word.rn), w(word.rm))
        let extend: Opcode = signed ? .signExtend : .zeroExtend
        let (a, b) = (ir.unary(extend, .i64, n), ir.unary(extend, .i64, m))
        return accumulate(word, opcode, ir.binary(.mul, .i64, a, b), .i64)
    }

    fileprivate mutating func multiplyHigh(_ word: UInt32, _ opcode: Opcode) -> Bool {
        setX(word.rd, ir.binary(opcode, .i64, x(word.rn), x(word.rm)))
        return true
    }
}
