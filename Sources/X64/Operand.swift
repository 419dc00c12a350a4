/// A memory operand: base + index * scale + displacement, or a place of the code itself.
package struct MemoryOperand: BitwiseCopyable, Equatable, Sendable {
    package var base: GPR?
    /// Not rsp.
    package var index: GPR?
    /// Binary logarithm of the scale, 0 to 3.
    package var shift: UInt8
    package var displacement: Int32
    /// Relative to the instruction's end, with `displacement` the distance.
    package var isRelative: Bool

    package init(_ base: GPR?, index: GPR? = nil, shift: UInt8 = 0, _ displacement: Int32 = 0) {
        self.base = base
        self.index = index
        self.shift = shift
        self.displacement = displacement
        isRelative = false
    }

    /// What lies `distance` bytes behind the end of the instruction.
    package static func relative(_ distance: Int32) -> MemoryOperand {
        var operand = MemoryOperand(nil, distance)
        operand.isRelative = true
        return operand
    }
}

/// The operand that ModRM's r/m field names: a register of either kind, or memory.
package enum Operand: BitwiseCopyable, Equatable, Sendable {
    case gpr(GPR)
    case vector(VectorRegister)
    case memory(MemoryOperand)

    package static func at(
        _ base: GPR, index: GPR? = nil, shift: UInt8 = 0, _ displacement: Int32 = 0
    ) -> Operand {
        .memory(MemoryOperand(base, index: index, shift: shift, displacement))
    }

    /// What lies `distance` bytes behind it in memory; a register itself.
    package func advanced(by distance: Int32) -> Operand {
        guard case .memory(var memory) = self else { return self }
        memory.displacement &+= distance
        return .memory(memory)
    }

    /// Number of the register; nil for memory.
    var number: UInt8? {
        switch self {
        case .gpr(let register): register.rawValue
        case .vector(let register): register.rawValue
        case .memory: nil
        }
    }
}
