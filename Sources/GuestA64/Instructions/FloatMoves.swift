import Guest
import IR
import Support

/// Arm ARM C4.1, floating-point immediate, and moves between floating-point and general registers.
extension DecodeTable<A64Translation> {
    mutating func defineFloatMoves() {
        defineFloat(
            "FMOV (scalar, immediate)", "00011110tt1iiiiiiii10000000ddddd", "fmov {Fd}, {fimm8}"
        ) { word, t, size in
            t.setVectorLow(word.rd, t.ir.constant(.i64, FloatImmediate.expand(word.bits(13, 8), size)))
            return true
        }
        defineFloat("FMOV (to general)", "s0011110tt100110000000nnnnnddddd", "fmov {Rd}, {Fn}") { word, t, size in
            guard t.canMove(word, size) else { return false }
            t.setX(word.rd, t.floatBits(word.rn, size))
            return true
        }
        defineFloat("FMOV (from general)", "s0011110tt100111000000nnnnnddddd", "fmov {Fd}, {Rn}") { word, t, size in
            guard t.canMove(word, size) else { return false }
            t.setVectorLow(word.rd, t.register(word.rn, size.scalar))
            return true
        }
        defineVector("FMOV (upper half to general)", "1001111010101110000000nnnnnddddd", "fmov {Xd}, {Vn}.d[1]") {
            word, t in
            t.setX(word.rd, t.ir.extractLane(.i64, t.v(word.rn), 1))
            return true
        }
        defineVector("FMOV (general to upper half)", "1001111010101111000000nnnnnddddd", "fmov {Vd}.d[1], {Xn}") {
            word, t in
            t.setV(word.rd, t.ir.insertLane(.i64, t.v(word.rd), t.x(word.rn), 1))
            return true
        }
    }
}

extension A64Translation {
    /// Singles move to W registers, doubles to X, halves to both.
    fileprivate func canMove(_ word: UInt32, _ size: Lanes.Size) -> Bool {
        size == .h || (size == .d) == word.is64
    }
}

/// The eight-bit floating-point immediates: sign, three bits of exponent, four of fraction.
enum FloatImmediate {
    /// The bits of `imm8` in the format `size` (Arm ARM, shared pseudocode `VFPExpandImm`).
    static func expand(_ imm8: UInt32, _ size: Lanes.Size) -> UInt64 {
        let (exponentBits, fractionBits): (UInt64, UInt64) =
            switch size {
            case .b, .h: (5, 10)
            case .s: (8, 23)
            case .d, .q: (11, 52)
            }
        let bits = UInt64(imm8)
        // The exponent: bit 6 inverted, then repeated, then bits 5 and 4.
        let top: UInt64 = bits.bit(6) ? (1 << (exponentBits - 1)) - 4 : 1 << (exponentBits - 1)
        let exponent = top | bits.bits(4, 2)
        return bits.bits(7, 1) << (exponentBits + fractionBits) | exponent << fractionBits
            | bits.bits(0, 4) << (fractionBits - 4)
    }

    /// As assemblers write it, with eight decimals: `#-1.50000000`. The value is n/16 * 2^e, n in 16...31, e in -3...4.
    static func text(_ imm8: UInt32) -> String {
        let exponent = imm8.bit(6) ? imm8.bits(4, 2) : imm8.bits(4, 2) + 4
        // In units of 2^-7.
        let units = (16 + imm8.bits(0, 4)) << exponent
        let decimals = String(UInt64(units & 127) * 100_000_000 / 128)
        let zeros = String(repeating: "0", count: 8 - decimals.count)
        return "#\(imm8.bit(7) ? "-" : "")\(units >> 7).\(zeros)\(decimals)"
    }
}
