import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: load/store register (immediate pre-indexed).
extension DecodeTable<A64Translation> {
    mutating func defineLoadStorePreIndex() {
        defineLoadStorePreIndexBytes()
        defineLoadStorePreIndexHalfwords()
        defineLoadStorePreIndexWords()
    }

    private mutating func defineLoadStorePreIndexBytes() {
        define(
            "STRB (immediate, pre-index)", "00111000000iiiiiiiii11nnnnnttttt", "strb {Wt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.storeUnscaled(word, .byte, .preIndex) }
        define(
            "LDRB (immediate, pre-index)", "00111000010iiiiiiiii11nnnnnttttt", "ldrb {Wt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.loadUnscaled(word, .byte, .preIndex) }
        define(
            "LDRSB (immediate, pre-index, 64-bit)", "00111000100iiiiiiiii11nnnnnttttt",
            "ldrsb {Xt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.loadUnscaled(word, .signedByte64, .preIndex) }
        define(
            "LDRSB (immediate, pre-index, 32-bit)", "00111000110iiiiiiiii11nnnnnttttt",
            "ldrsb {Wt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.loadUnscaled(word, .signedByte32, .preIndex) }
    }

    private mutating func defineLoadStorePreIndexHalfwords() {
        define(
            "STRH (immediate, pre-index)", "01111000000iiiiiiiii11nnnnnttttt", "strh {Wt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.storeUnscaled(word, .halfword, .preIndex) }
        define(
            "LDRH (immediate, pre-index)", "01111000010iiiiiiiii11nnnnnttttt", "ldrh {Wt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.loadUnscaled(word, .halfword, .preIndex) }
        define(
            "LDRSH (immediate, pre-index, 64-bit)", "01111000100iiiiiiiii11nnnnnttttt",
            "ldrsh {Xt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.loadUnscaled(word, .signedHalfword64, .preIndex) }
        define(
            "LDRSH (immediate, pre-index, 32-bit)", "01111000110iiiiiiiii11nnnnnttttt",
            "ldrsh {Wt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.loadUnscaled(word, .signedHalfword32, .preIndex) }
    }

    private mutating func defineLoadStorePreIndexWords() {
        define(
            "STR (immediate, pre-index, 32-bit)", "10111000000iiiiiiiii11nnnnnttttt", "str {Wt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.storeUnscaled(word, .word, .preIndex) }
        define(
            "LDR (immediate, pre-index, 32-bit)", "10111000010iiiiiiiii11nnnnnttttt", "ldr {Wt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.loadUnscaled(word, .word, .preIndex) }
        define(
            "LDRSW (immediate, pre-index)", "10111000100iiiiiiiii11nnnnnttttt", "ldrsw {Xt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.loadUnscaled(word, .signedWord, .preIndex) }
        define(
            "STR (immediate, pre-index, 64-bit)", "11111000000iiiiiiiii11nnnnnttttt", "str {Xt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.storeUnscaled(word, .doubleword, .preIndex) }
        define(
            "LDR (immediate, pre-index, 64-bit)", "11111000010iiiiiiiii11nnnnnttttt", "ldr {Xt}, [{Xn|SP}, {simm9}]!"
        ) { word, t in t.loadUnscaled(word, .doubleword, .preIndex) }
    }
}
