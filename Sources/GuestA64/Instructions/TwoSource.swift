import Guest
import IR
import Support

/// Arm ARM C4.1, data processing (register): data processing (2 source).
extension DecodeTable<A64Translation> {
    mutating func defineTwoSource() {
        define("UDIV", "s0011010110mmmmm000010nnnnnddddd", "udiv {Rd}, {Rn}, {Rm}") { word, t in
            t.twoSource(word, .divideUnsigned)
        }
        define("SDIV", "s0011010110mmmmm000011nnnnnddddd", "sdiv {Rd}, {Rn}, {Rm}") { word, t in
            t.twoSource(word, .divideSigned)
        }
        define("LSLV", "s0011010110mmmmm001000nnnnnddddd", "lslv {Rd}, {Rn}, {Rm}") { word, t in
            t.twoSource(word, .shiftLeft)
        }
        define("LSRV", "s0011010110mmmmm001001nnnnnddddd", "lsrv {Rd}, {Rn}, {Rm}") { word, t in
            t.twoSource(word, .shiftRightLogical)
        }
        define("ASRV", "s0011010110mmmmm001010nnnnnddddd", "asrv {Rd}, {Rn}, {Rm}") { word, t in
            t.twoSource(word, .shiftRightArithmetic)
        }
        define("RORV", "s0011010110mmmmm001011nnnnnddddd", "rorv {Rd}, {Rn}, {Rm}") { word, t in
            t.twoSource(word, .rotateRight)
        }
        defineChecksums()
    }

    private mutating func defineChecksums() {
        define("CRC32B", "00011010110mmmmm010000nnnnnddddd", "crc32b {Wd}, {Wn}, {Wm}") { word, t in
            t.checksum(word, .i8, castagnoli: false)
        }
        define("CRC32H", "00011010110mmmmm010001nnnnnddddd", "crc32h {Wd}, {Wn}, {Wm}") { word, t in
            t.checksum(word, .i16, castagnoli: false)
        }
        define("CRC32W", "00011010110mmmmm010010nnnnnddddd", "crc32w {Wd}, {Wn}, {Wm}") { word, t in
            t.checksum(word, .i32, castagnoli: false)
        }
        define("CRC32X", "10011010110mmmmm010011nnnnnddddd", "crc32x {Wd}, {Wn}, {Xm}") { word, t in
            t.checksum(word, .i64, castagnoli: false)
        }
        define("CRC32CB", "00011010110mmmmm010100nnnnnddddd", "crc32cb {Wd}, {Wn}, {Wm}") { word, t in
            t.checksum(word, .i8, castagnoli: true)
        }
        define("CRC32CH", "00011010110mmmmm010101nnnnnddddd", "crc32ch {Wd}, {Wn}, {Wm}") { word, t in
            t.checksum(word, .i16, castagnoli: true)
        }
        define("CRC32CW", "00011010110mmmmm010110nnnnnddddd", "crc32cw {Wd}, {Wn}, {Wm}") { word, t in
            t.checksum(word, .i32, castagnoli: true)
        }
        define("CRC32CX", "10011010110mmmmm010111nnnnnddddd", "crc32cx {Wd}, {Wn}, {Xm}") { word, t in
            t.checksum(word, .i64, castagnoli: true)
        }
    }
}

extension A64Translation {
    fileprivate mutating func twoSource(_ word: UInt32, _ opcode: Opcode) -> Bool {
        let a = register(word.rn, word.width)
        let b = register(word.rm, word.width)
        setRegister(word.rd, ir.binary(opcode, word.width, a, b), word.width)
        return true
    }

    /// Feeds the low bytes of Rm into the checksum in Wn.
    fileprivate mutating func checksum(_ word: UInt32, _ type: ValueType, castagnoli: Bool) -> Bool {
        guard has(.crc32) else { return false }
        let old = w(word.rn)
        let data = register(word.rm, type)
        setRegister(word.rd, ir.crc32(type, old, data, castagnoli: castagnoli), .i32)
        return true
    }
}
