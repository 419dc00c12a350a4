import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: load/store ordered, LDAPR (FEAT_LRCPC), and LDAPR/STLR with an unscaled offset
/// (FEAT_LRCPC2). Limited-ordering accesses (LDLAR, STLLR) are treated as fully ordered.
extension DecodeTable<A64Translation> {
    mutating func defineLoadStoreOrdered() {
        defineStoreRelease()
        defineLoadAcquire()
        defineLoadAcquirePC()
        defineStoreReleaseUnscaled()
        defineLoadAcquirePCUnscaled()
    }

    private mutating func defineStoreRelease() {
        define("STLLRB", "0000100010011111011111nnnnnttttt", "stllrb {Wt}, [{Xn|SP}]") { word, t in
            t.has(.limitedOrdering) && t.storeRelease(word, .i8)
        }
        define("STLRB", "0000100010011111111111nnnnnttttt", "stlrb {Wt}, [{Xn|SP}]") { word, t in
            t.storeRelease(word, .i8)
        }
        define("STLLRH", "0100100010011111011111nnnnnttttt", "stllrh {Wt}, [{Xn|SP}]") { word, t in
            t.has(.limitedOrdering) && t.storeRelease(word, .i16)
        }
        define("STLRH", "0100100010011111111111nnnnnttttt", "stlrh {Wt}, [{Xn|SP}]") { word, t in
            t.storeRelease(word, .i16)
        }
        define("STLLR", "1z00100010011111011111nnnnnttttt", "stllr {Zt}, [{Xn|SP}]") { word, t in
            t.has(.limitedOrdering) && t.storeRelease(word, word.transferWidth)
        }
        define("STLR", "1z00100010011111111111nnnnnttttt", "stlr {Zt}, [{Xn|SP}]") { word, t in
            t.storeRelease(word, word.transferWidth)
        }
    }

    private mutating func defineLoadAcquire() {
        define("LDLARB", "0000100011011111011111nnnnnttttt", "ldlarb {Wt}, [{Xn|SP}]") { word, t in
            t.has(.limitedOrdering) && t.loadOrdered(word, .byte, .acquire)
        }
        define("LDARB", "0000100011011111111111nnnnnttttt", "ldarb {Wt}, [{Xn|SP}]") { word, t in
            t.loadOrdered(word, .byte, .acquire)
        }
        define("LDLARH", "0100100011011111011111nnnnnttttt", "ldlarh {Wt}, [{Xn|SP}]") { word, t in
            t.has(.limitedOrdering) && t.loadOrdered(word, .halfword, .acquire)
        }
        define("LDARH", "0100100011011111111111nnnnnttttt", "ldarh {Wt}, [{Xn|SP}]") { word, t in
            t.loadOrdered(word, .halfword, .acquire)
        }
        define("LDLAR", "1z00100011011111011111nnnnnttttt", "ldlar {Zt}, [{Xn|SP}]") { word, t in
            t.has(.limitedOrdering) && t.loadOrdered(word, word.bit(30) ? .doubleword : .word, .acquire)
        }
        define("LDAR", "1z00100011011111111111nnnnnttttt", "ldar {Zt}, [{Xn|SP}]") { word, t in
            t.loadOrdered(word, word.bit(30) ? .doubleword : .word, .acquire)
        }
    }

    private mutating func defineLoadAcquirePC() {
        define("LDAPRB", "0011100010111111110000nnnnnttttt", "ldaprb {Wt}, [{Xn|SP}]") { word, t in
            t.loadAcquirePC(word, .byte)
        }
        define("LDAPRH", "0111100010111111110000nnnnnttttt", "ldaprh {Wt}, [{Xn|SP}]") { word, t in
            t.loadAcquirePC(word, .halfword)
        }
        define("LDAPR", "1z11100010111111110000nnnnnttttt", "ldapr {Zt}, [{Xn|SP}]") { word, t in
            t.loadAcquirePC(word, word.bit(30) ? .doubleword : .word)
        }
    }

    private mutating func defineStoreReleaseUnscaled() {
        define("STLURB", "00011001000iiiiiiiii00nnnnnttttt", "stlurb {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.storeReleaseUnscaled(word, .i8)
        }
        define("STLURH", "01011001000iiiiiiiii00nnnnnttttt", "stlurh {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.storeReleaseUnscaled(word, .i16)
        }
        define("STLUR", "1z011001000iiiiiiiii00nnnnnttttt", "stlur {Zt}, [{Xn|SP}{offset9}]") { word, t in
            t.storeReleaseUnscaled(word, word.transferWidth)
        }
    }

    private mutating func defineLoadAcquirePCUnscaled() {
        define("LDAPURB", "00011001010iiiiiiiii00nnnnnttttt", "ldapurb {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadAcquirePCUnscaled(word, .byte)
        }
        define("LDAPURSB (64-bit)", "00011001100iiiiiiiii00nnnnnttttt", "ldapursb {Xt}, [{Xn|SP}{offset9}]") {
            word, t in
            t.loadAcquirePCUnscaled(word, .signedByte64)
        }
        define("LDAPURSB (32-bit)", "00011001110iiiiiiiii00nnnnnttttt", "ldapursb {Wt}, [{Xn|SP}{offset9}]") {
            word, t in
            t.loadAcquirePCUnscaled(word, .signedByte32)
        }
        define("LDAPURH", "01011001010iiiiiiiii00nnnnnttttt", "ldapurh {Wt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadAcquirePCUnscaled(word, .halfword)
        }
        define("LDAPURSH (64-bit)", "01011001100iiiiiiiii00nnnnnttttt", "ldapursh {Xt}, [{Xn|SP}{offset9}]") {
            word, t in
            t.loadAcquirePCUnscaled(word, .signedHalfword64)
        }
        define("LDAPURSH (32-bit)", "01011001110iiiiiiiii00nnnnnttttt", "ldapursh {Wt}, [{Xn|SP}{offset9}]") {
            word, t in
            t.loadAcquirePCUnscaled(word, .signedHalfword32)
        }
        define("LDAPUR", "1z011001010iiiiiiiii00nnnnnttttt", "ldapur {Zt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadAcquirePCUnscaled(word, word.bit(30) ? .doubleword : .word)
        }
        define("LDAPURSW", "10011001100iiiiiiiii00nnnnnttttt", "ldapursw {Xt}, [{Xn|SP}{offset9}]") { word, t in
            t.loadAcquirePCUnscaled(word, .signedWord)
        }
    }
}

extension A64Translation {
    fileprivate mutating func storeReleaseUnscaled(_ word: UInt32, _ type: ValueType) -> Bool {
        has(.loadAcquirePCOffset) && storeRelease(word, type, offset: word.simm9)
    }

    fileprivate mutating func storeRelease(_ word: UInt32, _ type: ValueType, offset: Int64 = 0) -> Bool {
        let base = base(word.rn)
        let attributes = orderedAccess(.release)
        ir.store(type, base, register(word.rt, type), offset: offset, attributes)
        return true
    }

    fileprivate mutating func loadOrdered(
        _ word: UInt32, _ access: RegisterAccess, _ ordering: MemoryOrdering, offset: Int64 = 0
    ) -> Bool {
        let attributes = orderedAccess(ordering)
        setLoaded(word.rt, ir.load(access.type, base(word.rn), offset: offset, attributes), access)
        return true
    }

    fileprivate mutating func loadAcquirePC(_ word: UInt32, _ access: RegisterAccess) -> Bool {
        has(.loadAcquirePC) && loadOrdered(word, access, .acquirePC)
    }

    fileprivate mutating func loadAcquirePCUnscaled(_ word: UInt32, _ access: RegisterAccess) -> Bool {
        has(.loadAcquirePCOffset) && loadOrdered(word, access, .acquirePC, offset: word.simm9)
    }
}
