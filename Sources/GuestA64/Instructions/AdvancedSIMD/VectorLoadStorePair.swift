import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: pairs of SIMD and floating-point registers.
extension DecodeTable<A64Translation> {
    mutating func defineVectorLoadStorePair() {
        defineVectorPairOffset()
        defineVectorPairIndexed()
    }

    private mutating func defineVectorPairOffset() {
        defineVector(
            "STNP (SIMD&FP)", "zz10110000iiiiiiiuuuuunnnnnttttt", "stnp {Vt:P}, {Vu:P}, [{Xn|SP}{vectoroffset7}]"
        ) { word, t in t.storeVectorPair(word, .none) }
        defineVector(
            "LDNP (SIMD&FP)", "zz10110001iiiiiiiuuuuunnnnnttttt", "ldnp {Vt:P}, {Vu:P}, [{Xn|SP}{vectoroffset7}]"
        ) { word, t in t.loadVectorPair(word, .none) }
        defineVector(
            "STP (SIMD&FP, offset)", "zz10110100iiiiiiiuuuuunnnnnttttt",
            "stp {Vt:P}, {Vu:P}, [{Xn|SP}{vectoroffset7}]"
        ) { word, t in t.storeVectorPair(word, .none) }
        defineVector(
            "LDP (SIMD&FP, offset)", "zz10110101iiiiiiiuuuuunnnnnttttt",
            "ldp {Vt:P}, {Vu:P}, [{Xn|SP}{vectoroffset7}]"
        ) { word, t in t.loadVectorPair(word, .none) }
    }

    private mutating func defineVectorPairIndexed() {
        defineVector(
            "STP (SIMD&FP, post-index)", "zz10110010iiiiiiiuuuuunnnnnttttt",
            "stp {Vt:P}, {Vu:P}, [{Xn|SP}], {vectorsimm7}"
        ) { word, t in t.storeVectorPair(word, .postIndex) }
        defineVector(
            "LDP (SIMD&FP, post-index)", "zz10110011iiiiiiiuuuuunnnnnttttt",
            "ldp {Vt:P}, {Vu:P}, [{Xn|SP}], {vectorsimm7}"
        ) { word, t in t.loadVectorPair(word, .postIndex) }
        defineVector(
            "STP (SIMD&FP, pre-index)", "zz10110110iiiiiiiuuuuunnnnnttttt",
            "stp {Vt:P}, {Vu:P}, [{Xn|SP}, {vectorsimm7}]!"
        ) { word, t in t.storeVectorPair(word, .preIndex) }
        defineVector(
            "LDP (SIMD&FP, pre-index)", "zz10110111iiiiiiiuuuuunnnnnttttt",
            "ldp {Vt:P}, {Vu:P}, [{Xn|SP}, {vectorsimm7}]!"
        ) { word, t in t.loadVectorPair(word, .preIndex) }
    }
}

extension UInt32 {
    /// opc, bits 31 and 30: S, D, Q; nil for 3.
    fileprivate var vectorPairType: ValueType? {
        switch bits(30, 2) {
        case 0: .i32
        case 1: .i64
        case 2: .i128
        default: nil
        }
    }
}

extension A64Translation {
    fileprivate mutating func storeVectorPair(_ word: UInt32, _ writeback: Writeback) -> Bool {
        guard let type = word.vectorPairType else { return false }
        let base = base(word.rn)
        let offset = word.signedBits(15, 7) * Int64(type.bytes)
        let first = writeback == .postIndex ? 0 : offset
        let (low, high) = (vectorLow(word.rt, type), vectorLow(word.rt2, type))
        ir.store(type, base, low, offset: first, plainAccess)
        ir.store(type, base, high, offset: first + Int64(type.bytes), plainAccess)
        if writeback != .none { writeBack(word.rn, base, by: offset) }
        return true
    }

    /// Both loads come before any register changes: the second may fault.
    fileprivate mutating func loadVectorPair(_ word: UInt32, _ writeback: Writeback) -> Bool {
        // Two loads into one register are CONSTRAINED UNPREDICTABLE: the second wins.
        guard let type = word.vectorPairType else { return false }
        let base = base(word.rn)
        let offset = word.signedBits(15, 7) * Int64(type.bytes)
        let first = writeback == .postIndex ? 0 : offset
        let low = ir.load(type, base, offset: first, plainAccess)
        let high = ir.load(type, base, offset: first + Int64(type.bytes), plainAccess)
        if writeback != .none { writeBack(word.rn, base, by: offset) }
        setLoadedVector(word.rt, low)
        setLoadedVector(word.rt2, high)
        return true
    }
}
