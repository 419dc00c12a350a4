import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD two-register miscellaneous: floating point, with half precision (FP16).
extension DecodeTable<A64Translation> {
    mutating func defineVectorFloatTwoRegister() {
        defineVectorFloatUnary()
        defineVectorHalfUnary()
        defineVectorFloatCompareZero()
        defineVectorFloatRound()
        defineVectorRoundToRange()
    }

    private mutating func defineVectorFloatUnary() {
        defineUnary("FABS (vector)", "0q0011101z100000111110nnnnnddddd", "fabs {Vd.F}, {Vn.F}", .floatAbsolute, .float)
        defineUnary("FNEG (vector)", "0q1011101z100000111110nnnnnddddd", "fneg {Vd.F}, {Vn.F}", .floatNegate, .float)
        defineUnary(
            "FRECPE", "0q0011101z100001110110nnnnnddddd", "frecpe {Vd.F}, {Vn.F}", .floatReciprocalEstimate, .float)
        defineUnary(
            "FRSQRTE", "0q1011101z100001110110nnnnnddddd", "frsqrte {Vd.F}, {Vn.F}", .floatReciprocalSquareRootEstimate,
            .float)
        defineUnary(
            "FSQRT (vector)", "0q1011101z100001111110nnnnnddddd", "fsqrt {Vd.F}, {Vn.F}", .floatSquareRoot, .float)
    }

    private mutating func defineVectorHalfUnary() {
        defineUnary(
            "FABS (vector, half)", "0q00111011111000111110nnnnnddddd", "fabs {Vd.H}, {Vn.H}", .floatAbsolute, .half)
        defineUnary(
            "FNEG (vector, half)", "0q10111011111000111110nnnnnddddd", "fneg {Vd.H}, {Vn.H}", .floatNegate, .half)
        defineUnary(
            "FRECPE (half)", "0q00111011111001110110nnnnnddddd", "frecpe {Vd.H}, {Vn.H}", .floatReciprocalEstimate,
            .half)
        defineUnary(
            "FRSQRTE (half)", "0q10111011111001110110nnnnnddddd", "frsqrte {Vd.H}, {Vn.H}",
            .floatReciprocalSquareRootEstimate, .half)
        defineUnary(
            "FSQRT (vector, half)", "0q10111011111001111110nnnnnddddd", "fsqrt {Vd.H}, {Vn.H}", .floatSquareRoot, .half)
    }

    private mutating func defineVectorFloatCompareZero() {
        defineCompareZero(
            "FCMGT (zero)", "0q0011101z100000110010nnnnnddddd", "fcmgt {Vd.F}, {Vn.F}, #0.0", .floatCompareGreater,
            .float, swapped: false)
        defineCompareZero(
            "FCMGE (zero)", "0q1011101z100000110010nnnnnddddd", "fcmge {Vd.F}, {Vn.F}, #0.0", .floatCompareGreaterEqual,
            .float, swapped: false)
        defineCompareZero(
            "FCMEQ (zero)", "0q0011101z100000110110nnnnnddddd", "fcmeq {Vd.F}, {Vn.F}, #0.0", .floatCompareEqual,
            .float, swapped: false)
        defineCompareZero(
            "FCMLE (zero)", "0q1011101z100000110110nnnnnddddd", "fcmle {Vd.F}, {Vn.F}, #0.0", .floatCompareGreaterEqual,
            .float, swapped: true)
        defineCompareZero(
            "FCMLT (zero)", "0q0011101z100000111010nnnnnddddd", "fcmlt {Vd.F}, {Vn.F}, #0.0", .floatCompareGreater,
            .float, swapped: true)
        defineCompareZero(
            "FCMGT (zero, half)", "0q00111011111000110010nnnnnddddd", "fcmgt {Vd.H}, {Vn.H}, #0.0",
            .floatCompareGreater, .half, swapped: false)
        defineCompareZero(
            "FCMGE (zero, half)", "0q10111011111000110010nnnnnddddd", "fcmge {Vd.H}, {Vn.H}, #0.0",
            .floatCompareGreaterEqual, .half, swapped: false)
        defineCompareZero(
            "FCMEQ (zero, half)", "0q00111011111000110110nnnnnddddd", "fcmeq {Vd.H}, {Vn.H}, #0.0", .floatCompareEqual,
            .half, swapped: false)
        defineCompareZero(
            "FCMLE (zero, half)", "0q10111011111000110110nnnnnddddd", "fcmle {Vd.H}, {Vn.H}, #0.0",
            .floatCompareGreaterEqual, .half, swapped: true)
        defineCompareZero(
            "FCMLT (zero, half)", "0q00111011111000111010nnnnnddddd", "fcmlt {Vd.H}, {Vn.H}, #0.0",
            .floatCompareGreater, .half, swapped: true)
    }

    private mutating func defineVectorFloatRound() {
        defineRound(
            "FRINTN (vector)", "0q0011100z100001100010nnnnnddddd", "frintn {Vd.F}, {Vn.F}", .nearestEven, .float)
        defineRound(
            "FRINTA (vector)", "0q1011100z100001100010nnnnnddddd", "frinta {Vd.F}, {Vn.F}", .nearestAway, .float)
        defineRound(
            "FRINTM (vector)", "0q0011100z100001100110nnnnnddddd", "frintm {Vd.F}, {Vn.F}", .minusInfinity, .float)
        defineRound(
            "FRINTP (vector)", "0q0011101z100001100010nnnnnddddd", "frintp {Vd.F}, {Vn.F}", .plusInfinity, .float)
        defineRound("FRINTZ (vector)", "0q0011101z100001100110nnnnnddddd", "frintz {Vd.F}, {Vn.F}", .towardZero, .float)
        defineRound("FRINTI (vector)", "0q1011101z100001100110nnnnnddddd", "frinti {Vd.F}, {Vn.F}", .dynamic, .float)
        defineRound(
            "FRINTX (vector)", "0q1011100z100001100110nnnnnddddd", "frintx {Vd.F}, {Vn.F}", .dynamic, .float,
            signalsInexact: true)
        defineRound(
            "FRINTN (vector, half)", "0q00111001111001100010nnnnnddddd", "frintn {Vd.H}, {Vn.H}", .nearestEven, .half)
        defineRound(
            "FRINTA (vector, half)", "0q10111001111001100010nnnnnddddd", "frinta {Vd.H}, {Vn.H}", .nearestAway, .half)
        defineRound(
            "FRINTM (vector, half)", "0q00111001111001100110nnnnnddddd", "frintm {Vd.H}, {Vn.H}", .minusInfinity, .half)
        defineRound(
            "FRINTP (vector, half)", "0q00111011111001100010nnnnnddddd", "frintp {Vd.H}, {Vn.H}", .plusInfinity, .half)
        defineRound(
            "FRINTZ (vector, half)", "0q00111011111001100110nnnnnddddd", "frintz {Vd.H}, {Vn.H}", .towardZero, .half)
        defineRound(
            "FRINTI (vector, half)", "0q10111011111001100110nnnnnddddd", "frinti {Vd.H}, {Vn.H}", .dynamic, .half)
        defineRound(
            "FRINTX (vector, half)", "0q10111001111001100110nnnnnddddd", "frintx {Vd.H}, {Vn.H}", .dynamic, .half,
            signalsInexact: true)
    }

    private mutating func defineVectorRoundToRange() {
        defineRoundToRange(
            "FRINT32Z (vector)", "0q0011100z100001111010nnnnnddddd", "frint32z {Vd.F}, {Vn.F}", .towardZero, is64: false
        )
        defineRoundToRange(
            "FRINT32X (vector)", "0q1011100z100001111010nnnnnddddd", "frint32x {Vd.F}, {Vn.F}", .dynamic, is64: false)
        defineRoundToRange(
            "FRINT64Z (vector)", "0q0011100z100001111110nnnnnddddd", "frint64z {Vd.F}, {Vn.F}", .towardZero, is64: true)
        defineRoundToRange(
            "FRINT64X (vector)", "0q1011100z100001111110nnnnnddddd", "frint64x {Vd.F}, {Vn.F}", .dynamic, is64: true)
    }

    private mutating func defineRound(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ rounding: FloatRounding,
        _ rule: LaneRule, signalsInexact: Bool = false
    ) {
        let parameter = UInt64(rounding.rawValue) | (signalsInexact ? 8 : 0)
        defineUnary(name, pattern, text, .floatRound, rule, parameter: parameter)
    }

    private mutating func defineRoundToRange(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ rounding: FloatRounding, is64: Bool
    ) {
        let parameter = UInt64(rounding.rawValue) | (is64 ? 16 : 0)
        defineUnary(
            name, pattern, text, .floatRoundToRange, .float, parameter: parameter, features: .roundToRange)
    }
}
