import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD two-register miscellaneous: integers and bits.
extension DecodeTable<A64Translation> {
    mutating func defineVectorTwoRegister() {
        defineVectorReversals()
        defineVectorTwoRegisterArithmetic()
        defineVectorLongPairs()
        defineVectorCompareZero()
        defineVectorNarrow()
    }

    private mutating func defineVectorReversals() {
        defineUnary(
            "REV64", "0q001110zz100000000010nnnnnddddd", "rev64 {Vd.T}, {Vn.T}", .reverseLanes, .vector(.bhs),
            parameter: 3)
        defineUnary(
            "REV16 (vector)", "0q001110zz100000000110nnnnnddddd", "rev16 {Vd.T}, {Vn.T}", .reverseLanes, .vector(.b),
            parameter: 1)
        defineUnary(
            "REV32 (vector)", "0q101110zz100000000010nnnnnddddd", "rev32 {Vd.T}, {Vn.T}", .reverseLanes, .vector(.bh),
            parameter: 2)
        defineUnary(
            "CLS (vector)", "0q001110zz100000010010nnnnnddddd", "cls {Vd.T}, {Vn.T}", .countLeadingSigns, .vector(.bhs))
        defineUnary(
            "CLZ (vector)", "0q101110zz100000010010nnnnnddddd", "clz {Vd.T}, {Vn.T}", .countLeadingZeros, .vector(.bhs))
        defineUnary("CNT", "0q001110zz100000010110nnnnnddddd", "cnt {Vd.T}, {Vn.T}", .populationCount, .vector(.b))
        defineUnary("NOT", "0q10111000100000010110nnnnnddddd", "mvn {Vd.B}, {Vn.B}", .not, .filled(.b))
        defineUnary(
            "RBIT (vector)", "0q10111001100000010110nnnnnddddd", "rbit {Vd.B}, {Vn.B}", .reverseBits, .filled(.b))
    }

    private mutating func defineVectorTwoRegisterArithmetic() {
        defineUnary("ABS (vector)", "0q001110zz100000101110nnnnnddddd", "abs {Vd.T}, {Vn.T}", .absolute, .vector(.bhsd))
        defineUnary("NEG (vector)", "0q101110zz100000101110nnnnnddddd", "neg {Vd.T}, {Vn.T}", .negate, .vector(.bhsd))
        defineUnary(
            "SQABS (vector)", "0q001110zz100000011110nnnnnddddd", "sqabs {Vd.T}, {Vn.T}", .saturatingAbsolute,
            .vector(.bhsd))
        defineUnary(
            "SQNEG (vector)", "0q101110zz100000011110nnnnnddddd", "sqneg {Vd.T}, {Vn.T}", .saturatingNegate,
            .vector(.bhsd))
        defineIntoDestination(
            "SUQADD (vector)", "0q001110zz100000001110nnnnnddddd", "suqadd {Vd.T}, {Vn.T}",
            .saturatingAddUnsignedToSigned, .vector(.bhsd))
        defineIntoDestination(
            "USQADD (vector)", "0q101110zz100000001110nnnnnddddd", "usqadd {Vd.T}, {Vn.T}",
            .saturatingAddSignedToUnsigned, .vector(.bhsd))
        defineUnary(
            "URECPE", "0q00111010100001110010nnnnnddddd", "urecpe {Vd.S}, {Vn.S}", .reciprocalEstimate, .filled(.s))
        defineUnary(
            "URSQRTE", "0q10111010100001110010nnnnnddddd", "ursqrte {Vd.S}, {Vn.S}", .reciprocalSquareRootEstimate,
            .filled(.s))
    }

    private mutating func defineVectorLongPairs() {
        defineUnary(
            "SADDLP", "0q001110zz100000001010nnnnnddddd", "saddlp {Vd.TP}, {Vn.T}", .addPairsLongSigned, .vector(.bhs))
        defineUnary(
            "UADDLP", "0q101110zz100000001010nnnnnddddd", "uaddlp {Vd.TP}, {Vn.T}", .addPairsLongUnsigned, .vector(.bhs)
        )
        defineAccumulatingPairs(
            "SADALP", "0q001110zz100000011010nnnnnddddd", "sadalp {Vd.TP}, {Vn.T}", .addPairsLongSigned)
        defineAccumulatingPairs(
            "UADALP", "0q101110zz100000011010nnnnnddddd", "uadalp {Vd.TP}, {Vn.T}", .addPairsLongUnsigned)
    }

    private mutating func defineVectorCompareZero() {
        defineCompareZero(
            "CMGT (zero)", "0q001110zz100000100010nnnnnddddd", "cmgt {Vd.T}, {Vn.T}, #0", .compareGreaterSigned,
            .vector(.bhsd), swapped: false)
        defineCompareZero(
            "CMGE (zero)", "0q101110zz100000100010nnnnnddddd", "cmge {Vd.T}, {Vn.T}, #0", .compareGreaterEqualSigned,
            .vector(.bhsd), swapped: false)
        defineCompareZero(
            "CMEQ (zero)", "0q001110zz100000100110nnnnnddddd", "cmeq {Vd.T}, {Vn.T}, #0", .compareEqual, .vector(.bhsd),
            swapped: false)
        defineCompareZero(
            "CMLE (zero)", "0q101110zz100000100110nnnnnddddd", "cmle {Vd.T}, {Vn.T}, #0", .compareGreaterEqualSigned,
            .vector(.bhsd), swapped: true)
        defineCompareZero(
            "CMLT (zero)", "0q001110zz100000101010nnnnnddddd", "cmlt {Vd.T}, {Vn.T}, #0", .compareGreaterSigned,
            .vector(.bhsd), swapped: true)
    }

    private mutating func defineVectorNarrow() {
        defineNarrow("XTN, XTN2", "0q001110zz100001001010nnnnnddddd", "xtn{2} {Vd.T}, {Vn.TW}", .narrow)
        defineNarrow(
            "SQXTN, SQXTN2 (vector)", "0q001110zz100001010010nnnnnddddd", "sqxtn{2} {Vd.T}, {Vn.TW}",
            .saturatingNarrowSigned)
        defineNarrow(
            "UQXTN, UQXTN2 (vector)", "0q101110zz100001010010nnnnnddddd", "uqxtn{2} {Vd.T}, {Vn.TW}",
            .saturatingNarrowUnsigned)
        defineNarrow(
            "SQXTUN, SQXTUN2 (vector)", "0q101110zz100001001010nnnnnddddd", "sqxtun{2} {Vd.T}, {Vn.TW}",
            .saturatingNarrowSignedToUnsigned)
        defineVector("SHLL, SHLL2", "0q101110zz100001001110nnnnnddddd", "shll{2} {Vd.TW}, {Vn.T}, {size}") { word, t in
            guard word.laneSize != .d else { return false }
            let wide = t.ir.lanes(.widenUnsigned, Lanes(word.laneSize, .full), t.v(word.rn), parameter: word.upperHalf)
            t.setV(
                word.rd,
                t.ir.lanes(.shiftLeftImmediate, word.wideLanes, wide, parameter: UInt64(word.laneSize.bits)))
            return true
        }
    }

    // MARK: Rows by what they do

    /// Vd from Vd and Vn.
    mutating func defineIntoDestination(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ rule: LaneRule
    ) {
        defineLanes(name, pattern, text, rule) { word, t, lanes in
            t.setV(word.rd, t.lanes(operation, lanes, t.v(word.rd), t.v(word.rn)))
        }
    }

    private mutating func defineAccumulatingPairs(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation
    ) {
        defineLanes(name, pattern, text, .vector(.bhs)) { word, t, lanes in
            let sums = t.ir.lanes(operation, lanes, t.v(word.rn))
            t.setV(word.rd, t.ir.lanes(.add, Lanes(lanes.size.doubled, lanes.width), t.v(word.rd), sums))
        }
    }

    /// Vn compared with zero; `swapped`: zero with Vn.
    mutating func defineCompareZero(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ rule: LaneRule, swapped: Bool
    ) {
        defineLanes(name, pattern, text, rule) { word, t, lanes in
            let (value, zero) = (t.v(word.rn), t.zeroVector())
            t.setV(word.rd, t.lanes(operation, lanes, swapped ? zero : value, swapped ? value : zero))
        }
    }

    private mutating func defineNarrow(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation
    ) {
        defineVector(name, pattern, text) { word, t in
            guard word.laneSize != .d else { return false }
            t.setHalf(word.rd, upper: word.isQuad, t.lanes(operation, word.wideLanes, t.v(word.rn)))
            return true
        }
    }
}
