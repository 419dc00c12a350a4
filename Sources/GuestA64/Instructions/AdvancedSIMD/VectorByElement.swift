import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD vector x indexed element and scalar x indexed element: one lane of Vm meets every lane.
extension DecodeTable<A64Translation> {
    mutating func defineVectorByElement() {
        defineVectorIntegerByElement()
        defineVectorLongByElement()
        defineVectorFloatByElement()
        defineVectorDotByElement()
        defineVectorComplexByElement()
    }

    mutating func defineScalarByElement() {
        defineScalarIntegerByElement()
        defineScalarFloatByElement()
    }

    private mutating func defineVectorIntegerByElement() {
        defineByElement(
            "MLA (by element)", "0q101111zzlmmmmm0000h0nnnnnddddd", "mla {Vd.T}, {Vn.T}, {Vm[E]}", .multiplyAdd)
        defineByElement(
            "MLS (by element)", "0q101111zzlmmmmm0100h0nnnnnddddd", "mls {Vd.T}, {Vn.T}, {Vm[E]}", .multiplySubtract)
        defineByElement("MUL (by element)", "0q001111zzlmmmmm1000h0nnnnnddddd", "mul {Vd.T}, {Vn.T}, {Vm[E]}", .mul)
        defineByElement(
            "SQDMULH (by element)", "0q001111zzlmmmmm1100h0nnnnnddddd", "sqdmulh {Vd.T}, {Vn.T}, {Vm[E]}",
            .saturatingDoublingMultiplyHigh)
        defineByElement(
            "SQRDMULH (by element)", "0q001111zzlmmmmm1101h0nnnnnddddd", "sqrdmulh {Vd.T}, {Vn.T}, {Vm[E]}",
            .saturatingRoundingDoublingMultiplyHigh)
        defineByElement(
            "SQRDMLAH (by element)", "0q101111zzlmmmmm1101h0nnnnnddddd", "sqrdmlah {Vd.T}, {Vn.T}, {Vm[E]}",
            .saturatingRoundingDoublingMultiplyAddHigh, features: .roundingDoublingMultiply)
        defineByElement(
            "SQRDMLSH (by element)", "0q101111zzlmmmmm1111h0nnnnnddddd", "sqrdmlsh {Vd.T}, {Vn.T}, {Vm[E]}",
            .saturatingRoundingDoublingMultiplySubHigh, features: .roundingDoublingMultiply)
    }

    private mutating func defineVectorLongByElement() {
        defineLongByElement(
            "SMLAL, SMLAL2 (by element)", "0q001111zzlmmmmm0010h0nnnnnddddd", "smlal{2} {Vd.TW}, {Vn.T}, {Vm[E]}",
            .multiplyAdd, .widenSigned)
        defineLongByElement(
            "UMLAL, UMLAL2 (by element)", "0q101111zzlmmmmm0010h0nnnnnddddd", "umlal{2} {Vd.TW}, {Vn.T}, {Vm[E]}",
            .multiplyAdd, .widenUnsigned)
        defineLongByElement(
            "SMLSL, SMLSL2 (by element)", "0q001111zzlmmmmm0110h0nnnnnddddd", "smlsl{2} {Vd.TW}, {Vn.T}, {Vm[E]}",
            .multiplySubtract, .widenSigned)
        defineLongByElement(
            "UMLSL, UMLSL2 (by element)", "0q101111zzlmmmmm0110h0nnnnnddddd", "umlsl{2} {Vd.TW}, {Vn.T}, {Vm[E]}",
            .multiplySubtract, .widenUnsigned)
        defineLongByElement(
            "SMULL, SMULL2 (by element)", "0q001111zzlmmmmm1010h0nnnnnddddd", "smull{2} {Vd.TW}, {Vn.T}, {Vm[E]}", .mul,
            .widenSigned)
        defineLongByElement(
            "UMULL, UMULL2 (by element)", "0q101111zzlmmmmm1010h0nnnnnddddd", "umull{2} {Vd.TW}, {Vn.T}, {Vm[E]}", .mul,
            .widenUnsigned)
        defineDoublingByElement(
            "SQDMLAL, SQDMLAL2 (by element)", "0q001111zzlmmmmm0011h0nnnnnddddd", "sqdmlal{2} {Vd.TW}, {Vn.T}, {Vm[E]}",
            .saturatingAddSigned)
        defineDoublingByElement(
            "SQDMLSL, SQDMLSL2 (by element)", "0q001111zzlmmmmm0111h0nnnnnddddd", "sqdmlsl{2} {Vd.TW}, {Vn.T}, {Vm[E]}",
            .saturatingSubSigned)
        defineDoublingByElement(
            "SQDMULL, SQDMULL2 (by element)", "0q001111zzlmmmmm1011h0nnnnnddddd", "sqdmull{2} {Vd.TW}, {Vn.T}, {Vm[E]}",
            nil)
        defineMultiplyLongByElement(
            "FMLAL (by element)", "0q00111110lmmmmm0000h0nnnnnddddd", "fmlal {Vd.S}, {Vn.HH}, {Vm[H]}", 0)
        defineMultiplyLongByElement(
            "FMLSL (by element)", "0q00111110lmmmmm0100h0nnnnnddddd", "fmlsl {Vd.S}, {Vn.HH}, {Vm[H]}", 0)
        defineMultiplyLongByElement(
            "FMLAL2 (by element)", "0q10111110lmmmmm1000h0nnnnnddddd", "fmlal2 {Vd.S}, {Vn.HH}, {Vm[H]}", 1)
        defineMultiplyLongByElement(
            "FMLSL2 (by element)", "0q10111110lmmmmm1100h0nnnnnddddd", "fmlsl2 {Vd.S}, {Vn.HH}, {Vm[H]}", 1)
        defineVector(
            "BFMLALB, BFMLALT (by element)", "0q00111111lmmmmm1111h0nnnnnddddd", "bfmlal{bt} {Vd}.4s, {Vn}.8h, {Vm[H]}",
            features: .bfloat16
        ) { word, t in
            let factor = t.element(word, .h, .full)
            let c = t.v(word.rd)
            t.setV(
                word.rd,
                t.lanes(.bfloatMultiplyAddLong, Lanes(.s, .full), t.v(word.rn), factor, c, parameter: word.upperHalf))
            return true
        }
    }

    private mutating func defineVectorFloatByElement() {
        defineFloatByElement(
            "FMLA (by element)", "0q0011111zlmmmmm0001h0nnnnnddddd", "fmla {Vd.F}, {Vn.F}, {Vm[F]}", .floatMultiplyAdd,
            .float, negating: false)
        defineFloatByElement(
            "FMLS (by element)", "0q0011111zlmmmmm0101h0nnnnnddddd", "fmls {Vd.F}, {Vn.F}, {Vm[F]}", .floatMultiplyAdd,
            .float, negating: true)
        defineFloatByElement(
            "FMUL (by element)", "0q0011111zlmmmmm1001h0nnnnnddddd", "fmul {Vd.F}, {Vn.F}, {Vm[F]}", .floatMultiply,
            .float, negating: false)
        defineFloatByElement(
            "FMULX (by element)", "0q1011111zlmmmmm1001h0nnnnnddddd", "fmulx {Vd.F}, {Vn.F}, {Vm[F]}",
            .floatMultiplyExtended, .float, negating: false)
        defineFloatByElement(
            "FMLA (by element, half)", "0q00111100lmmmmm0001h0nnnnnddddd", "fmla {Vd.H}, {Vn.H}, {Vm[H]}",
            .floatMultiplyAdd, .half, negating: false)
        defineFloatByElement(
            "FMLS (by element, half)", "0q00111100lmmmmm0101h0nnnnnddddd", "fmls {Vd.H}, {Vn.H}, {Vm[H]}",
            .floatMultiplyAdd, .half, negating: true)
        defineFloatByElement(
            "FMUL (by element, half)", "0q00111100lmmmmm1001h0nnnnnddddd", "fmul {Vd.H}, {Vn.H}, {Vm[H]}",
            .floatMultiply, .half, negating: false)
        defineFloatByElement(
            "FMULX (by element, half)", "0q10111100lmmmmm1001h0nnnnnddddd", "fmulx {Vd.H}, {Vn.H}, {Vm[H]}",
            .floatMultiplyExtended, .half, negating: false)
    }

    private mutating func defineVectorDotByElement() {
        defineDotByElement(
            "SDOT (by element)", "0q00111110lmmmmm1110h0nnnnnddddd", "sdot {Vd.S}, {Vn.B}, {Vm[4b]}", .dotSigned,
            features: .dotProduct)
        defineDotByElement(
            "UDOT (by element)", "0q10111110lmmmmm1110h0nnnnnddddd", "udot {Vd.S}, {Vn.B}, {Vm[4b]}", .dotUnsigned,
            features: .dotProduct)
        defineDotByElement(
            "USDOT (by element)", "0q00111110lmmmmm1111h0nnnnnddddd", "usdot {Vd.S}, {Vn.B}, {Vm[4b]}",
            .dotUnsignedSigned, features: .int8MatrixMultiply)
        defineDotByElement(
            "SUDOT (by element)", "0q00111100lmmmmm1111h0nnnnnddddd", "sudot {Vd.S}, {Vn.B}, {Vm[4b]}",
            .dotUnsignedSigned, features: .int8MatrixMultiply, swapped: true)
        defineDotByElement(
            "BFDOT (by element)", "0q00111101lmmmmm1111h0nnnnnddddd", "bfdot {Vd.S}, {Vn.H}, {Vm[2h]}", .bfloatDot,
            features: .bfloat16)
    }

    private mutating func defineVectorComplexByElement() {
        defineComplexByElement(
            "FCMLA (by element, half)", "0q10111101lmmmmm0rr1h0nnnnnddddd",
            "fcmla {Vd.H}, {Vn.H}, {Vm[C]}, {rotation13}", .h)
        defineComplexByElement(
            "FCMLA (by element)", "0110111110lmmmmm0rr1h0nnnnnddddd", "fcmla {Vd}.4s, {Vn}.4s, {Vm[C]}, {rotation13}",
            .s)
    }

    private mutating func defineScalarIntegerByElement() {
        defineScalarByElement(
            "SQDMULH (by element, scalar)", "01011111zzlmmmmm1100h0nnnnnddddd", "sqdmulh {Vd:T}, {Vn:T}, {Vm[E]}",
            .saturatingDoublingMultiplyHigh)
        defineScalarByElement(
            "SQRDMULH (by element, scalar)", "01011111zzlmmmmm1101h0nnnnnddddd", "sqrdmulh {Vd:T}, {Vn:T}, {Vm[E]}",
            .saturatingRoundingDoublingMultiplyHigh)
        defineScalarByElement(
            "SQRDMLAH (by element, scalar)", "01111111zzlmmmmm1101h0nnnnnddddd", "sqrdmlah {Vd:T}, {Vn:T}, {Vm[E]}",
            .saturatingRoundingDoublingMultiplyAddHigh, features: .roundingDoublingMultiply)
        defineScalarByElement(
            "SQRDMLSH (by element, scalar)", "01111111zzlmmmmm1111h0nnnnnddddd", "sqrdmlsh {Vd:T}, {Vn:T}, {Vm[E]}",
            .saturatingRoundingDoublingMultiplySubHigh, features: .roundingDoublingMultiply)
        defineScalarDoublingByElement(
            "SQDMLAL (by element, scalar)", "01011111zzlmmmmm0011h0nnnnnddddd", "sqdmlal {Vd:TW}, {Vn:T}, {Vm[E]}",
            .saturatingAddSigned)
        defineScalarDoublingByElement(
            "SQDMLSL (by element, scalar)", "01011111zzlmmmmm0111h0nnnnnddddd", "sqdmlsl {Vd:TW}, {Vn:T}, {Vm[E]}",
            .saturatingSubSigned)
        defineScalarDoublingByElement(
            "SQDMULL (by element, scalar)", "01011111zzlmmmmm1011h0nnnnnddddd", "sqdmull {Vd:TW}, {Vn:T}, {Vm[E]}", nil)
    }

    private mutating func defineScalarFloatByElement() {
        defineFloatByElement(
            "FMLA (by element, scalar)", "010111111zlmmmmm0001h0nnnnnddddd", "fmla {Vd:F}, {Vn:F}, {Vm[F]}",
            .floatMultiplyAdd, .scalarFloat, negating: false)
        defineFloatByElement(
            "FMLS (by element, scalar)", "010111111zlmmmmm0101h0nnnnnddddd", "fmls {Vd:F}, {Vn:F}, {Vm[F]}",
            .floatMultiplyAdd, .scalarFloat, negating: true)
        defineFloatByElement(
            "FMUL (by element, scalar)", "010111111zlmmmmm1001h0nnnnnddddd", "fmul {Vd:F}, {Vn:F}, {Vm[F]}",
            .floatMultiply, .scalarFloat, negating: false)
        defineFloatByElement(
            "FMULX (by element, scalar)", "011111111zlmmmmm1001h0nnnnnddddd", "fmulx {Vd:F}, {Vn:F}, {Vm[F]}",
            .floatMultiplyExtended, .scalarFloat, negating: false)
        defineFloatByElement(
            "FMLA (by element, scalar, half)", "0101111100lmmmmm0001h0nnnnnddddd", "fmla {Hd}, {Hn}, {Vm[H]}",
            .floatMultiplyAdd, .scalarHalf, negating: false)
        defineFloatByElement(
            "FMLS (by element, scalar, half)", "0101111100lmmmmm0101h0nnnnnddddd", "fmls {Hd}, {Hn}, {Vm[H]}",
            .floatMultiplyAdd, .scalarHalf, negating: true)
        defineFloatByElement(
            "FMUL (by element, scalar, half)", "0101111100lmmmmm1001h0nnnnnddddd", "fmul {Hd}, {Hn}, {Vm[H]}",
            .floatMultiply, .scalarHalf, negating: false)
        defineFloatByElement(
            "FMULX (by element, scalar, half)", "0111111100lmmmmm1001h0nnnnnddddd", "fmulx {Hd}, {Hn}, {Vm[H]}",
            .floatMultiplyExtended, .scalarHalf, negating: false)
    }
}

extension UInt32 {
    /// The register and the lane of `size` that H, L, M and Rm name. Halfwords leave four bits to the register; single
    /// and double precision have a register of five, and the index is H:L or H.
    func indexedElement(_ size: Lanes.Size) -> (register: UInt32, index: UInt32) {
        let (high, low) = (bits(11, 1), bits(21, 1))
        switch size {
        case .b, .h: return (bits(16, 4), high << 2 | low << 1 | bits(20, 1))
        case .s: return (rm, high << 1 | low)
        case .d, .q: return (rm, high)
        }
    }
}

extension A64Translation {
    /// All lanes `size` of one vector: the indexed element.
    fileprivate mutating func element(_ word: UInt32, _ size: Lanes.Size, _ width: Lanes.Width) -> Value {
        let (register, index) = word.indexedElement(size)
        return ir.lanes(.broadcastLane, Lanes(size, width), v(register), parameter: UInt64(index))
    }
}

// MARK: Rows by what they do

extension DecodeTable<A64Translation> {
    private mutating func defineByElement(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        features: CPUFeatures = []
    ) {
        defineElementProduct(name, pattern, text, operation, .vector(.hs), features)
    }

    private mutating func defineScalarByElement(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        features: CPUFeatures = []
    ) {
        defineElementProduct(name, pattern, text, operation, .scalar(.hs), features)
    }

    private mutating func defineElementProduct(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ rule: LaneRule, _ features: CPUFeatures
    ) {
        defineLanes(name, pattern, text, rule, features: features) { word, t, lanes in
            let factor = t.element(word, lanes.size, lanes.width)
            let c = operation.operands == 3 ? t.v(word.rd) : .none
            t.setV(word.rd, t.lanes(operation, lanes, t.v(word.rn), factor, c))
        }
    }

    private mutating func defineLongByElement(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ widening: LaneOperation
    ) {
        defineVector(name, pattern, text) { word, t in
            guard LaneSizes.hs.contains(word.laneSize) else { return false }
            let lanes = Lanes(word.laneSize, .full)
            let a = t.ir.lanes(widening, lanes, t.v(word.rn), parameter: word.upperHalf)
            let b = t.ir.lanes(widening, lanes, t.element(word, word.laneSize, .half))
            let c = operation.operands == 3 ? t.v(word.rd) : .none
            t.setV(word.rd, t.ir.lanes(operation, word.wideLanes, a, b, c))
            return true
        }
    }

    private mutating func defineDoublingByElement(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ accumulation: LaneOperation?
    ) {
        defineVector(name, pattern, text) { word, t in
            guard LaneSizes.hs.contains(word.laneSize) else { return false }
            let factor = t.element(word, word.laneSize, .full)
            t.setDoubledProduct(word, Lanes(word.laneSize, .full), factor, half: word.upperHalf, accumulation)
            return true
        }
    }

    private mutating func defineScalarDoublingByElement(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ accumulation: LaneOperation?
    ) {
        defineLanes(name, pattern, text, .scalar(.hs)) { word, t, lanes in
            t.setDoubledProduct(word, lanes, t.element(word, lanes.size, .one), half: 0, accumulation)
        }
    }

    /// `negating`: the first factor changes its sign, even if it is a NaN.
    private mutating func defineFloatByElement(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ rule: LaneRule, negating: Bool
    ) {
        defineVector(name, pattern, text, features: rule.features) { word, t in
            // A double has no L.
            guard let lanes = rule.lanes(word), lanes.size != .d || !word.bit(21) else { return false }
            var a = t.v(word.rn)
            if negating { a = t.ir.lanes(.floatNegate, lanes, a) }
            let factor = t.element(word, lanes.size, lanes.width)
            let c = operation.operands == 3 ? t.v(word.rd) : .none
            t.setV(word.rd, t.lanes(operation, lanes, a, factor, c))
            return true
        }
    }

    /// Of four bytes or two halfwords, which lie in a lane of 32 bits. `swapped`: the element is the first factor.
    private mutating func defineDotByElement(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        features: CPUFeatures, swapped: Bool = false
    ) {
        defineLanes(name, pattern, text, .filled(.s), features: features) { word, t, lanes in
            let (a, b) = (t.v(word.rn), t.element(word, .s, lanes.width))
            t.setV(word.rd, t.lanes(operation, lanes, swapped ? b : a, swapped ? a : b, t.v(word.rd)))
        }
    }

    /// FMLAL and kin: bit 14 says that the product is subtracted, `half` 1 takes the upper lanes of Vn.
    private mutating func defineMultiplyLongByElement(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ half: UInt64
    ) {
        defineLanes(name, pattern, text, .filled(.s), features: .halfMultiplyLong) { word, t, lanes in
            let halves = Lanes(.h, lanes.width)
            var a = t.v(word.rn)
            if word.bit(14) { a = t.ir.lanes(.floatNegate, halves, a) }
            let factor = t.element(word, .h, halves.width)
            t.setV(word.rd, t.lanes(.floatMultiplyAddLong, lanes, a, factor, t.v(word.rd), parameter: half))
        }
    }

    /// The element is a pair of lanes `size`, so its index is that of lanes twice as large.
    private mutating func defineComplexByElement(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ size: Lanes.Size
    ) {
        let features: CPUFeatures = size == .h ? [.complexNumbers, .halfPrecision] : .complexNumbers
        defineVector(name, pattern, text, features: features) { word, t in
            // A pair of singles has no L; of pairs of halves 64 bits hold two.
            guard size == .h ? word.isQuad || !word.bit(11) : !word.bit(21) else { return false }
            let lanes = Lanes(size, word.vectorWidth)
            let pair = t.element(word, size.doubled, lanes.width)
            let (a, c, turns) = (t.v(word.rn), t.v(word.rd), UInt64(word.bits(13, 2)))
            t.setV(word.rd, t.lanes(.floatComplexMultiplyAdd, lanes, a, pair, c, parameter: turns))
            return true
        }
    }
}
