/// A64 instructions one after the other: what the harness is written in. Operands are as in the manual.
struct GuestCode {
    private(set) var words: [UInt32] = []

    var count: Int { words.count }

    mutating func emit(_ word: UInt32) { words.append(word) }
    mutating func emit(_ more: [UInt32]) { words += more }

    // MARK: Immediates

    /// X`d` = `value`, in one to four instructions.
    mutating func move(_ d: UInt32, _ value: UInt64) {
        emit(0xd280_0000 | UInt32(truncatingIfNeeded: value & 0xffff) << 5 | d)
        for part: UInt64 in 1...3 where value >> (part * 16) & 0xffff != 0 {
            let field = UInt32(truncatingIfNeeded: value >> (part * 16) & 0xffff)
            emit(0xf280_0000 | UInt32(part) << 21 | field << 5 | d)
        }
    }

    mutating func add(_ d: UInt32, _ n: UInt32, _ value: UInt32) { emit(0x9100_0000 | value << 10 | n << 5 | d) }
    /// X`d` = X`n` + (X`m` << `shift`).
    mutating func add(_ d: UInt32, _ n: UInt32, register m: UInt32, shift: UInt32 = 0) {
        emit(0x8b00_0000 | m << 16 | shift << 10 | n << 5 | d)
    }
    mutating func shiftRight(_ d: UInt32, _ n: UInt32, _ count: UInt32) {
        emit(0xd340_fc00 | count << 16 | n << 5 | d)
    }
    /// X`d` = X`n` | (X`m` << `shift`).
    mutating func or(_ d: UInt32, _ n: UInt32, register m: UInt32, shift: UInt32) {
        emit(0xaa00_0000 | m << 16 | shift << 10 | n << 5 | d)
    }
    mutating func subtract(_ d: UInt32, _ n: UInt32, _ value: UInt32) { emit(0xd100_0000 | value << 10 | n << 5 | d) }
    mutating func compare(_ n: UInt32, _ value: UInt32) { emit(0xf100_001f | value << 10 | n << 5) }
    mutating func multiplyAdd(_ d: UInt32, _ n: UInt32, _ m: UInt32, _ a: UInt32) {
        emit(0x9b00_0000 | m << 16 | a << 10 | n << 5 | d)
    }
    mutating func moveFromStack(_ d: UInt32) { emit(0x9100_03e0 | d) }
    mutating func moveToStack(_ n: UInt32) { emit(0x9100_001f | n << 5) }
    /// X`d` = the checksum W`n` continued with X`m`.
    mutating func checksum(_ d: UInt32, _ n: UInt32, _ m: UInt32) { emit(0x9ac0_5c00 | m << 16 | n << 5 | d) }

    // MARK: Memory; offsets in bytes

    mutating func load(_ t: UInt32, _ n: UInt32, _ offset: UInt32 = 0) {
        emit(0xf940_0000 | (offset / 8) << 10 | n << 5 | t)
    }
    mutating func load32(_ t: UInt32, _ n: UInt32, _ offset: UInt32) {
        emit(0xb940_0000 | (offset / 4) << 10 | n << 5 | t)
    }
    mutating func store(_ t: UInt32, _ n: UInt32, _ offset: UInt32 = 0) {
        emit(0xf900_0000 | (offset / 8) << 10 | n << 5 | t)
    }
    mutating func loadVector(_ t: UInt32, _ n: UInt32, _ offset: UInt32) {
        emit(0x3dc0_0000 | (offset / 16) << 10 | n << 5 | t)
    }
    mutating func storeVector(_ t: UInt32, _ n: UInt32, _ offset: UInt32) {
        emit(0x3d80_0000 | (offset / 16) << 10 | n << 5 | t)
    }
    /// Two quadwords or doublewords, the base moved behind them.
    mutating func loadVectorPairAndMove(_ t: UInt32, _ u: UInt32, _ n: UInt32) {
        emit(0xacc1_0000 | u << 10 | n << 5 | t)
    }
    mutating func storeVectorPairAndMove(_ t: UInt32, _ u: UInt32, _ n: UInt32) {
        emit(0xac81_0000 | u << 10 | n << 5 | t)
    }
    mutating func loadPairAndMove(_ t: UInt32, _ u: UInt32, _ n: UInt32) { emit(0xa8c1_0000 | u << 10 | n << 5 | t) }
    mutating func storePair(_ t: UInt32, _ u: UInt32, _ n: UInt32, _ offset: UInt32 = 0) {
        emit(0xa900_0000 | (offset / 8 & 0x7f) << 15 | u << 10 | n << 5 | t)
    }

    // MARK: System registers

    enum SpecialRegister: UInt32 {
        case flags = 0xda10
        case floatControl = 0xda20
        case floatStatus = 0xda21
        case thread = 0xde82
    }

    mutating func read(_ t: UInt32, _ register: SpecialRegister) { emit(0xd520_0000 | register.rawValue << 5 | t) }
    mutating func write(_ register: SpecialRegister, _ t: UInt32) { emit(0xd500_0000 | register.rawValue << 5 | t) }
    mutating func systemCall(_ number: UInt64) {
        move(8, number)
        emit(0xd400_0001)
    }

    // MARK: Branches; offsets in words from the branch

    enum Condition: UInt32 {
        case notEqual = 1
        case higherOrSame = 2
    }

    mutating func branch(_ offset: Int) { emit(0x1400_0000 | UInt32(truncatingIfNeeded: offset) & 0x3ff_ffff) }
    mutating func branch(_ condition: Condition, _ offset: Int) {
        emit(0x5400_0000 | (UInt32(truncatingIfNeeded: offset) & 0x7_ffff) << 5 | condition.rawValue)
    }
    mutating func branchTo(register n: UInt32) { emit(0xd61f_0000 | n << 5) }
    mutating func returnTo() { emit(0xd65f_03c0) }
    mutating func clearExclusive() { emit(0xd503_3f5f) }

    /// Makes the branch at `index` lead to the next instruction.
    mutating func land(_ index: Int) {
        let offset = UInt32(truncatingIfNeeded: count - index)
        words[index] |= words[index] >> 26 == 0b000101 ? offset & 0x3ff_ffff : (offset & 0x7_ffff) << 5
    }
}
