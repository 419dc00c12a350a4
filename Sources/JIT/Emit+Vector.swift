import IR
import X64

// 128-bit values: state, halves, lanes as integers, and what calls the meaning of an operation.

extension NativeCompiler {
    mutating func emitGetVector(_ index: Int, _ instruction: Instruction) {
        if let number = pinNumber(instruction.imm) {
            let register = vectorPinRegister(number)
            table[index].register = register.rawValue
            if vectorOccupant[Int(register.rawValue)] < 0 {
                vectorOccupant[Int(register.rawValue)] = Int32(truncatingIfNeeded: index)
            }
            return
        }
        table[index].cell = Int32(truncatingIfNeeded: instruction.imm)
        stateHolders.append(Int32(truncatingIfNeeded: index))
    }

    mutating func emitSetVector(_ index: Int, _ instruction: Instruction) {
        if let number = pinNumber(instruction.imm) {
            return setPinnedVector(index, number, Int(table[instruction.a].root))
        }
        let offset = Int32(truncatingIfNeeded: instruction.imm)
        let source = vector(instruction.a)
        loseCell(offset, index)
        loseCell(offset + 8, index)
        storeVector(source, Fixed.cell(offset))
        let root = Int(table[instruction.a].root)
        if table[root].cell < 0 {
            table[root].cell = offset
            stateHolders.append(Int32(truncatingIfNeeded: root))
        }
    }

    private mutating func setPinnedVector(_ index: Int, _ number: Int, _ root: Int) {
        dirty |= 1 << UInt16(number)
        let home = vectorPinRegister(number)
        let source = vectorHolder(root)
        if source == home {
            current[number] = .home
            return
        }
        let old = Int(vectorOccupant[Int(home.rawValue)])
        guard old < 0 || dies(old, index) else {
            current[number] = .value(Int32(truncatingIfNeeded: root))
            return
        }
        current[number] = .home
        if old >= 0 { free(home) }
        moveVector(source.map { .vector($0) } ?? Fixed.cell(table[root].cell), into: home)
        if let source {
            if isPinHome(source) { return }
            free(source)
        }
        vectorOccupant[Int(home.rawValue)] = Int32(truncatingIfNeeded: root)
        table[root].register = home.rawValue
    }

    private func isPinHome(_ register: VectorRegister) -> Bool {
        for number in generalPins..<pins.count where vectorPinRegister(number) == register { return true }
        return false
    }

    mutating func emitPair(_ index: Int, _ instruction: Instruction) {
        let (low, high) = (constant(instruction.a), constant(instruction.b))
        if low == 0 && high == 0 {
            let d = defineVector(index, span: 0)
            return asm.op(FloatingPoint.xorps, reg: d.rawValue, .vector(d))
        }
        let a = register(instruction.a)
        guard high != 0 else {
            let d = defineVector(index, span: 8)
            return asm.op(VectorMove.movqGPR, .qword, reg: d.rawValue, .gpr(a))
        }
        let b = low == high && low != nil ? a : register(instruction.b)
        let d = defineVector(index)
        asm.op(VectorMove.movqGPR, .qword, reg: d.rawValue, .gpr(a))
        asm.op(VectorMove.pinsrq, .qword, reg: d.rawValue, .gpr(b), 1)
    }

    /// Of a conversion to an integer the register already is the result (`ValueEntry.isScalar`).
    mutating func emitHalf(_ index: Int, _ instruction: Instruction) {
        guard Int(table[index].root) == index else { return }
        let root = Int(table[instruction.a].root)
        let isHigh = instruction.opcode == .high64
        guard let source = vectorHolder(root) else {
            let d = define(index, index)
            return asm.op(.movRM, .qword, d, Fixed.cell(table[root].cell + (isHigh ? 8 : 0)))
        }
        let d = define(index, index)
        if isHigh {
            asm.op(VectorMove.pextrq, .qword, reg: source.rawValue, .gpr(d), 1)
        } else {
            asm.op(VectorMove.movqToGPR, .qword, reg: source.rawValue, .gpr(d))
        }
    }

    // MARK: Single lanes

    mutating func emitExtractLane(_ index: Int, _ instruction: Instruction) {
        let root = Int(table[instruction.a].root)
        let number = Int64(instruction.imm)
        guard let source = vectorHolder(root) else {
            let cell = table[root].cell + Int32(truncatingIfNeeded: number) * Int32(instruction.type.bytes)
            let d = define(index, index)
            switch instruction.type {
            case .i8: asm.op(.movzx8, .dword, d, Fixed.cell(cell))
            case .i16: asm.op(.movzx16, .dword, d, Fixed.cell(cell))
            case .i32: asm.op(.movRM, .dword, d, Fixed.cell(cell))
            default: asm.op(.movRM, .qword, d, Fixed.cell(cell))
            }
            return
        }
        let d = define(index, index)
        switch instruction.type {
        case .i8: asm.op(VectorMove.pextrb, .dword, reg: source.rawValue, .gpr(d), number)
        case .i16: asm.op(VectorMove.pextrw, .dword, reg: source.rawValue, .gpr(d), number)
        case .i32: asm.op(VectorMove.pextrd, .dword, reg: source.rawValue, .gpr(d), number)
        default: asm.op(VectorMove.pextrq, .qword, reg: source.rawValue, .gpr(d), number)
        }
    }

    mutating func emitInsertLane(_ index: Int, _ instruction: Instruction) {
        let (source, value) = (vector(instruction.a), register(instruction.b))
        let d = defineVector(index)
        moveVector(.vector(source), into: d)
        let number = Int64(instruction.imm)
        switch instruction.type {
        case .i8: asm.op(VectorMove.pinsrb, .dword, reg: d.rawValue, .gpr(value), number)
        case .i16: asm.op(VectorMove.pinsrw, .dword, reg: d.rawValue, .gpr(value), number)
        case .i32: asm.op(VectorMove.pinsrd, .dword, reg: d.rawValue, .gpr(value), number)
        default: asm.op(VectorMove.pinsrq, .qword, reg: d.rawValue, .gpr(value), number)
        }
    }

    /// All lanes from a general register.
    mutating func emitSplat(_ index: Int, _ instruction: Instruction) {
        guard computesLanes else { return callLanes(index, instruction) }
        let lanes = instruction.lanes
        let value = register(instruction.a)
        let d = defineVector(index, span: lanes.bits / 8)
        asm.op(VectorMove.movqGPR, .qword, reg: d.rawValue, .gpr(value))
        switch lanes.size {
        case .b: lane1(VectorExtension.vpbroadcastb, d, d)
        case .h: lane1(VectorExtension.vpbroadcastw, d, d)
        case .s: lane1(VectorExtension.vpbroadcastd, d, d)
        default: lane1(VectorExtension.vpbroadcastq, d, d)
        }
        if lanes.width != .full { cut(d, d, to: lanes.bits / 8) }
    }

    // MARK: Calls

    /// Any lane operation, by calling its meaning.
    mutating func callLanes(_ index: Int, _ instruction: Instruction) {
        var cells: [Int32] = []
        for value in [instruction.a, instruction.b, instruction.c] { cells.append(value.isNone ? 0 : laneCell(value)) }
        if instruction.changesEnvironment { loseCell(Int32(truncatingIfNeeded: instruction.imm), index) }
        let d = temporary(16)
        asm.address(of: laneRecord(instruction, result: d, cells), into: .rax)
        asm.call(to: calls.lanes)
        table[index].cell = d
    }

    /// What the call is told: the operation, and the cells of its result and operands.
    mutating func laneRecord(_ instruction: Instruction, result: Int32, _ operands: [Int32]) -> Assembler.Label {
        var cells = UInt64(result)
        for (number, cell) in operands.enumerated() { cells |= UInt64(cell) << UInt64(16 * (number + 1)) }
        let label = asm.label()
        let packed =
            UInt64(instruction.opcode.rawValue) | UInt64(instruction.type.rawValue) << 8
            | UInt64(instruction.attribute) << 32
        records.append((label, [packed, instruction.imm, instruction.imm2, cells]))
        return label
    }

    /// The cell of an operand; one is made for an integer.
    private mutating func laneCell(_ value: Value) -> Int32 {
        if block[value].resultType == .i128 { return vectorCell(value) }
        let cell = temporary(16)
        asm.op(.movMR, .qword, register(value), Fixed.cell(cell))
        return cell
    }
}
