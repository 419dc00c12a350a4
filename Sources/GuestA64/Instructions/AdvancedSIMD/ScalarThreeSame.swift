import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD scalar three same, three same (FP16) and three same extra.
extension DecodeTable<A64Translation> {
    mutating func defineScalarThreeSame() {
        defineScalarInteger()
        defineScalarSaturating()
        defineScalarFloat()
        defineScalarHalf()
    }

    private mutating func defineScalarInteger() {
        defineBinary(
            "ADD (vector, scalar)", "01011110111mmmmm100001nnnnnddddd", "add {Dd}, {Dn}, {Dm}", .add,
            .fixed(Lanes(.d, .one)))
        defineBinary(
            "SUB (vector, scalar)", "01111110111mmmmm100001nnnnnddddd", "sub {Dd}, {Dn}, {Dm}", .sub,
            .fixed(Lanes(.d, .one)))
        defineBinary(
            "SSHL (scalar)", "01011110111mmmmm010001nnnnnddddd", "sshl {Dd}, {Dn}, {Dm}", .shiftSigned,
            .fixed(Lanes(.d, .one)))
        defineBinary(
            "USHL (scalar)", "01111110111mmmmm010001nnnnnddddd", "ushl {Dd}, {Dn}, {Dm}", .shiftUnsigned,
            .fixed(Lanes(.d, .one)))
        defineBinary(
            "SRSHL (scalar)", "01011110111mmmmm010101nnnnnddddd", "srshl {Dd}, {Dn}, {Dm}", .roundingShiftSigned,
            .fixed(Lanes(.d, .one)))
        defineBinary(
            "URSHL (scalar)", "01111110111mmmmm010101nnnnnddddd", "urshl {Dd}, {Dn}, {Dm}", .roundingShiftUnsigned,
            .fixed(Lanes(.d, .one)))
        defineBinary(
            "CMGT (register, scalar)", "01011110111mmmmm001101nnnnnddddd", "cmgt {Dd}, {Dn}, {Dm}",
            .compareGreaterSigned, .fixed(Lanes(.d, .one)))
        defineBinary(
            "CMHI (register, scalar)", "01111110111mmmmm001101nnnnnddddd", "cmhi {Dd}, {Dn}, {Dm}",
            .compareGreaterUnsigned, .fixed(Lanes(.d, .one)))
        defineBinary(
            "CMGE (register, scalar)", "01011110111mmmmm001111nnnnnddddd", "cmge {Dd}, {Dn}, {Dm}",
            .compareGreaterEqualSigned, .fixed(Lanes(.d, .one)))
        defineBinary(
            "CMHS (register, scalar)", "01111110111mmmmm001111nnnnnddddd", "cmhs {Dd}, {Dn}, {Dm}",
            .compareGreaterEqualUnsigned, .fixed(Lanes(.d, .one)))
        defineBinary(
            "CMTST (register, scalar)", "01011110111mmmmm100011nnnnnddddd", "cmtst {Dd}, {Dn}, {Dm}", .test,
            .fixed(Lanes(.d, .one)))
        defineBinary(
            "CMEQ (register, scalar)", "01111110111mmmmm100011nnnnnddddd", "cmeq {Dd}, {Dn}, {Dm}", .compareEqual,
            .fixed(Lanes(.d, .one)))
    }

    private mutating func defineScalarSaturating() {
        defineBinary(
            "SQADD (scalar)", "01011110zz1mmmmm000011nnnnnddddd", "sqadd {Vd:T}, {Vn:T}, {Vm:T}", .saturatingAddSigned,
            .scalar(.bhsd))
        defineBinary(
            "UQADD (scalar)", "01111110zz1mmmmm000011nnnnnddddd", "uqadd {Vd:T}, {Vn:T}, {Vm:T}",
            .saturatingAddUnsigned, .scalar(.bhsd))
        defineBinary(
            "SQSUB (scalar)", "01011110zz1mmmmm001011nnnnnddddd", "sqsub {Vd:T}, {Vn:T}, {Vm:T}", .saturatingSubSigned,
            .scalar(.bhsd))
        defineBinary(
            "UQSUB (scalar)", "01111110zz1mmmmm001011nnnnnddddd", "uqsub {Vd:T}, {Vn:T}, {Vm:T}",
            .saturatingSubUnsigned, .scalar(.bhsd))
        defineBinary(
            "SQSHL (register, scalar)", "01011110zz1mmmmm010011nnnnnddddd", "sqshl {Vd:T}, {Vn:T}, {Vm:T}",
            .saturatingShiftSigned, .scalar(.bhsd))
        defineBinary(
            "UQSHL (register, scalar)", "01111110zz1mmmmm010011nnnnnddddd", "uqshl {Vd:T}, {Vn:T}, {Vm:T}",
            .saturatingShiftUnsigned, .scalar(.bhsd))
        defineBinary(
            "SQRSHL (scalar)", "01011110zz1mmmmm010111nnnnnddddd", "sqrshl {Vd:T}, {Vn:T}, {Vm:T}",
            .saturatingRoundingShiftSigned, .scalar(.bhsd))
        defineBinary(
            "UQRSHL (scalar)", "01111110zz1mmmmm010111nnnnnddddd", "uqrshl {Vd:T}, {Vn:T}, {Vm:T}",
            .saturatingRoundingShiftUnsigned, .scalar(.bhsd))
        defineBinary(
            "SQDMULH (vector, scalar)", "01011110zz1mmmmm101101nnnnnddddd", "sqdmulh {Vd:T}, {Vn:T}, {Vm:T}",
            .saturatingDoublingMultiplyHigh, .scalar(.hs))
        defineBinary(
            "SQRDMULH (vector, scalar)", "01111110zz1mmmmm101101nnnnnddddd", "sqrdmulh {Vd:T}, {Vn:T}, {Vm:T}",
            .saturatingRoundingDoublingMultiplyHigh, .scalar(.hs))
        defineBinary(
            "SQRDMLAH (vector, scalar)", "01111110zz0mmmmm100001nnnnnddddd", "sqrdmlah {Vd:T}, {Vn:T}, {Vm:T}",
            .saturatingRoundingDoublingMultiplyAddHigh, .scalar(.hs), features: .roundingDoublingMultiply)
        defineBinary(
            "SQRDMLSH (vector, scalar)", "01111110zz0mmmmm100011nnnnnddddd", "sqrdmlsh {Vd:T}, {Vn:T}, {Vm:T}",
            .saturatingRoundingDoublingMultiplySubHigh, .scalar(.hs), features: .roundingDoublingMultiply)
    }

    private mutating func defineScalarFloat() {
        defineBinary(
            "FMULX (vector, scalar)", "010111100z1mmmmm110111nnnnnddddd", "fmulx {Vd:F}, {Vn:F}, {Vm:F}",
            .floatMultiplyExtended, .scalarFloat)
        defineBinary(
            "FABD (scalar)", "011111101z1mmmmm110101nnnnnddddd", "fabd {Vd:F}, {Vn:F}, {Vm:F}",
            .floatAbsoluteDifference, .scalarFloat)
        defineBinary(
            "FRECPS (scalar)", "010111100z1mmmmm111111nnnnnddddd", "frecps {Vd:F}, {Vn:F}, {Vm:F}",
            .floatReciprocalStep, .scalarFloat)
        defineBinary(
            "FRSQRTS (scalar)", "010111101z1mmmmm111111nnnnnddddd", "frsqrts {Vd:F}, {Vn:F}, {Vm:F}",
            .floatSquareRootStep, .scalarFloat)
        defineBinary(
            "FCMEQ (register, scalar)", "010111100z1mmmmm111001nnnnnddddd", "fcmeq {Vd:F}, {Vn:F}, {Vm:F}",
            .floatCompareEqual, .scalarFloat)
        defineBinary(
            "FCMGE (register, scalar)", "011111100z1mmmmm111001nnnnnddddd", "fcmge {Vd:F}, {Vn:F}, {Vm:F}",
            .floatCompareGreaterEqual, .scalarFloat)
        defineBinary(
            "FCMGT (register, scalar)", "011111101z1mmmmm111001nnnnnddddd", "fcmgt {Vd:F}, {Vn:F}, {Vm:F}",
            .floatCompareGreater, .scalarFloat)
        defineBinary(
            "FACGE (scalar)", "011111100z1mmmmm111011nnnnnddddd", "facge {Vd:F}, {Vn:F}, {Vm:F}",
            .floatAbsoluteCompareGreaterEqual, .scalarFloat)
        defineBinary(
            "FACGT (scalar)", "011111101z1mmmmm111011nnnnnddddd", "facgt {Vd:F}, {Vn:F}, {Vm:F}",
            .floatAbsoluteCompareGreater, .scalarFloat)
    }

    private mutating func defineScalarHalf() {
        defineBinary(
            "FMULX (vector, scalar, half)", "01011110010mmmmm000111nnnnnddddd", "fmulx {Hd}, {Hn}, {Hm}",
            .floatMultiplyExtended, .scalarHalf)
        defineBinary(
            "FABD (scalar, half)", "01111110110mmmmm000101nnnnnddddd", "fabd {Hd}, {Hn}, {Hm}",
            .floatAbsoluteDifference, .scalarHalf)
        defineBinary(
            "FRECPS (scalar, half)", "01011110010mmmmm001111nnnnnddddd", "frecps {Hd}, {Hn}, {Hm}",
            .floatReciprocalStep, .scalarHalf)
        defineBinary(
            "FRSQRTS (scalar, half)", "01011110110mmmmm001111nnnnnddddd", "frsqrts {Hd}, {Hn}, {Hm}",
            .floatSquareRootStep, .scalarHalf)
        defineBinary(
            "FCMEQ (register, scalar, half)", "01011110010mmmmm001001nnnnnddddd", "fcmeq {Hd}, {Hn}, {Hm}",
            .floatCompareEqual, .scalarHalf)
        defineBinary(
            "FCMGE (register, scalar, half)", "01111110010mmmmm001001nnnnnddddd", "fcmge {Hd}, {Hn}, {Hm}",
            .floatCompareGreaterEqual, .scalarHalf)
        defineBinary(
            "FCMGT (register, scalar, half)", "01111110110mmmmm001001nnnnnddddd", "fcmgt {Hd}, {Hn}, {Hm}",
            .floatCompareGreater, .scalarHalf)
        defineBinary(
            "FACGE (scalar, half)", "01111110010mmmmm001011nnnnnddddd", "facge {Hd}, {Hn}, {Hm}",
            .floatAbsoluteCompareGreaterEqual, .scalarHalf)
        defineBinary(
            "FACGT (scalar, half)", "01111110110mmmmm001011nnnnnddddd", "facgt {Hd}, {Hn}, {Hm}",
            .floatAbsoluteCompareGreater, .scalarHalf)
    }
}
