import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD modified immediate: the encodings of shift by immediate whose immh is zero.
extension DecodeTable<A64Translation> {
    mutating func defineVectorModifiedImmediate() {
        defineMoveImmediate()
        defineMoveInvertedImmediate()
        defineCombineImmediate()
        defineFloatImmediate()
    }

    private mutating func defineMoveImmediate() {
        defineVector(
            "MOVI (32-bit, LSL 0)", "0q00111100000iii000001iiiiiddddd", "movi {Vd.S}, {mimm}", overlapping: true
        ) { word, t in t.moveImmediate(word, word.modifiedImmediate) }
        defineVector(
            "MOVI (32-bit, LSL 8)", "0q00111100000iii001001iiiiiddddd", "movi {Vd.S}, {mimm}", overlapping: true
        ) { word, t in t.moveImmediate(word, word.modifiedImmediate) }
        defineVector("MOVI (32-bit, LSL 16)", "0q00111100000iii010001iiiiiddddd", "movi {Vd.S}, {mimm}") { word, t in
            t.moveImmediate(word, word.modifiedImmediate)
        }
        defineVector("MOVI (32-bit, LSL 24)", "0q00111100000iii011001iiiiiddddd", "movi {Vd.S}, {mimm}") { word, t in
            t.moveImmediate(word, word.modifiedImmediate)
        }
        defineVector(
            "MOVI (16-bit, LSL 0)", "0q00111100000iii100001iiiiiddddd", "movi {Vd.H}, {mimm}", overlapping: true
        ) { word, t in t.moveImmediate(word, word.modifiedImmediate) }
        defineVector(
            "MOVI (16-bit, LSL 8)", "0q00111100000iii101001iiiiiddddd", "movi {Vd.H}, {mimm}", overlapping: true
        ) { word, t in t.moveImmediate(word, word.modifiedImmediate) }
        defineVector("MOVI (32-bit, MSL 8)", "0q00111100000iii110001iiiiiddddd", "movi {Vd.S}, {mimm}") { word, t in
            t.moveImmediate(word, word.modifiedImmediate)
        }
        defineVector("MOVI (32-bit, MSL 16)", "0q00111100000iii110101iiiiiddddd", "movi {Vd.S}, {mimm}") { word, t in
            t.moveImmediate(word, word.modifiedImmediate)
        }
        defineVector("MOVI (8-bit)", "0q00111100000iii111001iiiiiddddd", "movi {Vd.B}, {mimm}", overlapping: true) {
            word, t in t.moveImmediate(word, word.modifiedImmediate)
        }
        defineVector(
            "MOVI (64-bit, scalar)", "0010111100000iii111001iiiiiddddd", "movi {Dd}, {mask64}", overlapping: true
        ) { word, t in t.moveImmediate(word, word.byteMask) }
        defineVector(
            "MOVI (64-bit, vector)", "0110111100000iii111001iiiiiddddd", "movi {Vd}.2d, {mask64}", overlapping: true
        ) { word, t in t.moveImmediate(word, word.byteMask) }
    }

    private mutating func defineMoveInvertedImmediate() {
        defineVector(
            "MVNI (32-bit, LSL 0)", "0q10111100000iii000001iiiiiddddd", "mvni {Vd.S}, {mimm}", overlapping: true
        ) { word, t in t.moveImmediate(word, ~word.modifiedImmediate) }
        defineVector(
            "MVNI (32-bit, LSL 8)", "0q10111100000iii001001iiiiiddddd", "mvni {Vd.S}, {mimm}", overlapping: true
        ) { word, t in t.moveImmediate(word, ~word.modifiedImmediate) }
        defineVector(
            "MVNI (32-bit, LSL 16)", "0q10111100000iii010001iiiiiddddd", "mvni {Vd.S}, {mimm}", overlapping: true
        ) { word, t in t.moveImmediate(word, ~word.modifiedImmediate) }
        defineVector(
            "MVNI (32-bit, LSL 24)", "0q10111100000iii011001iiiiiddddd", "mvni {Vd.S}, {mimm}", overlapping: true
        ) { word, t in t.moveImmediate(word, ~word.modifiedImmediate) }
        defineVector(
            "MVNI (16-bit, LSL 0)", "0q10111100000iii100001iiiiiddddd", "mvni {Vd.H}, {mimm}", overlapping: true
        ) { word, t in t.moveImmediate(word, ~word.modifiedImmediate) }
        defineVector(
            "MVNI (16-bit, LSL 8)", "0q10111100000iii101001iiiiiddddd", "mvni {Vd.H}, {mimm}", overlapping: true
        ) { word, t in t.moveImmediate(word, ~word.modifiedImmediate) }
        defineVector("MVNI (32-bit, MSL 8)", "0q10111100000iii110001iiiiiddddd", "mvni {Vd.S}, {mimm}") { word, t in
            t.moveImmediate(word, ~word.modifiedImmediate)
        }
        defineVector("MVNI (32-bit, MSL 16)", "0q10111100000iii110101iiiiiddddd", "mvni {Vd.S}, {mimm}") { word, t in
            t.moveImmediate(word, ~word.modifiedImmediate)
        }
    }

    private mutating func defineCombineImmediate() {
        defineVector(
            "ORR (vector, immediate, 32-bit, LSL 0)", "0q00111100000iii000101iiiiiddddd", "orr {Vd.S}, {mimm}",
            overlapping: true
        ) { word, t in t.combineImmediate(word, .or) }
        defineVector(
            "ORR (vector, immediate, 32-bit, LSL 8)", "0q00111100000iii001101iiiiiddddd", "orr {Vd.S}, {mimm}",
            overlapping: true
        ) { word, t in t.combineImmediate(word, .or) }
        defineVector(
            "ORR (vector, immediate, 32-bit, LSL 16)", "0q00111100000iii010101iiiiiddddd", "orr {Vd.S}, {mimm}",
            overlapping: true
        ) { word, t in t.combineImmediate(word, .or) }
        defineVector(
            "ORR (vector, immediate, 32-bit, LSL 24)", "0q00111100000iii011101iiiiiddddd", "orr {Vd.S}, {mimm}",
            overlapping: true
        ) { word, t in t.combineImmediate(word, .or) }
        defineVector(
            "ORR (vector, immediate, 16-bit, LSL 0)", "0q00111100000iii100101iiiiiddddd", "orr {Vd.H}, {mimm}",
            overlapping: true
        ) { word, t in t.combineImmediate(word, .or) }
        defineVector("ORR (vector, immediate, 16-bit, LSL 8)", "0q00111100000iii101101iiiiiddddd", "orr {Vd.H}, {mimm}")
        { word, t in t.combineImmediate(word, .or) }
        defineVector(
            "BIC (vector, immediate, 32-bit, LSL 0)", "0q10111100000iii000101iiiiiddddd", "bic {Vd.S}, {mimm}",
            overlapping: true
        ) { word, t in t.combineImmediate(word, .andNot) }
        defineVector(
            "BIC (vector, immediate, 32-bit, LSL 8)", "0q10111100000iii001101iiiiiddddd", "bic {Vd.S}, {mimm}",
            overlapping: true
        ) { word, t in t.combineImmediate(word, .andNot) }
        defineVector(
            "BIC (vector, immediate, 32-bit, LSL 16)", "0q10111100000iii010101iiiiiddddd", "bic {Vd.S}, {mimm}",
            overlapping: true
        ) { word, t in t.combineImmediate(word, .andNot) }
        defineVector(
            "BIC (vector, immediate, 32-bit, LSL 24)", "0q10111100000iii011101iiiiiddddd", "bic {Vd.S}, {mimm}",
            overlapping: true
        ) { word, t in t.combineImmediate(word, .andNot) }
        defineVector(
            "BIC (vector, immediate, 16-bit, LSL 0)", "0q10111100000iii100101iiiiiddddd", "bic {Vd.H}, {mimm}",
            overlapping: true
        ) { word, t in t.combineImmediate(word, .andNot) }
        defineVector("BIC (vector, immediate, 16-bit, LSL 8)", "0q10111100000iii101101iiiiiddddd", "bic {Vd.H}, {mimm}")
        { word, t in t.combineImmediate(word, .andNot) }
    }

    private mutating func defineFloatImmediate() {
        defineVector(
            "FMOV (vector, immediate, half)", "0q00111100000iii111111iiiiiddddd", "fmov {Vd.H}, {vfimm8}",
            features: .halfPrecision, overlapping: true
        ) { word, t in t.moveImmediate(word, word.splat(FloatImmediate.expand(word.imm8, .h), .h)) }
        defineVector("FMOV (vector, immediate)", "0q00111100000iii111101iiiiiddddd", "fmov {Vd.S}, {vfimm8}") {
            word, t in t.moveImmediate(word, word.splat(FloatImmediate.expand(word.imm8, .s), .s))
        }
        defineVector("FMOV (vector, immediate, 64-bit)", "0110111100000iii111101iiiiiddddd", "fmov {Vd}.2d, {vfimm8}") {
            word, t in t.moveImmediate(word, FloatImmediate.expand(word.imm8, .d))
        }
    }
}

extension UInt32 {
    /// abcdefgh.
    var imm8: UInt32 { bits(16, 3) << 5 | bits(5, 5) }

    /// What cmode shifts imm8 by, in bits.
    var modifiedShift: UInt32 {
        switch bits(12, 4) {
        case 0..<8: bits(13, 2) * 8
        case 8..<12: bits(13, 1) * 8
        case 12: 8
        case 13: 16
        default: 0
        }
    }

    /// imm8 shifted and repeated as cmode says, before any inversion (Arm ARM, shared pseudocode `AdvSIMDExpandImm`).
    fileprivate var modifiedImmediate: UInt64 {
        let shifted = UInt64(imm8) << UInt64(modifiedShift)
        switch bits(12, 4) {
        case 0..<8: return splat(shifted, .s)
        case 8..<12: return splat(shifted, .h)
        case 12, 13: return splat(shifted | (1 << UInt64(modifiedShift) - 1), .s)
        default: return splat(shifted, .b)
        }
    }

    /// 64 bits of lanes that all are `value`.
    fileprivate func splat(_ value: UInt64, _ size: Lanes.Size) -> UInt64 {
        LaneMeaning.splat(Lanes(size, .half), value)[0]
    }

    /// A byte of ones for each bit of imm8.
    var byteMask: UInt64 {
        var mask: UInt64 = 0
        for bit: UInt32 in 0..<8 where imm8.bit(bit) { mask |= 0xff << UInt64(bit * 8) }
        return mask
    }
}

extension A64Translation {
    /// `value` in both halves, or in the lower one.
    private mutating func immediateVector(_ word: UInt32, _ value: UInt64) -> Value {
        let low = ir.constant(.i64, value)
        return ir.pair(low: low, high: word.isQuad ? low : ir.constant(.i64, 0))
    }

    fileprivate mutating func moveImmediate(_ word: UInt32, _ value: UInt64) -> Bool {
        setV(word.rd, immediateVector(word, value))
        return true
    }

    fileprivate mutating func combineImmediate(_ word: UInt32, _ operation: LaneOperation) -> Bool {
        let immediate = immediateVector(word, word.modifiedImmediate)
        setV(word.rd, ir.lanes(operation, Lanes(.b, word.vectorWidth), v(word.rd), immediate))
        return true
    }
}
