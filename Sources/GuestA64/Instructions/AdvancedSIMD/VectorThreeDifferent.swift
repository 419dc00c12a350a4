import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD three different: operands of one size, results of another. Q: the upper halves.
extension DecodeTable<A64Translation> {
    mutating func defineVectorThreeDifferent() {
        defineVectorLong()
        defineVectorWide()
        defineVectorHighNarrow()
        defineVectorDoublingLong()
    }

    private mutating func defineVectorLong() {
        defineLong(
            "SADDL, SADDL2", "0q001110zz1mmmmm000000nnnnnddddd", "saddl{2} {Vd.TW}, {Vn.T}, {Vm.T}", .add, .widenSigned)
        defineLong(
            "UADDL, UADDL2", "0q101110zz1mmmmm000000nnnnnddddd", "uaddl{2} {Vd.TW}, {Vn.T}, {Vm.T}", .add,
            .widenUnsigned)
        defineLong(
            "SSUBL, SSUBL2", "0q001110zz1mmmmm001000nnnnnddddd", "ssubl{2} {Vd.TW}, {Vn.T}, {Vm.T}", .sub, .widenSigned)
        defineLong(
            "USUBL, USUBL2", "0q101110zz1mmmmm001000nnnnnddddd", "usubl{2} {Vd.TW}, {Vn.T}, {Vm.T}", .sub,
            .widenUnsigned)
        defineLong(
            "SABDL, SABDL2", "0q001110zz1mmmmm011100nnnnnddddd", "sabdl{2} {Vd.TW}, {Vn.T}, {Vm.T}",
            .absoluteDifferenceSigned, .widenSigned)
        defineLong(
            "UABDL, UABDL2", "0q101110zz1mmmmm011100nnnnnddddd", "uabdl{2} {Vd.TW}, {Vn.T}, {Vm.T}",
            .absoluteDifferenceUnsigned, .widenUnsigned)
        defineLong(
            "SMULL, SMULL2 (vector)", "0q001110zz1mmmmm110000nnnnnddddd", "smull{2} {Vd.TW}, {Vn.T}, {Vm.T}", .mul,
            .widenSigned)
        defineLong(
            "UMULL, UMULL2 (vector)", "0q101110zz1mmmmm110000nnnnnddddd", "umull{2} {Vd.TW}, {Vn.T}, {Vm.T}", .mul,
            .widenUnsigned)
        defineLong(
            "SMLAL, SMLAL2 (vector)", "0q001110zz1mmmmm100000nnnnnddddd", "smlal{2} {Vd.TW}, {Vn.T}, {Vm.T}",
            .multiplyAdd, .widenSigned)
        defineLong(
            "UMLAL, UMLAL2 (vector)", "0q101110zz1mmmmm100000nnnnnddddd", "umlal{2} {Vd.TW}, {Vn.T}, {Vm.T}",
            .multiplyAdd, .widenUnsigned)
        defineLong(
            "SMLSL, SMLSL2 (vector)", "0q001110zz1mmmmm101000nnnnnddddd", "smlsl{2} {Vd.TW}, {Vn.T}, {Vm.T}",
            .multiplySubtract, .widenSigned)
        defineLong(
            "UMLSL, UMLSL2 (vector)", "0q101110zz1mmmmm101000nnnnnddddd", "umlsl{2} {Vd.TW}, {Vn.T}, {Vm.T}",
            .multiplySubtract, .widenUnsigned)
        defineAccumulatingLong(
            "SABAL, SABAL2", "0q001110zz1mmmmm010100nnnnnddddd", "sabal{2} {Vd.TW}, {Vn.T}, {Vm.T}",
            .absoluteDifferenceSigned, .widenSigned)
        defineAccumulatingLong(
            "UABAL, UABAL2", "0q101110zz1mmmmm010100nnnnnddddd", "uabal{2} {Vd.TW}, {Vn.T}, {Vm.T}",
            .absoluteDifferenceUnsigned, .widenUnsigned)
        defineVector("PMULL, PMULL2 (8-bit)", "0q001110001mmmmm111000nnnnnddddd", "pmull{2} {Vd}.8h, {Vn.B}, {Vm.B}") {
            word, t in
            let (a, b) = (t.v(word.rn), t.v(word.rm))
            t.setV(word.rd, t.ir.lanes(.polynomialMultiplyLong, Lanes(.b, .full), a, b, parameter: word.upperHalf))
            return true
        }
    }

    private mutating func defineVectorWide() {
        defineWide(
            "SADDW, SADDW2", "0q001110zz1mmmmm000100nnnnnddddd", "saddw{2} {Vd.TW}, {Vn.TW}, {Vm.T}", .add, .widenSigned
        )
        defineWide(
            "UADDW, UADDW2", "0q101110zz1mmmmm000100nnnnnddddd", "uaddw{2} {Vd.TW}, {Vn.TW}, {Vm.T}", .add,
            .widenUnsigned)
        defineWide(
            "SSUBW, SSUBW2", "0q001110zz1mmmmm001100nnnnnddddd", "ssubw{2} {Vd.TW}, {Vn.TW}, {Vm.T}", .sub, .widenSigned
        )
        defineWide(
            "USUBW, USUBW2", "0q101110zz1mmmmm001100nnnnnddddd", "usubw{2} {Vd.TW}, {Vn.TW}, {Vm.T}", .sub,
            .widenUnsigned)
    }

    private mutating func defineVectorHighNarrow() {
        defineHighNarrow(
            "ADDHN, ADDHN2", "0q001110zz1mmmmm010000nnnnnddddd", "addhn{2} {Vd.T}, {Vn.TW}, {Vm.TW}", .add,
            rounds: false)
        defineHighNarrow(
            "RADDHN, RADDHN2", "0q101110zz1mmmmm010000nnnnnddddd", "raddhn{2} {Vd.T}, {Vn.TW}, {Vm.TW}", .add,
            rounds: true)
        defineHighNarrow(
            "SUBHN, SUBHN2", "0q001110zz1mmmmm011000nnnnnddddd", "subhn{2} {Vd.T}, {Vn.TW}, {Vm.TW}", .sub,
            rounds: false)
        defineHighNarrow(
            "RSUBHN, RSUBHN2", "0q101110zz1mmmmm011000nnnnnddddd", "rsubhn{2} {Vd.T}, {Vn.TW}, {Vm.TW}", .sub,
            rounds: true)
    }

    private mutating func defineVectorDoublingLong() {
        defineDoublingLong(
            "SQDMLAL, SQDMLAL2 (vector)", "0q001110zz1mmmmm100100nnnnnddddd", "sqdmlal{2} {Vd.TW}, {Vn.T}, {Vm.T}",
            .saturatingAddSigned)
        defineDoublingLong(
            "SQDMLSL, SQDMLSL2 (vector)", "0q001110zz1mmmmm101100nnnnnddddd", "sqdmlsl{2} {Vd.TW}, {Vn.T}, {Vm.T}",
            .saturatingSubSigned)
        defineDoublingLong(
            "SQDMULL, SQDMULL2 (vector)", "0q001110zz1mmmmm110100nnnnnddddd", "sqdmull{2} {Vd.TW}, {Vn.T}, {Vm.T}", nil)
    }

    mutating func defineScalarThreeDifferent() {
        defineScalarDoublingLong(
            "SQDMLAL (vector, scalar)", "01011110zz1mmmmm100100nnnnnddddd", "sqdmlal {Vd:TW}, {Vn:T}, {Vm:T}",
            .saturatingAddSigned)
        defineScalarDoublingLong(
            "SQDMLSL (vector, scalar)", "01011110zz1mmmmm101100nnnnnddddd", "sqdmlsl {Vd:TW}, {Vn:T}, {Vm:T}",
            .saturatingSubSigned)
        defineScalarDoublingLong(
            "SQDMULL (vector, scalar)", "01011110zz1mmmmm110100nnnnnddddd", "sqdmull {Vd:TW}, {Vn:T}, {Vm:T}", nil)
    }

    // MARK: Rows by what they do

    /// Vd from Vn and Vm, both widened, and Vd itself where the operation takes three.
    private mutating func defineLong(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ widening: LaneOperation
    ) {
        defineVector(name, pattern, text) { word, t in
            guard word.laneSize != .d else { return false }
            let (a, b) = (t.widened(word.rn, word, widening), t.widened(word.rm, word, widening))
            let c = operation.operands == 3 ? t.v(word.rd) : .none
            t.setV(word.rd, t.ir.lanes(operation, word.wideLanes, a, b, c))
            return true
        }
    }

    private mutating func defineAccumulatingLong(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ widening: LaneOperation
    ) {
        defineVector(name, pattern, text) { word, t in
            guard word.laneSize != .d else { return false }
            let (a, b) = (t.widened(word.rn, word, widening), t.widened(word.rm, word, widening))
            let difference = t.ir.lanes(operation, word.wideLanes, a, b)
            t.setV(word.rd, t.ir.lanes(.add, word.wideLanes, t.v(word.rd), difference))
            return true
        }
    }

    /// Vd from Vn and the widened Vm.
    private mutating func defineWide(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ widening: LaneOperation
    ) {
        defineVector(name, pattern, text) { word, t in
            guard word.laneSize != .d else { return false }
            let b = t.widened(word.rm, word, widening)
            t.setV(word.rd, t.ir.lanes(operation, word.wideLanes, t.v(word.rn), b))
            return true
        }
    }

    /// The high halves of the lanes of Vn + or - Vm.
    private mutating func defineHighNarrow(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation, rounds: Bool
    ) {
        defineVector(name, pattern, text) { word, t in
            guard word.laneSize != .d else { return false }
            let sum = t.ir.lanes(operation, word.wideLanes, t.v(word.rn), t.v(word.rm))
            // Rounding up may carry out of a lane; narrowing drops that.
            let shift: LaneOperation = rounds ? .roundingShiftRightImmediateUnsigned : .shiftRightImmediateUnsigned
            let high = t.ir.lanes(shift, word.wideLanes, sum, parameter: UInt64(word.laneSize.bits))
            t.setHalf(word.rd, upper: word.isQuad, t.ir.lanes(.narrow, word.wideLanes, high))
            return true
        }
    }

    /// Twice the products of the lanes, saturated, then perhaps added to or subtracted from Vd, saturated again.
    private mutating func defineDoublingLong(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ accumulation: LaneOperation?
    ) {
        defineVector(name, pattern, text) { word, t in
            guard LaneSizes.hs.contains(word.laneSize) else { return false }
            let lanes = Lanes(word.laneSize, .full)
            t.setDoubledProduct(word, lanes, t.v(word.rm), half: word.upperHalf, accumulation)
            return true
        }
    }

    private mutating func defineScalarDoublingLong(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ accumulation: LaneOperation?
    ) {
        defineLanes(name, pattern, text, .scalar(.hs)) { word, t, lanes in
            t.setDoubledProduct(word, lanes, t.v(word.rm), half: 0, accumulation)
        }
    }
}

extension UInt32 {
    /// The lanes twice as large as those of the size field.
    var wideLanes: Lanes { Lanes(laneSize.doubled, .full) }
    /// Q as the parameter of operations that take the lanes of one half.
    var upperHalf: UInt64 { isQuad ? 1 : 0 }
}

extension A64Translation {
    /// The lanes of the half of V`number` that Q names, widened.
    fileprivate mutating func widened(_ number: UInt32, _ word: UInt32, _ widening: LaneOperation) -> Value {
        ir.lanes(widening, Lanes(word.laneSize, .full), v(number), parameter: word.upperHalf)
    }

    /// SQDMULL, SQDMLAL or SQDMLSL of Vn and `factor`.
    mutating func setDoubledProduct(
        _ word: UInt32, _ lanes: Lanes, _ factor: Value, half: UInt64, _ accumulation: LaneOperation?
    ) {
        var result = self.lanes(.saturatingDoublingMultiplyLong, lanes, v(word.rn), factor, parameter: half)
        if let accumulation {
            result = self.lanes(accumulation, Lanes(lanes.size.doubled, lanes.width), v(word.rd), result)
        }
        setV(word.rd, result)
    }
}
