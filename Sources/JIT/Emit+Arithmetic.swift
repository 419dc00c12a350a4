import IR
import X64

// Integer arithmetic and logic. The host's instructions overwrite their first operand, so a result is computed where
// that operand dies, or begins as its copy.

extension NativeCompiler {
    /// Number of the host's arithmetic instruction with an immediate, and its form for registers.
    private func instruction(_ opcode: Opcode) -> (digit: UInt8, name: Integer) {
        switch opcode {
        case .and: (4, .andRM)
        case .or: (1, .orRM)
        case .xor: (6, .xorRM)
        case .sub: (5, .subRM)
        case .mul: (0, .imulRM)
        default: (0, .addRM)
        }
    }

    /// Narrow results keep zeros above their type.
    private mutating func clean(_ d: GPR, _ type: ValueType) {
        switch type {
        case .i1: asm.arithmetic(4, .dword, .gpr(d), 1)
        case .i8: asm.op(.movzx8, .dword, d, .gpr(d))
        case .i16: asm.op(.movzx16, .dword, d, .gpr(d))
        default: break
        }
    }

    /// The result's register, holding the first operand.
    private mutating func begin(_ index: Int, _ a: Value, _ width: Width, avoiding: UInt16 = 0) -> GPR {
        let root = Int(table[a].root)
        if holder(root) == nil, dies(root, index) || block.instructions[root].opcode == .constant {
            // From memory or a constant straight into the result.
            let d = define(index, index, avoiding: avoiding)
            load(root, into: d)
            return d
        }
        let source = register(a)
        let d = define(index, index, reusing: a, avoiding: avoiding)
        if d != source { asm.op(.movMR, width, source, .gpr(d)) }
        return d
    }

    mutating func emitAdd(_ index: Int, _ instruction: Instruction) {
        let width = width(instruction.type)
        if isFolded(instruction.b, into: index) { return emitShiftedAdd(index, instruction, width) }
        guard let step = immediate(instruction.b, instruction.type), isWord(instruction.type) else {
            return emitSum(index, instruction, width)
        }
        let root = Int(table[instruction.a].root)
        if table[index].wantsFlags && step != Int32.min {
            let d = begin(index, instruction.a, width)
            asm.arithmetic(5, width, .gpr(d), 0 &- step)
            host = .difference(Int32(truncatingIfNeeded: index))
            return
        }
        let source = register(instruction.a)
        let d = define(index, index, reusing: instruction.a)
        if d == source && dies(root, index) {
            asm.arithmetic(0, width, .gpr(d), step)
        } else {
            asm.op(.lea, width, d, .at(source, step))
        }
    }

    private mutating func emitShiftedAdd(_ index: Int, _ instruction: Instruction, _ width: Width) {
        let shift = block[instruction.b]
        let (a, x) = (register(instruction.a), register(shift.a))
        let d = define(index, index, reusing: instruction.a)
        let amount = UInt8(truncatingIfNeeded: constant(shift.b) ?? 0)
        asm.op(.lea, width, d, .at(a, index: x, shift: amount))
    }

    private mutating func emitSum(_ index: Int, _ instruction: Instruction, _ width: Width) {
        let (rootA, rootB) = (Int(table[instruction.a].root), Int(table[instruction.b].root))
        guard isWord(instruction.type), constant(instruction.b) == nil, constant(instruction.a) == nil else {
            return emitCommutative(index, instruction)
        }
        // From memory the second operand costs nothing.
        if holder(rootB) == nil || holder(rootA) == nil { return emitCommutative(index, instruction) }
        let (a, b) = (register(instruction.a), register(instruction.b))
        let d = define(index, index, reusing: dies(rootA, index) ? instruction.a : instruction.b)
        if d == a {
            asm.op(.addRM, width, d, b)
        } else if d == b {
            asm.op(.addRM, width, d, a)
        } else {
            asm.op(.lea, width, d, .at(a, index: b))
        }
    }

    mutating func emitCommutative(_ index: Int, _ instruction: Instruction) {
        let width = width(instruction.type)
        let (digit, name) = self.instruction(instruction.opcode)
        if let small = immediate(instruction.b, instruction.type) {
            if instruction.opcode == .mul { return emitMultiply(index, instruction, width, small) }
            let d = begin(index, instruction.a, width)
            asm.arithmetic(digit, width, .gpr(d), small)
            return clean(d, instruction.type)
        }
        var (a, b) = (instruction.a, instruction.b)
        let (rootA, rootB) = (Int(table[a].root), Int(table[b].root))
        if !dies(rootA, index) && dies(rootB, index) || holder(rootA) == nil && holder(rootB) != nil { swap(&a, &b) }
        if Int(table[a].root) == Int(table[b].root) { _ = register(a) }
        let other = operand(b, index, width)
        if holder(Int(table[a].root)) != nil { _ = register(a) }
        let d = begin(index, a, width, avoiding: mask(other))
        asm.op(name, width, d, other)
        clean(d, instruction.type)
    }

    private mutating func emitMultiply(_ index: Int, _ instruction: Instruction, _ width: Width, _ factor: Int32) {
        let a = operand(instruction.a, index, width)
        let d = define(index, index, reusing: instruction.a)
        asm.op(Int8(exactly: factor) == nil ? .imulI : .imulI8, width, d, a, Int64(factor))
        clean(d, instruction.type)
    }

    mutating func emitSubtract(_ index: Int, _ instruction: Instruction) {
        let width = width(instruction.type)
        if let small = immediate(instruction.b, instruction.type) {
            let d = begin(index, instruction.a, width)
            asm.arithmetic(5, width, .gpr(d), small)
            if isWord(instruction.type) { host = .difference(Int32(truncatingIfNeeded: index)) }
            return clean(d, instruction.type)
        }
        if holder(Int(table[instruction.a].root)) != nil { _ = register(instruction.a) }
        let other = operand(instruction.b, index, width)
        let d = begin(index, instruction.a, width, avoiding: mask(other))
        asm.op(.subRM, width, d, other)
        if isWord(instruction.type) { host = .difference(Int32(truncatingIfNeeded: index)) }
        clean(d, instruction.type)
    }

    /// a & ~b, a | ~b, a ^ ~b.
    mutating func emitInverted(_ index: Int, _ instruction: Instruction) {
        let width = width(instruction.type)
        let (a, b) = (register(instruction.a), register(instruction.b))
        if instruction.opcode == .andNot && features.contains(.bmi1) {
            let d = define(index, index)
            asm.op(.andn, width, d, .gpr(a), vvvv: b)
            return clean(d, instruction.type)
        }
        let d = define(index, index, reusing: instruction.b, avoiding: mask(a))
        if d != b { asm.op(.movMR, width, b, .gpr(d)) }
        asm.op(.notM, width, .gpr(d))
        let name: Integer =
            switch instruction.opcode {
            case .andNot: .andRM
            case .orNot: .orRM
            default: .xorRM
            }
        asm.op(name, width, d, a)
        clean(d, instruction.type)
    }

    mutating func emitMultiplyHigh(_ index: Int, _ instruction: Instruction) {
        guard instruction.type == .i64 else { return emitFallback(index, instruction) }
        let b = operand(instruction.b, index, .qword)
        load(Int(table[instruction.a].root), into: .rax)
        asm.op(instruction.opcode == .mulHighSigned ? .imulM : .mulM, .qword, b)
        let d = define(index, index, reusing: instruction.a)
        asm.op(.movMR, .qword, .rdx, .gpr(d))
    }

    /// Division by zero gives zero, and the one quotient that is too large wraps around.
    mutating func emitDivide(_ index: Int, _ instruction: Instruction) {
        guard isWord(instruction.type) else { return emitFallback(index, instruction) }
        let width = width(instruction.type)
        let isSigned = instruction.opcode == .divideSigned
        let b = register(instruction.b)
        load(Int(table[instruction.a].root), into: .rcx)
        let (done, negate) = (asm.label(), asm.label())
        asm.op(.xorMR, .dword, .rax, .rax)
        asm.op(.testMR, width, b, b)
        asm.jump(.e, done)
        asm.op(.movMR, width, .rcx, .gpr(.rax))
        if isSigned {
            asm.arithmetic(7, width, .gpr(b), -1)
            asm.jump(.e, negate)
            asm.op(.cwd, width)
            asm.op(.idivM, width, .gpr(b))
            asm.jump(done)
            asm.bind(negate)
            asm.op(.negM, width, .gpr(.rax))
        } else {
            asm.op(.xorMR, .dword, .rdx, .rdx)
            asm.op(.divM, width, .gpr(b))
        }
        asm.bind(done)
        let d = define(index, index, reusing: instruction.a)
        asm.op(.movMR, width, .rax, .gpr(d))
    }

    // MARK: Shifts

    mutating func emitShift(_ index: Int, _ instruction: Instruction) {
        guard isWord(instruction.type) else { return emitFallback(index, instruction) }
        let width = width(instruction.type)
        if let amount = constant(instruction.b) {
            let amount = Int64(amount & UInt64(instruction.type.bits - 1))
            if instruction.opcode == .rotateRight && features.contains(.bmi2) {
                let a = operand(instruction.a, index, width)
                let d = define(index, index, reusing: instruction.a)
                return asm.op(.rorx, width, d, a, amount)
            }
            let d = begin(index, instruction.a, width)
            if amount != 0 {
                asm.op(shiftByImmediate(instruction.opcode), width, .gpr(d), amount)
            } else if width == .dword {
                asm.op(.movRM, .dword, d, .gpr(d))
            }
            return
        }
        if instruction.opcode != .rotateRight && features.contains(.bmi2) {
            let (a, b) = (register(instruction.a), register(instruction.b))
            let d = define(index, index, reusing: instruction.a)
            let name: BitManipulation =
                switch instruction.opcode {
                case .shiftLeft: .shlx
                case .shiftRightLogical: .shrx
                default: .sarx
                }
            return asm.op(name, width, d, .gpr(a), vvvv: b)
        }
        load(Int(table[instruction.b].root), into: .rcx)
        let d = begin(index, instruction.a, width)
        asm.op(shiftByCount(instruction.opcode), width, .gpr(d))
    }

    private func shiftByImmediate(_ opcode: Opcode) -> Integer {
        switch opcode {
        case .shiftLeft: .shlI
        case .shiftRightLogical: .shrI
        case .shiftRightArithmetic: .sarI
        default: .rorI
        }
    }

    private func shiftByCount(_ opcode: Opcode) -> Integer {
        switch opcode {
        case .shiftLeft: .shlC
        case .shiftRightLogical: .shrC
        case .shiftRightArithmetic: .sarC
        default: .rorC
        }
    }

    // MARK: One operand

    mutating func emitUnary(_ index: Int, _ instruction: Instruction) {
        let width = width(instruction.type)
        switch (instruction.opcode, instruction.type) {
        case (.not, _), (.negate, .i32), (.negate, .i64):
            let d = begin(index, instruction.a, width)
            asm.op(instruction.opcode == .not ? .notM : .negM, width, .gpr(d))
            clean(d, instruction.type)
        case (.byteSwap, .i32), (.byteSwap, .i64), (.byteSwap32, .i32):
            let d = begin(index, instruction.a, width)
            asm.op(.bswap, width, .gpr(d))
        case (.byteSwap16, .i32), (.byteSwap32, .i64):
            let d = begin(index, instruction.a, width)
            asm.op(.bswap, width, .gpr(d))
            asm.op(.rorI, width, .gpr(d), Int64(instruction.type.bits / 2))
        case (.populationCount, .i32), (.populationCount, .i64):
            let a = operand(instruction.a, index, width)
            let d = define(index, index, reusing: instruction.a)
            asm.op(.popcnt, width, d, a)
        case (.countLeadingZeros, .i32), (.countLeadingZeros, .i64):
            guard features.contains(.lzcnt) else { return emitFallback(index, instruction) }
            let a = operand(instruction.a, index, width)
            let d = define(index, index, reusing: instruction.a)
            asm.op(.lzcnt, width, d, a)
        case (.countLeadingSigns, .i32), (.countLeadingSigns, .i64):
            guard features.contains(.lzcnt) else { return emitFallback(index, instruction) }
            let a = register(instruction.a)
            asm.op(.lea, width, .rax, .at(a, index: a))
            asm.op(.xorRM, width, .rax, a)
            asm.arithmetic(1, width, .gpr(.rax), 1)
            let d = define(index, index, reusing: instruction.a)
            asm.op(.lzcnt, width, d, .gpr(.rax))
        case (.reverseBits, .i32), (.reverseBits, .i64): emitReverse(index, instruction, width)
        default: emitFallback(index, instruction)
        }
    }

    /// Neighbouring bits, pairs and quadruples change places, then bytes.
    private mutating func emitReverse(_ index: Int, _ instruction: Instruction, _ width: Width) {
        let d = begin(index, instruction.a, width)
        let masks: [UInt64] = [0x5555_5555_5555_5555, 0x3333_3333_3333_3333, 0x0f0f_0f0f_0f0f_0f0f]
        for (step, mask) in masks.enumerated() {
            let amount = Int64(1 << step)
            asm.move(.rdx, mask & instruction.type.mask)
            asm.op(.movMR, width, d, .gpr(.rax))
            asm.op(.shrI, width, .gpr(.rax), amount)
            asm.op(.andRM, width, .rax, .rdx)
            asm.op(.andRM, width, d, .rdx)
            asm.op(.shlI, width, .gpr(d), amount)
            asm.op(.orRM, width, d, .rax)
        }
        asm.op(.bswap, width, .gpr(d))
    }

    // MARK: Bit fields

    mutating func emitExtract(_ index: Int, _ instruction: Instruction) {
        guard isWord(instruction.type) else { return emitFallback(index, instruction) }
        let (width, bits) = (width(instruction.type), Int64(instruction.type.bits))
        let (low, count) = (Int64(instruction.imm), Int64(instruction.imm2))
        if instruction.opcode == .bitFieldExtractSigned {
            return emitSignedField(index, instruction, width, low: low, count: count)
        }
        let source = ValueType.unsigned(bits: count)
        if low == 0, let source {
            let a = register(instruction.a)
            let d = define(index, index, reusing: instruction.a)
            return zeroExtend(a, source, into: d)
        }
        let d = begin(index, instruction.a, width)
        if low != 0 { asm.op(.shrI, width, .gpr(d), low) }
        if low + count == bits { return }
        if let source {
            zeroExtend(d, source, into: d)
        } else if count < 32 {
            asm.arithmetic(4, .dword, .gpr(d), Int32(truncatingIfNeeded: (1 << count) - 1))
        } else {
            asm.op(.shlI, width, .gpr(d), bits - count)
            asm.op(.shrI, width, .gpr(d), bits - count)
        }
    }

    private mutating func emitSignedField(
        _ index: Int, _ instruction: Instruction, _ width: Width, low: Int64, count: Int64
    ) {
        let bits = Int64(instruction.type.bits)
        if low == 0, let source = ValueType.unsigned(bits: count), source != .i32 || width == .qword {
            let a = register(instruction.a)
            let d = define(index, index, reusing: instruction.a)
            return signExtend(.gpr(a), source, width, into: d)
        }
        let d = begin(index, instruction.a, width)
        let top = bits - low - count
        if top != 0 { asm.op(.shlI, width, .gpr(d), top) }
        if count != bits { asm.op(.sarI, width, .gpr(d), bits - count) }
    }

    mutating func emitInsert(_ index: Int, _ instruction: Instruction) {
        guard isWord(instruction.type) else { return emitFallback(index, instruction) }
        let (width, bits) = (width(instruction.type), Int64(instruction.type.bits))
        let (low, count) = (Int64(instruction.imm), Int64(instruction.imm2))
        load(Int(table[instruction.b].root), into: .rax)
        if count != bits {
            asm.op(.shlI, width, .gpr(.rax), bits - count)
            if bits - count != low { asm.op(.shrI, width, .gpr(.rax), bits - count - low) }
        }
        let field = count == 64 ? UInt64.max : ((1 << UInt64(count)) - 1) << UInt64(low)
        let keep = ~field & instruction.type.mask
        let d = begin(index, instruction.a, width)
        if let small = width == .qword ? Int32(exactly: Int64(bitPattern: keep)) : Int32(truncatingIfNeeded: keep) {
            asm.arithmetic(4, width, .gpr(d), small)
        } else {
            asm.move(.rdx, keep)
            asm.op(.andRM, width, d, .rdx)
        }
        asm.op(.orRM, width, d, .rax)
    }

    mutating func emitExtractPair(_ index: Int, _ instruction: Instruction) {
        guard isWord(instruction.type) else { return emitFallback(index, instruction) }
        let width = width(instruction.type)
        let b = register(instruction.b)
        let d = begin(index, instruction.a, width, avoiding: mask(b))
        if instruction.imm != 0 { asm.op(.shrdI, width, b, .gpr(d), Int64(instruction.imm)) }
        if width == .dword && instruction.imm == 0 { asm.op(.movRM, .dword, d, .gpr(d)) }
    }

    mutating func emitAddWithCarry(_ index: Int, _ instruction: Instruction) {
        guard isWord(instruction.type) else { return emitFallback(index, instruction) }
        let width = width(instruction.type)
        let (b, c) = (register(instruction.b), register(instruction.c))
        let source = register(instruction.a)
        let d = define(index, index, reusing: instruction.a, avoiding: mask(b) | mask(c))
        asm.op(.btI, .dword, .gpr(c), 0)
        if d != source { asm.op(.movMR, width, source, .gpr(d)) }
        asm.op(.adcRM, width, d, b)
    }

    mutating func emitChecksum(_ index: Int, _ instruction: Instruction) {
        guard instruction.opcode == .crc32c else { return emitFallback(index, instruction) }
        let b = register(instruction.b)
        let d = begin(index, instruction.a, .dword, avoiding: mask(b))
        switch instruction.type {
        case .i8: asm.op(.crc32b, .dword, d, .gpr(b))
        case .i16: asm.op(.crc32, .word, d, .gpr(b))
        case .i32: asm.op(.crc32, .dword, d, .gpr(b))
        default: asm.op(.crc32, .qword, d, .gpr(b))
        }
    }
}

extension ValueType {
    /// The type of this many bits that a move can zero-extend from.
    fileprivate static func unsigned(bits: Int64) -> ValueType? {
        switch bits {
        case 8: .i8
        case 16: .i16
        case 32: .i32
        default: nil
        }
    }
}
