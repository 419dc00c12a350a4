import Support

/// Register references, see `Disassembler`.
extension Disassembler {
    func register(_ name: Substring) -> String? {
        var characters = name.makeIterator()
        guard let width = characters.next(), let place = characters.next(), let number = number(place) else {
            return nil
        }
        if "VQDSHB".contains(width) { return name.count == 2 ? width.lowercased() + String(number) : nil }
        if width == "F" { return float(number, name.dropFirst(2)) }
        guard let isWide = isWide(width) else { return nil }
        switch name.dropFirst(2) {
        case "": return Self.general(number, isWide: isWide)
        case "+1": return Self.general(number + 1 & 31, isWide: isWide)
        case "|SP": return Self.generalOrSP(number, isWide: isWide)
        case "|X": return Self.general(number, isWide: isWide && word.bits(13, 2) == 3)
        default: return nil
        }
    }

    /// A register of the format that bits 23 and 22 name; `|0`: zero where bit 3 is set.
    private func float(_ number: UInt32, _ suffix: Substring) -> String? {
        if suffix == "|0" && word.bit(3) { return "#0.0" }
        return ["s", "d", "q", "h"][Int(word.bits(22, 2))] + String(number)
    }

    func number(_ place: Character) -> UInt32? {
        switch place {
        case "d", "t": word.rd
        case "n": word.rn
        case "a", "u": word.ra
        case "m", "s": word.rm
        default: nil
        }
    }

    private func isWide(_ width: Character) -> Bool? {
        switch width {
        case "W": false
        case "X": true
        case "R": word.bit(31)
        case "Z": word.bit(30)
        default: nil
        }
    }

    static func general(_ number: UInt32, isWide: Bool) -> String {
        number == 31 ? (isWide ? "xzr" : "wzr") : (isWide ? "x" : "w") + String(number)
    }

    static func generalOrSP(_ number: UInt32, isWide: Bool) -> String {
        number == 31 ? (isWide ? "sp" : "wsp") : general(number, isWide: isWide)
    }
}
