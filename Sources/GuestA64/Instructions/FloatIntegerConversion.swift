import Guest
import IR
import Support

/// Arm ARM C4.1, conversions between floating-point numbers and general registers, as integers and with fraction bits.
extension DecodeTable<A64Translation> {
    mutating func defineFloatIntegerConversion() {
        defineToInteger("FCVTNS", "s0011110tt100000000000nnnnnddddd", "fcvtns {Rd}, {Fn}", .nearestEven, signed: true)
        defineToInteger("FCVTNU", "s0011110tt100001000000nnnnnddddd", "fcvtnu {Rd}, {Fn}", .nearestEven, signed: false)
        defineToInteger("FCVTAS", "s0011110tt100100000000nnnnnddddd", "fcvtas {Rd}, {Fn}", .nearestAway, signed: true)
        defineToInteger("FCVTAU", "s0011110tt100101000000nnnnnddddd", "fcvtau {Rd}, {Fn}", .nearestAway, signed: false)
        defineToInteger("FCVTPS", "s0011110tt101000000000nnnnnddddd", "fcvtps {Rd}, {Fn}", .plusInfinity, signed: true)
        defineToInteger("FCVTPU", "s0011110tt101001000000nnnnnddddd", "fcvtpu {Rd}, {Fn}", .plusInfinity, signed: false)
        defineToInteger("FCVTMS", "s0011110tt110000000000nnnnnddddd", "fcvtms {Rd}, {Fn}", .minusInfinity, signed: true)
        defineToInteger(
            "FCVTMU", "s0011110tt110001000000nnnnnddddd", "fcvtmu {Rd}, {Fn}", .minusInfinity, signed: false)
        defineToInteger("FCVTZS", "s0011110tt111000000000nnnnnddddd", "fcvtzs {Rd}, {Fn}", .towardZero, signed: true)
        defineToInteger("FCVTZU", "s0011110tt111001000000nnnnnddddd", "fcvtzu {Rd}, {Fn}", .towardZero, signed: false)
        defineFloat("SCVTF", "s0011110tt100010000000nnnnnddddd", "scvtf {Fd}, {Rn}") { word, t, size in
            t.fromInteger(word, size, .floatFromSigned)
        }
        defineFloat("UCVTF", "s0011110tt100011000000nnnnnddddd", "ucvtf {Fd}, {Rn}") { word, t, size in
            t.fromInteger(word, size, .floatFromUnsigned)
        }
        defineVector(
            "FJCVTZS", "0001111001111110000000nnnnnddddd", "fjcvtzs {Wd}, {Dn}", features: .javaScriptConversion
        ) { word, t in t.toJavaScriptInteger(word) }
        defineFixedPoint()
    }

    private mutating func defineToInteger(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ rounding: FloatRounding, signed: Bool
    ) {
        defineFloat(name, pattern, text) { word, t, size in
            t.toInteger(word, size, signed ? .floatToSigned : .floatToUnsigned, rounding)
        }
    }

    private mutating func defineFixedPoint() {
        defineFixed("SCVTF (fixed-point)", "s0011110tt000010ffffffnnnnnddddd", "scvtf {Fd}, {Rn}, {fbits}") {
            word, t, size, bits in t.fromInteger(word, size, .floatFromSigned, fractionBits: bits)
        }
        defineFixed("UCVTF (fixed-point)", "s0011110tt000011ffffffnnnnnddddd", "ucvtf {Fd}, {Rn}, {fbits}") {
            word, t, size, bits in t.fromInteger(word, size, .floatFromUnsigned, fractionBits: bits)
        }
        defineFixed("FCVTZS (fixed-point)", "s0011110tt011000ffffffnnnnnddddd", "fcvtzs {Rd}, {Fn}, {fbits}") {
            word, t, size, bits in t.toInteger(word, size, .floatToSigned, .towardZero, fractionBits: bits)
        }
        defineFixed("FCVTZU (fixed-point)", "s0011110tt011001ffffffnnnnnddddd", "fcvtzu {Rd}, {Fn}, {fbits}") {
            word, t, size, bits in t.toInteger(word, size, .floatToUnsigned, .towardZero, fractionBits: bits)
        }
    }

    private typealias FixedTranslate = @Sendable (UInt32, inout A64Translation, Lanes.Size, UInt64) -> Bool

    /// With 64 minus the scale field fraction bits, at most as many as the register has.
    private mutating func defineFixed(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ translate: @escaping FixedTranslate
    ) {
        defineFloat(name, pattern, text) { word, t, size in
            guard word.is64 || word.bit(15) else { return false }
            return translate(word, &t, size, UInt64(word.fractionBits))
        }
    }
}

extension UInt32 {
    /// Of a fixed-point number in a general register: 64 minus the scale field.
    var fractionBits: UInt32 { 64 - bits(10, 6) }
    /// The size of the general register in the parameter of a conversion.
    fileprivate var integerSize: UInt64 { UInt64(is64 ? Lanes.Size.d.rawValue : Lanes.Size.s.rawValue) << 4 }
}

extension A64Translation {
    fileprivate mutating func toInteger(
        _ word: UInt32, _ size: Lanes.Size, _ operation: LaneOperation, _ rounding: FloatRounding,
        fractionBits: UInt64 = 0
    ) -> Bool {
        let parameter = UInt64(rounding.rawValue) | word.integerSize | fractionBits << 8
        let result = stickyLanes(operation, Lanes(size, .one), v(word.rn), parameter: parameter)
        setX(word.rd, ir.low64(result))
        return true
    }

    fileprivate mutating func fromInteger(
        _ word: UInt32, _ size: Lanes.Size, _ operation: LaneOperation, fractionBits: UInt64 = 0
    ) -> Bool {
        let parameter = word.integerSize | fractionBits << 8
        let integer = vectorOf(register(word.rn, word.width))
        setV(word.rd, stickyLanes(operation, Lanes(size, .one), integer, parameter: parameter))
        return true
    }

    /// The word to Wd; Z tells whether it is exact, the other flags are clear.
    fileprivate mutating func toJavaScriptInteger(_ word: UInt32) -> Bool {
        let result = ir.low64(stickyLanes(.floatToJavaScriptInteger, Lanes(.d, .one), v(word.rn)))
        let isExact = ir.resize(ir.bitFieldExtract(.i64, result, low: 32, width: 1), to: .i32)
        setRegister(word.rd, ir.resize(result, to: .i32), .i32)
        setNZCV(ir.flagsFromWord(ir.binary(.shiftLeft, .i32, isExact, ir.constant(.i32, 30))))
        return true
    }
}
