import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: load/store register (unscaled immediate).
extension DecodeTable<A64Translation> {
    mutating func defineLoadStoreUnscaled() {
        defineLoadStoreUnscaledBytes()
        defineLoadStoreUnscaledHalfwords()
        defineLoadStoreUnscaledWords()
    }

    private mutating func defineLoadStoreUnscaledBytes() {
        define("STURB", "00111000000iiiiiiiii00nnnnnttttt", "sturb {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.storeUnscaled(word, .byte)
        }
        define("LDURB", "00111000010iiiiiiiii00nnnnnttttt", "ldurb {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnscaled(word, .byte)
        }
        define("LDURSB (64-bit)", "00111000100iiiiiiiii00nnnnnttttt", "ldursb {Xt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnscaled(word, .signedByte64)
        }
        define("LDURSB (32-bit)", "00111000110iiiiiiiii00nnnnnttttt", "ldursb {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnscaled(word, .signedByte32)
        }
    }

    private mutating func defineLoadStoreUnscaledHalfwords() {
        define("STURH", "01111000000iiiiiiiii00nnnnnttttt", "sturh {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.storeUnscaled(word, .halfword)
        }
        define("LDURH", "01111000010iiiiiiiii00nnnnnttttt", "ldurh {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnscaled(word, .halfword)
        }
        define("LDURSH (64-bit)", "01111000100iiiiiiiii00nnnnnttttt", "ldursh {Xt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnscaled(word, .signedHalfword64)
        }
        define("LDURSH (32-bit)", "01111000110iiiiiiiii00nnnnnttttt", "ldursh {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnscaled(word, .signedHalfword32)
        }
    }

    private mutating func defineLoadStoreUnscaledWords() {
        define("STUR (32-bit)", "10111000000iiiiiiiii00nnnnnttttt", "stur {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.storeUnscaled(word, .word)
        }
        define("LDUR (32-bit)", "10111000010iiiiiiiii00nnnnnttttt", "ldur {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnscaled(word, .word)
        }
        define("LDURSW", "10111000100iiiiiiiii00nnnnnttttt", "ldursw {Xt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnscaled(word, .signedWord)
        }
        define("STUR (64-bit)", "11111000000iiiiiiiii00nnnnnttttt", "stur {Xt}, [{Xn|SP}{offset9}]") { word, t in
            t.storeUnscaled(word, .doubleword)
        }
        define("LDUR (64-bit)", "11111000010iiiiiiiii00nnnnnttttt", "ldur {Xt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnscaled(word, .doubleword)
        }
    }
}
