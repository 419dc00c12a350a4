import Guest
import IR
import Support

/// Arm ARM C4.1: pointer authentication (FEAT_PAuth). A key that SCTLR_EL1 disables does nothing.
extension DecodeTable<A64Translation> {
    mutating func definePointerAuthentication() {
        defineSigning()
        defineAuthentication()
        defineStripping()
        definePointerHints()
        defineAuthenticatedBranches()
        defineAuthenticatedLoads()
    }

    /// Data processing (1 source).
    private mutating func defineSigning() {
        define("PACIA", "110110101100000100 0 000 nnnnnddddd", "pacia {Xd}, {Xn|SP}") { word, t in
            t.sign(word, .instructionA, modifier: word.rn)
        }
        define("PACIB", "110110101100000100 0 001 nnnnnddddd", "pacib {Xd}, {Xn|SP}") { word, t in
            t.sign(word, .instructionB, modifier: word.rn)
        }
        define("PACDA", "110110101100000100 0 010 nnnnnddddd", "pacda {Xd}, {Xn|SP}") { word, t in
            t.sign(word, .dataA, modifier: word.rn)
        }
        define("PACDB", "110110101100000100 0 011 nnnnnddddd", "pacdb {Xd}, {Xn|SP}") { word, t in
            t.sign(word, .dataB, modifier: word.rn)
        }
        define("PACIZA", "110110101100000100 1 000 11111ddddd", "paciza {Xd}") { word, t in
            t.sign(word, .instructionA, modifier: nil)
        }
        define("PACIZB", "110110101100000100 1 001 11111ddddd", "pacizb {Xd}") { word, t in
            t.sign(word, .instructionB, modifier: nil)
        }
        define("PACDZA", "110110101100000100 1 010 11111ddddd", "pacdza {Xd}") { word, t in
            t.sign(word, .dataA, modifier: nil)
        }
        define("PACDZB", "110110101100000100 1 011 11111ddddd", "pacdzb {Xd}") { word, t in
            t.sign(word, .dataB, modifier: nil)
        }
    }

    private mutating func defineAuthentication() {
        define("AUTIA", "110110101100000100 0 100 nnnnnddddd", "autia {Xd}, {Xn|SP}") { word, t in
            t.authenticate(word, .instructionA, modifier: word.rn)
        }
        define("AUTIB", "110110101100000100 0 101 nnnnnddddd", "autib {Xd}, {Xn|SP}") { word, t in
            t.authenticate(word, .instructionB, modifier: word.rn)
        }
        define("AUTDA", "110110101100000100 0 110 nnnnnddddd", "autda {Xd}, {Xn|SP}") { word, t in
            t.authenticate(word, .dataA, modifier: word.rn)
        }
        define("AUTDB", "110110101100000100 0 111 nnnnnddddd", "autdb {Xd}, {Xn|SP}") { word, t in
            t.authenticate(word, .dataB, modifier: word.rn)
        }
        define("AUTIZA", "110110101100000100 1 100 11111ddddd", "autiza {Xd}") { word, t in
            t.authenticate(word, .instructionA, modifier: nil)
        }
        define("AUTIZB", "110110101100000100 1 101 11111ddddd", "autizb {Xd}") { word, t in
            t.authenticate(word, .instructionB, modifier: nil)
        }
        define("AUTDZA", "110110101100000100 1 110 11111ddddd", "autdza {Xd}") { word, t in
            t.authenticate(word, .dataA, modifier: nil)
        }
        define("AUTDZB", "110110101100000100 1 111 11111ddddd", "autdzb {Xd}") { word, t in
            t.authenticate(word, .dataB, modifier: nil)
        }
    }

    private mutating func defineStripping() {
        define("XPACI", "110110101100000101 0 000 11111ddddd", "xpaci {Xd}") { word, t in
            t.strip(word.rd, isData: false)
        }
        define("XPACD", "110110101100000101 0 001 11111ddddd", "xpacd {Xd}") { word, t in
            t.strip(word.rd, isData: true)
        }
        define("PACGA", "10011010110mmmmm001100nnnnnddddd", "pacga {Xd}, {Xn}, {Xm|SP}") { word, t in
            guard t.has(.pointerAuthentication) else { return false }
            let (data, modifier) = (t.x(word.rn), t.registerOrSP(word.rm, .i64))
            t.setX(word.rd, t.callForValue(.genericCode, [.readsState], data, modifier))
            return true
        }
    }

    /// The forms in the hint space, which do nothing on a CPU without the feature.
    private mutating func definePointerHints() {
        define("XPACLRI", "11010101000000110010000011111111", "xpaclri", overlapping: true) { _, t in
            _ = t.strip(30, isData: false)
            return true
        }
        define("PACIA1716", "11010101000000110010000100011111", "pacia1716", overlapping: true) { _, t in
            t.signHint(17, .instructionA) { $0.x(16) }
        }
        define("PACIB1716", "11010101000000110010000101011111", "pacib1716", overlapping: true) { _, t in
            t.signHint(17, .instructionB) { $0.x(16) }
        }
        define("AUTIA1716", "11010101000000110010000110011111", "autia1716", overlapping: true) { _, t in
            t.authenticateHint(17, .instructionA) { $0.x(16) }
        }
        define("AUTIB1716", "11010101000000110010000111011111", "autib1716", overlapping: true) { _, t in
            t.authenticateHint(17, .instructionB) { $0.x(16) }
        }
        define("PACIAZ", "11010101000000110010001100011111", "paciaz", overlapping: true) { _, t in
            t.signHint(30, .instructionA) { $0.x(31) }
        }
        define("PACIASP", "11010101000000110010001100111111", "paciasp", overlapping: true) { _, t in
            t.signHint(30, .instructionA) { $0.registerOrSP(31, .i64) }
        }
        define("PACIBZ", "11010101000000110010001101011111", "pacibz", overlapping: true) { _, t in
            t.signHint(30, .instructionB) { $0.x(31) }
        }
        define("PACIBSP", "11010101000000110010001101111111", "pacibsp", overlapping: true) { _, t in
            t.signHint(30, .instructionB) { $0.registerOrSP(31, .i64) }
        }
        define("AUTIAZ", "11010101000000110010001110011111", "autiaz", overlapping: true) { _, t in
            t.authenticateHint(30, .instructionA) { $0.x(31) }
        }
        define("AUTIASP", "11010101000000110010001110111111", "autiasp", overlapping: true) { _, t in
            t.authenticateHint(30, .instructionA) { $0.registerOrSP(31, .i64) }
        }
        define("AUTIBZ", "11010101000000110010001111011111", "autibz", overlapping: true) { _, t in
            t.authenticateHint(30, .instructionB) { $0.x(31) }
        }
        define("AUTIBSP", "11010101000000110010001111111111", "autibsp", overlapping: true) { _, t in
            t.authenticateHint(30, .instructionB) { $0.registerOrSP(31, .i64) }
        }
    }
}

extension A64Translation {
    /// Rd signed with Rn or SP, or zero, as the modifier.
    fileprivate mutating func sign(_ word: UInt32, _ key: AddressKey, modifier: UInt32?) -> Bool {
        guard has(.pointerAuthentication) else { return false }
        return signHint(word.rd, key) { t in modifier.map { t.registerOrSP($0, .i64) } ?? t.x(31) }
    }

    fileprivate mutating func authenticate(_ word: UInt32, _ key: AddressKey, modifier: UInt32?) -> Bool {
        guard has(.pointerAuthentication) else { return false }
        return authenticateHint(word.rd, key) { t in modifier.map { t.registerOrSP($0, .i64) } ?? t.x(31) }
    }

    fileprivate mutating func signHint(
        _ number: UInt32, _ key: AddressKey, _ modifier: (inout A64Translation) -> Value
    ) -> Bool {
        guard has(.pointerAuthentication), flags.contains(.enabled(key)) else { return true }
        let (pointer, modifier) = (x(number), modifier(&self))
        setX(number, callForValue(.sign, [.readsState], pointer, modifier, ir.constant(.i64, key.rawValue)))
        return true
    }

    fileprivate mutating func authenticateHint(
        _ number: UInt32, _ key: AddressKey, _ modifier: (inout A64Translation) -> Value
    ) -> Bool {
        guard has(.pointerAuthentication), flags.contains(.enabled(key)) else { return true }
        let (pointer, modifier) = (x(number), modifier(&self))
        setX(number, authenticated(pointer, modifier, key))
        return true
    }

    /// The address without its code; an exception if the code is wrong.
    mutating func authenticated(_ pointer: Value, _ modifier: Value, _ key: AddressKey) -> Value {
        guard flags.contains(.enabled(key)) else { return pointer }
        return callForValue(
            .authenticate, [.readsState, .mayFault], pointer, modifier, ir.constant(.i64, key.rawValue))
    }

    fileprivate mutating func strip(_ number: UInt32, isData: Bool) -> Bool {
        guard has(.pointerAuthentication) else { return false }
        let pointer = x(number)
        setX(number, callForValue(.strip, [.readsState], pointer, ir.constant(.i64, isData ? 1 : 0)))
        return true
    }
}
