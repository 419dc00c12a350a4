import Guest
import IR
import Support

/// Arm ARM C4.1, data processing (immediate): logical (immediate).
extension DecodeTable<A64Translation> {
    mutating func defineLogicalImmediate() {
        define("AND (immediate)", "s00100100NrrrrrrssssssnnnnnDDDDD", "and {Rd|SP}, {Rn}, {bitmask}") { word, t in
            t.logicalImmediate(word, .and)
        }
        define("ORR (immediate)", "s01100100NrrrrrrssssssnnnnnDDDDD", "orr {Rd|SP}, {Rn}, {bitmask}") { word, t in
            t.logicalImmediate(word, .or)
        }
        define("EOR (immediate)", "s10100100NrrrrrrssssssnnnnnDDDDD", "eor {Rd|SP}, {Rn}, {bitmask}") { word, t in
            t.logicalImmediate(word, .xor)
        }
        define("ANDS (immediate)", "s11100100NrrrrrrssssssnnnnnDDDDD", "ands {Rd}, {Rn}, {bitmask}") { word, t in
            guard let mask = t.bitMask(word) else { return false }
            let result = t.ir.binary(.and, word.width, t.register(word.rn, word.width), mask)
            t.setNZCV(t.ir.logicFlags(word.width, result))
            t.setRegister(word.rd, result, word.width)
            return true
        }
    }
}

extension A64Translation {
    fileprivate mutating func bitMask(_ word: UInt32) -> Value? {
        guard
            let mask = BitMasks.logicalImmediate(
                n: word.bits(22, 1), immr: word.immr, imms: word.imms, is64: word.is64)
        else { return nil }
        return ir.constant(word.width, mask)
    }

    /// AND, ORR or EOR; the destination may be SP. ORR of zero is MOV (bitmask immediate).
    fileprivate mutating func logicalImmediate(_ word: UInt32, _ opcode: Opcode) -> Bool {
        guard let mask = bitMask(word) else { return false }
        let isMove = opcode == .or && word.rn == 31
        let result = isMove ? mask : ir.binary(opcode, word.width, register(word.rn, word.width), mask)
        setRegisterOrSP(word.rd, result, word.width)
        return true
    }
}
