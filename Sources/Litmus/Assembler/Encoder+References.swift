import GuestA64

/// What each reference of a row's text reads; the names are the disassembler's.
extension Encoder {
    /// Reads what `name` stands for into the word; false when the line has something else there.
    mutating func read(_ name: String) -> Bool { known(name) ?? false }

    /// Whether a reference of this name is one that is read at all.
    static func reads(_ name: String) -> Bool {
        var encoder = Encoder([], pc: 0, labels: [:], mask: 0, value: 0)
        return encoder.known(name) != nil
    }

    private mutating func known(_ name: String) -> Bool? {
        register(name) ?? immediate(name) ?? address(name) ?? condition(name) ?? system(name)
    }

    // MARK: Registers

    /// nil when `name` is no register.
    private mutating func register(_ name: String) -> Bool? {
        let letters = Array(name)
        guard letters.count >= 2, let low = Self.places[letters[1]], "WXRZ".contains(letters[0]),
            ["", "+1", "|SP", "|X"].contains(String(letters[2...]))
        else { return nil }
        guard let text = identifier(), let number = Self.number(of: text) else { return false }
        let isWide = text.hasPrefix("x") || text == "sp"
        remember(name, text)
        let suffix = String(letters[2...])
        let index = suffix == "+1" ? number &- 1 & 31 : number
        guard put(index, low, 5) else { return false }
        switch letters[0] {
        case "W": return !isWide
        case "X": return isWide
        case "Z": return put(isWide ? 1 : 0, 30, 1)
        // What the option field says of the last register's width, the comparison at the end checks.
        default: return suffix == "|X" || put(isWide ? 1 : 0, 31, 1)
        }
    }

    private static let places: [Character: UInt32] = ["d": 0, "t": 0, "n": 5, "a": 10, "u": 10, "m": 16, "s": 16]

    private static func number(of text: String) -> UInt32? {
        if ["xzr", "wzr", "sp", "wsp"].contains(text) { return 31 }
        guard text.hasPrefix("x") || text.hasPrefix("w"), let number = UInt32(text.dropFirst()) else { return nil }
        return number < 31 ? number : nil
    }

    // MARK: Conditions and parts of mnemonics

    private static let conditions = [
        "eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "nv",
    ]

    private mutating func condition(_ name: String) -> Bool? {
        switch name {
        case "cond": return conditionCode().map { put($0, 12, 4) } ?? false
        case "cond0": return conditionCode().map { put($0, 0, 4) } ?? false
        case "!cond": return conditionCode().map { put($0 ^ 1, 12, 4) } ?? false
        case "al22": return ordering(acquire: 22, release: 15)
        case "al23": return ordering(acquire: 23, release: 22)
        case "bh": return skip("b") ? put(0, 30, 1) : skip("h") && put(1, 30, 1)
        case "fetch":
            for (index, operation) in ["add", "clr", "eor", "set", "smax", "smin", "umax", "umin"].enumerated()
            where skip(operation) {
                return put(UInt32(index), 12, 3)
            }
            return false
        case "copyoptions": return suffix(Disassembler.copyOptions)
        case "setoptions": return suffix(Disassembler.setOptions)
        default: return nil
        }
    }

    /// The longest of `options` that is there, of the field that begins at bit 12.
    private mutating func suffix(_ options: [String]) -> Bool {
        for (index, option) in options.enumerated().sorted(by: { $0.element.count > $1.element.count })
        where skip(option) {
            return put(UInt32(index), 12, options.count == 16 ? 4 : 2)
        }
        return false
    }

    private mutating func conditionCode() -> UInt32? {
        guard let text = identifier() else { return nil }
        let name = text == "cs" ? "hs" : text == "cc" ? "lo" : text
        return Self.conditions.firstIndex(of: name).map(UInt32.init)
    }

    private mutating func ordering(acquire: UInt32, release: UInt32) -> Bool {
        let acquires = skip("a")
        let releases = skip("l")
        return put(acquires ? 1 : 0, acquire, 1) && put(releases ? 1 : 0, release, 1)
    }

    // MARK: Offsets

    private mutating func address(_ name: String) -> Bool? {
        switch name {
        case "offset12": return put(unsigned: scaled(offset(), by: 1 << Int64(word >> 30)), 10, 12)
        case "offset9": return put(signed: offset(), 12, 9)
        case "simm9": return put(signed: number(), 12, 9)
        case "offset7": return put(signed: scaled(offset(), by: isWide ? 8 : 4), 15, 7)
        case "simm7": return put(signed: scaled(number(), by: isWide ? 8 : 4), 15, 7)
        case "index": return index()
        case "label14": return target().map { put(signed: $0, 5, 14) } ?? false
        case "label19": return target().map { put(signed: $0, 5, 19) } ?? false
        case "label26": return target().map { put(signed: $0, 0, 26) } ?? false
        case "adr": return address(unit: 1)
        case "adrp": return address(unit: 4096)
        default: return nil
        }
    }

    /// A target in units from here (the page of here for ADRP), its low two bits apart.
    private mutating func address(unit: Int64) -> Bool {
        guard let target = absoluteTarget() else { return false }
        let distance = Int64(bitPattern: target &- (pc & ~UInt64(unit - 1)))
        guard let value = scaled(distance, by: unit) else { return false }
        return put(signed: value >> 2, 5, 19) && put(UInt32(truncatingIfNeeded: value & 3), 29, 2)
    }

    /// `,#n`, or nothing for zero.
    private mutating func offset() -> Int64? { skip(",#") ? number() : 0 }

    private func scaled(_ value: Int64?, by scale: Int64) -> Int64? {
        value.flatMap { $0 % scale == 0 ? $0 / scale : nil }
    }

    /// `,xM`, `,xM,lsl#3`, `,wM,sxtw#2`.
    private mutating func index() -> Bool {
        guard skip(","), let text = identifier(), let number = Self.number(of: text), !text.hasSuffix("sp"),
            put(number, 16, 5)
        else { return false }
        let isWide = text.hasPrefix("x")
        guard skip(",") else { return isWide && put(3, 13, 3) && put(0, 12, 1) }
        guard let code = identifier(), let option = ["uxtw": 2, "lsl": 3, "sxtw": 6, "sxtx": 7][code],
            (option & 1 == 1) == isWide
        else { return false }
        guard skip("#") else { return code != "lsl" && put(UInt32(option), 13, 3) && put(0, 12, 1) }
        guard let amount = self.number(), amount == 0 || amount == Int64(word >> 30) else { return false }
        // An amount that is written is a shift even where it is by zero; elsewhere zero is no shift.
        let isShifted = amount != 0 || word >> 30 == 0
        return put(UInt32(option), 13, 3) && put(isShifted ? 1 : 0, 12, 1)
    }

    /// Instructions from here to a label, or to an address as a number.
    private mutating func target() -> Int64? {
        absoluteTarget().flatMap { scaled(Int64(bitPattern: $0 &- pc), by: 4) }
    }

    private mutating func absoluteTarget() -> UInt64? {
        _ = skip("#")
        guard let text = identifier() else { return nil }
        return labels[text] ?? Self.magnitude(text)
    }
}
