import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD shift by immediate, and its scalar forms. immh and immb together say size and amount.
extension DecodeTable<A64Translation> {
    mutating func defineVectorShift() {
        defineVectorShiftRight()
        defineVectorShiftLeft()
        defineVectorShiftBetweenSizes()
        defineVectorFixedPoint()
    }

    mutating func defineScalarShift() {
        defineScalarShiftDoubleword()
        defineScalarShiftSaturating()
        defineScalarFixedPoint()
    }

    private mutating func defineVectorShiftRight() {
        defineShiftRight(
            "SSHR", "0q0011110hhhhiii000001nnnnnddddd", "sshr {Vd.J}, {Vn.J}, {shr}", .shiftRightImmediateSigned,
            .vector)
        defineShiftRight(
            "USHR", "0q1011110hhhhiii000001nnnnnddddd", "ushr {Vd.J}, {Vn.J}, {shr}", .shiftRightImmediateUnsigned,
            .vector)
        defineShiftRight(
            "SRSHR", "0q0011110hhhhiii001001nnnnnddddd", "srshr {Vd.J}, {Vn.J}, {shr}",
            .roundingShiftRightImmediateSigned, .vector)
        defineShiftRight(
            "URSHR", "0q1011110hhhhiii001001nnnnnddddd", "urshr {Vd.J}, {Vn.J}, {shr}",
            .roundingShiftRightImmediateUnsigned, .vector)
        defineShiftRightAdding(
            "SSRA", "0q0011110hhhhiii000101nnnnnddddd", "ssra {Vd.J}, {Vn.J}, {shr}", .shiftRightImmediateSigned,
            .vector)
        defineShiftRightAdding(
            "USRA", "0q1011110hhhhiii000101nnnnnddddd", "usra {Vd.J}, {Vn.J}, {shr}", .shiftRightImmediateUnsigned,
            .vector)
        defineShiftRightAdding(
            "SRSRA", "0q0011110hhhhiii001101nnnnnddddd", "srsra {Vd.J}, {Vn.J}, {shr}",
            .roundingShiftRightImmediateSigned, .vector)
        defineShiftRightAdding(
            "URSRA", "0q1011110hhhhiii001101nnnnnddddd", "ursra {Vd.J}, {Vn.J}, {shr}",
            .roundingShiftRightImmediateUnsigned, .vector)
    }

    private mutating func defineVectorShiftLeft() {
        defineShiftLeft(
            "SHL", "0q0011110hhhhiii010101nnnnnddddd", "shl {Vd.J}, {Vn.J}, {shl}", .shiftLeftImmediate, .vector)
        defineShiftLeft(
            "SQSHLU", "0q1011110hhhhiii011001nnnnnddddd", "sqshlu {Vd.J}, {Vn.J}, {shl}",
            .saturatingShiftLeftImmediateSignedToUnsigned, .vector)
        defineShiftLeft(
            "SQSHL (immediate)", "0q0011110hhhhiii011101nnnnnddddd", "sqshl {Vd.J}, {Vn.J}, {shl}",
            .saturatingShiftLeftImmediateSigned, .vector)
        defineShiftLeft(
            "UQSHL (immediate)", "0q1011110hhhhiii011101nnnnnddddd", "uqshl {Vd.J}, {Vn.J}, {shl}",
            .saturatingShiftLeftImmediateUnsigned, .vector)
        defineShiftRight(
            "SRI", "0q1011110hhhhiii010001nnnnnddddd", "sri {Vd.J}, {Vn.J}, {shr}", .shiftRightInsert, .vector)
        defineShiftLeft(
            "SLI", "0q1011110hhhhiii010101nnnnnddddd", "sli {Vd.J}, {Vn.J}, {shl}", .shiftLeftInsert, .vector)
    }

    private mutating func defineVectorShiftBetweenSizes() {
        defineShiftNarrow(
            "SHRN, SHRN2", "0q0011110hhhhiii100001nnnnnddddd", "shrn{2} {Vd.J}, {Vn.JW}, {shr}",
            .shiftRightImmediateUnsigned, .narrow)
        defineShiftNarrow(
            "RSHRN, RSHRN2", "0q0011110hhhhiii100011nnnnnddddd", "rshrn{2} {Vd.J}, {Vn.JW}, {shr}",
            .roundingShiftRightImmediateUnsigned, .narrow)
        defineShiftNarrow(
            "SQSHRN, SQSHRN2 (vector)", "0q0011110hhhhiii100101nnnnnddddd", "sqshrn{2} {Vd.J}, {Vn.JW}, {shr}",
            .shiftRightImmediateSigned, .saturatingNarrowSigned)
        defineShiftNarrow(
            "SQRSHRN, SQRSHRN2 (vector)", "0q0011110hhhhiii100111nnnnnddddd", "sqrshrn{2} {Vd.J}, {Vn.JW}, {shr}",
            .roundingShiftRightImmediateSigned, .saturatingNarrowSigned)
        defineShiftNarrow(
            "UQSHRN, UQSHRN2 (vector)", "0q1011110hhhhiii100101nnnnnddddd", "uqshrn{2} {Vd.J}, {Vn.JW}, {shr}",
            .shiftRightImmediateUnsigned, .saturatingNarrowUnsigned)
        defineShiftNarrow(
            "UQRSHRN, UQRSHRN2 (vector)", "0q1011110hhhhiii100111nnnnnddddd", "uqrshrn{2} {Vd.J}, {Vn.JW}, {shr}",
            .roundingShiftRightImmediateUnsigned, .saturatingNarrowUnsigned)
        defineShiftNarrow(
            "SQSHRUN, SQSHRUN2 (vector)", "0q1011110hhhhiii100001nnnnnddddd", "sqshrun{2} {Vd.J}, {Vn.JW}, {shr}",
            .shiftRightImmediateSigned, .saturatingNarrowSignedToUnsigned)
        defineShiftNarrow(
            "SQRSHRUN, SQRSHRUN2 (vector)", "0q1011110hhhhiii100011nnnnnddddd", "sqrshrun{2} {Vd.J}, {Vn.JW}, {shr}",
            .roundingShiftRightImmediateSigned, .saturatingNarrowSignedToUnsigned)
        defineShiftLong(
            "SSHLL, SSHLL2", "0q0011110hhhhiii101001nnnnnddddd", "sshll{2} {Vd.JW}, {Vn.J}, {shl}", .widenSigned)
        defineShiftLong(
            "USHLL, USHLL2", "0q1011110hhhhiii101001nnnnnddddd", "ushll{2} {Vd.JW}, {Vn.J}, {shl}", .widenUnsigned)
    }

    private mutating func defineVectorFixedPoint() {
        defineFixedPoint(
            "SCVTF (vector, fixed-point)", "0q0011110hhhhiii111001nnnnnddddd", "scvtf {Vd.J}, {Vn.J}, {shr}",
            .floatFromSigned, .vector)
        defineFixedPoint(
            "UCVTF (vector, fixed-point)", "0q1011110hhhhiii111001nnnnnddddd", "ucvtf {Vd.J}, {Vn.J}, {shr}",
            .floatFromUnsigned, .vector)
        defineFixedPoint(
            "FCVTZS (vector, fixed-point)", "0q0011110hhhhiii111111nnnnnddddd", "fcvtzs {Vd.J}, {Vn.J}, {shr}",
            .floatToSigned, .vector)
        defineFixedPoint(
            "FCVTZU (vector, fixed-point)", "0q1011110hhhhiii111111nnnnnddddd", "fcvtzu {Vd.J}, {Vn.J}, {shr}",
            .floatToUnsigned, .vector)
    }

    private mutating func defineScalarShiftDoubleword() {
        defineShiftRight(
            "SSHR (scalar)", "0101111101hhhiii000001nnnnnddddd", "sshr {Dd}, {Dn}, {shr}", .shiftRightImmediateSigned,
            .scalar)
        defineShiftRight(
            "USHR (scalar)", "0111111101hhhiii000001nnnnnddddd", "ushr {Dd}, {Dn}, {shr}", .shiftRightImmediateUnsigned,
            .scalar)
        defineShiftRight(
            "SRSHR (scalar)", "0101111101hhhiii001001nnnnnddddd", "srshr {Dd}, {Dn}, {shr}",
            .roundingShiftRightImmediateSigned, .scalar)
        defineShiftRight(
            "URSHR (scalar)", "0111111101hhhiii001001nnnnnddddd", "urshr {Dd}, {Dn}, {shr}",
            .roundingShiftRightImmediateUnsigned, .scalar)
        defineShiftRightAdding(
            "SSRA (scalar)", "0101111101hhhiii000101nnnnnddddd", "ssra {Dd}, {Dn}, {shr}", .shiftRightImmediateSigned,
            .scalar)
        defineShiftRightAdding(
            "USRA (scalar)", "0111111101hhhiii000101nnnnnddddd", "usra {Dd}, {Dn}, {shr}", .shiftRightImmediateUnsigned,
            .scalar)
        defineShiftRightAdding(
            "SRSRA (scalar)", "0101111101hhhiii001101nnnnnddddd", "srsra {Dd}, {Dn}, {shr}",
            .roundingShiftRightImmediateSigned, .scalar)
        defineShiftRightAdding(
            "URSRA (scalar)", "0111111101hhhiii001101nnnnnddddd", "ursra {Dd}, {Dn}, {shr}",
            .roundingShiftRightImmediateUnsigned, .scalar)
        defineShiftLeft(
            "SHL (scalar)", "0101111101hhhiii010101nnnnnddddd", "shl {Dd}, {Dn}, {shl}", .shiftLeftImmediate, .scalar)
        defineShiftRight(
            "SRI (scalar)", "0111111101hhhiii010001nnnnnddddd", "sri {Dd}, {Dn}, {shr}", .shiftRightInsert, .scalar)
        defineShiftLeft(
            "SLI (scalar)", "0111111101hhhiii010101nnnnnddddd", "sli {Dd}, {Dn}, {shl}", .shiftLeftInsert, .scalar)
    }

    private mutating func defineScalarShiftSaturating() {
        defineShiftLeft(
            "SQSHLU (scalar)", "011111110hhhhiii011001nnnnnddddd", "sqshlu {Vd:J}, {Vn:J}, {shl}",
            .saturatingShiftLeftImmediateSignedToUnsigned, .scalar)
        defineShiftLeft(
            "SQSHL (immediate, scalar)", "010111110hhhhiii011101nnnnnddddd", "sqshl {Vd:J}, {Vn:J}, {shl}",
            .saturatingShiftLeftImmediateSigned, .scalar)
        defineShiftLeft(
            "UQSHL (immediate, scalar)", "011111110hhhhiii011101nnnnnddddd", "uqshl {Vd:J}, {Vn:J}, {shl}",
            .saturatingShiftLeftImmediateUnsigned, .scalar)
        defineScalarShiftNarrow(
            "SQSHRN (scalar)", "010111110hhhhiii100101nnnnnddddd", "sqshrn {Vd:J}, {Vn:JW}, {shr}",
            .shiftRightImmediateSigned, .saturatingNarrowSigned)
        defineScalarShiftNarrow(
            "SQRSHRN (scalar)", "010111110hhhhiii100111nnnnnddddd", "sqrshrn {Vd:J}, {Vn:JW}, {shr}",
            .roundingShiftRightImmediateSigned, .saturatingNarrowSigned)
        defineScalarShiftNarrow(
            "UQSHRN (scalar)", "011111110hhhhiii100101nnnnnddddd", "uqshrn {Vd:J}, {Vn:JW}, {shr}",
            .shiftRightImmediateUnsigned, .saturatingNarrowUnsigned)
        defineScalarShiftNarrow(
            "UQRSHRN (scalar)", "011111110hhhhiii100111nnnnnddddd", "uqrshrn {Vd:J}, {Vn:JW}, {shr}",
            .roundingShiftRightImmediateUnsigned, .saturatingNarrowUnsigned)
        defineScalarShiftNarrow(
            "SQSHRUN (scalar)", "011111110hhhhiii100001nnnnnddddd", "sqshrun {Vd:J}, {Vn:JW}, {shr}",
            .shiftRightImmediateSigned, .saturatingNarrowSignedToUnsigned)
        defineScalarShiftNarrow(
            "SQRSHRUN (scalar)", "011111110hhhhiii100011nnnnnddddd", "sqrshrun {Vd:J}, {Vn:JW}, {shr}",
            .roundingShiftRightImmediateSigned, .saturatingNarrowSignedToUnsigned)
    }

    private mutating func defineScalarFixedPoint() {
        defineFixedPoint(
            "SCVTF (vector, scalar, fixed-point)", "010111110hhhhiii111001nnnnnddddd", "scvtf {Vd:J}, {Vn:J}, {shr}",
            .floatFromSigned, .scalar)
        defineFixedPoint(
            "UCVTF (vector, scalar, fixed-point)", "011111110hhhhiii111001nnnnnddddd", "ucvtf {Vd:J}, {Vn:J}, {shr}",
            .floatFromUnsigned, .scalar)
        defineFixedPoint(
            "FCVTZS (vector, scalar, fixed-point)", "010111110hhhhiii111111nnnnnddddd", "fcvtzs {Vd:J}, {Vn:J}, {shr}",
            .floatToSigned, .scalar)
        defineFixedPoint(
            "FCVTZU (vector, scalar, fixed-point)", "011111110hhhhiii111111nnnnnddddd", "fcvtzu {Vd:J}, {Vn:J}, {shr}",
            .floatToUnsigned, .scalar)
    }
}

/// Vectors of lanes, or one lane.
private enum ShiftForm: Sendable {
    case vector, scalar

    /// nil where the encoding is reserved.
    func lanes(_ word: UInt32) -> Lanes? {
        guard let size = word.shiftSize else { return nil }
        switch self {
        case .vector: return size == .d && !word.isQuad ? nil : Lanes(size, word.vectorWidth)
        case .scalar: return Lanes(size, .one)
        }
    }
}

extension UInt32 {
    /// Of a right shift, 1 to the size of the lanes `shiftSize`.
    var rightShift: UInt32 { UInt32((shiftSize ?? .b).bits * 2) - bits(16, 7) }
    /// Of a left shift, 0 to one less than the size.
    var leftShift: UInt32 { bits(16, 7) - UInt32((shiftSize ?? .b).bits) }
}

// MARK: Rows by what they do

extension DecodeTable<A64Translation> {
    /// Of Vn; an inserting operation takes the rest of Vd's bits.
    private mutating func defineShiftRight(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ form: ShiftForm
    ) {
        defineVector(name, pattern, text) { word, t in
            guard let lanes = form.lanes(word) else { return false }
            return t.setShifted(word, operation, lanes, by: word.rightShift)
        }
    }

    private mutating func defineShiftLeft(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ form: ShiftForm
    ) {
        defineVector(name, pattern, text) { word, t in
            guard let lanes = form.lanes(word) else { return false }
            return t.setShifted(word, operation, lanes, by: word.leftShift)
        }
    }

    private mutating func defineShiftRightAdding(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ form: ShiftForm
    ) {
        defineVector(name, pattern, text) { word, t in
            guard let lanes = form.lanes(word) else { return false }
            let shifted = t.ir.lanes(operation, lanes, t.v(word.rn), parameter: UInt64(word.rightShift))
            t.setV(word.rd, t.ir.lanes(.add, lanes, t.v(word.rd), shifted))
            return true
        }
    }

    private mutating func defineShiftNarrow(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ shift: LaneOperation,
        _ narrowing: LaneOperation
    ) {
        defineVector(name, pattern, text) { word, t in
            guard let size = word.shiftSize, size != .d else { return false }
            t.setHalf(word.rd, upper: word.isQuad, t.shiftedNarrow(word, Lanes(size.doubled, .full), shift, narrowing))
            return true
        }
    }

    private mutating func defineScalarShiftNarrow(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ shift: LaneOperation,
        _ narrowing: LaneOperation
    ) {
        defineVector(name, pattern, text) { word, t in
            guard let size = word.shiftSize, size != .d else { return false }
            t.setV(word.rd, t.shiftedNarrow(word, Lanes(size.doubled, .one), shift, narrowing))
            return true
        }
    }

    private mutating func defineShiftLong(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ widening: LaneOperation
    ) {
        defineVector(name, pattern, text) { word, t in
            guard let size = word.shiftSize, size != .d else { return false }
            var wide = t.ir.lanes(widening, Lanes(size, .full), t.v(word.rn), parameter: word.upperHalf)
            if word.leftShift != 0 {
                let lanes = Lanes(size.doubled, .full)
                wide = t.ir.lanes(.shiftLeftImmediate, lanes, wide, parameter: UInt64(word.leftShift))
            }
            t.setV(word.rd, wide)
            return true
        }
    }

    /// Conversions; the amount is the number of fraction bits.
    private mutating func defineFixedPoint(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ form: ShiftForm
    ) {
        defineVector(name, pattern, text) { word, t in
            guard let lanes = form.lanes(word), lanes.size != .b, lanes.size != .h || t.has(.halfPrecision) else {
                return false
            }
            let rounding = UInt64(FloatRounding.towardZero.rawValue)
            let parameter = lanes.size.integerParameter | UInt64(word.rightShift) << 8 | rounding
            t.setV(word.rd, t.lanes(operation, lanes, t.v(word.rn), parameter: parameter))
            return true
        }
    }
}

extension A64Translation {
    fileprivate mutating func setShifted(
        _ word: UInt32, _ operation: LaneOperation, _ lanes: Lanes, by amount: UInt32
    ) -> Bool {
        let b = operation.operands == 2 ? v(word.rd) : .none
        setV(word.rd, self.lanes(operation, lanes, v(word.rn), b, parameter: UInt64(amount)))
        return true
    }

    /// Vn's lanes `lanes` shifted right and narrowed.
    fileprivate mutating func shiftedNarrow(
        _ word: UInt32, _ lanes: Lanes, _ shift: LaneOperation, _ narrowing: LaneOperation
    ) -> Value {
        let shifted = ir.lanes(shift, lanes, v(word.rn), parameter: UInt64(word.rightShift))
        return self.lanes(narrowing, lanes, shifted)
    }
}
