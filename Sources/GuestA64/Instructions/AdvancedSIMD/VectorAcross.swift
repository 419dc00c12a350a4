import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD across lanes, and scalar pairwise.
extension DecodeTable<A64Translation> {
    mutating func defineVectorAcross() {
        defineVectorIntegerAcross()
        defineVectorFloatAcross()
    }

    private mutating func defineVectorIntegerAcross() {
        defineAcross("SADDLV", "0q001110zz110000001110nnnnnddddd", "saddlv {Vd:TW}, {Vn.T}", .addAcrossLongSigned)
        defineAcross("UADDLV", "0q101110zz110000001110nnnnnddddd", "uaddlv {Vd:TW}, {Vn.T}", .addAcrossLongUnsigned)
        defineAcross("SMAXV", "0q001110zz110000101010nnnnnddddd", "smaxv {Vd:T}, {Vn.T}", .maxAcrossSigned)
        defineAcross("UMAXV", "0q101110zz110000101010nnnnnddddd", "umaxv {Vd:T}, {Vn.T}", .maxAcrossUnsigned)
        defineAcross("SMINV", "0q001110zz110001101010nnnnnddddd", "sminv {Vd:T}, {Vn.T}", .minAcrossSigned)
        defineAcross("UMINV", "0q101110zz110001101010nnnnnddddd", "uminv {Vd:T}, {Vn.T}", .minAcrossUnsigned)
        defineAcross("ADDV", "0q001110zz110001101110nnnnnddddd", "addv {Vd:T}, {Vn.T}", .addAcross)
    }

    private mutating func defineVectorFloatAcross() {
        defineUnary(
            "FMAXNMV", "0110111000110000110010nnnnnddddd", "fmaxnmv {Sd}, {Vn}.4s", .floatMaxNumberAcross,
            .fixed(Lanes(.s, .full)))
        defineUnary(
            "FMINNMV", "0110111010110000110010nnnnnddddd", "fminnmv {Sd}, {Vn}.4s", .floatMinNumberAcross,
            .fixed(Lanes(.s, .full)))
        defineUnary(
            "FMAXV", "0110111000110000111110nnnnnddddd", "fmaxv {Sd}, {Vn}.4s", .floatMaxAcross,
            .fixed(Lanes(.s, .full)))
        defineUnary(
            "FMINV", "0110111010110000111110nnnnnddddd", "fminv {Sd}, {Vn}.4s", .floatMinAcross,
            .fixed(Lanes(.s, .full)))
        defineUnary(
            "FMAXNMV (half)", "0q00111000110000110010nnnnnddddd", "fmaxnmv {Hd}, {Vn.H}", .floatMaxNumberAcross, .half)
        defineUnary(
            "FMINNMV (half)", "0q00111010110000110010nnnnnddddd", "fminnmv {Hd}, {Vn.H}", .floatMinNumberAcross, .half)
        defineUnary("FMAXV (half)", "0q00111000110000111110nnnnnddddd", "fmaxv {Hd}, {Vn.H}", .floatMaxAcross, .half)
        defineUnary("FMINV (half)", "0q00111010110000111110nnnnnddddd", "fminv {Hd}, {Vn.H}", .floatMinAcross, .half)
    }

    mutating func defineScalarPairs() {
        definePair(
            "ADDP (scalar)", "0101111011110001101110nnnnnddddd", "addp {Dd}, {Vn}.2d", .addPairs,
            .fixed(Lanes(.d, .one)))
        definePair(
            "FMAXNMP (scalar)", "011111100z110000110010nnnnnddddd", "fmaxnmp {Vd:F}, {Vn.FP}", .floatMaxNumberPairs,
            .scalarFloat)
        definePair(
            "FMINNMP (scalar)", "011111101z110000110010nnnnnddddd", "fminnmp {Vd:F}, {Vn.FP}", .floatMinNumberPairs,
            .scalarFloat)
        definePair(
            "FADDP (scalar)", "011111100z110000110110nnnnnddddd", "faddp {Vd:F}, {Vn.FP}", .floatAddPairs, .scalarFloat)
        definePair(
            "FMAXP (scalar)", "011111100z110000111110nnnnnddddd", "fmaxp {Vd:F}, {Vn.FP}", .floatMaxPairs, .scalarFloat)
        definePair(
            "FMINP (scalar)", "011111101z110000111110nnnnnddddd", "fminp {Vd:F}, {Vn.FP}", .floatMinPairs, .scalarFloat)
        definePair(
            "FMAXNMP (scalar, half)", "0101111000110000110010nnnnnddddd", "fmaxnmp {Hd}, {Vn}.2h", .floatMaxNumberPairs,
            .scalarHalf)
        definePair(
            "FMINNMP (scalar, half)", "0101111010110000110010nnnnnddddd", "fminnmp {Hd}, {Vn}.2h", .floatMinNumberPairs,
            .scalarHalf)
        definePair(
            "FADDP (scalar, half)", "0101111000110000110110nnnnnddddd", "faddp {Hd}, {Vn}.2h", .floatAddPairs,
            .scalarHalf)
        definePair(
            "FMAXP (scalar, half)", "0101111000110000111110nnnnnddddd", "fmaxp {Hd}, {Vn}.2h", .floatMaxPairs,
            .scalarHalf)
        definePair(
            "FMINP (scalar, half)", "0101111010110000111110nnnnnddddd", "fminp {Hd}, {Vn}.2h", .floatMinPairs,
            .scalarHalf)
    }

    /// Two lanes would be a pair, for which there are other instructions.
    private mutating func defineAcross(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation
    ) {
        defineVector(name, pattern, text) { word, t in
            guard let lanes = LaneRule.vector(.bhs).lanes(word), lanes.count > 2 else { return false }
            t.setV(word.rd, t.ir.lanes(operation, lanes, t.v(word.rn)))
            return true
        }
    }

    /// The two low lanes of Vn.
    private mutating func definePair(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ rule: LaneRule
    ) {
        defineLanes(name, pattern, text, rule) { word, t, lanes in
            let pair = t.v(word.rn)
            t.setV(word.rd, t.lanes(operation, lanes, pair, pair))
        }
    }
}
