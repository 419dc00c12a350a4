import IR
import X64

// Which value is in which host register.

extension NativeCompiler {
    /// The constant that `value` is.
    func constant(_ value: Value, _ block: borrowing Block) -> UInt64? {
        if value.isNone { return 0 }
        let root = block.instructions[Int(table[value].root)]
        return root.opcode == .constant ? root.imm & block[value].resultType.mask : nil
    }

    func constant(_ value: Value) -> UInt64? { constant(value, block) }

    /// `value` as an immediate that the host sign-extends to `type`.
    func immediate(_ value: Value, _ type: ValueType) -> Int32? {
        guard let bits = constant(value) else { return nil }
        return type == .i64 ? Int32(exactly: Int64(bitPattern: bits)) : Int32(truncatingIfNeeded: bits)
    }

    /// Whether nobody needs `root` after the operation at `position`.
    func dies(_ root: Int, _ position: Int) -> Bool { Int(table[root].lastUse) <= position }

    func holder(_ root: Int) -> GPR? {
        let register = table[root].register
        return register == ValueEntry.noRegister ? nil : GPR(rawValue: register)
    }

    func isPinHome(_ register: GPR) -> Bool {
        for number in 0..<generalPins where Self.pinRegister(number) == register { return true }
        return false
    }

    private func isReserved(_ register: GPR) -> Bool { reserved >> UInt16(register.rawValue) & 1 != 0 }

    mutating func lock(_ register: GPR) { locked |= 1 << UInt16(register.rawValue) }
    mutating func unlock(_ register: GPR) { locked &= ~(1 << UInt16(register.rawValue)) }
    func isLocked(_ register: GPR) -> Bool { locked >> UInt16(register.rawValue) & 1 != 0 }

    /// A register that holds `value`, locked for the operation in work.
    mutating func register(_ value: Value) -> GPR { register(root: Int(table[value].root)) }

    mutating func register(root: Int) -> GPR {
        if let known = holder(root) {
            lock(known)
            return known
        }
        let register = allocate()
        lock(register)
        load(root, into: register)
        occupant[Int(register.rawValue)] = Int32(truncatingIfNeeded: root)
        table[root].register = register.rawValue
        return register
    }

    /// Puts the bits of `root`, which is in no register or is to be copied, into `register`.
    mutating func load(_ root: Int, into register: GPR) {
        if let known = holder(root) {
            if known != register { asm.op(.movMR, .qword, known, .gpr(register)) }
            return
        }
        let instruction = block.instructions[root]
        if instruction.opcode == .constant {
            asm.move(register, instruction.imm & instruction.type.mask)
        } else if table[root].cell >= 0 {
            loadCell(table[root].cell, instruction, into: register)
        } else if !ranOut {
            // Once registers have run out nothing is right any more, and the code is thrown away.
            preconditionFailure("native code: value %\(root) is nowhere, block at \(String(block.guestPC, radix: 16))")
        }
    }

    private mutating func loadCell(_ cell: Int32, _ instruction: Instruction, into register: GPR) {
        let operand = Fixed.cell(cell)
        let isSlot = instruction.opcode == .getState
        switch instruction.type {
        case .i8 where isSlot, .i1 where isSlot: asm.op(.movzx8, .dword, register, operand)
        case .i16 where isSlot: asm.op(.movzx16, .dword, register, operand)
        case .i32 where isSlot, .flags: asm.op(.movRM, .dword, register, operand)
        default: asm.op(.movRM, .qword, register, operand)
        }
    }

    /// `value` as the host's r/m operand: its register, or its cell where it is in none and not needed again.
    mutating func operand(_ value: Value, _ position: Int, _ width: Width) -> Operand {
        let root = Int(table[value].root)
        let instruction = block.instructions[root]
        let isWhole = instruction.resultType == .i64 || instruction.resultType == .i32 && width == .dword
        if holder(root) == nil, instruction.opcode != .constant, table[root].cell >= 0, dies(root, position), isWhole {
            return Fixed.cell(table[root].cell)
        }
        return .gpr(register(root: root))
    }

    // MARK: Giving out and taking back

    /// A free register; if need be some value makes room.
    mutating func allocate() -> GPR {
        for register in Self.pool
        where occupant[Int(register.rawValue)] < 0 && !isLocked(register) && !isPinHome(register)
            && !isReserved(register)
        {
            return register
        }
        return evict()
    }

    private mutating func evict() -> GPR {
        var best: GPR?
        var latest: Int32 = -2
        for register in Self.pool where !isLocked(register) && !isPinHome(register) && !isReserved(register) {
            let root = Int(occupant[Int(register.rawValue)])
            if table[root].lastUse > latest { (best, latest) = (register, table[root].lastUse) }
        }
        guard let register = best else {
            ranOut = true
            return .rsi
        }
        spill(register)
        return register
    }

    /// Frees `register`; its value goes to memory unless it is there, or a constant.
    mutating func spill(_ register: GPR) {
        let root = Int(occupant[Int(register.rawValue)])
        guard root >= 0 else { return }
        if table[root].cell < 0, block.instructions[root].opcode != .constant {
            table[root].cell = temporary(8)
            asm.op(.movMR, .qword, register, Fixed.cell(table[root].cell))
            if region.nodes[nodeIndex].depth > 0 { spills += 1 }
        }
        table[root].register = ValueEntry.noRegister
        occupant[Int(register.rawValue)] = -1
    }

    /// Frame memory until the end of the block.
    mutating func temporary(_ bytes: Int32) -> Int32 {
        let cell = (nextTemporary + bytes - 1) & ~(bytes - 1)
        if cell + bytes > layout.temporariesEnd {
            ranOut = true
            return layout.temporaries
        }
        nextTemporary = cell + bytes
        return cell
    }

    mutating func release(after position: Int) {
        for register in Self.pool {
            let root = Int(occupant[Int(register.rawValue)])
            if root >= 0 && dies(root, position) { free(register) }
        }
    }

    mutating func free(_ register: GPR) {
        let root = Int(occupant[Int(register.rawValue)])
        if root >= 0 { table[root].register = ValueEntry.noRegister }
        occupant[Int(register.rawValue)] = -1
    }

    private mutating func occupy(_ register: GPR, _ index: Int) -> GPR {
        let old = occupant[Int(register.rawValue)]
        if old >= 0 { table[Int(old)].register = ValueEntry.noRegister }
        occupant[Int(register.rawValue)] = Int32(truncatingIfNeeded: index)
        table[index].register = register.rawValue
        lock(register)
        return register
    }

    /// A register for the result of the operation at `index`, emitted at `position`. `reusing` is an operand whose
    /// register may be taken when it dies here; registers in `avoiding` are not.
    mutating func define(_ index: Int, _ position: Int, reusing: Value = .none, avoiding: UInt16 = 0) -> GPR {
        if let home = home(index, position), avoiding >> UInt16(home.rawValue) & 1 == 0 { return occupy(home, index) }
        if !reusing.isNone {
            let root = Int(table[reusing].root)
            if let register = holder(root), dies(root, position), !isPinHome(register),
                avoiding >> UInt16(register.rawValue) & 1 == 0
            {
                return occupy(register, index)
            }
        }
        return occupy(allocate(), index)
    }

    func mask(_ register: GPR) -> UInt16 { 1 << UInt16(register.rawValue) }

    func mask(_ operand: Operand) -> UInt16 {
        switch operand {
        case .gpr(let register): mask(register)
        case .memory(let memory): (memory.base.map { mask($0) } ?? 0) | (memory.index.map { mask($0) } ?? 0)
        case .vector: 0
        }
    }

    /// The pinned register that the value at `index` is on its way to, if it may be computed there at once.
    private func home(_ index: Int, _ position: Int) -> GPR? {
        guard let number = pinOnTheWay(index, position), number < generalPins else { return nil }
        let register = Self.pinRegister(number)
        let old = Int(occupant[Int(register.rawValue)])
        return old >= 0 && !dies(old, position) ? nil : register
    }

    /// The number of the pinned register that the value at `index` is for, unless somebody could look at that between
    /// `position` and then.
    func pinOnTheWay(_ index: Int, _ position: Int) -> Int? {
        let set = Int(table[index].home)
        guard set > position, set - position < 16 else { return nil }
        let slot = block.instructions[set].imm
        for between in position + 1..<set {
            let instruction = block.instructions[between]
            // Nobody looks within a strip.
            if strip == nil, instruction.mayFault || instruction.readsState || instruction.writesState { return nil }
            let touches = instruction.opcode == .getState || instruction.opcode == .setState
            if touches && instruction.imm == slot { return nil }
        }
        return pinNumber(slot)
    }
}
