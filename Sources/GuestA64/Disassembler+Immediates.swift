import IR
import Support

/// Immediates, conditions, and the modifiers of a last register operand. Those that may be absent begin with the comma.
extension Disassembler {
    func immediate(_ name: Substring) -> String? {
        switch name {
        case "imm12": literal(word.imm12) + (word.bit(22) ? ", lsl #12" : "")
        case "imm16": literal(word.bits(5, 16)) + (word.bits(21, 2) == 0 ? "" : ", lsl #\(word.bits(21, 2) * 16)")
        case "simm8": literal(word.signedBits(10, 8))
        case "uimm8": literal(word.bits(10, 8))
        case "imm5": literal(word.rm)
        case "xarbits": literal(word.imms)
        case "imm6": literal(word.bits(15, 6))
        case "nzcv", "mask": literal(word.bits(0, 4))
        case "bit": literal(word.bits(31, 1) << 5 | word.bits(19, 5))
        case "bitmask": bitmask.map { "#0x" + hex($0) }
        case "movz", "movn", "movi": moved(name).map(literal)
        case "cond": Self.conditions[Int(word.condition)]
        case "cond0": Self.conditions[Int(word.bits(0, 4))]
        case "!cond": Self.conditions[Int(word.condition ^ 1)]
        case "prfop": prefetch
        case "al22": ordering(acquire: word.bit(22), release: word.bit(15))
        case "al23": ordering(acquire: word.bit(23), release: word.bit(22))
        case "fetch": ["add", "clr", "eor", "set", "smax", "smin", "umax", "umin"][Int(word.bits(12, 3))]
        case "2": word.bit(30) ? "2" : ""
        case "1d": word.bit(30) ? "2d" : "1d"
        case "lane12": String(word.bits(12, 2))
        case "fimm8": FloatImmediate.text(word.bits(13, 8))
        case "fbits": literal(word.fractionBits)
        case "bh": word.bit(30) ? "h" : "b"
        case "copyoptions": Self.copyOptions[Int(word.bits(12, 4))]
        case "setoptions": Self.setOptions[Int(word.bits(12, 2))]
        case "shift": shift
        case "extend": extend
        default: bitField(name) ?? target(name)
        }
    }

    private func bitField(_ name: Substring) -> String? {
        let width: UInt32 = word.is64 ? 64 : 32
        switch name {
        case "lsb": return literal(word.imms)
        // LLVM writes what says where a field lies in decimal.
        case "immr": return "#\(word.immr)"
        case "imms": return "#\(word.imms)"
        case "lslamount": return "#\(width - 1 - word.imms)"
        case "insertlsb": return "#\((width - word.immr) % width)"
        case "insertwidth": return "#\(word.imms + 1)"
        case "extractwidth": return "#\(word.imms &- word.immr &+ 1)"
        default: return nil
        }
    }

    private func target(_ name: Substring) -> String? {
        switch name {
        case "label14": "0x" + hex(pc &+ UInt64(bitPattern: word.signedBits(5, 14) * 4))
        case "label19": "0x" + hex(pc &+ UInt64(bitPattern: word.signedBits(5, 19) * 4))
        case "label26": "0x" + hex(pc &+ UInt64(bitPattern: word.signedBits(0, 26) * 4))
        case "adr": "0x" + hex(pc &+ UInt64(bitPattern: pageOffset))
        case "adrp": "0x" + hex((pc & ~0xfff) &+ UInt64(bitPattern: pageOffset << 12))
        default: nil
        }
    }

    private var pageOffset: Int64 { word.signedBits(5, 19) << 2 | Int64(word.bits(29, 2)) }

    /// The logical immediate, in the operation's width.
    var bitmask: UInt64? {
        BitMasks.logicalImmediate(n: word.bits(22, 1), immr: word.immr, imms: word.imms, is64: word.is64)
            .map { $0 & word.width.mask }
    }

    /// The value that MOVZ, MOVN or ORR of zero moves, as a signed number of the operation's width.
    func moved(_ name: Substring) -> Int64? {
        let wide = UInt64(word.bits(5, 16)) << UInt64(word.bits(21, 2) * 16)
        let value = name == "movz" ? wide : name == "movn" ? ~wide : bitmask
        return value.map { word.is64 ? Int64(bitPattern: $0) : Int64(Int32(truncatingIfNeeded: $0)) }
    }

    private static let conditions = [
        "eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "nv",
    ]

    /// Who is unprivileged or not temporal: of CPY and CPYF reads and writes, of SET writes.
    package static let copyOptions = [
        "", "wt", "rt", "t", "wn", "wtwn", "rtwn", "twn", "rn", "wtrn", "rtrn", "trn", "n", "wtn", "rtn", "tn",
    ]
    package static let setOptions = ["", "t", "n", "tn"]

    private func ordering(acquire: Bool, release: Bool) -> String { (acquire ? "a" : "") + (release ? "l" : "") }

    private var shift: String {
        let codes = ["lsl", "lsr", "asr", "ror"]
        if word.bits(22, 2) == 0 && word.imms == 0 { return "" }
        return ", \(codes[Int(word.bits(22, 2))]) #\(word.imms)"
    }

    /// Of add/subtract (extended register): UXTX (UXTW for W registers) is LSL beside SP.
    private var extend: String {
        let (option, amount) = (word.bits(13, 3), word.bits(10, 3))
        let setsFlags = word.bit(29)
        let isBesideSP = word.rn == 31 || (!setsFlags && word.rd == 31)
        if isBesideSP && option == (word.is64 ? 3 : 2) { return amount == 0 ? "" : ", lsl #\(amount)" }
        return ", " + Self.extends[Int(option)] + (amount == 0 ? "" : " #\(amount)")
    }

    static let extends = ["uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx"]

    /// A prefetch's type, level and policy; a number where they have no name.
    private var prefetch: String {
        let (type, level) = (Int(word.bits(3, 2)), Int(word.bits(1, 2)))
        if type == 3 || level == 3 { return literal(word.rt) }
        return ["pld", "pli", "pst"][type] + ["l1", "l2", "l3"][level] + (word.bit(0) ? "strm" : "keep")
    }
}
