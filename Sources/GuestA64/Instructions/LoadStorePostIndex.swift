import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: load/store register (immediate post-indexed).
extension DecodeTable<A64Translation> {
    mutating func defineLoadStorePostIndex() {
        defineLoadStorePostIndexBytes()
        defineLoadStorePostIndexHalfwords()
        defineLoadStorePostIndexWords()
    }

    private mutating func defineLoadStorePostIndexBytes() {
        define(
            "STRB (immediate, post-index)", "00111000000iiiiiiiii01nnnnnttttt", "strb {Wt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.storeUnscaled(word, .byte, .postIndex) }
        define(
            "LDRB (immediate, post-index)", "00111000010iiiiiiiii01nnnnnttttt", "ldrb {Wt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.loadUnscaled(word, .byte, .postIndex) }
        define(
            "LDRSB (immediate, post-index, 64-bit)", "00111000100iiiiiiiii01nnnnnttttt",
            "ldrsb {Xt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.loadUnscaled(word, .signedByte64, .postIndex) }
        define(
            "LDRSB (immediate, post-index, 32-bit)", "00111000110iiiiiiiii01nnnnnttttt",
            "ldrsb {Wt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.loadUnscaled(word, .signedByte32, .postIndex) }
    }

    private mutating func defineLoadStorePostIndexHalfwords() {
        define(
            "STRH (immediate, post-index)", "01111000000iiiiiiiii01nnnnnttttt", "strh {Wt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.storeUnscaled(word, .halfword, .postIndex) }
        define(
            "LDRH (immediate, post-index)", "01111000010iiiiiiiii01nnnnnttttt", "ldrh {Wt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.loadUnscaled(word, .halfword, .postIndex) }
        define(
            "LDRSH (immediate, post-index, 64-bit)", "01111000100iiiiiiiii01nnnnnttttt",
            "ldrsh {Xt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.loadUnscaled(word, .signedHalfword64, .postIndex) }
        define(
            "LDRSH (immediate, post-index, 32-bit)", "01111000110iiiiiiiii01nnnnnttttt",
            "ldrsh {Wt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.loadUnscaled(word, .signedHalfword32, .postIndex) }
    }

    private mutating func defineLoadStorePostIndexWords() {
        define(
            "STR (immediate, post-index, 32-bit)", "10111000000iiiiiiiii01nnnnnttttt", "str {Wt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.storeUnscaled(word, .word, .postIndex) }
        define(
            "LDR (immediate, post-index, 32-bit)", "10111000010iiiiiiiii01nnnnnttttt", "ldr {Wt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.loadUnscaled(word, .word, .postIndex) }
        define(
            "LDRSW (immediate, post-index)", "10111000100iiiiiiiii01nnnnnttttt", "ldrsw {Xt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.loadUnscaled(word, .signedWord, .postIndex) }
        define(
            "STR (immediate, post-index, 64-bit)", "11111000000iiiiiiiii01nnnnnttttt", "str {Xt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.storeUnscaled(word, .doubleword, .postIndex) }
        define(
            "LDR (immediate, post-index, 64-bit)", "11111000010iiiiiiiii01nnnnnttttt", "ldr {Xt}, [{Xn|SP}], {simm9}"
        ) { word, t in t.loadUnscaled(word, .doubleword, .postIndex) }
    }
}
