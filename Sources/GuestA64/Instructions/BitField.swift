import Guest
import IR
import Support

/// Arm ARM C4.1, data processing (immediate): bitfield and extract.
extension DecodeTable<A64Translation> {
    mutating func defineBitField() {
        define("SBFM", "s00100110Nrrrrrrssssssnnnnnddddd", "sbfm {Rd}, {Rn}, {immr}, {imms}") { word, t in
            guard let field = BitFieldMove(word) else { return false }
            let result = t.extractSigned(t.register(word.rn, word.width), field, word.width)
            t.setRegister(word.rd, result, word.width)
            return true
        }
        define("BFM", "s01100110Nrrrrrrssssssnnnnnddddd", "bfm {Rd}, {Rn}, {immr}, {imms}") { word, t in
            guard let field = BitFieldMove(word) else { return false }
            let source = t.shift(t.register(word.rn, word.width), word.width, 1, by: field.source)
            let old = t.register(word.rd, word.width)
            let result = t.ir.bitFieldInsert(word.width, old, source, low: field.destination, width: field.width)
            t.setRegister(word.rd, result, word.width)
            return true
        }
        define("UBFM", "s10100110Nrrrrrrssssssnnnnnddddd", "ubfm {Rd}, {Rn}, {immr}, {imms}") { word, t in
            guard let field = BitFieldMove(word) else { return false }
            let result = t.extractUnsigned(t.register(word.rn, word.width), field, word.width)
            t.setRegister(word.rd, result, word.width)
            return true
        }
        define("EXTR", "s00100111N0mmmmmllllllnnnnnddddd", "extr {Rd}, {Rn}, {Rm}, {lsb}") { word, t in
            guard word.bit(22) == word.is64, word.is64 || word.imms < 32 else { return false }
            let low = t.register(word.rm, word.width)
            let result =
                word.rn == word.rm
                ? t.shift(low, word.width, 3, by: word.imms)
                : t.ir.extractPair(word.width, low: low, high: t.register(word.rn, word.width), at: word.imms)
            t.setRegister(word.rd, result, word.width)
            return true
        }
    }
}

/// Where SBFM, BFM and UBFM take their field from and put it: one of the two places is bit 0.
private struct BitFieldMove {
    let source: UInt32
    let destination: UInt32
    let width: UInt32

    /// Nil for reserved encodings: N must equal sf, and a W register has no bit 32.
    init?(_ word: UInt32) {
        let (immr, imms) = (word.immr, word.imms)
        guard word.bit(22) == word.is64, word.is64 || (immr < 32 && imms < 32) else { return nil }
        if imms >= immr {
            (source, destination, width) = (immr, 0, imms - immr + 1)
        } else {
            (source, destination, width) = (0, (word.is64 ? 64 : 32) - immr, imms + 1)
        }
    }
}

extension A64Translation {
    /// LSL, LSR, UXTB, UXTH, UBFX and UBFIZ.
    fileprivate mutating func extractUnsigned(_ value: Value, _ field: BitFieldMove, _ type: ValueType) -> Value {
        let bits = UInt32(truncatingIfNeeded: type.bits)
        if field.source + field.width == bits { return shift(value, type, 1, by: field.source) }
        if field.destination + field.width == bits { return shift(value, type, 0, by: field.destination) }
        if field.destination == 0 {
            return ir.bitFieldExtract(type, value, low: field.source, width: field.width)
        }
        let zero = ir.constant(type, 0)
        return ir.bitFieldInsert(type, zero, value, low: field.destination, width: field.width)
    }

    /// ASR, SXTB, SXTH, SXTW, SBFX and SBFIZ.
    fileprivate mutating func extractSigned(_ value: Value, _ field: BitFieldMove, _ type: ValueType) -> Value {
        let bits = UInt32(truncatingIfNeeded: type.bits)
        if field.source + field.width == bits { return shift(value, type, 2, by: field.source) }
        if field.destination + field.width == bits { return shift(value, type, 0, by: field.destination) }
        let extracted = ir.bitFieldExtractSigned(type, value, low: field.source, width: field.width)
        return shift(extracted, type, 0, by: field.destination)
    }
}
