import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD three same: integers and bits.
extension DecodeTable<A64Translation> {
    mutating func defineVectorThreeSame() {
        defineVectorArithmetic()
        defineVectorNeighbours()
        defineVectorComparison()
        defineVectorSaturating()
        defineVectorShiftByRegister()
        defineVectorLogic()
    }

    private mutating func defineVectorArithmetic() {
        defineBinary(
            "SHADD", "0q001110zz1mmmmm000001nnnnnddddd", "shadd {Vd.T}, {Vn.T}, {Vm.T}", .halvingAddSigned,
            .vector(.bhs))
        defineBinary(
            "UHADD", "0q101110zz1mmmmm000001nnnnnddddd", "uhadd {Vd.T}, {Vn.T}, {Vm.T}", .halvingAddUnsigned,
            .vector(.bhs))
        defineBinary(
            "SRHADD", "0q001110zz1mmmmm000101nnnnnddddd", "srhadd {Vd.T}, {Vn.T}, {Vm.T}", .roundingHalvingAddSigned,
            .vector(.bhs))
        defineBinary(
            "URHADD", "0q101110zz1mmmmm000101nnnnnddddd", "urhadd {Vd.T}, {Vn.T}, {Vm.T}", .roundingHalvingAddUnsigned,
            .vector(.bhs))
        defineBinary(
            "SHSUB", "0q001110zz1mmmmm001001nnnnnddddd", "shsub {Vd.T}, {Vn.T}, {Vm.T}", .halvingSubSigned,
            .vector(.bhs))
        defineBinary(
            "UHSUB", "0q101110zz1mmmmm001001nnnnnddddd", "uhsub {Vd.T}, {Vn.T}, {Vm.T}", .halvingSubUnsigned,
            .vector(.bhs))
        defineBinary(
            "SMAX (vector)", "0q001110zz1mmmmm011001nnnnnddddd", "smax {Vd.T}, {Vn.T}, {Vm.T}", .maxSigned,
            .vector(.bhs))
        defineBinary(
            "UMAX (vector)", "0q101110zz1mmmmm011001nnnnnddddd", "umax {Vd.T}, {Vn.T}, {Vm.T}", .maxUnsigned,
            .vector(.bhs))
        defineBinary(
            "SMIN (vector)", "0q001110zz1mmmmm011011nnnnnddddd", "smin {Vd.T}, {Vn.T}, {Vm.T}", .minSigned,
            .vector(.bhs))
        defineBinary(
            "UMIN (vector)", "0q101110zz1mmmmm011011nnnnnddddd", "umin {Vd.T}, {Vn.T}, {Vm.T}", .minUnsigned,
            .vector(.bhs))
        defineBinary(
            "SABD", "0q001110zz1mmmmm011101nnnnnddddd", "sabd {Vd.T}, {Vn.T}, {Vm.T}", .absoluteDifferenceSigned,
            .vector(.bhs))
        defineBinary(
            "UABD", "0q101110zz1mmmmm011101nnnnnddddd", "uabd {Vd.T}, {Vn.T}, {Vm.T}", .absoluteDifferenceUnsigned,
            .vector(.bhs))
        defineBinary(
            "ADD (vector)", "0q001110zz1mmmmm100001nnnnnddddd", "add {Vd.T}, {Vn.T}, {Vm.T}", .add, .vector(.bhsd))
        defineBinary(
            "SUB (vector)", "0q101110zz1mmmmm100001nnnnnddddd", "sub {Vd.T}, {Vn.T}, {Vm.T}", .sub, .vector(.bhsd))
        defineBinary(
            "MLA (vector)", "0q001110zz1mmmmm100101nnnnnddddd", "mla {Vd.T}, {Vn.T}, {Vm.T}", .multiplyAdd,
            .vector(.bhs))
        defineBinary(
            "MLS (vector)", "0q101110zz1mmmmm100101nnnnnddddd", "mls {Vd.T}, {Vn.T}, {Vm.T}", .multiplySubtract,
            .vector(.bhs))
        defineBinary(
            "MUL (vector)", "0q001110zz1mmmmm100111nnnnnddddd", "mul {Vd.T}, {Vn.T}, {Vm.T}", .mul, .vector(.bhs))
        defineBinary(
            "PMUL", "0q101110zz1mmmmm100111nnnnnddddd", "pmul {Vd.T}, {Vn.T}, {Vm.T}", .polynomialMultiply, .vector(.b))
        defineAccumulatingDifference(
            "SABA", "0q001110zz1mmmmm011111nnnnnddddd", "saba {Vd.T}, {Vn.T}, {Vm.T}", .absoluteDifferenceSigned)
        defineAccumulatingDifference(
            "UABA", "0q101110zz1mmmmm011111nnnnnddddd", "uaba {Vd.T}, {Vn.T}, {Vm.T}", .absoluteDifferenceUnsigned)
    }

    private mutating func defineVectorNeighbours() {
        defineBinary(
            "SMAXP", "0q001110zz1mmmmm101001nnnnnddddd", "smaxp {Vd.T}, {Vn.T}, {Vm.T}", .maxPairsSigned, .vector(.bhs))
        defineBinary(
            "UMAXP", "0q101110zz1mmmmm101001nnnnnddddd", "umaxp {Vd.T}, {Vn.T}, {Vm.T}", .maxPairsUnsigned,
            .vector(.bhs))
        defineBinary(
            "SMINP", "0q001110zz1mmmmm101011nnnnnddddd", "sminp {Vd.T}, {Vn.T}, {Vm.T}", .minPairsSigned, .vector(.bhs))
        defineBinary(
            "UMINP", "0q101110zz1mmmmm101011nnnnnddddd", "uminp {Vd.T}, {Vn.T}, {Vm.T}", .minPairsUnsigned,
            .vector(.bhs))
        defineBinary(
            "ADDP (vector)", "0q001110zz1mmmmm101111nnnnnddddd", "addp {Vd.T}, {Vn.T}, {Vm.T}", .addPairs,
            .vector(.bhsd))
    }

    private mutating func defineVectorComparison() {
        defineBinary(
            "CMGT (register)", "0q001110zz1mmmmm001101nnnnnddddd", "cmgt {Vd.T}, {Vn.T}, {Vm.T}", .compareGreaterSigned,
            .vector(.bhsd))
        defineBinary(
            "CMHI (register)", "0q101110zz1mmmmm001101nnnnnddddd", "cmhi {Vd.T}, {Vn.T}, {Vm.T}",
            .compareGreaterUnsigned, .vector(.bhsd))
        defineBinary(
            "CMGE (register)", "0q001110zz1mmmmm001111nnnnnddddd", "cmge {Vd.T}, {Vn.T}, {Vm.T}",
            .compareGreaterEqualSigned, .vector(.bhsd))
        defineBinary(
            "CMHS (register)", "0q101110zz1mmmmm001111nnnnnddddd", "cmhs {Vd.T}, {Vn.T}, {Vm.T}",
            .compareGreaterEqualUnsigned, .vector(.bhsd))
        defineBinary(
            "CMTST (register)", "0q001110zz1mmmmm100011nnnnnddddd", "cmtst {Vd.T}, {Vn.T}, {Vm.T}", .test,
            .vector(.bhsd))
        defineBinary(
            "CMEQ (register)", "0q101110zz1mmmmm100011nnnnnddddd", "cmeq {Vd.T}, {Vn.T}, {Vm.T}", .compareEqual,
            .vector(.bhsd))
    }

    private mutating func defineVectorSaturating() {
        defineBinary(
            "SQADD (vector)", "0q001110zz1mmmmm000011nnnnnddddd", "sqadd {Vd.T}, {Vn.T}, {Vm.T}", .saturatingAddSigned,
            .vector(.bhsd))
        defineBinary(
            "UQADD (vector)", "0q101110zz1mmmmm000011nnnnnddddd", "uqadd {Vd.T}, {Vn.T}, {Vm.T}",
            .saturatingAddUnsigned, .vector(.bhsd))
        defineBinary(
            "SQSUB (vector)", "0q001110zz1mmmmm001011nnnnnddddd", "sqsub {Vd.T}, {Vn.T}, {Vm.T}", .saturatingSubSigned,
            .vector(.bhsd))
        defineBinary(
            "UQSUB (vector)", "0q101110zz1mmmmm001011nnnnnddddd", "uqsub {Vd.T}, {Vn.T}, {Vm.T}",
            .saturatingSubUnsigned, .vector(.bhsd))
        defineBinary(
            "SQDMULH (vector)", "0q001110zz1mmmmm101101nnnnnddddd", "sqdmulh {Vd.T}, {Vn.T}, {Vm.T}",
            .saturatingDoublingMultiplyHigh, .vector(.hs))
        defineBinary(
            "SQRDMULH (vector)", "0q101110zz1mmmmm101101nnnnnddddd", "sqrdmulh {Vd.T}, {Vn.T}, {Vm.T}",
            .saturatingRoundingDoublingMultiplyHigh, .vector(.hs))
    }

    private mutating func defineVectorShiftByRegister() {
        defineBinary(
            "SSHL", "0q001110zz1mmmmm010001nnnnnddddd", "sshl {Vd.T}, {Vn.T}, {Vm.T}", .shiftSigned, .vector(.bhsd))
        defineBinary(
            "USHL", "0q101110zz1mmmmm010001nnnnnddddd", "ushl {Vd.T}, {Vn.T}, {Vm.T}", .shiftUnsigned, .vector(.bhsd))
        defineBinary(
            "SQSHL (register)", "0q001110zz1mmmmm010011nnnnnddddd", "sqshl {Vd.T}, {Vn.T}, {Vm.T}",
            .saturatingShiftSigned, .vector(.bhsd))
        defineBinary(
            "UQSHL (register)", "0q101110zz1mmmmm010011nnnnnddddd", "uqshl {Vd.T}, {Vn.T}, {Vm.T}",
            .saturatingShiftUnsigned, .vector(.bhsd))
        defineBinary(
            "SRSHL", "0q001110zz1mmmmm010101nnnnnddddd", "srshl {Vd.T}, {Vn.T}, {Vm.T}", .roundingShiftSigned,
            .vector(.bhsd))
        defineBinary(
            "URSHL", "0q101110zz1mmmmm010101nnnnnddddd", "urshl {Vd.T}, {Vn.T}, {Vm.T}", .roundingShiftUnsigned,
            .vector(.bhsd))
        defineBinary(
            "SQRSHL", "0q001110zz1mmmmm010111nnnnnddddd", "sqrshl {Vd.T}, {Vn.T}, {Vm.T}",
            .saturatingRoundingShiftSigned, .vector(.bhsd))
        defineBinary(
            "UQRSHL", "0q101110zz1mmmmm010111nnnnnddddd", "uqrshl {Vd.T}, {Vn.T}, {Vm.T}",
            .saturatingRoundingShiftUnsigned, .vector(.bhsd))
    }

    private mutating func defineVectorLogic() {
        defineBinary(
            "AND (vector)", "0q001110001mmmmm000111nnnnnddddd", "and {Vd.B}, {Vn.B}, {Vm.B}", .and, .filled(.b))
        defineBinary(
            "BIC (vector, register)", "0q001110011mmmmm000111nnnnnddddd", "bic {Vd.B}, {Vn.B}, {Vm.B}", .andNot,
            .filled(.b))
        defineBinary(
            "ORN (vector)", "0q001110111mmmmm000111nnnnnddddd", "orn {Vd.B}, {Vn.B}, {Vm.B}", .orNot, .filled(.b))
        defineBinary(
            "EOR (vector)", "0q101110001mmmmm000111nnnnnddddd", "eor {Vd.B}, {Vn.B}, {Vm.B}", .xor, .filled(.b))
        defineVector("ORR (vector, register)", "0q001110101mmmmm000111nnnnnddddd", "orr {Vd.B}, {Vn.B}, {Vm.B}") {
            word, t in
            t.vectorOr(word)
        }
        // Each is a choice between two registers by the bits of the third.
        defineLanes("BSL", "0q101110011mmmmm000111nnnnnddddd", "bsl {Vd.B}, {Vn.B}, {Vm.B}", .filled(.b)) {
            word, t, lanes in
            let (d, n, m) = (t.v(word.rd), t.v(word.rn), t.v(word.rm))
            t.setV(word.rd, t.ir.lanes(.bitSelect, lanes, d, n, m))
        }
        defineLanes("BIT", "0q101110101mmmmm000111nnnnnddddd", "bit {Vd.B}, {Vn.B}, {Vm.B}", .filled(.b)) {
            word, t, lanes in
            let (d, n, m) = (t.v(word.rd), t.v(word.rn), t.v(word.rm))
            t.setV(word.rd, t.ir.lanes(.bitSelect, lanes, m, n, d))
        }
        defineLanes("BIF", "0q101110111mmmmm000111nnnnnddddd", "bif {Vd.B}, {Vn.B}, {Vm.B}", .filled(.b)) {
            word, t, lanes in
            let (d, n, m) = (t.v(word.rd), t.v(word.rn), t.v(word.rm))
            t.setV(word.rd, t.ir.lanes(.bitSelect, lanes, m, d, n))
        }
    }

    /// Vd + |Vn - Vm|.
    private mutating func defineAccumulatingDifference(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation
    ) {
        defineLanes(name, pattern, text, .vector(.bhs)) { word, t, lanes in
            let difference = t.ir.lanes(operation, lanes, t.v(word.rn), t.v(word.rm))
            t.setV(word.rd, t.ir.lanes(.add, lanes, t.v(word.rd), difference))
        }
    }
}

extension A64Translation {
    /// ORR of a register with itself is how vectors are moved.
    fileprivate mutating func vectorOr(_ word: UInt32) -> Bool {
        let lanes = Lanes(.b, word.vectorWidth)
        if word.rn != word.rm {
            setV(word.rd, ir.lanes(.or, lanes, v(word.rn), v(word.rm)))
        } else if word.isQuad {
            setV(word.rd, v(word.rn))
        } else {
            setVectorLow(word.rd, vectorLow(word.rn, .i64))
        }
        return true
    }
}
