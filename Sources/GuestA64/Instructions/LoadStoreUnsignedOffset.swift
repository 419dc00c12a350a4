import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: load/store register (unsigned immediate).
extension DecodeTable<A64Translation> {
    mutating func defineLoadStoreUnsignedOffset() {
        defineLoadStoreUnsignedOffsetBytes()
        defineLoadStoreUnsignedOffsetHalfwords()
        defineLoadStoreUnsignedOffsetWords()
    }

    private mutating func defineLoadStoreUnsignedOffsetBytes() {
        define(
            "STRB (immediate, unsigned offset)", "0011100100iiiiiiiiiiiinnnnnttttt", "strb {Wt}, [{Xn|SP}{offset12}]"
        ) { word, t in t.storeUnsignedOffset(word, .byte) }
        define(
            "LDRB (immediate, unsigned offset)", "0011100101iiiiiiiiiiiinnnnnttttt", "ldrb {Wt}, [{Xn|SP}{offset12}]"
        ) { word, t in t.loadUnsignedOffset(word, .byte) }
        define(
            "LDRSB (immediate, unsigned offset, 64-bit)", "0011100110iiiiiiiiiiiinnnnnttttt",
            "ldrsb {Xt}, [{Xn|SP}{offset12}]"
        ) { word, t in t.loadUnsignedOffset(word, .signedByte64) }
        define(
            "LDRSB (immediate, unsigned offset, 32-bit)", "0011100111iiiiiiiiiiiinnnnnttttt",
            "ldrsb {Wt}, [{Xn|SP}{offset12}]"
        ) { word, t in t.loadUnsignedOffset(word, .signedByte32) }
    }

    private mutating func defineLoadStoreUnsignedOffsetHalfwords() {
        define(
            "STRH (immediate, unsigned offset)", "0111100100iiiiiiiiiiiinnnnnttttt", "strh {Wt}, [{Xn|SP}{offset12}]"
        ) { word, t in t.storeUnsignedOffset(word, .halfword) }
        define(
            "LDRH (immediate, unsigned offset)", "0111100101iiiiiiiiiiiinnnnnttttt", "ldrh {Wt}, [{Xn|SP}{offset12}]"
        ) { word, t in t.loadUnsignedOffset(word, .halfword) }
        define(
            "LDRSH (immediate, unsigned offset, 64-bit)", "0111100110iiiiiiiiiiiinnnnnttttt",
            "ldrsh {Xt}, [{Xn|SP}{offset12}]"
        ) { word, t in t.loadUnsignedOffset(word, .signedHalfword64) }
        define(
            "LDRSH (immediate, unsigned offset, 32-bit)", "0111100111iiiiiiiiiiiinnnnnttttt",
            "ldrsh {Wt}, [{Xn|SP}{offset12}]"
        ) { word, t in t.loadUnsignedOffset(word, .signedHalfword32) }
    }

    private mutating func defineLoadStoreUnsignedOffsetWords() {
        define(
            "STR (immediate, unsigned offset, 32-bit)", "1011100100iiiiiiiiiiiinnnnnttttt",
            "str {Wt}, [{Xn|SP}{offset12}]"
        ) { word, t in t.storeUnsignedOffset(word, .word) }
        define(
            "LDR (immediate, unsigned offset, 32-bit)", "1011100101iiiiiiiiiiiinnnnnttttt",
            "ldr {Wt}, [{Xn|SP}{offset12}]"
        ) { word, t in t.loadUnsignedOffset(word, .word) }
        define(
            "LDRSW (immediate, unsigned offset)", "1011100110iiiiiiiiiiiinnnnnttttt", "ldrsw {Xt}, [{Xn|SP}{offset12}]"
        ) { word, t in t.loadUnsignedOffset(word, .signedWord) }
        define(
            "STR (immediate, unsigned offset, 64-bit)", "1111100100iiiiiiiiiiiinnnnnttttt",
            "str {Xt}, [{Xn|SP}{offset12}]"
        ) { word, t in t.storeUnsignedOffset(word, .doubleword) }
        define(
            "LDR (immediate, unsigned offset, 64-bit)", "1111100101iiiiiiiiiiiinnnnnttttt",
            "ldr {Xt}, [{Xn|SP}{offset12}]"
        ) { word, t in t.loadUnsignedOffset(word, .doubleword) }
    }
}
