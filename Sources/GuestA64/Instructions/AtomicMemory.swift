import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: atomic memory operations (FEAT_LSE). Bit 23 (`a`) is acquire, bit 22 (`l`) release.
/// The ST<op> instructions are LD<op> into register 31.
extension DecodeTable<A64Translation> {
    mutating func defineAtomicMemory() {
        defineAtomicBytes()
        defineAtomicHalfwords()
        defineAtomicWords()
    }

    private mutating func defineAtomicBytes() {
        define("LDADDB", "00111000al1sssss000000nnnnnttttt", "ldadd{al23}b {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.add, word, .i8)
        }
        define("LDCLRB", "00111000al1sssss000100nnnnnttttt", "ldclr{al23}b {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.andNot, word, .i8)
        }
        define("LDEORB", "00111000al1sssss001000nnnnnttttt", "ldeor{al23}b {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.xor, word, .i8)
        }
        define("LDSETB", "00111000al1sssss001100nnnnnttttt", "ldset{al23}b {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.or, word, .i8)
        }
        define("LDSMAXB", "00111000al1sssss010000nnnnnttttt", "ldsmax{al23}b {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.signedMax, word, .i8)
        }
        define("LDSMINB", "00111000al1sssss010100nnnnnttttt", "ldsmin{al23}b {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.signedMin, word, .i8)
        }
        define("LDUMAXB", "00111000al1sssss011000nnnnnttttt", "ldumax{al23}b {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.unsignedMax, word, .i8)
        }
        define("LDUMINB", "00111000al1sssss011100nnnnnttttt", "ldumin{al23}b {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.unsignedMin, word, .i8)
        }
        define("SWPB", "00111000al1sssss100000nnnnnttttt", "swp{al23}b {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.swap(word, .i8)
        }
    }

    private mutating func defineAtomicHalfwords() {
        define("LDADDH", "01111000al1sssss000000nnnnnttttt", "ldadd{al23}h {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.add, word, .i16)
        }
        define("LDCLRH", "01111000al1sssss000100nnnnnttttt", "ldclr{al23}h {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.andNot, word, .i16)
        }
        define("LDEORH", "01111000al1sssss001000nnnnnttttt", "ldeor{al23}h {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.xor, word, .i16)
        }
        define("LDSETH", "01111000al1sssss001100nnnnnttttt", "ldset{al23}h {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.or, word, .i16)
        }
        define("LDSMAXH", "01111000al1sssss010000nnnnnttttt", "ldsmax{al23}h {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.signedMax, word, .i16)
        }
        define("LDSMINH", "01111000al1sssss010100nnnnnttttt", "ldsmin{al23}h {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.signedMin, word, .i16)
        }
        define("LDUMAXH", "01111000al1sssss011000nnnnnttttt", "ldumax{al23}h {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.unsignedMax, word, .i16)
        }
        define("LDUMINH", "01111000al1sssss011100nnnnnttttt", "ldumin{al23}h {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.fetch(.unsignedMin, word, .i16)
        }
        define("SWPH", "01111000al1sssss100000nnnnnttttt", "swp{al23}h {Ws}, {Wt}, [{Xn|SP}]") { word, t in
            t.swap(word, .i16)
        }
    }

    private mutating func defineAtomicWords() {
        define("LDADD", "1z111000al1sssss000000nnnnnttttt", "ldadd{al23} {Zs}, {Zt}, [{Xn|SP}]") { word, t in
            t.fetch(.add, word, word.transferWidth)
        }
        define("LDCLR", "1z111000al1sssss000100nnnnnttttt", "ldclr{al23} {Zs}, {Zt}, [{Xn|SP}]") { word, t in
            t.fetch(.andNot, word, word.transferWidth)
        }
        define("LDEOR", "1z111000al1sssss001000nnnnnttttt", "ldeor{al23} {Zs}, {Zt}, [{Xn|SP}]") { word, t in
            t.fetch(.xor, word, word.transferWidth)
        }
        define("LDSET", "1z111000al1sssss001100nnnnnttttt", "ldset{al23} {Zs}, {Zt}, [{Xn|SP}]") { word, t in
            t.fetch(.or, word, word.transferWidth)
        }
        define("LDSMAX", "1z111000al1sssss010000nnnnnttttt", "ldsmax{al23} {Zs}, {Zt}, [{Xn|SP}]") { word, t in
            t.fetch(.signedMax, word, word.transferWidth)
        }
        define("LDSMIN", "1z111000al1sssss010100nnnnnttttt", "ldsmin{al23} {Zs}, {Zt}, [{Xn|SP}]") { word, t in
            t.fetch(.signedMin, word, word.transferWidth)
        }
        define("LDUMAX", "1z111000al1sssss011000nnnnnttttt", "ldumax{al23} {Zs}, {Zt}, [{Xn|SP}]") { word, t in
            t.fetch(.unsignedMax, word, word.transferWidth)
        }
        define("LDUMIN", "1z111000al1sssss011100nnnnnttttt", "ldumin{al23} {Zs}, {Zt}, [{Xn|SP}]") { word, t in
            t.fetch(.unsignedMin, word, word.transferWidth)
        }
        define("SWP", "1z111000al1sssss100000nnnnnttttt", "swp{al23} {Zs}, {Zt}, [{Xn|SP}]") { word, t in
            t.swap(word, word.transferWidth)
        }
    }
}

extension A64Translation {
    /// A load whose result is thrown away (Rt = 31) acquires nothing.
    private func attributes(_ word: UInt32) -> MemoryAttributes {
        let acquires = word.bit(23) && word.rt != 31
        return atomicAccess(MemoryOrdering(acquires: acquires, releases: word.bit(22)))
    }

    fileprivate mutating func fetch(_ operation: FetchOperation, _ word: UInt32, _ type: ValueType) -> Bool {
        guard has(.atomics) else { return false }
        let base = base(word.rn)
        let operand = register(word.rs, type)
        setRegister(word.rt, ir.fetch(operation, type, base, operand, attributes(word)), type)
        return true
    }

    fileprivate mutating func swap(_ word: UInt32, _ type: ValueType) -> Bool {
        guard has(.atomics) else { return false }
        let base = base(word.rn)
        let desired = register(word.rs, type)
        setRegister(word.rt, ir.exchange(type, base, desired, attributes(word)), type)
        return true
    }
}
