import IR
import Support

/// References to vector registers whose lanes the encoding tells, see `Disassembler`.
///
/// `{Vd.rule}` is a register with its arrangement (`v1.4s`), `{Vd:rule}` a scalar (`s1`), `{Vn[rule]}` an element
/// (`v1.s[2]`); `{rule.V}` the bare arrangement. The rules:
///
/// * `T`: the size in bits 23 and 22, Q in bit 30; `F`: single or double in bit 22; `H`, `B`: halfwords, bytes by Q;
/// * `I`: the size is the lowest bit set in imm5; `J`: the highest set in immh; `M`: structure loads, size in bits 11, 10;
/// * `TW`, `FW`, `JW`: twice the size, full; `TP`: twice the size, as many bits (of pairs); `TN`: as `T`, of narrow lanes;
/// * `L`: single or doubleword etc. of a load or store, by bits 31 and 30; `P`: of a pair.
extension Disassembler {
    func vector(_ name: Substring) -> String? {
        guard name.first == "V", let place = name.dropFirst().first, let number = number(place) else { return nil }
        let rest = name.dropFirst(2)
        switch rest.first {
        case ".": return arrangement(rest.dropFirst()).map { "v\(number).\($0)" }
        case ":": return scalar(rest.dropFirst()).map { $0.text + String(number) }
        case "[": return element(rest.dropFirst().dropLast(), number)
        default: return nil
        }
    }

    private func arrangement(_ rule: Substring) -> String? {
        guard let lanes = lanes(rule) else { return nil }
        return "\(lanes.bits / lanes.size.bits)\(lanes.size)"
    }

    private func lanes(_ rule: Substring) -> Lanes? {
        let width: Lanes.Width = word.bit(30) ? .full : .half
        switch rule {
        case "T", "F", "I", "J", "M": return scalar(rule).map { Lanes($0, width) }
        case "H": return Lanes(.h, width)
        case "B": return Lanes(.b, width)
        case "TW", "FW", "JW": return scalar(rule.dropLast()).map { Lanes($0.doubled, .full) }
        case "TP": return scalar("T").map { Lanes($0.doubled, width) }
        default: return nil
        }
    }

    private func scalar(_ rule: Substring) -> Lanes.Size? {
        switch rule {
        case "T": return word.laneSize
        case "TW": return word.laneSize.doubled
        case "F": return word.bit(22) ? .d : .s
        case "FW": return .d
        case "I": return word.elementIndex?.size
        case "J": return word.shiftSize
        case "JW": return word.shiftSize?.doubled
        case "M": return Lanes.Size(rawValue: UInt8(truncatingIfNeeded: word.bits(10, 2)))
        case "L": return Lanes.Size(rawValue: UInt8(truncatingIfNeeded: word.bits(30, 2)))
        case "P": return Lanes.Size(rawValue: UInt8(truncatingIfNeeded: word.bits(30, 2) + 2))
        default: return nil
        }
    }

    /// `I`: chosen by imm5; `K`: the source of INS, by imm4; `E`, `G`: of products, by size or bit 22, H, L and M.
    private func element(_ rule: Substring, _ number: UInt32) -> String? {
        switch rule {
        case "I": return word.elementIndex.map { "v\(number).\($0.size)[\($0.index)]" }
        case "K":
            return word.elementIndex.map { "v\(number).\($0.size)[\(word.bits(11, 4) >> UInt32($0.size.rawValue))]" }
        default: return nil
        }
    }
}

// MARK: Lists of registers and where structures end

extension Disassembler {
    /// `{list4}`: four registers from Vt; `{element4}`: one lane of each.
    func list(_ name: Substring) -> String? {
        guard let digit = name.last, let count = UInt32(String(digit)) else { return nil }
        switch name.dropLast() {
        case "list": return arrangement("M").map { registers(word.rt, count, $0) }
        case "table": return registers(word.rn, count, "16b")
        case "element":
            guard let element = word.structureElement else { return nil }
            return registers(word.rt, count, element.size.text) + "[\(element.index)]"
        case "step": return step(bytes: count * (word.bit(30) ? 16 : 8))
        case "elementstep": return word.structureElement.flatMap { step(bytes: count * UInt32($0.size.bytes)) }
        case "copystep": return step(bytes: count << word.bits(10, 2))
        default: return nil
        }
    }

    private func registers(_ first: UInt32, _ count: UInt32, _ arrangement: String) -> String {
        "{ " + (0..<count).map { "v\((first + $0) & 31).\(arrangement)" }.joined(separator: ", ") + " }"
    }

    /// The register or number of bytes that is added to the base afterwards.
    private func step(bytes: UInt32) -> String {
        word.rm == 31 ? "#\(bytes)" : Self.general(word.rm, isWide: true)
    }
}

extension Lanes.Size {
    var text: String { "\(self)" }
}
