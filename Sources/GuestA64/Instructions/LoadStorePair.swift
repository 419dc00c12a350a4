import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: the pairs (no-allocate, post-indexed, offset, pre-indexed). Not to allocate in the
/// caches is a hint. With FEAT_LSE2 a pair in 16 aligned bytes is one access (Arm ARM B2.2.1); of LDPSW, and of vector
/// registers, the architecture does not ask it.
extension DecodeTable<A64Translation> {
    mutating func defineLoadStorePair() {
        definePairOffset()
        definePairPostIndex()
        definePairPreIndex()
    }

    private mutating func definePairOffset() {
        define("STNP", "z010100000iiiiiiiuuuuunnnnnttttt", "stnp {Rt}, {Ru}, [{Xn|SP}{offset7}]") { word, t in
            t.storePair(word, .none)
        }
        define("LDNP", "z010100001iiiiiiiuuuuunnnnnttttt", "ldnp {Rt}, {Ru}, [{Xn|SP}{offset7}]") { word, t in
            t.loadPair(word, .none)
        }
        define("STP (offset)", "z010100100iiiiiiiuuuuunnnnnttttt", "stp {Rt}, {Ru}, [{Xn|SP}{offset7}]") { word, t in
            t.storePair(word, .none)
        }
        define("LDP (offset)", "z010100101iiiiiiiuuuuunnnnnttttt", "ldp {Rt}, {Ru}, [{Xn|SP}{offset7}]") { word, t in
            t.loadPair(word, .none)
        }
        define("LDPSW (offset)", "0110100101iiiiiiiuuuuunnnnnttttt", "ldpsw {Xt}, {Xu}, [{Xn|SP}{offset7}]") {
            word, t in
            t.loadPairSigned(word, .none)
        }
    }

    private mutating func definePairPostIndex() {
        define("STP (post-index)", "z010100010iiiiiiiuuuuunnnnnttttt", "stp {Rt}, {Ru}, [{Xn|SP}], {simm7}") {
            word, t in
            t.storePair(word, .postIndex)
        }
        define("LDP (post-index)", "z010100011iiiiiiiuuuuunnnnnttttt", "ldp {Rt}, {Ru}, [{Xn|SP}], {simm7}") {
            word, t in
            t.loadPair(word, .postIndex)
        }
        define("LDPSW (post-index)", "0110100011iiiiiiiuuuuunnnnnttttt", "ldpsw {Xt}, {Xu}, [{Xn|SP}], {simm7}") {
            word, t in
            t.loadPairSigned(word, .postIndex)
        }
    }

    private mutating func definePairPreIndex() {
        define("STP (pre-index)", "z010100110iiiiiiiuuuuunnnnnttttt", "stp {Rt}, {Ru}, [{Xn|SP}, {simm7}]!") {
            word, t in
            t.storePair(word, .preIndex)
        }
        define("LDP (pre-index)", "z010100111iiiiiiiuuuuunnnnnttttt", "ldp {Rt}, {Ru}, [{Xn|SP}, {simm7}]!") {
            word, t in
            t.loadPair(word, .preIndex)
        }
        define("LDPSW (pre-index)", "0110100111iiiiiiiuuuuunnnnnttttt", "ldpsw {Xt}, {Xu}, [{Xn|SP}, {simm7}]!") {
            word, t in
            t.loadPairSigned(word, .preIndex)
        }
    }
}

extension A64Translation {
    fileprivate mutating func storePair(_ word: UInt32, _ writeback: Writeback) -> Bool {
        let type = word.width
        let base = base(word.rn)
        let offset = Self.pairOffset(word, type)
        let first = writeback == .postIndex ? 0 : offset
        let (low, high) = (register(word.rt, type), register(word.rt2, type))
        if has(.unalignedAtomics) {
            ir.storePair(type, base, low, high, offset: first, plainAccess)
        } else {
            ir.store(type, base, low, offset: first, plainAccess)
            ir.store(type, base, high, offset: first + Int64(type.bytes), plainAccess)
        }
        if writeback != .none { writeBack(word.rn, base, by: offset) }
        return true
    }

    fileprivate mutating func loadPair(_ word: UInt32, _ writeback: Writeback) -> Bool {
        guard has(.unalignedAtomics) else { return loadPair(word, word.is64 ? .doubleword : .word, writeback) }
        let type = word.width
        let base = base(word.rn)
        let offset = Self.pairOffset(word, type)
        let both = ir.loadPair(type, base, offset: writeback == .postIndex ? 0 : offset, plainAccess)
        let (low, high) = (ir.low64(both), ir.high64(both))
        if writeback != .none { writeBack(word.rn, base, by: offset) }
        setX(word.rt, low)
        setX(word.rt2, high)
        return true
    }

    fileprivate mutating func loadPairSigned(_ word: UInt32, _ writeback: Writeback) -> Bool {
        loadPair(word, .signedWord, writeback)
    }

    /// Both loads come before any register changes: the second may fault.
    private mutating func loadPair(_ word: UInt32, _ access: RegisterAccess, _ writeback: Writeback) -> Bool {
        let base = base(word.rn)
        let offset = Self.pairOffset(word, access.type)
        let first = writeback == .postIndex ? 0 : offset
        let low = ir.load(access.type, base, offset: first, plainAccess)
        let high = ir.load(access.type, base, offset: first + Int64(access.type.bytes), plainAccess)
        if writeback != .none { writeBack(word.rn, base, by: offset) }
        setLoaded(word.rt, low, access)
        setLoaded(word.rt2, high, access)
        return true
    }

    /// The signed 7-bit offset, in units of one register.
    private static func pairOffset(_ word: UInt32, _ type: ValueType) -> Int64 {
        word.signedBits(15, 7) * Int64(type.bytes)
    }
}
