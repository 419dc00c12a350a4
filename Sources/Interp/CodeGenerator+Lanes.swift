import IR

extension CodeGenerator {
    mutating func emitLanes(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        if emitPlainLanes(index, instruction, block) { return }
        let (a, b, c) = (cell(instruction.a, block), cell(instruction.b, block), cell(instruction.c, block))
        operation(generalHandler(instruction), destination(index, at: index, block), a, b, c)
        word(PackedLanes(instruction).rawValue)
        word(instruction.imm2)
        step()
    }

    // MARK: Handlers with the operands of `execLanes`

    private func generalHandler(_ instruction: Instruction) -> Handler {
        let (operation, lanes) = (instruction.laneOperation, instruction.lanes)
        switch instruction.opcode {
        case .floatCompare:
            return lanes.size == .d ? execFloatCompare64 : lanes.size == .s ? execFloatCompare32 : execFloatCompare
        case .stickyLane1, .stickyLane2, .stickyLane3:
            return floatHandler(operation, lanes, instruction.imm2) ?? saturatingHandler(operation, lanes)
                ?? execStickyLanes
        default:
            return floatHandler(operation, lanes, instruction.imm2) ?? execLanes
        }
    }

    private func floatHandler(_ operation: LaneOperation, _ lanes: Lanes, _ parameter: UInt64) -> Handler? {
        switch (operation.group, lanes.width) {
        case (.float, .one): floatScalarHandler(operation, lanes.size)
        case (.float, _): floatVectorHandler(operation, lanes)
        case (.floatConversion, .one): floatConversionHandler(operation, lanes.size, parameter)
        case (.floatConversion, _): floatVectorConversionHandler(operation, lanes, parameter)
        default: nil
        }
    }

    // MARK: Handlers of all 128 bits, whose operands are cells or a small number

    /// Emits an operation that has such a handler; on half of the lanes it is the same with the upper half cleared.
    private mutating func emitPlainLanes(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) -> Bool {
        guard instruction.opcode != .floatCompare, let handler = plainHandler(instruction) else { return false }
        let (operation, lanes) = (instruction.laneOperation, instruction.lanes)
        let parameter = UInt16(truncatingIfNeeded: instruction.imm2)
        var a = cell(instruction.a, block)
        let (b, c) = (cell(instruction.b, block), cell(instruction.c, block))
        let d = destination(index, at: index, block)
        switch operation {
        case .widenSigned, .widenUnsigned:
            // The lanes of the upper half.
            if parameter != 0 { a += 8 }
            self.operation(handler, d, a)
        case .broadcastLane:
            self.operation(handler, d, a, 0, parameter &* UInt16(truncatingIfNeeded: lanes.size.bytes))
        case .extract, .tableLookup: self.operation(handler, d, a, b, parameter)
        case .shiftLeftImmediate, .shiftRightImmediateSigned, .shiftRightImmediateUnsigned:
            // All bits but the signs gone is one bit less than all.
            let amount = min(instruction.imm2, UInt64(lanes.size.bits - 1))
            self.operation(handler, d, a, immediate: Int32(truncatingIfNeeded: amount))
        default: self.operation(handler, d, a, b, c)
        }
        step()
        if lanes.width != .full && !fillsVector(operation) {
            self.operation(execClearHigh, d)
            step()
        }
        return true
    }

    /// Whether the width says nothing about the result.
    private func fillsVector(_ operation: LaneOperation) -> Bool {
        operation == .widenSigned || operation == .widenUnsigned || operation == .narrow || operation == .concatenateLow
    }

    private func plainHandler(_ instruction: Instruction) -> Handler? {
        let (operation, lanes) = (instruction.laneOperation, instruction.lanes)
        // A single lane of less than 64 bits has more above it to clear.
        guard lanes.width != .one || lanes.size == .d else { return nil }
        switch operation.group {
        case .bitwise: return laneLogicHandler(operation)
        case .integer:
            return laneArithmeticHandler(operation, lanes.size) ?? laneCompareHandler(operation, lanes.size)
        case .shift:
            let isWhole = instruction.imm2 >= UInt64(lanes.size.bits) && operation != .shiftRightImmediateSigned
            return isWhole
                ? nil : laneShiftHandler(operation, lanes.size) ?? laneShiftByLaneHandler(operation, lanes.size)
        case .across: return neighbourHandler(operation, lanes)
        case .permute: return orderHandler(operation, lanes)
        case .saturating, .float, .floatConversion, .cryptography: return nil
        }
    }

    private func neighbourHandler(_ operation: LaneOperation, _ lanes: Lanes) -> Handler? {
        if let handler = laneWidenHandler(operation, lanes.size) { return handler }
        // In half the lanes, neighbours lie elsewhere.
        return lanes.width == .full || operation == .addPairs && lanes.width == .one
            ? laneNeighbourHandler(operation, lanes.size) : nil
    }

    private func orderHandler(_ operation: LaneOperation, _ lanes: Lanes) -> Handler? {
        switch operation {
        case .broadcastLane: return broadcastHandler(lanes.size)
        case .extract: return lanes.width == .full ? execExtractBytes : nil
        case .tableLookup: return execLookUp
        case .zipHigh, .unzipEven, .unzipOdd:
            return lanes.width == .full ? laneOrderHandler(operation, lanes.size) : nil
        default: return laneOrderHandler(operation, lanes.size)
        }
    }

    // MARK: Between lanes and integers

    mutating func emitLaneMove(_ index: Int, _ instruction: Instruction, _ block: borrowing Block) {
        let (a, b) = (cell(instruction.a, block), cell(instruction.b, block))
        let byte = UInt16(truncatingIfNeeded: instruction.imm &* UInt64(instruction.type.bytes))
        let d = destination(index, at: index, block)
        switch instruction.opcode {
        case .extractLane: operation(extractLaneHandler(instruction.type), d, a, 0, byte)
        case .insertLane: operation(insertLaneHandler(instruction.type), d, a, b, byte)
        default: emitSplat(instruction.lanes, d, a)
        }
        step()
    }

    private mutating func emitSplat(_ lanes: Lanes, _ d: UInt16, _ a: UInt16) {
        if lanes.width == .full { return operation(broadcastHandler(lanes.size), d, a) }
        operation(execSplat, d, a)
        word(UInt64(lanes.attribute))
    }
}
