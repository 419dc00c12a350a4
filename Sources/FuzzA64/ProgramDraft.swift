import Support

/// A program as it grows, statement by statement. A statement is an instruction and what it needs around it; branches
/// lead forwards to the beginning of one, or behind the last.
struct ProgramDraft {
    private var words: [UInt32] = []
    /// Where statements begin.
    private var starts: [Int] = []
    private var branches: [Branch] = []

    private struct Branch {
        let index: Int
        /// The statement to lead to, which may not exist.
        let statement: Int
        let bits: UInt32
        let low: UInt32
    }

    var count: Int { words.count }

    /// The words, with every branch inside.
    var finished: [UInt32] {
        var result = words
        for branch in branches {
            let target = branch.statement < starts.count ? starts[branch.statement] : words.count
            let mask: UInt32 = (1 << branch.bits) - 1
            let field = UInt32(target - branch.index) & mask
            result[branch.index] = result[branch.index] & ~(mask << branch.low) | field << branch.low
        }
        return result
    }

    mutating func append(_ word: UInt32, _ random: inout SplitMix64) {
        starts.append(words.count)
        switch InstructionClass(word) {
        case .plain, .omitted: emit(word)
        case .memory: appendMemory(word, &random)
        case .literal: emit(word, leadingTo: random.below(4), 19, 5)
        case .branch(let bits, let low): emit(word, leadingTo: 1 + random.below(3), bits, low)
        case .branchToRegister: appendBranchToRegister(word, &random)
        case .authenticatedBranch: appendAuthenticatedBranch(word)
        case .pointerSigning: appendPointerSigning(word, &random)
        case .pointerSigningHint: appendPointerSigningHint(word, &random)
        case .genericCode: appendGenericCode(word)
        case .authenticatedLoad: appendAuthenticatedLoad(word, &random)
        case .exclusive: appendExclusive(word, &random)
        case .memoryOperation: appendMemoryOperation(word, &random)
        case .systemRegister: appendSystemRegister(word, &random)
        case .systemOperation: appendSystemOperation(&random)
        case .supervisorCall: appendSupervisorCall(word)
        case .waitForEvent: appendWaitForEvent(word)
        }
    }

    // MARK: For the statements

    mutating func emit(_ word: UInt32) { words.append(word) }

    /// A word with an offset in words to the statement `distance` further on.
    mutating func emit(_ word: UInt32, leadingTo distance: Int, _ bits: UInt32, _ low: UInt32) {
        branches.append(Branch(index: words.count, statement: starts.count - 1 + distance, bits: bits, low: low))
        words.append(word)
    }

    /// `adr`.
    mutating func emitAddress(_ register: UInt32, ofStatement distance: Int) {
        emit(0x1000_0000 | register, leadingTo: distance, 19, 5)
    }

    mutating func move(_ register: UInt32, _ value: UInt64) {
        var code = GuestCode()
        code.move(register, value)
        words += code.words
    }
}

// MARK: Branches

extension ProgramDraft {
    private mutating func appendBranchToRegister(_ word: UInt32, _ random: inout SplitMix64) {
        let register = word.bits(5, 5) == 31 ? 30 : word.bits(5, 5)
        emitAddress(register, ofStatement: 1 + random.below(3))
        emit(word & ~(31 << 5) | register << 5)
    }

    private mutating func appendSupervisorCall(_ word: UInt32) {
        // No kernel has such a call.
        move(8, 0x7fff)
        emit(word)
    }

    /// The event is there before the wait.
    private mutating func appendWaitForEvent(_ word: UInt32) {
        let isTimed = word & 0xffff_ffe0 == 0xd503_1000
        if isTimed { move(word.bits(0, 5) == 31 ? 0 : word.bits(0, 5), 0) }
        emit(0xd503_20bf)
        emit(word)
    }
}

// MARK: Memory

extension ProgramDraft {
    /// Mostly gives the base an address in the window and keeps offsets small.
    private mutating func appendMemory(_ original: UInt32, _ random: inout SplitMix64) {
        var word = original
        let isUnsignedOffset = word & 0x3b00_0000 == 0x3900_0000
        let isRegisterOffset = word & 0x3b20_0c00 == 0x3820_0800
        if isUnsignedOffset && random.chance(90) { word &= ~(0xfc0 << 10) }
        if isRegisterOffset && random.chance(95) { word = appendIndex(word, &random) }
        let base = word.bits(5, 5)
        if base == 31 {
            appendStackPointer(&random)
        } else if random.chance(95) {
            move(base, StateGenerator.pointer(&random))
        }
        emit(word)
    }

    /// The stack pointer is aligned wherever it is a base: QEMU does not check it (Docs/KnownDifferences.md).
    private mutating func appendStackPointer(_ random: inout SplitMix64) {
        let register = UInt32(random.below(30))
        move(register, StateGenerator.pointer(&random) & ~15)
        emit(0x9100_001f | register << 5)
    }

    /// A small index in another register than the base.
    private mutating func appendIndex(_ word: UInt32, _ random: inout SplitMix64) -> UInt32 {
        let base = word.bits(5, 5)
        var index = word.bits(16, 5)
        if index == base || index == 31 { index = base == 3 ? 4 : 3 }
        move(index, UInt64(random.below(48)))
        return word & ~(31 << 16) | index << 16
    }

    /// A load-exclusive, perhaps some arithmetic, and the store-exclusive that belongs to it, one of them `word` but for
    /// its registers. What comes of a store-exclusive of another size or place, or of one without a load that would
    /// fault, is the processor's choice (Arm ARM B2.9.2, AArch64.ExclusiveMonitorsPass).
    private mutating func appendExclusive(_ word: UInt32, _ random: inout SplitMix64) {
        let form = word & 0xc020_0000
        let isLoad = word.bit(22)
        let base: UInt32 = 5
        let (t, u) = (UInt32(random.below(4)) + 6, UInt32(random.below(4)) + 12)
        let second: UInt32 = word.bit(21) ? u << 10 : 31 << 10
        let order = { (isThis: Bool, random: inout SplitMix64) in
            isThis ? word & 1 << 15 : UInt32(random.below(2)) << 15
        }
        let load = 0x085f_0000 | form | order(isLoad, &random) | second | base << 5 | t
        let isAligned = !isLoad || random.chance(90)
        move(base, StateGenerator.pointer(&random) & (isAligned ? ~15 : .max))
        if isLoad || random.chance(90) { emit(load) } else { emit(0xd503_3f5f) }
        guard isAligned else { return }
        // add xt, xt, #1
        if random.chance(50) { emit(0x9100_0400 | t << 5 | t) }
        if random.chance(10) { emit(0xd503_3f5f) }
        emit(0x0800_0000 | form | 2 << 16 | order(!isLoad, &random) | second | base << 5 | t)
    }

    /// The three steps of one operation. How far each of them gets, and the flags that pass this on, are the processor's
    /// choice: only the end counts.
    private mutating func appendMemoryOperation(_ word: UInt32, _ random: inout SplitMix64) {
        let isSet = word.bits(22, 2) == 3
        let (d, s, n) = (UInt32(random.below(10)), UInt32(random.below(10)) + 10, UInt32(random.below(10)) + 20)
        let registers = word & ~0x001f_03ff | s << 16 | n << 5 | d
        let destination = HarnessLayout.window + UInt64(random.below(2048))
        // Forward copies are for sources behind the destination, or apart from it (Arm ARM C6.2, CPYFP).
        let isForward = !word.bit(26)
        let source =
            isForward ? destination + UInt64(random.below(400)) : HarnessLayout.window + UInt64(random.below(2048))
        move(d, destination)
        move(s, isSet ? random.next() : source)
        move(n, UInt64(random.below(300)))
        for step: UInt32 in 0..<3 {
            emit(isSet ? registers & ~(3 << 14) | step << 14 : registers & ~(3 << 22) | step << 22)
        }
        // subs xzr, xzr, xzr
        emit(0xeb1f_03ff)
    }
}

// MARK: System

extension ProgramDraft {
    /// MRS or MSR of a register that every processor has alike.
    private mutating func appendSystemRegister(_ word: UInt32, _ random: inout SplitMix64) {
        let register: GuestCode.SpecialRegister = random.pick([.flags, .floatControl, .floatStatus])
        let t = word.bits(0, 5) == 31 ? 0 : word.bits(0, 5)
        var code = GuestCode()
        if word.bit(21) {
            code.read(t, register)
        } else {
            let mask: UInt64 =
                switch register {
                case .flags: 0xf000_0000
                case .floatControl: StateGenerator.controlMask
                case .floatStatus, .thread: StateGenerator.statusMask
                }
            code.move(t, random.next() & mask)
            code.write(register, t)
        }
        code.words.forEach { emit($0) }
    }

    /// Maintenance of a line of the window. How much DC ZVA clears is the processor's choice.
    private mutating func appendSystemOperation(_ random: inout SplitMix64) {
        // IC IVAU; DC CVAU, CVAC, CVAP, CVADP, CIVAC.
        let operations: [UInt32] = [0xd50b_7520, 0xd50b_7b20, 0xd50b_7a20, 0xd50b_7c20, 0xd50b_7d20, 0xd50b_7e20]
        let t = UInt32(random.below(31))
        move(t, StateGenerator.pointer(&random))
        emit(random.pick(operations) | t)
    }
}
