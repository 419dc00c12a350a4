import GuestA64

/// The operands of system instructions.
extension Encoder {
    /// nil when `name` is none of these.
    mutating func system(_ name: String) -> Bool? {
        switch name {
        case "exception16": return put(unsigned: number(), 5, 16)
        case "crm": return put(unsigned: number(), 8, 4)
        case "hint": return put(unsigned: number(), 5, 7)
        case "barrier": return barrier()
        case "unlessfull", "unlessfulldecimal":
            if isAtEnd || skip(" sy") { return put(15, 8, 4) }
            return skip(" ") && put(unsigned: number(), 8, 4)
        case "sysreg": return identifier().flatMap { SystemNames.registers[$0] }.map { put($0, 5, 15) } ?? false
        case "sysop": return operation()
        default: return nil
        }
    }

    private mutating func barrier() -> Bool {
        let names: [String: UInt32] = [
            "oshld": 1, "oshst": 2, "osh": 3, "nshld": 5, "nshst": 6, "nsh": 7, "ishld": 9, "ishst": 10, "ish": 11,
            "ld": 13, "st": 14, "sy": 15,
        ]
        if skip("#") { return put(unsigned: number(), 8, 4) }
        return identifier().flatMap { names[$0] }.map { put($0, 8, 4) } ?? false
    }

    /// `dc civac,x0`, `tlbi vmalle1`.
    private mutating func operation() -> Bool {
        guard let mnemonic = identifier(), skip(" "), let name = identifier(),
            let bits = SystemNames.operations[mnemonic + " " + name], put(bits, 5, 14)
        else { return false }
        if isAtEnd { return put(31, 0, 5) }
        guard skip(","), let text = identifier(), text.hasPrefix("x") else { return false }
        if text == "xzr" { return put(31, 0, 5) }
        return put(unsigned: Int64(text.dropFirst()), 0, 5)
    }
}

/// Names of system registers and operations with the fields that encode them, collected from the guest's tables.
private enum SystemNames {
    /// o0:op1:CRn:CRm:op2 of MRS and MSR.
    static let registers: [String: UInt32] = collect(0xd530_0000, 15) { A64.systemRegisterName($0) }
    /// op1:CRn:CRm:op2 of SYS.
    static let operations: [String: UInt32] = collect(0xd508_0000, 14) { A64.systemOperationName($0) }

    private static func collect(_ base: UInt32, _ width: UInt32, _ name: (UInt32) -> String?) -> [String: UInt32] {
        var names: [String: UInt32] = [:]
        for bits in 0..<(1 as UInt32) << width {
            if let name = name(base | bits << 5) { names[name.lowercased()] = bits }
        }
        return names
    }
}
