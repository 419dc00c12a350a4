import IR
import X64

// Which 128-bit value is in which of the host's vector registers: as for integers, a value stays where it was computed as
// long as somebody needs it, and state cells are written at once. v0 and v1 belong to no value.

extension NativeCompiler {
    static let vectorPool: [VectorRegister] = [
        .v2, .v3, .v4, .v5, .v6, .v7, .v8, .v9, .v10, .v11, .v12, .v13, .v14, .v15,
    ]

    func is128(_ root: Int) -> Bool { block.instructions[root].resultType == .i128 && !table[root].isScalar }

    func vectorHolder(_ root: Int) -> VectorRegister? {
        let register = table[root].register
        return register == ValueEntry.noRegister ? nil : VectorRegister(rawValue: register)
    }

    private mutating func lock(_ register: VectorRegister) { lockedVectors |= 1 << UInt16(register.rawValue) }

    /// Whether calls have vector registers to keep.
    var holdsVectors: Bool { pins.count > generalPins || vectorOccupant.contains { $0 >= 0 } }

    /// Registers that no pinned one has.
    private var freeVectors: ArraySlice<VectorRegister> {
        Self.vectorPool[..<(Self.vectorPool.count - (pins.count - generalPins))]
    }

    // MARK: Moves

    mutating func moveVector(_ source: Operand, into register: VectorRegister) {
        if source == .vector(register) { return }
        if computesLanes {
            asm.vex(VectorMove.movupsRM, reg: register.rawValue, source)
        } else {
            asm.op(VectorMove.movupsRM, reg: register.rawValue, source)
        }
    }

    mutating func storeVector(_ register: VectorRegister, _ place: Operand) {
        if computesLanes {
            asm.vex(VectorMove.movupsMR, reg: register.rawValue, place)
        } else {
            asm.op(VectorMove.movupsMR, reg: register.rawValue, place)
        }
    }

    // MARK: Operands

    /// A register that holds `value`, locked for the operation in work.
    mutating func vector(_ value: Value) -> VectorRegister { vector(root: Int(table[value].root)) }

    mutating func vector(root: Int) -> VectorRegister {
        if let known = vectorHolder(root) {
            lock(known)
            return known
        }
        let register = allocateVector()
        lock(register)
        guard table[root].cell >= 0 || ranOut else {
            preconditionFailure("native code: vector %\(root) is nowhere, block at \(String(block.guestPC, radix: 16))")
        }
        moveVector(Fixed.cell(table[root].cell), into: register)
        vectorOccupant[Int(register.rawValue)] = Int32(truncatingIfNeeded: root)
        table[root].register = register.rawValue
        return register
    }

    /// `value` as the host's r/m operand: its register, or its cell where it is in none and not needed again.
    mutating func vectorOperand(_ value: Value, _ position: Int) -> Operand {
        let root = Int(table[value].root)
        if vectorHolder(root) == nil, table[root].cell >= 0, dies(root, position) {
            return Fixed.cell(table[root].cell)
        }
        return .vector(vector(root: root))
    }

    /// Where `value` is in memory; put there if it is in a register alone.
    mutating func vectorCell(_ value: Value) -> Int32 {
        let root = Int(table[value].root)
        if table[root].cell < 0 {
            let register = vector(root: root)
            table[root].cell = temporary(16)
            storeVector(register, Fixed.cell(table[root].cell))
        }
        return table[root].cell
    }

    // MARK: Giving out and taking back

    private mutating func allocateVector() -> VectorRegister {
        var best: VectorRegister?
        var latest: Int32 = -2
        for register in freeVectors where lockedVectors >> UInt16(register.rawValue) & 1 == 0 {
            let root = Int(vectorOccupant[Int(register.rawValue)])
            if root < 0 { return register }
            if table[root].lastUse > latest { (best, latest) = (register, table[root].lastUse) }
        }
        guard let best else {
            ranOut = true
            return .v2
        }
        spill(best)
        return best
    }

    /// A pinned register's home is about to be loaded: who still needs the value in it finds it in memory.
    mutating func vacate(_ home: VectorRegister, _ position: Int) {
        let root = Int(vectorOccupant[Int(home.rawValue)])
        if root >= 0 && dies(root, position) { free(home) } else { spill(home) }
    }

    private mutating func spill(_ register: VectorRegister) {
        let root = Int(vectorOccupant[Int(register.rawValue)])
        guard root >= 0 else { return }
        if table[root].cell < 0 {
            table[root].cell = temporary(16)
            storeVector(register, Fixed.cell(table[root].cell))
        }
        free(register)
    }

    mutating func free(_ register: VectorRegister) {
        let root = Int(vectorOccupant[Int(register.rawValue)])
        if root >= 0 { table[root].register = ValueEntry.noRegister }
        vectorOccupant[Int(register.rawValue)] = -1
    }

    mutating func releaseVectors(after position: Int) {
        for register in Self.vectorPool {
            let root = Int(vectorOccupant[Int(register.rawValue)])
            if root >= 0 && dies(root, position) { free(register) }
        }
    }

    /// A register for the result of the operation at `index`, none of its operands'. `span`: bytes that may be other
    /// than zero.
    mutating func defineVector(_ index: Int, span: Int = 16) -> VectorRegister {
        let register = vectorHome(index) ?? allocateVector()
        vectorOccupant[Int(register.rawValue)] = Int32(truncatingIfNeeded: index)
        table[index].register = register.rawValue
        table[index].span = UInt8(truncatingIfNeeded: span)
        lock(register)
        return register
    }

    /// The pinned register that the value at `index` is on its way to, if it may be computed there at once: not over an
    /// operand, which code out of line may want once more.
    private func vectorHome(_ index: Int) -> VectorRegister? {
        guard let number = pinOnTheWay(index, index), number >= generalPins else { return nil }
        let home = vectorPinRegister(number)
        let old = Int(vectorOccupant[Int(home.rawValue)])
        return old >= 0 && !dies(old, index - 1) ? nil : home
    }

    // MARK: Instructions

    /// d = a `name` b.
    mutating func lane(
        _ name: some Encodable, _ d: VectorRegister, _ a: VectorRegister, _ b: Operand, _ immediate: Int64 = 0
    ) {
        asm.vex(name, reg: d.rawValue, vvvv: a.rawValue, b, immediate)
    }

    mutating func lane(
        _ name: some Encodable, _ d: VectorRegister, _ a: VectorRegister, _ b: VectorRegister, _ immediate: Int64 = 0
    ) {
        asm.vex(name, reg: d.rawValue, vvvv: a.rawValue, .vector(b), immediate)
    }

    /// d = `name` a: instructions of one source, and shifts by an immediate.
    mutating func lane1(_ name: some Encodable, _ d: VectorRegister, _ a: Operand, _ immediate: Int64 = 0) {
        asm.vex(name, reg: d.rawValue, a, immediate)
    }

    mutating func lane1(
        _ name: some Encodable, _ d: VectorRegister, _ a: VectorRegister, _ immediate: Int64 = 0
    ) {
        asm.vex(name, reg: d.rawValue, .vector(a), immediate)
    }

    mutating func clear(_ d: VectorRegister) { lane(VectorInteger.pxor, d, d, d) }
    mutating func fill(_ d: VectorRegister) { lane(VectorInteger.pcmpeqd, d, d, d) }

    /// Zeroes all of `d` but its low `bytes`, 1 to 16.
    mutating func cut(_ d: VectorRegister, _ source: VectorRegister, to bytes: Int) {
        switch bytes {
        case 16: moveVector(.vector(source), into: d)
        case 8: lane1(VectorMove.movqRM, d, source)
        case 4: lane(FloatingPoint.insertps, d, source, source, 0x0e)
        default:
            lane1(VectorInteger.pslldqI, d, source, Int64(16 - bytes))
            lane1(VectorInteger.psrldqI, d, d, Int64(16 - bytes))
        }
    }

    /// `value` with nothing but zeros above its low `bytes`: in its own register, or cut in `scratch`.
    mutating func clean(_ value: Value, _ bytes: Int, _ scratch: VectorRegister) -> VectorRegister {
        let register = vector(value)
        if Int(table[Int(table[value].root)].span) <= bytes { return register }
        cut(scratch, register, to: bytes)
        return scratch
    }

    /// 16 bytes that lie behind the region's code, by way of rax.
    mutating func data(_ low: UInt64, _ high: UInt64) -> Operand {
        let label = asm.label()
        records.append((label, [low, high]))
        asm.address(of: label, into: .rax)
        return .at(.rax)
    }

    mutating func data(_ bytes: [UInt8]) -> Operand {
        func word(_ part: ArraySlice<UInt8>) -> UInt64 { part.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        return data(word(bytes[0..<8]), word(bytes[8..<16]))
    }
}
