import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: load/store register (register offset).
extension DecodeTable<A64Translation> {
    mutating func defineLoadStoreRegisterOffset() {
        defineLoadStoreRegisterOffsetBytes()
        defineLoadStoreRegisterOffsetHalfwords()
        defineLoadStoreRegisterOffsetWords()
    }

    private mutating func defineLoadStoreRegisterOffsetBytes() {
        define("STRB (register)", "00111000001mmmmmoooS10nnnnnttttt", "strb {Wt}, [{Xn|SP}{index}]") { word, t in
            t.storeRegisterOffset(word, .byte)
        }
        define("LDRB (register)", "00111000011mmmmmoooS10nnnnnttttt", "ldrb {Wt}, [{Xn|SP}{index}]") { word, t in
            t.loadRegisterOffset(word, .byte)
        }
        define(
            "LDRSB (register, 64-bit)", "00111000101mmmmmoooS10nnnnnttttt", "ldrsb {Xt}, [{Xn|SP}{index}]"
        ) { word, t in t.loadRegisterOffset(word, .signedByte64) }
        define(
            "LDRSB (register, 32-bit)", "00111000111mmmmmoooS10nnnnnttttt", "ldrsb {Wt}, [{Xn|SP}{index}]"
        ) { word, t in t.loadRegisterOffset(word, .signedByte32) }
    }

    private mutating func defineLoadStoreRegisterOffsetHalfwords() {
        define("STRH (register)", "01111000001mmmmmoooS10nnnnnttttt", "strh {Wt}, [{Xn|SP}{index}]") { word, t in
            t.storeRegisterOffset(word, .halfword)
        }
        define("LDRH (register)", "01111000011mmmmmoooS10nnnnnttttt", "ldrh {Wt}, [{Xn|SP}{index}]") { word, t in
            t.loadRegisterOffset(word, .halfword)
        }
        define(
            "LDRSH (register, 64-bit)", "01111000101mmmmmoooS10nnnnnttttt", "ldrsh {Xt}, [{Xn|SP}{index}]"
        ) { word, t in t.loadRegisterOffset(word, .signedHalfword64) }
        define(
            "LDRSH (register, 32-bit)", "01111000111mmmmmoooS10nnnnnttttt", "ldrsh {Wt}, [{Xn|SP}{index}]"
        ) { word, t in t.loadRegisterOffset(word, .signedHalfword32) }
    }

    private mutating func defineLoadStoreRegisterOffsetWords() {
        define("STR (register, 32-bit)", "10111000001mmmmmoooS10nnnnnttttt", "str {Wt}, [{Xn|SP}{index}]") { word, t in
            t.storeRegisterOffset(word, .word)
        }
        define("LDR (register, 32-bit)", "10111000011mmmmmoooS10nnnnnttttt", "ldr {Wt}, [{Xn|SP}{index}]") { word, t in
            t.loadRegisterOffset(word, .word)
        }
        define("LDRSW (register)", "10111000101mmmmmoooS10nnnnnttttt", "ldrsw {Xt}, [{Xn|SP}{index}]") { word, t in
            t.loadRegisterOffset(word, .signedWord)
        }
        define("STR (register, 64-bit)", "11111000001mmmmmoooS10nnnnnttttt", "str {Xt}, [{Xn|SP}{index}]") { word, t in
            t.storeRegisterOffset(word, .doubleword)
        }
        define("LDR (register, 64-bit)", "11111000011mmmmmoooS10nnnnnttttt", "ldr {Xt}, [{Xn|SP}{index}]") { word, t in
            t.loadRegisterOffset(word, .doubleword)
        }
    }
}
