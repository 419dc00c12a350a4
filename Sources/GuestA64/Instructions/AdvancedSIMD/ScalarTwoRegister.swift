import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD scalar two-register miscellaneous.
extension DecodeTable<A64Translation> {
    mutating func defineScalarTwoRegister() {
        defineScalarTwoRegisterInteger()
        defineScalarNarrow()
        defineScalarFloatTwoRegister()
        defineScalarFloatCompareZero()
    }

    private mutating func defineScalarTwoRegisterInteger() {
        defineUnary(
            "ABS (vector, scalar)", "0101111011100000101110nnnnnddddd", "abs {Dd}, {Dn}", .absolute,
            .fixed(Lanes(.d, .one)))
        defineUnary(
            "NEG (vector, scalar)", "0111111011100000101110nnnnnddddd", "neg {Dd}, {Dn}", .negate,
            .fixed(Lanes(.d, .one)))
        defineUnary(
            "SQABS (scalar)", "01011110zz100000011110nnnnnddddd", "sqabs {Vd:T}, {Vn:T}", .saturatingAbsolute,
            .scalar(.bhsd))
        defineUnary(
            "SQNEG (scalar)", "01111110zz100000011110nnnnnddddd", "sqneg {Vd:T}, {Vn:T}", .saturatingNegate,
            .scalar(.bhsd))
        defineIntoDestination(
            "SUQADD (scalar)", "01011110zz100000001110nnnnnddddd", "suqadd {Vd:T}, {Vn:T}",
            .saturatingAddUnsignedToSigned, .scalar(.bhsd))
        defineIntoDestination(
            "USQADD (scalar)", "01111110zz100000001110nnnnnddddd", "usqadd {Vd:T}, {Vn:T}",
            .saturatingAddSignedToUnsigned, .scalar(.bhsd))
        defineCompareZero(
            "CMGT (zero, scalar)", "0101111011100000100010nnnnnddddd", "cmgt {Dd}, {Dn}, #0", .compareGreaterSigned,
            .fixed(Lanes(.d, .one)), swapped: false)
        defineCompareZero(
            "CMGE (zero, scalar)", "0111111011100000100010nnnnnddddd", "cmge {Dd}, {Dn}, #0",
            .compareGreaterEqualSigned, .fixed(Lanes(.d, .one)), swapped: false)
        defineCompareZero(
            "CMEQ (zero, scalar)", "0101111011100000100110nnnnnddddd", "cmeq {Dd}, {Dn}, #0", .compareEqual,
            .fixed(Lanes(.d, .one)), swapped: false)
        defineCompareZero(
            "CMLE (zero, scalar)", "0111111011100000100110nnnnnddddd", "cmle {Dd}, {Dn}, #0",
            .compareGreaterEqualSigned, .fixed(Lanes(.d, .one)), swapped: true)
        defineCompareZero(
            "CMLT (zero, scalar)", "0101111011100000101010nnnnnddddd", "cmlt {Dd}, {Dn}, #0", .compareGreaterSigned,
            .fixed(Lanes(.d, .one)), swapped: true)
    }

    private mutating func defineScalarNarrow() {
        defineScalarNarrow(
            "SQXTN (scalar)", "01011110zz100001010010nnnnnddddd", "sqxtn {Vd:T}, {Vn:TW}", .saturatingNarrowSigned)
        defineScalarNarrow(
            "UQXTN (scalar)", "01111110zz100001010010nnnnnddddd", "uqxtn {Vd:T}, {Vn:TW}", .saturatingNarrowUnsigned)
        defineScalarNarrow(
            "SQXTUN (scalar)", "01111110zz100001001010nnnnnddddd", "sqxtun {Vd:T}, {Vn:TW}",
            .saturatingNarrowSignedToUnsigned)
    }

    private mutating func defineScalarFloatTwoRegister() {
        defineUnary(
            "FRECPE (scalar)", "010111101z100001110110nnnnnddddd", "frecpe {Vd:F}, {Vn:F}", .floatReciprocalEstimate,
            .scalarFloat)
        defineUnary(
            "FRSQRTE (scalar)", "011111101z100001110110nnnnnddddd", "frsqrte {Vd:F}, {Vn:F}",
            .floatReciprocalSquareRootEstimate, .scalarFloat)
        defineUnary(
            "FRECPX", "010111101z100001111110nnnnnddddd", "frecpx {Vd:F}, {Vn:F}", .floatReciprocalExponent,
            .scalarFloat)
        defineUnary(
            "FRECPE (scalar, half)", "0101111011111001110110nnnnnddddd", "frecpe {Hd}, {Hn}", .floatReciprocalEstimate,
            .scalarHalf)
        defineUnary(
            "FRSQRTE (scalar, half)", "0111111011111001110110nnnnnddddd", "frsqrte {Hd}, {Hn}",
            .floatReciprocalSquareRootEstimate, .scalarHalf)
        defineUnary(
            "FRECPX (half)", "0101111011111001111110nnnnnddddd", "frecpx {Hd}, {Hn}", .floatReciprocalExponent,
            .scalarHalf)
    }

    private mutating func defineScalarFloatCompareZero() {
        defineCompareZero(
            "FCMGT (zero, scalar)", "010111101z100000110010nnnnnddddd", "fcmgt {Vd:F}, {Vn:F}, #0.0",
            .floatCompareGreater, .scalarFloat, swapped: false)
        defineCompareZero(
            "FCMGE (zero, scalar)", "011111101z100000110010nnnnnddddd", "fcmge {Vd:F}, {Vn:F}, #0.0",
            .floatCompareGreaterEqual, .scalarFloat, swapped: false)
        defineCompareZero(
            "FCMEQ (zero, scalar)", "010111101z100000110110nnnnnddddd", "fcmeq {Vd:F}, {Vn:F}, #0.0",
            .floatCompareEqual, .scalarFloat, swapped: false)
        defineCompareZero(
            "FCMLE (zero, scalar)", "011111101z100000110110nnnnnddddd", "fcmle {Vd:F}, {Vn:F}, #0.0",
            .floatCompareGreaterEqual, .scalarFloat, swapped: true)
        defineCompareZero(
            "FCMLT (zero, scalar)", "010111101z100000111010nnnnnddddd", "fcmlt {Vd:F}, {Vn:F}, #0.0",
            .floatCompareGreater, .scalarFloat, swapped: true)
        defineCompareZero(
            "FCMGT (zero, scalar, half)", "0101111011111000110010nnnnnddddd", "fcmgt {Hd}, {Hn}, #0.0",
            .floatCompareGreater, .scalarHalf, swapped: false)
        defineCompareZero(
            "FCMGE (zero, scalar, half)", "0111111011111000110010nnnnnddddd", "fcmge {Hd}, {Hn}, #0.0",
            .floatCompareGreaterEqual, .scalarHalf, swapped: false)
        defineCompareZero(
            "FCMEQ (zero, scalar, half)", "0101111011111000110110nnnnnddddd", "fcmeq {Hd}, {Hn}, #0.0",
            .floatCompareEqual, .scalarHalf, swapped: false)
        defineCompareZero(
            "FCMLE (zero, scalar, half)", "0111111011111000110110nnnnnddddd", "fcmle {Hd}, {Hn}, #0.0",
            .floatCompareGreaterEqual, .scalarHalf, swapped: true)
        defineCompareZero(
            "FCMLT (zero, scalar, half)", "0101111011111000111010nnnnnddddd", "fcmlt {Hd}, {Hn}, #0.0",
            .floatCompareGreater, .scalarHalf, swapped: true)
    }

    private mutating func defineScalarNarrow(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation
    ) {
        defineVector(name, pattern, text) { word, t in
            guard word.laneSize != .d else { return false }
            t.setV(word.rd, t.lanes(operation, Lanes(word.laneSize.doubled, .one), t.v(word.rn)))
            return true
        }
    }
}
