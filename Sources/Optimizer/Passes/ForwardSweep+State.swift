import IR

/// State-slot forwarding.
///
/// The guest's registers cannot change behind the block's back except by a helper that says so. So the value of a slot
/// that the block has read or written is known, and reading it again costs nothing. A write of what the slot already
/// holds is dropped too.
extension ForwardSweep {
    /// What one 64-bit cell of the state is known to hold: `value`, whose type begins at the cell's first byte, or for
    /// `isHigh` the upper half of an i128 `value` that begins one cell earlier.
    struct Cell: BitwiseCopyable {
        /// The knowledge counts only while it equals the sweep's epoch: forgetting everything is one increment.
        var epoch: UInt32 = 0
        var value: Value = .none
        var type: ValueType = .none
        var isHigh = false
    }

    mutating func forgetState() {
        if epoch == .max {
            for index in 0..<cells.count { cells[index].epoch = 0 }
            epoch = 0
        }
        epoch += 1
        environmentStart = output.count
    }

    /// The read `op`.
    mutating func readState() -> Value {
        guard steps.contains(.state), let index = cellIndex() else { return append(op) }
        let type = op.type
        if cells[index].epoch == epoch, let known = knownValue(index, type) { return known }
        let value = append(op)
        record(value, type, index)
        return value
    }

    /// The write `op`.
    mutating func writeState() -> Value {
        if op.imm &>> 3 == environmentSlot &>> 3 { environmentStart = output.count }
        guard steps.contains(.state) else { return append(op) }
        let (value, type) = (op.a, op.type)
        guard let index = cellIndex() else {
            forget(offset: op.imm)
            return append(op)
        }
        if cells[index].value.index == value.index && holds(index, value, type) { return .none }
        record(value, type, index)
        return append(op)
    }

    /// An operation that obeys and changes its environment. One on the same operands has done so already, unless the
    /// environment was written in between.
    mutating func placeSticky() -> Value {
        if op.imm != environmentSlot {
            environmentSlot = op.imm
            environmentStart = output.count
        }
        forget(offset: op.imm)
        return steps.contains(.numbering) ? number(from: environmentStart) : append(op)
    }

    /// The cell that the slot of `op` begins; nil when it begins inside one or lies outside the table.
    private func cellIndex() -> Int? {
        let offset = op.imm
        let index = Int(truncatingIfNeeded: offset &>> 3)
        return offset & 7 == 0 && index &+ 1 < cells.count ? index : nil
    }

    /// A write into the middle of a cell.
    private mutating func forget(offset: UInt64) {
        let index = Int(truncatingIfNeeded: offset &>> 3)
        if index < cells.count { cells[index].epoch = 0 }
    }

    private mutating func record(_ value: Value, _ type: ValueType, _ index: Int) {
        cells[index] = Cell(epoch: epoch, value: value, type: type, isHigh: false)
        if case .i128 = type {
            cells[index + 1] = Cell(epoch: epoch, value: value, type: type, isHigh: true)
        }
    }

    /// Whether the slot is known to hold exactly `value`.
    private func holds(_ index: Int, _ value: Value, _ type: ValueType) -> Bool {
        let cell = cells[index]
        guard cell.epoch == epoch && cell.value.index == value.index && !cell.isHigh else { return false }
        guard case .i128 = type else { return true }
        return isHighHalf(cells[index + 1], of: value)
    }

    private func isHighHalf(_ cell: Cell, of value: Value) -> Bool {
        cell.epoch == epoch && cell.value.index == value.index && cell.isHigh
    }

    /// The slot's value as `type`, if the block knows all its bytes.
    private mutating func knownValue(_ index: Int, _ type: ValueType) -> Value? {
        let cell = cells[index]
        switch (type, cell.type) {
        case (.i64, .i128):
            return define(Instruction(cell.isHigh ? .high64 : .low64, .i128, a: cell.value))
        case (.i32, .i128), (.i16, .i128), (.i8, .i128):
            let half = define(Instruction(cell.isHigh ? .high64 : .low64, .i128, a: cell.value))
            return define(Instruction(.truncate, type, a: half))
        case (.i128, .i128):
            return !cell.isHigh && isHighHalf(cells[index + 1], of: cell.value) ? cell.value : nil
        case (.i128, .i64):
            let high = cells[index + 1]
            guard high.epoch == epoch, case .i64 = high.type else { return nil }
            return define(Instruction(.pair, .i128, a: cell.value, b: high.value))
        case (.i1, .i1), (.flags, .flags), (.i64, .i64), (.i32, .i32), (.i16, .i16), (.i8, .i8): return cell.value
        case (.i32, .i64), (.i16, .i64), (.i8, .i64), (.i16, .i32), (.i8, .i32), (.i8, .i16):
            return define(Instruction(.truncate, type, a: cell.value))
        default: return nil
        }
    }
}
