import Guest
import IR
import Support

/// Arm ARM C4.1, floating-point data processing (1 source).
extension DecodeTable<A64Translation> {
    mutating func defineFloatOneSource() {
        defineFloat("FMOV (register)", "00011110tt100000010000nnnnnddddd", "fmov {Fd}, {Fn}") { word, t, size in
            t.setVectorLow(word.rd, t.floatBits(word.rn, size))
            return true
        }
        defineFloat("FABS (scalar)", "00011110tt100000110000nnnnnddddd", "fabs {Fd}, {Fn}") { word, t, size in
            t.setV(word.rd, t.ir.lanes(.floatAbsolute, Lanes(size, .one), t.v(word.rn)))
            return true
        }
        defineFloat("FNEG (scalar)", "00011110tt100001010000nnnnnddddd", "fneg {Fd}, {Fn}") { word, t, size in
            t.setV(word.rd, t.ir.lanes(.floatNegate, Lanes(size, .one), t.v(word.rn)))
            return true
        }
        defineFloat("FSQRT (scalar)", "00011110tt100001110000nnnnnddddd", "fsqrt {Fd}, {Fn}") { word, t, size in
            t.floatUnary(word, size, .floatSquareRoot)
        }
        defineFloatConversions()
        defineFloatRounding()
        defineFloatRoundToRange()
    }

    /// Between formats; half precision is one of them in every CPU.
    private mutating func defineFloatConversions() {
        defineVector("FCVT (to single)", "00011110tt100010010000nnnnnddddd", "fcvt {Sd}, {Fn}") { word, t in
            t.floatConvert(word, to: .s)
        }
        defineVector("FCVT (to double)", "00011110tt100010110000nnnnnddddd", "fcvt {Dd}, {Fn}") { word, t in
            t.floatConvert(word, to: .d)
        }
        defineVector("FCVT (to half)", "00011110tt100011110000nnnnnddddd", "fcvt {Hd}, {Fn}") { word, t in
            t.floatConvert(word, to: .h)
        }
        defineVector("BFCVT", "0001111001100011010000nnnnnddddd", "bfcvt {Hd}, {Sn}", features: .bfloat16) { word, t in
            t.floatUnary(word, .s, .bfloatConvert)
        }
    }

    private mutating func defineFloatRounding() {
        defineFloat("FRINTN (scalar)", "00011110tt100100010000nnnnnddddd", "frintn {Fd}, {Fn}") { word, t, size in
            t.floatRound(word, size, .nearestEven)
        }
        defineFloat("FRINTP (scalar)", "00011110tt100100110000nnnnnddddd", "frintp {Fd}, {Fn}") { word, t, size in
            t.floatRound(word, size, .plusInfinity)
        }
        defineFloat("FRINTM (scalar)", "00011110tt100101010000nnnnnddddd", "frintm {Fd}, {Fn}") { word, t, size in
            t.floatRound(word, size, .minusInfinity)
        }
        defineFloat("FRINTZ (scalar)", "00011110tt100101110000nnnnnddddd", "frintz {Fd}, {Fn}") { word, t, size in
            t.floatRound(word, size, .towardZero)
        }
        defineFloat("FRINTA (scalar)", "00011110tt100110010000nnnnnddddd", "frinta {Fd}, {Fn}") { word, t, size in
            t.floatRound(word, size, .nearestAway)
        }
        defineFloat("FRINTX (scalar)", "00011110tt100111010000nnnnnddddd", "frintx {Fd}, {Fn}") { word, t, size in
            t.floatRound(word, size, .dynamic, exact: true)
        }
        defineFloat("FRINTI (scalar)", "00011110tt100111110000nnnnnddddd", "frinti {Fd}, {Fn}") { word, t, size in
            t.floatRound(word, size, .dynamic)
        }
    }

    /// Bit 22 alone chooses the format.
    private mutating func defineFloatRoundToRange() {
        defineFloat(
            "FRINT32Z (scalar)", "000111100t101000010000nnnnnddddd", "frint32z {Fd}, {Fn}", features: .roundToRange
        ) { word, t, size in t.floatRoundToRange(word, size, .towardZero, wide: false) }
        defineFloat(
            "FRINT32X (scalar)", "000111100t101000110000nnnnnddddd", "frint32x {Fd}, {Fn}", features: .roundToRange
        ) { word, t, size in t.floatRoundToRange(word, size, .dynamic, wide: false) }
        defineFloat(
            "FRINT64Z (scalar)", "000111100t101001010000nnnnnddddd", "frint64z {Fd}, {Fn}", features: .roundToRange
        ) { word, t, size in t.floatRoundToRange(word, size, .towardZero, wide: true) }
        defineFloat(
            "FRINT64X (scalar)", "000111100t101001110000nnnnnddddd", "frint64x {Fd}, {Fn}", features: .roundToRange
        ) { word, t, size in t.floatRoundToRange(word, size, .dynamic, wide: true) }
    }
}

extension A64Translation {
    fileprivate mutating func floatConvert(_ word: UInt32, to target: Lanes.Size) -> Bool {
        let source: Lanes.Size
        switch word.bits(22, 2) {
        case 0: source = .s
        case 1: source = .d
        case 3: source = .h
        default: return false
        }
        guard source != target else { return false }
        return floatUnary(word, source, .floatConvert, parameter: UInt64(target.rawValue))
    }

    fileprivate mutating func floatRound(
        _ word: UInt32, _ size: Lanes.Size, _ rounding: FloatRounding, exact: Bool = false
    ) -> Bool {
        floatUnary(word, size, .floatRound, parameter: UInt64(rounding.rawValue) | (exact ? 8 : 0))
    }

    /// To an integer of 32 bits, or `wide`: 64.
    fileprivate mutating func floatRoundToRange(
        _ word: UInt32, _ size: Lanes.Size, _ rounding: FloatRounding, wide: Bool
    ) -> Bool {
        floatUnary(word, size, .floatRoundToRange, parameter: UInt64(rounding.rawValue) | (wide ? 16 : 0))
    }
}
