import IR

extension CodeGenerator {
    mutating func emitLanes(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        let (a, b, c) = (cell(instruction.a, block), cell(instruction.b, block), cell(instruction.c, block))
        operation(laneHandler(instruction), destination(index, at: index, block), a, b, c)
        word(PackedLanes(instruction).rawValue)
        word(instruction.imm2)
        step()
    }

    private func laneHandler(_ instruction: Instruction) -> Handler {
        switch instruction.opcode {
        case .floatCompare: execFloatCompare
        case .stickyLane1, .stickyLane2, .stickyLane3: execStickyLanes
        default: execLanes
        }
    }

    mutating func emitLaneMove(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        let (a, b) = (cell(instruction.a, block), cell(instruction.b, block))
        let byte = UInt16(truncatingIfNeeded: instruction.imm &* UInt64(instruction.type.bytes))
        let d = destination(index, at: index, block)
        switch instruction.opcode {
        case .extractLane: operation(extractLaneHandler(instruction.type), d, a, 0, byte)
        case .insertLane: operation(insertLaneHandler(instruction.type), d, a, b, byte)
        default:
            operation(execSplat, d, a)
            word(UInt64(instruction.attribute))
        }
        step()
    }
}
