import Guest
import GuestA64
import Support

/// What the generator has to know of an instruction word to place it in a program.
enum InstructionClass: Equatable {
    /// Computes from registers and nothing else, or always raises an exception.
    case plain
    /// Loads or stores through a base register.
    case memory
    case literal
    /// Branches by an immediate of so many bits from bit `low`.
    case branch(bits: UInt32, low: UInt32)
    /// Branches through a register.
    case branchToRegister
    case authenticatedBranch
    /// Signs, authenticates or strips the pointer in a register.
    case pointerSigning
    /// The same as a hint, in X30 or X17.
    case pointerSigningHint
    case genericCode
    case authenticatedLoad
    case exclusive
    /// A step of a copy or set of memory (FEAT_MOPS).
    case memoryOperation
    /// MRS, MSR (register).
    case systemRegister
    /// SYS.
    case systemOperation
    case supervisorCall
    case waitForEvent
    /// Not to be run: see `Omission`.
    case omitted(Omission)
}

/// Why an instruction is in no program.
enum Omission: String {
    /// A program that waits for an interrupt waits for a signal, and none comes.
    case waitsForInterrupt = "waits for an interrupt"
    /// HLT #0xf000 is QEMU's way to ask for services of a debugger.
    case semihosting = "asks QEMU for services of a debugger"
}

extension InstructionClass {
    init(_ word: UInt32) {
        switch word.bits(25, 4) {
        case 0b1010, 0b1011: self = Self.branchOrSystem(word)
        case let group where group & 0b0101 == 0b0100: self = Self.memoryAccess(word)
        default: self = Self.dataProcessing(word)
        }
    }

    private static func dataProcessing(_ word: UInt32) -> InstructionClass {
        if word & 0xffe0_fc00 == 0x9ac0_3000 { return .genericCode }
        return word & 0xffff_0000 == 0xdac1_0000 ? .pointerSigning : .plain
    }

    private static func branchOrSystem(_ word: UInt32) -> InstructionClass {
        switch word >> 24 {
        case 0x54, 0x34, 0x35, 0xb4, 0xb5: return .branch(bits: 19, low: 5)
        case 0x36, 0x37, 0xb6, 0xb7: return .branch(bits: 14, low: 5)
        case 0xd4:
            if word & 0xffe0_001f == 0xd400_0001 { return .supervisorCall }
            return word == 0xd45e_0000 ? .omitted(.semihosting) : .plain
        case 0xd5: return system(word)
        // ERET, ERETAA and DRPS raise at EL0.
        case 0xd6 where word.bits(21, 3) >= 0b100: return .plain
        case 0xd6, 0xd7: return word.bit(11) ? .authenticatedBranch : .branchToRegister
        default: return word.bits(26, 5) == 0b00101 ? .branch(bits: 26, low: 0) : .plain
        }
    }

    private static func system(_ word: UInt32) -> InstructionClass {
        switch word.bits(19, 3) {
        case 0b000 where word & 0xffff_ffe0 == 0xd503_1000: return .waitForEvent
        case 0b000 where word & 0xffff_ffe0 == 0xd503_1020: return .omitted(.waitsForInterrupt)
        case 0b000 where word & 0xffff_f01f == 0xd503_201f: return hint(word.bits(5, 7))
        case 0b001: return .systemOperation
        case 0b010, 0b011, 0b110, 0b111: return .systemRegister
        default: return .plain
        }
    }

    private static func hint(_ number: UInt32) -> InstructionClass {
        switch number {
        case 2: .waitForEvent
        case 3: .omitted(.waitsForInterrupt)
        case 7, 8, 10, 12, 14, 24...31: .pointerSigningHint
        default: .plain
        }
    }

    private static func memoryAccess(_ word: UInt32) -> InstructionClass {
        if word & 0x3f00_0000 == 0x0800_0000 {
            // Neither ordered accesses (bit 23) nor CASP (bit 21 of a word without bit 31).
            return word.bit(23) || word.bit(21) && !word.bit(31) ? .memory : .exclusive
        }
        if word & 0x3b00_0000 == 0x1800_0000 { return .literal }
        if word & 0xff20_0400 == 0xf820_0400 { return .authenticatedLoad }
        if word & 0x3b20_0c00 == 0x1900_0400 { return .memoryOperation }
        return .memory
    }
}
