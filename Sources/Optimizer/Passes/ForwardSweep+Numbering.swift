import IR

/// Local value numbering: a pure operation that the block has already computed on the same operands is not computed
/// again.
///
/// `numbers` maps the hash of an operation to the output index where it was last seen. Entries are never cleared: an
/// index counts only if the output there is the very same operation, and then it is right whoever wrote it.
extension ForwardSweep {
    static let numberCount = 512

    /// The value of the pure operation `op`: an earlier one, not before `start` in the output, or appended.
    mutating func number(from start: Int = 0) -> Value {
        let words = InstructionWords(op)
        let entry = words.hash & (Self.numberCount - 1)
        let index = Int(numbers[entry])
        if index >= start && index < output.count && InstructionWords(output[index]) == words { return Value(index) }
        numbers[entry] = UInt32(truncatingIfNeeded: output.count)
        return append(op)
    }

    /// The value of the pure `instruction` if the block has it already.
    func existing(_ instruction: Instruction) -> Value? {
        let words = InstructionWords(instruction)
        let index = Int(numbers[words.hash & (Self.numberCount - 1)])
        return index < output.count && InstructionWords(output[index]) == words ? Value(index) : nil
    }
}
