import Guest
import IR
import Support

/// Arm ARM C4.1: branches to authenticated addresses and loads through them (FEAT_PAuth).
extension DecodeTable<A64Translation> {
    mutating func defineAuthenticatedBranches() {
        define("BRAA", "1101011 1 00011111 000010 nnnnnmmmmm", "braa {Xn}, {Xd|SP}") { word, t in
            t.branchAuthenticated(word, .instructionA, .jump) { $0.registerOrSP(word.rd, .i64) }
        }
        define("BRAAZ", "1101011 0 00011111 000010 nnnnn11111", "braaz {Xn}") { word, t in
            t.branchAuthenticated(word, .instructionA, .jump) { $0.x(31) }
        }
        define("BRAB", "1101011 1 00011111 000011 nnnnnmmmmm", "brab {Xn}, {Xd|SP}") { word, t in
            t.branchAuthenticated(word, .instructionB, .jump) { $0.registerOrSP(word.rd, .i64) }
        }
        define("BRABZ", "1101011 0 00011111 000011 nnnnn11111", "brabz {Xn}") { word, t in
            t.branchAuthenticated(word, .instructionB, .jump) { $0.x(31) }
        }
        define("BLRAA", "1101011 1 00111111 000010 nnnnnmmmmm", "blraa {Xn}, {Xd|SP}") { word, t in
            t.branchAuthenticated(word, .instructionA, .call) { $0.registerOrSP(word.rd, .i64) }
        }
        define("BLRAAZ", "1101011 0 00111111 000010 nnnnn11111", "blraaz {Xn}") { word, t in
            t.branchAuthenticated(word, .instructionA, .call) { $0.x(31) }
        }
        define("BLRAB", "1101011 1 00111111 000011 nnnnnmmmmm", "blrab {Xn}, {Xd|SP}") { word, t in
            t.branchAuthenticated(word, .instructionB, .call) { $0.registerOrSP(word.rd, .i64) }
        }
        define("BLRABZ", "1101011 0 00111111 000011 nnnnn11111", "blrabz {Xn}") { word, t in
            t.branchAuthenticated(word, .instructionB, .call) { $0.x(31) }
        }
        define("RETAA", "1101011 0 010 11111 000010 1111111111", "retaa") { _, t in
            guard t.has(.pointerAuthentication) else { return false }
            let (pointer, modifier) = (t.x(30), t.registerOrSP(31, .i64))
            t.ir.jumpIndirect(t.authenticated(pointer, modifier, .instructionA), .return)
            return true
        }
        define("ERETAA", "1101011 0 100 11111 000010 1111111111", "eretaa") { _, t in
            t.returnFromException(.instructionA)
        }
        define("RETAB", "1101011 0 010 11111 000011 1111111111", "retab") { _, t in
            guard t.has(.pointerAuthentication) else { return false }
            let (pointer, modifier) = (t.x(30), t.registerOrSP(31, .i64))
            t.ir.jumpIndirect(t.authenticated(pointer, modifier, .instructionB), .return)
            return true
        }
        define("ERETAB", "1101011 0 100 11111 000011 1111111111", "eretab") { _, t in
            t.returnFromException(.instructionB)
        }
    }

    mutating func defineAuthenticatedLoads() {
        define("LDRAA", "111110000S1iiiiiiiii01nnnnnttttt", "ldraa {Xt}, [{Xn|SP}{offset10}]") { word, t in
            t.loadAuthenticated(word, .dataA)
        }
        define("LDRAA (pre-index)", "111110000S1iiiiiiiii11nnnnnttttt", "ldraa {Xt}, [{Xn|SP}, {simm10}]!") {
            word, t in
            t.loadAuthenticated(word, .dataA)
        }
        define("LDRAB", "111110001S1iiiiiiiii01nnnnnttttt", "ldrab {Xt}, [{Xn|SP}{offset10}]") { word, t in
            t.loadAuthenticated(word, .dataB)
        }
        define("LDRAB (pre-index)", "111110001S1iiiiiiiii11nnnnnttttt", "ldrab {Xt}, [{Xn|SP}, {simm10}]!") {
            word, t in
            t.loadAuthenticated(word, .dataB)
        }
    }
}

extension A64Translation {
    fileprivate mutating func branchAuthenticated(
        _ word: UInt32, _ key: AddressKey, _ kind: BranchKind, _ modifier: (inout A64Translation) -> Value
    ) -> Bool {
        guard has(.pointerAuthentication) else { return false }
        let (pointer, modifier) = (x(word.rn), modifier(&self))
        let target = authenticated(pointer, modifier, key)
        branchIndirectly(to: target, register: word.rn, kind)
        return true
    }

    /// Loads X`rt` through an authenticated base; the base register gets the address without its code.
    fileprivate mutating func loadAuthenticated(_ word: UInt32, _ key: AddressKey) -> Bool {
        guard has(.pointerAuthentication) else { return false }
        let offset = (word.bit(22) ? -512 : 0) + Int64(word.bits(12, 9))
        let pointer = registerOrSP(word.rn, .i64)
        let address = authenticated(pointer, x(31), key)
        // SP is checked for alignment, but only after its code.
        if word.rn == 31 { _ = base(31) }
        let value = ir.load(.i64, address, offset: offset * 8, plainAccess)
        if word.bit(11) { writeBack(word.rn, address, by: offset * 8) }
        setX(word.rt, value)
        return true
    }
}
