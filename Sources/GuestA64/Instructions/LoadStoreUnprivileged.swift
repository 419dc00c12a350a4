import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: load/store register (unprivileged): checked with the permissions of EL0.
extension DecodeTable<A64Translation> {
    mutating func defineLoadStoreUnprivileged() {
        defineLoadStoreUnprivilegedBytes()
        defineLoadStoreUnprivilegedHalfwords()
        defineLoadStoreUnprivilegedWords()
    }

    private mutating func defineLoadStoreUnprivilegedBytes() {
        define("STTRB", "00111000000iiiiiiiii10nnnnnttttt", "sttrb {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.storeUnprivileged(word, .byte)
        }
        define("LDTRB", "00111000010iiiiiiiii10nnnnnttttt", "ldtrb {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnprivileged(word, .byte)
        }
        define("LDTRSB (64-bit)", "00111000100iiiiiiiii10nnnnnttttt", "ldtrsb {Xt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnprivileged(word, .signedByte64)
        }
        define("LDTRSB (32-bit)", "00111000110iiiiiiiii10nnnnnttttt", "ldtrsb {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnprivileged(word, .signedByte32)
        }
    }

    private mutating func defineLoadStoreUnprivilegedHalfwords() {
        define("STTRH", "01111000000iiiiiiiii10nnnnnttttt", "sttrh {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.storeUnprivileged(word, .halfword)
        }
        define("LDTRH", "01111000010iiiiiiiii10nnnnnttttt", "ldtrh {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnprivileged(word, .halfword)
        }
        define("LDTRSH (64-bit)", "01111000100iiiiiiiii10nnnnnttttt", "ldtrsh {Xt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnprivileged(word, .signedHalfword64)
        }
        define("LDTRSH (32-bit)", "01111000110iiiiiiiii10nnnnnttttt", "ldtrsh {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnprivileged(word, .signedHalfword32)
        }
    }

    private mutating func defineLoadStoreUnprivilegedWords() {
        define("STTR (32-bit)", "10111000000iiiiiiiii10nnnnnttttt", "sttr {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.storeUnprivileged(word, .word)
        }
        define("LDTR (32-bit)", "10111000010iiiiiiiii10nnnnnttttt", "ldtr {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnprivileged(word, .word)
        }
        define("LDTRSW", "10111000100iiiiiiiii10nnnnnttttt", "ldtrsw {Xt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnprivileged(word, .signedWord)
        }
        define("STTR (64-bit)", "11111000000iiiiiiiii10nnnnnttttt", "sttr {Xt}, [{Xn|SP}{offset9}]") { word, t in
            t.storeUnprivileged(word, .doubleword)
        }
        define("LDTR (64-bit)", "11111000010iiiiiiiii10nnnnnttttt", "ldtr {Xt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadUnprivileged(word, .doubleword)
        }
    }
}

extension A64Translation {
    private var unprivilegedAccess: MemoryAttributes {
        MemoryAttributes(
            .plain, aligned: flags.contains(.checksAlignment), unprivileged: !flags.contains(.userAccessOverride))
    }

    fileprivate mutating func loadUnprivileged(_ word: UInt32, _ access: RegisterAccess) -> Bool {
        let value = ir.load(access.type, base(word.rn), offset: word.simm9, unprivilegedAccess)
        setLoaded(word.rt, value, access)
        return true
    }

    fileprivate mutating func storeUnprivileged(_ word: UInt32, _ access: RegisterAccess) -> Bool {
        let base = base(word.rn)
        ir.store(access.type, base, register(word.rt, access.type), offset: word.simm9, unprivilegedAccess)
        return true
    }
}
