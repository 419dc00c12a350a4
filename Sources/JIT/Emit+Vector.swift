import IR
import X64

// 128-bit values, which are in cells of the frame, and operations on their lanes.

extension NativeCompiler {
    /// Cell of a 128-bit value.
    func vectorCell(_ value: Value) -> Int32 { table[Int(table[value].root)].cell }

    private mutating func copyVector(from source: Int32, to target: Int32) {
        asm.op(VectorMove.movupsRM, reg: 0, Fixed.cell(source))
        asm.op(VectorMove.movupsMR, reg: 0, Fixed.cell(target))
    }

    mutating func emitGetVector(_ index: Int, _ instruction: Instruction) {
        let cell = temporary(16)
        table[index].cell = cell
        copyVector(from: Int32(truncatingIfNeeded: instruction.imm), to: cell)
    }

    mutating func emitSetVector(_ index: Int, _ instruction: Instruction) {
        let offset = Int32(truncatingIfNeeded: instruction.imm)
        loseCell(offset, index)
        loseCell(offset + 8, index)
        copyVector(from: vectorCell(instruction.a), to: offset)
    }

    mutating func emitPair(_ index: Int, _ instruction: Instruction) {
        let cell = temporary(16)
        table[index].cell = cell
        asm.op(.movMR, .qword, register(instruction.a), Fixed.cell(cell))
        asm.op(.movMR, .qword, register(instruction.b), Fixed.cell(cell + 8))
    }

    mutating func emitHalf(_ index: Int, _ instruction: Instruction) {
        let cell = vectorCell(instruction.a) + (instruction.opcode == .high64 ? 8 : 0)
        let d = define(index, index)
        asm.op(.movRM, .qword, d, Fixed.cell(cell))
    }

    // MARK: Lanes

    /// Any lane operation, by calling its meaning.
    mutating func emitLanes(_ index: Int, _ instruction: Instruction) {
        if instruction.changesEnvironment { loseCell(Int32(truncatingIfNeeded: instruction.imm), index) }
        let d = temporary(16)
        var cells = UInt64(d)
        for (number, value) in [instruction.a, instruction.b, instruction.c].enumerated() where !value.isNone {
            cells |= UInt64(laneCell(value)) << UInt64(16 * (number + 1))
        }
        let label = asm.label()
        let packed =
            UInt64(instruction.opcode.rawValue) | UInt64(instruction.type.rawValue) << 8
            | UInt64(instruction.attribute) << 32
        records.append((label, [packed, instruction.imm, instruction.imm2, cells]))
        asm.address(of: label, into: .rax)
        asm.call(to: thunks.lanes)
        table[index].cell = d
    }

    /// The cell of an operand; one is made for an integer.
    private mutating func laneCell(_ value: Value) -> Int32 {
        if block[value].resultType == .i128 { return vectorCell(value) }
        let cell = temporary(16)
        asm.op(.movMR, .qword, register(value), Fixed.cell(cell))
        return cell
    }

    mutating func emitExtractLane(_ index: Int, _ instruction: Instruction) {
        let cell =
            vectorCell(instruction.a) + Int32(truncatingIfNeeded: instruction.imm) * Int32(instruction.type.bytes)
        let d = define(index, index)
        switch instruction.type {
        case .i8: asm.op(.movzx8, .dword, d, Fixed.cell(cell))
        case .i16: asm.op(.movzx16, .dword, d, Fixed.cell(cell))
        case .i32: asm.op(.movRM, .dword, d, Fixed.cell(cell))
        default: asm.op(.movRM, .qword, d, Fixed.cell(cell))
        }
    }

    mutating func emitInsertLane(_ index: Int, _ instruction: Instruction) {
        let value = register(instruction.b)
        let cell = temporary(16)
        copyVector(from: vectorCell(instruction.a), to: cell)
        let place = cell + Int32(truncatingIfNeeded: instruction.imm) * Int32(instruction.type.bytes)
        asm.op(.movMR, Width.of(instruction.type), value, Fixed.cell(place))
        table[index].cell = cell
    }
}
