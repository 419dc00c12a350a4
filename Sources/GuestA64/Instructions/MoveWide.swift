import Guest
import IR
import Support

/// Arm ARM C4.1, data processing (immediate): move wide (immediate).
extension DecodeTable<A64Translation> {
    mutating func defineMoveWide() {
        define("MOVN", "s00100101hhiiiiiiiiiiiiiiiiddddd", "movn {Rd}, {imm16}") { word, t in
            guard let (immediate, _) = Self.wideImmediate(word) else { return false }
            t.setX(word.rd, t.ir.constant(.i64, ~immediate & word.width.mask))
            return true
        }
        define("MOVZ", "s10100101hhiiiiiiiiiiiiiiiiddddd", "movz {Rd}, {imm16}") { word, t in
            guard let (immediate, _) = Self.wideImmediate(word) else { return false }
            t.setX(word.rd, t.ir.constant(.i64, immediate))
            return true
        }
        define("MOVK", "s11100101hhiiiiiiiiiiiiiiiiddddd", "movk {Rd}, {imm16}") { word, t in
            guard let (immediate, position) = Self.wideImmediate(word) else { return false }
            let field = t.ir.constant(word.width, immediate >> UInt64(position))
            let old = t.register(word.rd, word.width)
            let result = t.ir.bitFieldInsert(word.width, old, field, low: position, width: 16)
            t.setRegister(word.rd, result, word.width)
            return true
        }
    }

    /// The 16-bit immediate in its place, and that place; nil when it lies outside a W register.
    private static func wideImmediate(_ word: UInt32) -> (value: UInt64, position: UInt32)? {
        let position = word.bits(21, 2) * 16
        if !word.is64 && position >= 32 { return nil }
        return (UInt64(word.bits(5, 16)) << UInt64(position), position)
    }
}
