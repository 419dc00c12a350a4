import IR
import Support

/// References to vector registers whose lanes the encoding tells, see `Disassembler`.
///
/// `{Vd.rule}` is a register with its arrangement (`v1.4s`), `{Vd:rule}` a scalar (`s1`), `{Vn[rule]}` an element
/// (`v1.s[2]`), `{Vn>I}` a general register as wide as an element. The rules of lanes:
///
/// * `T`: the size in bits 23 and 22, Q in bit 30; `F`: single or double in bit 22; `B`, `H`, `S`: that size by Q;
/// * `I`: the size is the lowest bit set in imm5; `J`: the highest set in immh; `M`: of structures, bits 11 and 10;
/// * `TW`, `JW`: twice the size, full; `TP`: twice the size, of pairs; `FL`, `FN`: the long and the narrow side of FCVTL;
///   `FP`: two of F; `HH`: half as many H;
/// * `L`: of a load or store, by bits 31 and 30; `P`: of a pair.
extension Disassembler {
    func vector(_ name: Substring) -> String? {
        guard name.first == "V", let place = name.dropFirst().first, let number = number(place) else { return nil }
        let rest = name.dropFirst(2)
        switch rest.first {
        case ".": return arrangement(rest.dropFirst()).map { "v\(number).\($0)" }
        case ":": return size(rest.dropFirst()).map { $0.text + String(number) }
        case "[": return element(rest.dropFirst().dropLast(), number)
        case ">": return Self.general(number, isWide: word.elementIndex?.size == .d)
        default: return nil
        }
    }

    private func arrangement(_ rule: Substring) -> String? {
        let width: Lanes.Width = word.bit(30) ? .full : .half
        switch rule {
        case "T", "F", "I", "J", "M": return size(rule).map { lanes($0, width) }
        case "H": return lanes(.h, width)
        case "B": return lanes(.b, width)
        case "S": return lanes(.s, width)
        case "TW", "JW": return size(rule).map { lanes($0, .full) }
        case "TP": return lanes(word.laneSize.doubled, width)
        case "FL": return lanes(word.floatSize, .full)
        case "FN": return lanes(word.floatSize.halved, width)
        case "FP": return "2\(word.floatSize)"
        case "HH": return word.isQuad ? "4h" : "2h"
        default: return nil
        }
    }

    /// `4s`, or `1d` where one lane fills the width.
    private func lanes(_ size: Lanes.Size, _ width: Lanes.Width) -> String {
        "\(Lanes(size, width).bits / size.bits)\(size)"
    }

    private func size(_ rule: Substring) -> Lanes.Size? {
        switch rule {
        case "T": return word.laneSize
        case "TW": return word.laneSize.doubled
        case "F": return word.floatSize
        case "I": return word.elementIndex?.size
        case "J": return word.shiftSize
        case "JW": return word.shiftSize?.doubled
        case "M": return Lanes.Size(rawValue: UInt8(truncatingIfNeeded: word.bits(10, 2)))
        case "L": return Lanes.Size(rawValue: UInt8(truncatingIfNeeded: word.bits(30, 2)))
        case "P": return Lanes.Size(rawValue: UInt8(truncatingIfNeeded: word.bits(30, 2) + 2))
        default: return nil
        }
    }

    /// `I`: by imm5; `K`: the source of INS, by imm4; `E`, `F`, `H`: of products, by size, by bit 22, of halfwords;
    /// `4b`, `2h`: groups of 32 bits; `C`: of complex products, whose pairs are lanes of twice the size.
    private func element(_ rule: Substring, _ number: UInt32) -> String? {
        switch rule {
        case "I": return word.elementIndex.map { "v\(number).\($0.size)[\($0.index)]" }
        case "K":
            return word.elementIndex.map { "v\(number).\($0.size)[\(word.bits(11, 4) >> UInt32($0.size.rawValue))]" }
        case "E": return indexed(word.laneSize, word.laneSize.text)
        case "F": return indexed(word.floatSize, word.floatSize.text)
        case "H": return indexed(.h, "h")
        case "4b", "2h": return indexed(.s, String(rule))
        case "C": return indexed(word.laneSize.doubled, word.laneSize.text)
        default: return nil
        }
    }

    private func indexed(_ size: Lanes.Size, _ text: String) -> String {
        let (register, index) = word.indexedElement(size)
        return "v\(register).\(text)[\(index)]"
    }

    func vectorImmediate(_ name: Substring) -> String? {
        switch name {
        case "umov": word.elementIndex.map { $0.size == .b || $0.size == .h ? "umov" : "mov" }
        case "bytes": literal(word.bits(11, 4))
        case "shl": literal(word.leftShift)
        case "shr": literal(word.rightShift)
        case "size": "#\(word.laneSize.bits)"
        case "bt": word.isQuad ? "t" : "b"
        case "rotation11": "#\(word.bits(11, 2) * 90)"
        case "rotation12": word.bit(12) ? "#270" : "#90"
        case "rotation13": "#\(word.bits(13, 2) * 90)"
        case "mimm": modifiedImmediate
        case "mask64": wideMask
        case "vfimm8": FloatImmediate.text(word.imm8)
        default: nil
        }
    }

    private var modifiedImmediate: String {
        let shift = word.modifiedShift
        if shift == 0 { return literal(word.imm8) }
        return literal(word.imm8) + (word.bits(12, 4) >= 12 ? ", msl #" : ", lsl #") + String(shift)
    }

    /// LLVM writes sixteen characters, prefix included, and no prefix for zero.
    private var wideMask: String {
        let digits = hex(word.byteMask)
        let prefix = word.byteMask == 0 ? "" : "0x"
        return "#" + prefix + String(repeating: "0", count: max(16 - prefix.count - digits.count, 0)) + digits
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
