// From a row of the tables and operands to bytes (SDM vol. 2, chapter 2).

extension Assembler {
    /// Register numbers and the rest of one instruction.
    struct Operands {
        var reg: UInt8 = 0
        var rm: Operand = .gpr(.rax)
        /// The operand that only VEX has room for.
        var vvvv: UInt8 = 0
        var immediate: Int64 = 0
        /// 256 bits.
        var wide = false
        /// Keep a displacement of 32 bits even where fewer do.
        var longDisplacement = false
    }

    /// Legacy encoding.
    mutating func encode(_ row: Row, _ width: Width, _ operands: Operands) {
        reserve()
        if width == .word && (row.sizing == .all || row.sizing == .wide) { byte(0x66) }
        switch row.prefix {
        case .none: break
        case .p66: byte(0x66)
        case .pF3: byte(0xf3)
        case .pF2: byte(0xf2)
        }
        let wide = row.sizing == .fixedW || width == .qword && row.sizing != .fixed
        rex(row, width, wide: wide, operands)
        switch row.map {
        case .one: break
        case .m0F: byte(0x0f)
        case .m0F38: store(0x380f as UInt16)
        case .m0F3A: store(0x3a0f as UInt16)
        }
        finish(row, width, operands)
    }

    private mutating func rex(_ row: Row, _ width: Width, wide: Bool, _ operands: Operands) {
        var rex: UInt8 = wide ? 8 : 0
        if usesReg(row.form) { rex |= (operands.reg >> 3) << 2 }
        switch operands.rm {
        case .gpr(let register): rex |= register.rawValue >> 3
        case .vector(let register): rex |= register.rawValue >> 3
        case .memory(let memory):
            rex |= (memory.base?.rawValue ?? 0) >> 3 | ((memory.index?.rawValue ?? 0) >> 3) << 1
        }
        if rex != 0 || needsEmptyREX(row, width, operands) { byte(0x40 | rex) }
    }

    private func usesReg(_ form: Row.Form) -> Bool {
        switch form {
        case .rm, .mr, .rmi, .mri, .rvm, .rvmi, .rvmr, .rmv: true
        case .zo, .m, .mi, .o, .oi, .i, .vm, .vmi: false
        }
    }

    /// SPL, BPL, SIL and DIL exist only with a REX prefix.
    private func needsEmptyREX(_ row: Row, _ width: Width, _ operands: Operands) -> Bool {
        let isByte = row.sizing == .all && width == .byte
        if isByte && usesReg(row.form) && operands.reg >= 4 { return true }
        guard isByte || row.first == .rm8 || row.second == .rm8, case .gpr(let register) = operands.rm else {
            return false
        }
        return register.rawValue >= 4
    }

    /// VEX encoding.
    mutating func encodeVEX(_ row: Row, _ width: Width, _ operands: Operands) {
        reserve()
        let reg = usesReg(row.form) ? operands.reg : 0
        var (x, b): (UInt8, UInt8) = (0, 0)
        switch operands.rm {
        case .gpr(let register): b = register.rawValue >> 3
        case .vector(let register): b = register.rawValue >> 3
        case .memory(let memory): (x, b) = ((memory.index?.rawValue ?? 0) >> 3, (memory.base?.rawValue ?? 0) >> 3)
        }
        let w: UInt8 = row.sizing == .fixedW || row.sizing == .large && width == .qword ? 1 : 0
        let pp: UInt8 =
            switch row.prefix {
            case .none: 0
            case .p66: 1
            case .pF3: 2
            case .pF2: 3
            }
        let last = (~operands.vvvv & 15) << 3 | (operands.wide ? 4 : 0) | pp
        if row.map == .m0F && w == 0 && x == 0 && b == 0 {
            byte(0xc5)
            byte((~reg >> 3 & 1) << 7 | last)
        } else {
            byte(0xc4)
            byte((~reg >> 3 & 1) << 7 | (x ^ 1) << 6 | (b ^ 1) << 5 | row.map.rawValue)
            byte(w << 7 | last)
        }
        finish(row, width, operands)
    }

    /// Opcode, ModRM, displacement, immediate.
    private mutating func finish(_ row: Row, _ width: Width, _ operands: Operands) {
        let narrow: UInt8 = row.sizing == .all && width == .byte ? 1 : 0
        switch row.form {
        case .zo:
            byte(row.opcode)
            if row.digit != 0 { byte(row.digit) }
        case .o, .oi: byte(row.opcode | operands.rm.lowNumber)
        case .i: byte(row.opcode)
        case .m, .mi, .vm, .vmi:
            byte(row.opcode & ~narrow)
            modRM(row.digit, operands.rm, long: operands.longDisplacement)
        case .rm, .mr, .rmi, .mri, .rvm, .rvmi, .rvmr, .rmv:
            byte(row.opcode & ~narrow)
            modRM(operands.reg, operands.rm, long: operands.longDisplacement)
        }
        switch row.immediateBytes(width) {
        case 0: break
        case 1: store(Int8(truncatingIfNeeded: operands.immediate))
        case 2: store(Int16(truncatingIfNeeded: operands.immediate))
        case 4: store(Int32(truncatingIfNeeded: operands.immediate))
        default: store(operands.immediate)
        }
    }

    private mutating func modRM(_ reg: UInt8, _ rm: Operand, long: Bool) {
        let field = (reg & 7) << 3
        guard case .memory(let memory) = rm else {
            byte(0xc0 | field | rm.lowNumber)
            return
        }
        if memory.isRelative {
            byte(field | 5)
            return store(memory.displacement)
        }
        guard let base = memory.base else {
            byte(field | 4)
            byte(memory.shift << 6 | ((memory.index?.rawValue ?? 4) & 7) << 3 | 5)
            return store(memory.displacement)
        }
        let low = base.rawValue & 7
        let short = Int8(exactly: memory.displacement)
        let mod: UInt8 =
            if long || short == nil { 0x80 } else if memory.displacement == 0 && low != 5 { 0 } else { 0x40 }
        if memory.index == nil && low != 4 {
            byte(mod | field | low)
        } else {
            byte(mod | field | 4)
            byte(memory.shift << 6 | ((memory.index?.rawValue ?? 4) & 7) << 3 | low)
        }
        if mod == 0x80 { store(memory.displacement) } else if mod == 0x40 { store(short ?? 0) }
    }
}

extension Operand {
    var lowNumber: UInt8 { (number ?? 0) & 7 }
}

extension Row {
    /// Length of the immediate.
    func immediateBytes(_ width: Width) -> Int {
        switch form {
        case .zo, .m, .rm, .mr, .o, .rvm, .rmv, .vm: 0
        case .oi: width.bytes
        case .i: 4
        case .mi where isWholeImmediate, .rmi where isWholeImmediate: min(width.bytes, 4)
        case .mi, .rmi, .mri, .rvmi, .rvmr, .vmi: 1
        }
    }

    /// Whether the immediate has the instruction's width, and not one byte.
    package var isWholeImmediate: Bool {
        map == .one && (opcode == 0x81 || opcode == 0xc7 || opcode == 0xf7 || opcode == 0x69)
    }
}
