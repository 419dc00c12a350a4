import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD three same extra: rounding doubling multiplies, dot products, matrices, complex numbers;
/// and the long multiplies of half-precision numbers among three same.
extension DecodeTable<A64Translation> {
    mutating func defineVectorThreeSameExtra() {
        defineVectorRoundingDoubling()
        defineVectorDotProducts()
        defineVectorMatrices()
        defineVectorComplex()
        defineVectorHalfMultiplyLong()
    }

    private mutating func defineVectorRoundingDoubling() {
        defineBinary(
            "SQRDMLAH (vector)", "0q101110zz0mmmmm100001nnnnnddddd", "sqrdmlah {Vd.T}, {Vn.T}, {Vm.T}",
            .saturatingRoundingDoublingMultiplyAddHigh, .vector(.hs), features: .roundingDoublingMultiply)
        defineBinary(
            "SQRDMLSH (vector)", "0q101110zz0mmmmm100011nnnnnddddd", "sqrdmlsh {Vd.T}, {Vn.T}, {Vm.T}",
            .saturatingRoundingDoublingMultiplySubHigh, .vector(.hs), features: .roundingDoublingMultiply)
    }

    private mutating func defineVectorDotProducts() {
        defineBinary(
            "SDOT (vector)", "0q001110100mmmmm100101nnnnnddddd", "sdot {Vd.S}, {Vn.B}, {Vm.B}", .dotSigned, .filled(.s),
            features: .dotProduct)
        defineBinary(
            "UDOT (vector)", "0q101110100mmmmm100101nnnnnddddd", "udot {Vd.S}, {Vn.B}, {Vm.B}", .dotUnsigned,
            .filled(.s), features: .dotProduct)
        defineBinary(
            "USDOT (vector)", "0q001110100mmmmm100111nnnnnddddd", "usdot {Vd.S}, {Vn.B}, {Vm.B}", .dotUnsignedSigned,
            .filled(.s), features: .int8MatrixMultiply)
        defineBinary(
            "BFDOT (vector)", "0q101110010mmmmm111111nnnnnddddd", "bfdot {Vd.S}, {Vn.H}, {Vm.H}", .bfloatDot,
            .filled(.s), features: .bfloat16)
        defineVector(
            "BFMLALB, BFMLALT (vector)", "0q101110110mmmmm111111nnnnnddddd", "bfmlal{bt} {Vd}.4s, {Vn}.8h, {Vm}.8h",
            features: .bfloat16
        ) { word, t in
            let (a, b, c) = (t.v(word.rn), t.v(word.rm), t.v(word.rd))
            let odd: UInt64 = word.isQuad ? 1 : 0
            t.setV(word.rd, t.lanes(.bfloatMultiplyAddLong, Lanes(.s, .full), a, b, c, parameter: odd))
            return true
        }
    }

    private mutating func defineVectorMatrices() {
        defineBinary(
            "SMMLA (vector)", "01001110100mmmmm101001nnnnnddddd", "smmla {Vd}.4s, {Vn}.16b, {Vm}.16b",
            .matrixMultiplySigned, .filled(.s), features: .int8MatrixMultiply)
        defineBinary(
            "UMMLA (vector)", "01101110100mmmmm101001nnnnnddddd", "ummla {Vd}.4s, {Vn}.16b, {Vm}.16b",
            .matrixMultiplyUnsigned, .filled(.s), features: .int8MatrixMultiply)
        defineBinary(
            "USMMLA (vector)", "01001110100mmmmm101011nnnnnddddd", "usmmla {Vd}.4s, {Vn}.16b, {Vm}.16b",
            .matrixMultiplyUnsignedSigned, .filled(.s), features: .int8MatrixMultiply)
        defineBinary(
            "BFMMLA", "01101110010mmmmm111011nnnnnddddd", "bfmmla {Vd}.4s, {Vn}.8h, {Vm}.8h", .bfloatMatrixMultiply,
            .filled(.s), features: .bfloat16)
    }

    private mutating func defineVectorComplex() {
        defineVector(
            "FCMLA (vector)", "0q101110zz0mmmmm110rr1nnnnnddddd", "fcmla {Vd.T}, {Vn.T}, {Vm.T}, {rotation11}",
            features: .complexNumbers
        ) { word, t in
            guard let lanes = t.complexLanes(word) else { return false }
            let (a, b, c) = (t.v(word.rn), t.v(word.rm), t.v(word.rd))
            let turns = UInt64(word.bits(11, 2))
            t.setV(word.rd, t.lanes(.floatComplexMultiplyAdd, lanes, a, b, c, parameter: turns))
            return true
        }
        defineVector(
            "FCADD", "0q101110zz0mmmmm111r01nnnnnddddd", "fcadd {Vd.T}, {Vn.T}, {Vm.T}, {rotation12}",
            features: .complexNumbers
        ) { word, t in
            guard let lanes = t.complexLanes(word) else { return false }
            let turns: UInt64 = word.bit(12) ? 3 : 1
            t.setV(word.rd, t.lanes(.floatComplexAdd, lanes, t.v(word.rn), t.v(word.rm), parameter: turns))
            return true
        }
    }

    private mutating func defineVectorHalfMultiplyLong() {
        defineMultiplyLong("FMLAL (vector)", "0q001110001mmmmm111011nnnnnddddd", "fmlal {Vd.S}, {Vn.HH}, {Vm.HH}", 0)
        defineMultiplyLong("FMLAL2 (vector)", "0q101110001mmmmm110011nnnnnddddd", "fmlal2 {Vd.S}, {Vn.HH}, {Vm.HH}", 1)
        defineMultiplyLong("FMLSL (vector)", "0q001110101mmmmm111011nnnnnddddd", "fmlsl {Vd.S}, {Vn.HH}, {Vm.HH}", 0)
        defineMultiplyLong("FMLSL2 (vector)", "0q101110101mmmmm110011nnnnnddddd", "fmlsl2 {Vd.S}, {Vn.HH}, {Vm.HH}", 1)
    }

    /// Bit 23: the product is subtracted. `half` 1: of the upper lanes of Vn and Vm.
    private mutating func defineMultiplyLong(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ half: UInt64
    ) {
        defineLanes(name, pattern, text, .filled(.s), features: .halfMultiplyLong) { word, t, lanes in
            var a = t.v(word.rn)
            if word.bit(23) { a = t.ir.lanes(.floatNegate, Lanes(.h, lanes.width), a) }
            t.setV(word.rd, t.lanes(.floatMultiplyAddLong, lanes, a, t.v(word.rm), t.v(word.rd), parameter: half))
        }
    }
}

extension A64Translation {
    /// Pairs of half, single or double precision.
    fileprivate func complexLanes(_ word: UInt32) -> Lanes? {
        if word.laneSize == .h && !has(.halfPrecision) { return nil }
        return LaneRule.vector(.hsd).lanes(word)
    }
}
