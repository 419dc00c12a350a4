import Guest
import IR
import Support

/// Arm ARM C4.1: minimum and maximum of general registers (FEAT_CSSC), data processing (2 source) and min/max
/// (immediate).
extension DecodeTable<A64Translation> {
    mutating func defineMinimumMaximum() {
        define("SMAX (register)", "s0011010110mmmmm011000nnnnnddddd", "smax {Rd}, {Rn}, {Rm}") { word, t in
            t.extremeRegister(word, .signedGreaterOrEqual)
        }
        define("UMAX (register)", "s0011010110mmmmm011001nnnnnddddd", "umax {Rd}, {Rn}, {Rm}") { word, t in
            t.extremeRegister(word, .unsignedGreaterOrEqual)
        }
        define("SMIN (register)", "s0011010110mmmmm011010nnnnnddddd", "smin {Rd}, {Rn}, {Rm}") { word, t in
            t.extremeRegister(word, .signedLess)
        }
        define("UMIN (register)", "s0011010110mmmmm011011nnnnnddddd", "umin {Rd}, {Rn}, {Rm}") { word, t in
            t.extremeRegister(word, .unsignedLess)
        }
        define("SMAX (immediate)", "s001000111 0000 iiiiiiii nnnnnddddd", "smax {Rd}, {Rn}, {simm8}") { word, t in
            t.extremeImmediate(word, .signedGreaterOrEqual, UInt64(bitPattern: word.signedBits(10, 8)))
        }
        define("UMAX (immediate)", "s001000111 0001 iiiiiiii nnnnnddddd", "umax {Rd}, {Rn}, {uimm8}") { word, t in
            t.extremeImmediate(word, .unsignedGreaterOrEqual, UInt64(word.bits(10, 8)))
        }
        define("SMIN (immediate)", "s001000111 0010 iiiiiiii nnnnnddddd", "smin {Rd}, {Rn}, {simm8}") { word, t in
            t.extremeImmediate(word, .signedLess, UInt64(bitPattern: word.signedBits(10, 8)))
        }
        define("UMIN (immediate)", "s001000111 0011 iiiiiiii nnnnnddddd", "umin {Rd}, {Rn}, {uimm8}") { word, t in
            t.extremeImmediate(word, .unsignedLess, UInt64(word.bits(10, 8)))
        }
    }
}

extension A64Translation {
    fileprivate mutating func extremeRegister(_ word: UInt32, _ comparison: Comparison) -> Bool {
        guard has(.commonShortSequences) else { return false }
        setExtreme(word, comparison, register(word.rm, word.width))
        return true
    }

    fileprivate mutating func extremeImmediate(
        _ word: UInt32, _ comparison: Comparison, _ immediate: UInt64
    ) -> Bool {
        guard has(.commonShortSequences) else { return false }
        setExtreme(word, comparison, ir.constant(word.width, immediate & word.width.mask))
        return true
    }

    /// Rd = Rn if it compares so with `other`, else `other`.
    private mutating func setExtreme(_ word: UInt32, _ comparison: Comparison, _ other: Value) {
        let value = register(word.rn, word.width)
        let wins = ir.compare(comparison, word.width, value, other)
        setRegister(word.rd, ir.select(word.width, wins, value, other), word.width)
    }
}
