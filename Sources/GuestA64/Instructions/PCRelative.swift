import Guest
import IR
import Support

/// Arm ARM C4.1, data processing (immediate): PC-relative addressing.
extension DecodeTable<A64Translation> {
    mutating func definePCRelative() {
        define("ADR", "0ll10000iiiiiiiiiiiiiiiiiiiddddd", "adr {Xd}, {adr}") { word, t in
            t.setX(word.rd, t.ir.constant(.i64, t.pc &+ UInt64(bitPattern: Self.pageOffset(word))))
            return true
        }
        define("ADRP", "1ll10000iiiiiiiiiiiiiiiiiiiddddd", "adrp {Xd}, {adrp}") { word, t in
            let page = t.pc & ~0xfff
            t.setX(word.rd, t.ir.constant(.i64, page &+ UInt64(bitPattern: Self.pageOffset(word) << 12)))
            return true
        }
    }

    /// The signed 21-bit immediate in immhi:immlo.
    private static func pageOffset(_ word: UInt32) -> Int64 {
        word.signedBits(5, 19) << 2 | Int64(word.bits(29, 2))
    }
}
