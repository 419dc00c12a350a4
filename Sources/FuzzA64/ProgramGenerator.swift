import Support

/// Random programs: words of all rows, and around them what lets most of them do something.
package struct ProgramGenerator: Sendable {
    package private(set) var words: WordGenerator
    private let length: Int

    /// Programs of about `length` instructions.
    package init(words: WordGenerator, length: Int) {
        self.words = words
        self.length = length
    }

    package mutating func next(_ random: inout FuzzRandom) -> FuzzProgram {
        let state = StateGenerator.state(&random)
        var draft = ProgramDraft()
        while draft.words.count < length { append(&draft, &random) }
        return FuzzProgram(words: draft.finished, state: state)
    }

    private mutating func append(_ draft: inout ProgramDraft, _ random: inout FuzzRandom) {
        if random.chance(2) { return draft.appendSpecialRegister(&random) }
        let word = words.next(&random)
        switch InstructionClass(word) {
        case .plain, .special, .excluded: draft.words.append(word)
        case .memory: draft.appendMemory(word, &random)
        case .literal: draft.appendLiteral(word, &random)
        case .branch(let bits, let low): draft.appendBranch(word, bits: bits, low: low, &random)
        case .branchToRegister: draft.appendBranchToRegister(word, &random)
        case .exclusive: draft.appendExclusive(word, &random)
        }
    }
}

/// A program as it grows; branches lead forwards by a number of words that the end may shorten.
struct ProgramDraft {
    var words: [UInt32] = []
    private var branches: [(index: Int, distance: Int, bits: UInt32, low: UInt32)] = []

    /// The words, with every branch inside.
    var finished: [UInt32] {
        var result = words
        for branch in branches {
            let distance = min(branch.distance, words.count - branch.index)
            let field = UInt32(distance) & (1 << branch.bits - 1)
            result[branch.index] = result[branch.index] & ~((1 << branch.bits - 1) << branch.low) | field << branch.low
        }
        return result
    }

    // MARK: Branches

    mutating func appendBranch(_ word: UInt32, bits: UInt32, low: UInt32, _ random: inout FuzzRandom) {
        branches.append((words.count, 1 + random.below(6), bits, low))
        words.append(word)
    }

    /// `adr xn, target` first.
    mutating func appendBranchToRegister(_ word: UInt32, _ random: inout FuzzRandom) {
        let register = word.bits(5, 5) == 31 ? 30 : word.bits(5, 5)
        branches.append((words.count, 2 + random.below(6), 19, 5))
        words.append(0x1000_0000 | register)
        words.append(word & ~(31 << 5) | register << 5)
    }

    /// The literal lies among the instructions.
    mutating func appendLiteral(_ word: UInt32, _ random: inout FuzzRandom) {
        branches.append((words.count, random.below(8), 19, 5))
        words.append(word)
    }

    // MARK: Memory

    private mutating func move(_ register: UInt32, _ value: UInt64) {
        var code = GuestCode()
        code.move(register, value)
        words += code.words
    }

    /// Mostly gives the base an address in the window and keeps offsets small.
    mutating func appendMemory(_ original: UInt32, _ random: inout FuzzRandom) {
        var word = original
        let isUnsignedOffset = word & 0x3b00_0000 == 0x3900_0000
        let isRegisterOffset = word & 0x3b20_0c00 == 0x3820_0800
        if isUnsignedOffset && random.chance(80) { word &= ~(0xfc0 << 10) }
        if isRegisterOffset && random.chance(80) { word = appendIndex(word, &random) }
        let base = word.bits(5, 5)
        if base == 31 {
            appendStackPointer(&random)
        } else if random.chance(80) {
            move(base, StateGenerator.pointer(&random))
        }
        words.append(word)
    }

    /// The stack pointer stays aligned: QEMU does not check it (Docs/KnownDifferences.md).
    private mutating func appendStackPointer(_ random: inout FuzzRandom) {
        let register = UInt32(random.below(30))
        move(register, StateGenerator.pointer(&random) & ~15)
        words.append(0x9100_001f | register << 5)
    }

    /// A small index in another register than the base.
    private mutating func appendIndex(_ word: UInt32, _ random: inout FuzzRandom) -> UInt32 {
        let base = word.bits(5, 5)
        var index = word.bits(16, 5)
        if index == base || index == 31 { index = base == 3 ? 4 : 3 }
        move(index, UInt64(random.below(48)))
        return word & ~(31 << 16) | index << 16
    }

    // MARK: Exclusives

    /// A load-exclusive, perhaps some arithmetic, and the store-exclusive that belongs to it; what comes of a
    /// store-exclusive of another size or place is the processor's choice.
    mutating func appendExclusive(_ word: UInt32, _ random: inout FuzzRandom) {
        let form = word & 0xc020_0000
        let isPair = word.bit(21)
        let base: UInt32 = 5
        let aligned: UInt64 = random.chance(90) ? ~15 : random.chance(50) ? ~7 : .max
        move(base, StateGenerator.pointer(&random) & aligned)
        let (t, u) = (UInt32(random.below(4)) + 6, UInt32(random.below(4)) + 12)
        let second = isPair ? u << 10 : 31 << 10
        let acquire: UInt32 = random.chance(50) ? 1 << 15 : 0
        words.append(0x085f_0000 | form | acquire | second | base << 5 | t)
        // add xt, xt, #1
        if random.chance(50) { words.append(0x9100_0400 | t << 5 | t) }
        if random.chance(10) { words.append(0xd503_3f5f) }
        let release: UInt32 = random.chance(50) ? 1 << 15 : 0
        words.append(0x0800_0000 | form | 2 << 16 | release | second | base << 5 | t)
    }

    // MARK: Special registers

    /// MRS or MSR of NZCV, FPCR or FPSR.
    mutating func appendSpecialRegister(_ random: inout FuzzRandom) {
        let register: GuestCode.SpecialRegister = random.pick([.flags, .floatControl, .floatStatus])
        let t = UInt32(random.below(31))
        var code = GuestCode()
        if random.chance(50) {
            code.read(t, register)
        } else {
            let mask: UInt64 =
                switch register {
                case .flags: 0xf000_0000
                case .floatControl: 0x07c8_0000
                case .floatStatus, .thread: 0x0800_009f
                }
            code.move(t, random.next() & mask)
            code.write(register, t)
        }
        words += code.words
    }
}
