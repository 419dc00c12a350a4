import Guest
import GuestA64
import Support

/// What the generator has to know of an instruction word to place it in a program.
enum InstructionClass: Equatable {
    /// Computes from registers and nothing else.
    case plain
    /// Loads or stores through a base register.
    case memory
    case literal
    /// Branches by an immediate, of so many bits from bit 5, or from bit 0.
    case branch(bits: UInt32, low: UInt32)
    /// Branches through a register.
    case branchToRegister
    case exclusive
    /// Comes up by itself or in a form of the generator's own.
    case special
    /// Not to be run: it leaves the program, stops, or answers differently on every processor.
    case excluded
}

extension InstructionClass {
    init(_ word: UInt32) {
        switch word.bits(25, 4) {
        case 0b1010, 0b1011: self = Self.branchOrSystem(word)
        case let group where group & 0b0101 == 0b0100: self = Self.memoryAccess(word)
        default: self = Self.dataProcessing(word)
        }
    }

    /// Pointer authentication depends on random keys; only stripping does not.
    private static func dataProcessing(_ word: UInt32) -> InstructionClass {
        let isOneSource = word & 0xffff_0000 == 0xdac1_0000
        let isStrip = word & 0xffff_fbe0 == 0xdac1_43e0
        let isGenericCode = word & 0xffe0_fc00 == 0x9ac0_3000
        return isGenericCode || isOneSource && !isStrip ? .excluded : .plain
    }

    private static func branchOrSystem(_ word: UInt32) -> InstructionClass {
        switch word >> 24 {
        case 0x54, 0x34, 0x35, 0xb4, 0xb5: return .branch(bits: 19, low: 5)
        case 0x36, 0x37, 0xb6, 0xb7: return .branch(bits: 14, low: 5)
        case 0xd6:
            // BR, BLR, RET without authentication.
            return word & 0xff9f_fc1f == 0xd61f_0000 && word.bits(21, 2) != 3 ? .branchToRegister : .excluded
        case 0xd5: return system(word)
        default: return word.bits(26, 5) == 0b00101 ? .branch(bits: 26, low: 0) : .excluded
        }
    }

    private static func system(_ word: UInt32) -> InstructionClass {
        switch word & 0xffff_f000 {
        case 0xd503_2000:
            // Hints: waits stop, and pointer authentication has random keys.
            let number = word.bits(5, 7)
            return [2, 3, 8, 10, 12, 14].contains(number) || (24...31).contains(number) ? .excluded : .plain
        case 0xd503_3000, 0xd500_4000: return .plain
        default: return .excluded
        }
    }

    private static func memoryAccess(_ word: UInt32) -> InstructionClass {
        if word & 0x3f00_0000 == 0x0800_0000 {
            // Neither ordered accesses (bit 23) nor CASP (bit 21 of a word without bit 31).
            return word.bit(23) || word.bit(21) && !word.bit(31) ? .memory : .exclusive
        }
        if word & 0x3b00_0000 == 0x1800_0000 { return .literal }
        // LDRAA, LDRAB.
        if word & 0xff20_0400 == 0xf820_0400 { return .excluded }
        // Copies and sets of memory.
        if word & 0x3b20_0c00 == 0x1900_0400 { return .special }
        return .memory
    }
}

/// Which encodings have one outcome only: the others are CONSTRAINED UNPREDICTABLE (Arm ARM K1.2).
enum Predictability {
    static func holds(_ word: UInt32) -> Bool {
        if word & 0x3a00_0000 == 0x2800_0000 { return pair(word) }
        if word & 0x3b20_0000 == 0x3800_0000 { return single(word) }
        return true
    }

    /// Load and store pairs: two different registers to load, neither of them the base that changes.
    private static func pair(_ word: UInt32) -> Bool {
        let (t, u, n) = (word.bits(0, 5), word.bits(10, 5), word.bits(5, 5))
        if word.bit(22) && t == u { return false }
        let writesBack = word.bit(23)
        return !writesBack || word.bit(26) || n == 31 || n != t && n != u
    }

    private static func single(_ word: UInt32) -> Bool {
        let writesBack = word.bit(10)
        return !writesBack || word.bit(26) || word.bits(5, 5) == 31 || word.bits(5, 5) != word.bits(0, 5)
    }
}
