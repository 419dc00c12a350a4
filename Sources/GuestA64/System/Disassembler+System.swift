import Support

/// The operands of system instructions.
extension Disassembler {
    func system(_ name: Substring) -> String? {
        switch name {
        case "exception16": word.bits(5, 16) == 0 ? "#0" : literal(word.bits(5, 16))
        case "hint": hint
        case "landing": ["", " c", " j", " jc"][Int(word.bits(6, 2))]
        case "crm": literal(word.bits(8, 4))
        case "unlessfull": word.bits(8, 4) == 15 ? "" : " " + literal(word.bits(8, 4))
        case "unlessfulldecimal": word.bits(8, 4) == 15 ? "" : " #\(word.bits(8, 4))"
        case "dsb": dataSynchronizationBarrier
        case "barrier": Self.barriers[word.bits(8, 4)] ?? "#\(word.bits(8, 4))"
        case "barriernxs": Self.barriers[word.bits(10, 2) << 2 | 3].map { $0 + "nxs" }
        case "sysreg": systemRegister
        case "sysop": systemOperation
        default: nil
        }
    }

    private static var barriers: [UInt32: String] {
        [
            1: "oshld", 2: "oshst", 3: "osh", 5: "nshld", 6: "nshst", 7: "nsh", 9: "ishld", 10: "ishst", 11: "ish",
            13: "ld", 14: "st", 15: "sy",
        ]
    }

    private var dataSynchronizationBarrier: String {
        switch word.bits(8, 4) {
        case 0: "ssbb"
        case 4: "pssbb"
        case let option: "dsb " + (Self.barriers[option] ?? "#\(option)")
        }
    }

    /// The hints that have a name but no meaning here.
    private var hint: String {
        let names: [UInt32: String] = [
            6: "dgh", 7: "xpaclri", 8: "pacia1716", 10: "pacib1716", 12: "autia1716", 14: "autib1716", 16: "esb",
            18: "tsb csync", 20: "csdb", 22: "clrbhb", 24: "paciaz", 25: "paciasp", 26: "pacibz", 27: "pacibsp",
            28: "autiaz", 29: "autiasp", 30: "autibz", 31: "autibsp",
        ]
        let number = word.bits(5, 7)
        switch number {
        // PACM and CHKFEAT, which LLVM writes in decimal.
        case 39, 40: return "hint #\(number)"
        default: return names[number] ?? "hint " + literal(number)
        }
    }

    /// By name, or by encoding where the manual has no name for it.
    private var systemRegister: String {
        // Implementation defined registers have none either.
        let isCoreControl = word.bits(16, 3) == 1 && word.bits(12, 4) >= 11
        if let name = A64.systemRegisterName(word), !isCoreControl { return name }
        let (op1, crn, crm, op2) = (word.bits(16, 3), word.bits(12, 4), word.bits(8, 4), word.bits(5, 3))
        return "S\(word.bits(19, 2))_\(op1)_C\(crn)_C\(crm)_\(op2)"
    }

    /// The operation's own name; its register is written where it has one.
    private var systemOperation: String {
        let takesRegister = SystemOperationTable.all.operations[word.systemKey]?.takesRegister ?? (word.rt != 31)
        let register = takesRegister ? ", " + Self.general(word.rt, isWide: true) : ""
        if let name = A64.systemOperationName(word) { return name.lowercased() + register }
        let (op1, crn, crm, op2) = (word.bits(16, 3), word.bits(12, 4), word.bits(8, 4), word.bits(5, 3))
        return "sys #\(op1), c\(crn), c\(crm), #\(op2)" + register
    }
}
