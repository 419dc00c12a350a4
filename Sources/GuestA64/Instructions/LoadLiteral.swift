import Guest
import IR
import Support

/// Arm ARM C4.1, loads and stores: load register (literal).
extension DecodeTable<A64Translation> {
    mutating func defineLoadLiteral() {
        define("LDR (literal, 32-bit)", "00011000iiiiiiiiiiiiiiiiiiittttt", "ldr {Wt}, {label19}") { word, t in
            t.loadLiteral(word, .word)
        }
        define("LDR (literal, 64-bit)", "01011000iiiiiiiiiiiiiiiiiiittttt", "ldr {Xt}, {label19}") { word, t in
            t.loadLiteral(word, .doubleword)
        }
        define("LDRSW (literal)", "10011000iiiiiiiiiiiiiiiiiiittttt", "ldrsw {Xt}, {label19}") { word, t in
            t.loadLiteral(word, .signedWord)
        }
    }
}

extension A64Translation {
    fileprivate mutating func loadLiteral(_ word: UInt32, _ access: RegisterAccess) -> Bool {
        let address = pc &+ UInt64(bitPattern: word.signedBits(5, 19) << 2)
        setLoaded(word.rt, ir.load(access.type, ir.constant(.i64, address), plainAccess), access)
        return true
    }
}
