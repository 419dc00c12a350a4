import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD two-register miscellaneous: conversions between floating-point formats, and to and from
/// integers; the scalar ones too.
extension DecodeTable<A64Translation> {
    mutating func defineVectorFloatConversion() {
        defineVectorFormats()
        defineVectorIntegerConversion()
        defineVectorHalfIntegerConversion()
        defineScalarIntegerConversion()
        defineScalarHalfIntegerConversion()
    }

    private mutating func defineVectorFormats() {
        defineVector("FCVTL, FCVTL2", "0q0011100z100001011110nnnnnddddd", "fcvtl{2} {Vd.FL}, {Vn.FN}") { word, t in
            let lanes = Lanes(word.floatSize.halved, .full)
            t.setV(word.rd, t.lanes(.floatWiden, lanes, t.v(word.rn), parameter: word.upperHalf))
            return true
        }
        defineVector("FCVTN, FCVTN2", "0q0011100z100001011010nnnnnddddd", "fcvtn{2} {Vd.FN}, {Vn.FL}") { word, t in
            let narrow = t.lanes(.floatNarrow, Lanes(word.floatSize, .full), t.v(word.rn))
            t.setHalf(word.rd, upper: word.isQuad, narrow)
            return true
        }
        defineVector("FCVTXN, FCVTXN2 (vector)", "0q10111001100001011010nnnnnddddd", "fcvtxn{2} {Vd.S}, {Vn}.2d") {
            word, t in
            t.setHalf(word.rd, upper: word.isQuad, t.lanes(.floatNarrowOdd, Lanes(.d, .full), t.v(word.rn)))
            return true
        }
        defineUnary(
            "FCVTXN (vector, scalar)", "0111111001100001011010nnnnnddddd", "fcvtxn {Sd}, {Dn}", .floatNarrowOdd,
            .fixed(Lanes(.d, .one)))
        defineVector(
            "BFCVTN, BFCVTN2", "0q00111010100001011010nnnnnddddd", "bfcvtn{2} {Vd.H}, {Vn}.4s", features: .bfloat16
        ) { word, t in
            t.setHalf(word.rd, upper: word.isQuad, t.lanes(.bfloatNarrow, Lanes(.s, .full), t.v(word.rn)))
            return true
        }
    }

    private mutating func defineVectorIntegerConversion() {
        defineToInteger(
            "FCVTNS (vector)", "0q0011100z100001101010nnnnnddddd", "fcvtns {Vd.F}, {Vn.F}", .floatToSigned,
            .nearestEven, .float)
        defineToInteger(
            "FCVTNU (vector)", "0q1011100z100001101010nnnnnddddd", "fcvtnu {Vd.F}, {Vn.F}", .floatToUnsigned,
            .nearestEven, .float)
        defineToInteger(
            "FCVTMS (vector)", "0q0011100z100001101110nnnnnddddd", "fcvtms {Vd.F}, {Vn.F}", .floatToSigned,
            .minusInfinity, .float)
        defineToInteger(
            "FCVTMU (vector)", "0q1011100z100001101110nnnnnddddd", "fcvtmu {Vd.F}, {Vn.F}", .floatToUnsigned,
            .minusInfinity, .float)
        defineToInteger(
            "FCVTAS (vector)", "0q0011100z100001110010nnnnnddddd", "fcvtas {Vd.F}, {Vn.F}", .floatToSigned,
            .nearestAway, .float)
        defineToInteger(
            "FCVTAU (vector)", "0q1011100z100001110010nnnnnddddd", "fcvtau {Vd.F}, {Vn.F}", .floatToUnsigned,
            .nearestAway, .float)
        defineToInteger(
            "FCVTPS (vector)", "0q0011101z100001101010nnnnnddddd", "fcvtps {Vd.F}, {Vn.F}", .floatToSigned,
            .plusInfinity, .float)
        defineToInteger(
            "FCVTPU (vector)", "0q1011101z100001101010nnnnnddddd", "fcvtpu {Vd.F}, {Vn.F}", .floatToUnsigned,
            .plusInfinity, .float)
        defineToInteger(
            "FCVTZS (vector, integer)", "0q0011101z100001101110nnnnnddddd", "fcvtzs {Vd.F}, {Vn.F}", .floatToSigned,
            .towardZero, .float)
        defineToInteger(
            "FCVTZU (vector, integer)", "0q1011101z100001101110nnnnnddddd", "fcvtzu {Vd.F}, {Vn.F}", .floatToUnsigned,
            .towardZero, .float)
        defineFromInteger(
            "SCVTF (vector, integer)", "0q0011100z100001110110nnnnnddddd", "scvtf {Vd.F}, {Vn.F}", .floatFromSigned,
            .float)
        defineFromInteger(
            "UCVTF (vector, integer)", "0q1011100z100001110110nnnnnddddd", "ucvtf {Vd.F}, {Vn.F}", .floatFromUnsigned,
            .float)
    }

    private mutating func defineVectorHalfIntegerConversion() {
        defineToInteger(
            "FCVTNS (vector, half)", "0q00111001111001101010nnnnnddddd", "fcvtns {Vd.H}, {Vn.H}", .floatToSigned,
            .nearestEven, .half)
        defineToInteger(
            "FCVTNU (vector, half)", "0q10111001111001101010nnnnnddddd", "fcvtnu {Vd.H}, {Vn.H}", .floatToUnsigned,
            .nearestEven, .half)
        defineToInteger(
            "FCVTMS (vector, half)", "0q00111001111001101110nnnnnddddd", "fcvtms {Vd.H}, {Vn.H}", .floatToSigned,
            .minusInfinity, .half)
        defineToInteger(
            "FCVTMU (vector, half)", "0q10111001111001101110nnnnnddddd", "fcvtmu {Vd.H}, {Vn.H}", .floatToUnsigned,
            .minusInfinity, .half)
        defineToInteger(
            "FCVTAS (vector, half)", "0q00111001111001110010nnnnnddddd", "fcvtas {Vd.H}, {Vn.H}", .floatToSigned,
            .nearestAway, .half)
        defineToInteger(
            "FCVTAU (vector, half)", "0q10111001111001110010nnnnnddddd", "fcvtau {Vd.H}, {Vn.H}", .floatToUnsigned,
            .nearestAway, .half)
        defineToInteger(
            "FCVTPS (vector, half)", "0q00111011111001101010nnnnnddddd", "fcvtps {Vd.H}, {Vn.H}", .floatToSigned,
            .plusInfinity, .half)
        defineToInteger(
            "FCVTPU (vector, half)", "0q10111011111001101010nnnnnddddd", "fcvtpu {Vd.H}, {Vn.H}", .floatToUnsigned,
            .plusInfinity, .half)
        defineToInteger(
            "FCVTZS (vector, half, integer)", "0q00111011111001101110nnnnnddddd", "fcvtzs {Vd.H}, {Vn.H}",
            .floatToSigned, .towardZero, .half)
        defineToInteger(
            "FCVTZU (vector, half, integer)", "0q10111011111001101110nnnnnddddd", "fcvtzu {Vd.H}, {Vn.H}",
            .floatToUnsigned, .towardZero, .half)
        defineFromInteger(
            "SCVTF (vector, half, integer)", "0q00111001111001110110nnnnnddddd", "scvtf {Vd.H}, {Vn.H}",
            .floatFromSigned, .half)
        defineFromInteger(
            "UCVTF (vector, half, integer)", "0q10111001111001110110nnnnnddddd", "ucvtf {Vd.H}, {Vn.H}",
            .floatFromUnsigned, .half)
    }

    private mutating func defineScalarIntegerConversion() {
        defineToInteger(
            "FCVTNS (vector, scalar)", "010111100z100001101010nnnnnddddd", "fcvtns {Vd:F}, {Vn:F}", .floatToSigned,
            .nearestEven, .scalarFloat)
        defineToInteger(
            "FCVTNU (vector, scalar)", "011111100z100001101010nnnnnddddd", "fcvtnu {Vd:F}, {Vn:F}", .floatToUnsigned,
            .nearestEven, .scalarFloat)
        defineToInteger(
            "FCVTMS (vector, scalar)", "010111100z100001101110nnnnnddddd", "fcvtms {Vd:F}, {Vn:F}", .floatToSigned,
            .minusInfinity, .scalarFloat)
        defineToInteger(
            "FCVTMU (vector, scalar)", "011111100z100001101110nnnnnddddd", "fcvtmu {Vd:F}, {Vn:F}", .floatToUnsigned,
            .minusInfinity, .scalarFloat)
        defineToInteger(
            "FCVTAS (vector, scalar)", "010111100z100001110010nnnnnddddd", "fcvtas {Vd:F}, {Vn:F}", .floatToSigned,
            .nearestAway, .scalarFloat)
        defineToInteger(
            "FCVTAU (vector, scalar)", "011111100z100001110010nnnnnddddd", "fcvtau {Vd:F}, {Vn:F}", .floatToUnsigned,
            .nearestAway, .scalarFloat)
        defineToInteger(
            "FCVTPS (vector, scalar)", "010111101z100001101010nnnnnddddd", "fcvtps {Vd:F}, {Vn:F}", .floatToSigned,
            .plusInfinity, .scalarFloat)
        defineToInteger(
            "FCVTPU (vector, scalar)", "011111101z100001101010nnnnnddddd", "fcvtpu {Vd:F}, {Vn:F}", .floatToUnsigned,
            .plusInfinity, .scalarFloat)
        defineToInteger(
            "FCVTZS (vector, scalar, integer)", "010111101z100001101110nnnnnddddd", "fcvtzs {Vd:F}, {Vn:F}",
            .floatToSigned, .towardZero, .scalarFloat)
        defineToInteger(
            "FCVTZU (vector, scalar, integer)", "011111101z100001101110nnnnnddddd", "fcvtzu {Vd:F}, {Vn:F}",
            .floatToUnsigned, .towardZero, .scalarFloat)
        defineFromInteger(
            "SCVTF (vector, scalar, integer)", "010111100z100001110110nnnnnddddd", "scvtf {Vd:F}, {Vn:F}",
            .floatFromSigned, .scalarFloat)
        defineFromInteger(
            "UCVTF (vector, scalar, integer)", "011111100z100001110110nnnnnddddd", "ucvtf {Vd:F}, {Vn:F}",
            .floatFromUnsigned, .scalarFloat)
    }

    private mutating func defineScalarHalfIntegerConversion() {
        defineToInteger(
            "FCVTNS (vector, scalar, half)", "0101111001111001101010nnnnnddddd", "fcvtns {Hd}, {Hn}", .floatToSigned,
            .nearestEven, .scalarHalf)
        defineToInteger(
            "FCVTNU (vector, scalar, half)", "0111111001111001101010nnnnnddddd", "fcvtnu {Hd}, {Hn}", .floatToUnsigned,
            .nearestEven, .scalarHalf)
        defineToInteger(
            "FCVTMS (vector, scalar, half)", "0101111001111001101110nnnnnddddd", "fcvtms {Hd}, {Hn}", .floatToSigned,
            .minusInfinity, .scalarHalf)
        defineToInteger(
            "FCVTMU (vector, scalar, half)", "0111111001111001101110nnnnnddddd", "fcvtmu {Hd}, {Hn}", .floatToUnsigned,
            .minusInfinity, .scalarHalf)
        defineToInteger(
            "FCVTAS (vector, scalar, half)", "0101111001111001110010nnnnnddddd", "fcvtas {Hd}, {Hn}", .floatToSigned,
            .nearestAway, .scalarHalf)
        defineToInteger(
            "FCVTAU (vector, scalar, half)", "0111111001111001110010nnnnnddddd", "fcvtau {Hd}, {Hn}", .floatToUnsigned,
            .nearestAway, .scalarHalf)
        defineToInteger(
            "FCVTPS (vector, scalar, half)", "0101111011111001101010nnnnnddddd", "fcvtps {Hd}, {Hn}", .floatToSigned,
            .plusInfinity, .scalarHalf)
        defineToInteger(
            "FCVTPU (vector, scalar, half)", "0111111011111001101010nnnnnddddd", "fcvtpu {Hd}, {Hn}", .floatToUnsigned,
            .plusInfinity, .scalarHalf)
        defineToInteger(
            "FCVTZS (vector, scalar, half, integer)", "0101111011111001101110nnnnnddddd", "fcvtzs {Hd}, {Hn}",
            .floatToSigned, .towardZero, .scalarHalf)
        defineToInteger(
            "FCVTZU (vector, scalar, half, integer)", "0111111011111001101110nnnnnddddd", "fcvtzu {Hd}, {Hn}",
            .floatToUnsigned, .towardZero, .scalarHalf)
        defineFromInteger(
            "SCVTF (vector, scalar, half, integer)", "0101111001111001110110nnnnnddddd", "scvtf {Hd}, {Hn}",
            .floatFromSigned, .scalarHalf)
        defineFromInteger(
            "UCVTF (vector, scalar, half, integer)", "0111111001111001110110nnnnnddddd", "ucvtf {Hd}, {Hn}",
            .floatFromUnsigned, .scalarHalf)
    }

    // MARK: Rows by what they do

    /// To integers of the lanes' own size.
    private mutating func defineToInteger(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ rounding: FloatRounding, _ rule: LaneRule
    ) {
        defineLanes(name, pattern, text, rule) { word, t, lanes in
            let parameter = UInt64(rounding.rawValue) | lanes.size.integerParameter
            t.setV(word.rd, t.lanes(operation, lanes, t.v(word.rn), parameter: parameter))
        }
    }

    private mutating func defineFromInteger(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ rule: LaneRule
    ) {
        defineLanes(name, pattern, text, rule) { word, t, lanes in
            t.setV(word.rd, t.lanes(operation, lanes, t.v(word.rn), parameter: lanes.size.integerParameter))
        }
    }
}

extension Lanes.Size {
    /// The size of integers as the parameter of conversions has it.
    var integerParameter: UInt64 { UInt64(rawValue) << 4 }
}
