import Guest
import IR
import Support

/// Arm ARM C5.1, C6.2: MRS and MSR (register).
extension DecodeTable<A64Translation> {
    mutating func defineSystemRegisterMoves() {
        define("MRS", "110101010011oooo nnnn mmmm ppp ttttt", "mrs {Xt}, {sysreg}") { word, t in
            t.moveFromSystemRegister(word)
        }
        define("MSR (register)", "110101010001oooo nnnn mmmm ppp ttttt", "msr {sysreg}, {Xt}") { word, t in
            t.moveToSystemRegister(word)
        }
    }
}

extension UInt32 {
    /// op0:op1:CRn:CRm:op2 of a system instruction.
    var systemKey: UInt32 { bits(5, 16) }
}

extension A64Translation {
    fileprivate mutating func moveFromSystemRegister(_ word: UInt32) -> Bool {
        guard let index = SystemRegisterTable.all.index(of: word.systemKey) else { return false }
        let register = SystemRegisterTable.all.registers[index]
        guard allows(register, .read(at: flags.exceptionLevel)) else { return false }
        pass(register.gate, word, isRead: true)
        guard let value = read(register, index) else { return false }
        setX(word.rt, value)
        return true
    }

    fileprivate mutating func moveToSystemRegister(_ word: UInt32) -> Bool {
        guard let index = SystemRegisterTable.all.index(of: word.systemKey) else { return false }
        let register = SystemRegisterTable.all.registers[index]
        guard allows(register, .write(at: flags.exceptionLevel)) else { return false }
        pass(register.gate, word, isRead: false)
        write(register, index, x(word.rt))
        if register.endsBlock { leaveBlock() }
        return true
    }

    private func allows(_ register: SystemRegister, _ access: AccessRights) -> Bool {
        register.rights.contains(access) && has(register.features)
    }

    private mutating func read(_ register: SystemRegister, _ index: Int) -> Value? {
        switch register.reading {
        case .never: nil
        case .constant(let bits): ir.constant(.i64, bits)
        case .cell(let cell): ir.getState(.i64, cell.slot.offset)
        case .state: callRead(.readsState, index)
        case .outside: callRead([.readsState, .mayFault, .acts], index)
        case .emitted(let emit): emit(&self)
        }
    }

    private mutating func callRead(_ effects: HelperEffects, _ index: Int) -> Value {
        ir.helper(SystemHelper.readRegister.rawValue, .i64, effects, ir.constant(.i64, UInt64(index)))
    }

    private mutating func write(_ register: SystemRegister, _ index: Int, _ value: Value) {
        switch register.writing {
        case .never, .ignored: break
        case .cell(let cell, let mask, let ones): setCell(cell, value, mask: mask, ones: ones)
        case .action:
            call(
                .writeRegister, [.readsState, .writesState, .acts], ir.constant(.i64, UInt64(index)), value)
        case .outside: call(.writeRegister, .everything, ir.constant(.i64, UInt64(index)), value)
        case .emitted(let emit): emit(&self, value)
        }
    }

    /// Writes `cell` with the bits `mask` of `value` and the bits `ones`.
    mutating func setCell(_ cell: SystemCell, _ value: Value, mask: UInt64, ones: UInt64 = 0) {
        var result = value
        if mask != .max { result = ir.binary(.and, .i64, result, ir.constant(.i64, mask)) }
        if ones != 0 { result = ir.binary(.or, .i64, result, ir.constant(.i64, ones)) }
        ir.setState(.i64, cell.slot.offset, result)
    }

    /// Traps to EL1 what the control register behind `gate` forbids EL0.
    mutating func pass(_ gate: UserGate?, _ word: UInt32, isRead: Bool) {
        guard let gate, flags.exceptionLevel == 0 else { return }
        let syndrome = Syndrome.systemAccess(key: word.systemKey, register: word.rt, isRead: isRead)
        trapEL0(gate, .trappedSystemAccess, syndrome)
    }

    mutating func trapEL0(_ gate: UserGate, _ kind: A64ExceptionKind, _ syndrome: UInt64) {
        let control = ir.getState(.i64, gate.cell.slot.offset)
        if gate.inverted {
            ir.guardClear(.i64, control, mask: gate.mask, kind: kind.rawValue, payload: syndrome)
            return
        }
        let allowed = ir.binary(.and, .i64, control, ir.constant(.i64, gate.mask))
        let forbidden = ir.compare(.equal, .i64, allowed, ir.constant(.i64, 0))
        ir.guardClear(.i1, forbidden, mask: 1, kind: kind.rawValue, payload: syndrome)
    }
}

extension A64 {
    /// The manual's name of the system register that an MRS or MSR names, nil where it has none.
    package static func systemRegisterName(_ word: UInt32) -> String? {
        guard let index = SystemRegisterTable.all.index(of: word.systemKey) else { return nil }
        let name = "\(SystemRegisterTable.all.registers[index].name)"
        return name.isEmpty ? nil : name
    }
}
