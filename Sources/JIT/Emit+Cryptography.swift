import IR
import X64

// AES and SHA by the host's instructions (SDM vol. 2, "AESENC" and "SHA1MSG1" on). SHA's have no VEX form: they overwrite their
// first operand, and SHA256RNDS2 reads v0.

extension NativeCompiler {
    mutating func emitCryptography(_ index: Int, _ instruction: Instruction) -> Bool {
        switch instruction.laneOperation {
        case .aesEncrypt, .aesDecrypt, .aesMixColumns, .aesInverseMixColumns:
            return features.contains(.aes) && emitAES(index, instruction)
        case .sha1Choose: return features.contains(.sha) && emitSHA1Rounds(index, instruction, 0, 0x5a82_7999)
        case .sha1Parity: return features.contains(.sha) && emitSHA1Rounds(index, instruction, 1, 0x6ed9_eba1)
        case .sha1Majority: return features.contains(.sha) && emitSHA1Rounds(index, instruction, 2, 0x8f1b_bcdc)
        case .sha1Hash: return emitSHA1Hash(index, instruction)
        case .sha1Schedule0: return emitSHA1Schedule0(index, instruction)
        case .sha1Schedule1: return features.contains(.sha) && emitSHA1Schedule1(index, instruction)
        case .sha256Hash, .sha256Hash2: return features.contains(.sha) && emitSHA256Rounds(index, instruction)
        case .sha256Schedule0, .sha256Schedule1:
            return features.contains(.sha) && emitSHA256Schedule(index, instruction)
        case .sha512Schedule0, .sha512Schedule1: return emitSHA512Schedule(index, instruction)
        default: return false
        }
    }

    // MARK: AES

    private mutating func emitAES(_ index: Int, _ instruction: Instruction) -> Bool {
        let operation = instruction.laneOperation
        let a = vector(instruction.a)
        switch operation {
        case .aesEncrypt, .aesDecrypt:
            // Arm adds the key first, the host last.
            let b = vector(instruction.b)
            let d = defineVector(index)
            clear(.v1)
            lane(VectorInteger.pxor, .v0, a, b)
            lane(operation == .aesEncrypt ? Cryptography.aesenclast : .aesdeclast, d, .v0, .v1)
        case .aesInverseMixColumns:
            lane1(Cryptography.aesimc, defineVector(index), a)
        default:
            // The host mixes only in a round: what the round does besides is undone before it.
            let d = defineVector(index)
            clear(.v1)
            lane(Cryptography.aesdeclast, d, a, .v1)
            lane(Cryptography.aesenc, d, d, .v1)
        }
        return true
    }

    // MARK: SHA-1

    /// Words in the host's order, which is the other way round.
    private static let reversed: Int64 = 0x1b

    /// d = `name` d, a.
    private mutating func overwrite(
        _ name: Cryptography, _ d: VectorRegister, _ a: VectorRegister, _ immediate: Int64 = 0
    ) {
        asm.op(name, reg: d.rawValue, .vector(a), immediate)
    }

    /// Four rounds with the host's function of number `function`, which adds `constant` to each word: the guest has done so.
    private mutating func emitSHA1Rounds(
        _ index: Int, _ instruction: Instruction, _ function: Int64, _ constant: UInt64
    ) -> Bool {
        let (a, c) = (vector(instruction.a), vector(instruction.c))
        let e = clean(instruction.b, 4, .v1)
        let d = defineVector(index)
        let constants = data(constant | constant << 32, constant | constant << 32)
        lane(VectorInteger.psubd, .v0, c, constants)
        lane(VectorInteger.paddd, .v0, .v0, e)
        lane1(VectorInteger.pshufd, .v0, .v0, Self.reversed)
        lane1(VectorInteger.pshufd, d, a, Self.reversed)
        overwrite(.sha1rnds4, d, .v0, function)
        lane1(VectorInteger.pshufd, d, d, Self.reversed)
        return true
    }

    /// The lowest word rotated left by 30.
    private mutating func emitSHA1Hash(_ index: Int, _ instruction: Instruction) -> Bool {
        let a = vector(instruction.a)
        let d = defineVector(index, span: 4)
        lane1(VectorInteger.pslldI, .v0, a, 30)
        lane1(VectorInteger.psrldI, d, a, 2)
        lane(VectorInteger.por, d, d, .v0)
        cut(d, d, to: 4)
        return true
    }

    private mutating func emitSHA1Schedule0(_ index: Int, _ instruction: Instruction) -> Bool {
        let (a, b, c) = (vector(instruction.a), vector(instruction.b), vector(instruction.c))
        let d = defineVector(index)
        lane(VectorInteger.palignr, d, b, a, 8)
        lane(VectorInteger.pxor, d, d, a)
        lane(VectorInteger.pxor, d, d, c)
        return true
    }

    private mutating func emitSHA1Schedule1(_ index: Int, _ instruction: Instruction) -> Bool {
        let (a, b) = (vector(instruction.a), vector(instruction.b))
        let d = defineVector(index)
        lane1(VectorInteger.pshufd, .v0, b, Self.reversed)
        lane1(VectorInteger.pshufd, d, a, Self.reversed)
        overwrite(.sha1msg2, d, .v0)
        lane1(VectorInteger.pshufd, d, d, Self.reversed)
        return true
    }

    // MARK: SHA-256

    /// Four rounds: the host does two at a time, of a, b, e, f in one register and c, d, g, h in the other, and what was the
    /// one is the other afterwards.
    private mutating func emitSHA256Rounds(_ index: Int, _ instruction: Instruction) -> Bool {
        let isUpper = instruction.laneOperation == .sha256Hash2
        let (first, second) = (vector(instruction.a), vector(instruction.b))
        let (abcd, efgh) = isUpper ? (second, first) : (first, second)
        let words = vector(instruction.c)
        let d = defineVector(index)
        // Elements 1 and 0, or 3 and 2, of each.
        let (lower, upper): (Int64, Int64) = (0x11, 0xbb)
        lane(FloatingPoint.shufps, d, efgh, abcd, upper)
        lane(FloatingPoint.shufps, .v1, efgh, abcd, lower)
        moveVector(.vector(words), into: .v0)
        overwrite(.sha256rnds2, d, .v1)
        lane1(VectorInteger.pshufd, .v0, .v0, 0xee)
        overwrite(.sha256rnds2, .v1, d)
        lane(FloatingPoint.shufps, d, .v1, d, isUpper ? lower : upper)
        return true
    }

    private mutating func emitSHA256Schedule(_ index: Int, _ instruction: Instruction) -> Bool {
        let (a, b) = (vector(instruction.a), vector(instruction.b))
        guard instruction.laneOperation == .sha256Schedule1 else {
            let d = defineVector(index)
            moveVector(.vector(a), into: d)
            overwrite(.sha256msg1, d, b)
            return true
        }
        let c = vector(instruction.c)
        let d = defineVector(index)
        lane(VectorInteger.palignr, d, c, b, 4)
        lane(VectorInteger.paddd, d, d, a)
        overwrite(.sha256msg2, d, c)
        return true
    }

    // MARK: SHA-512

    /// SU0: a + sigma0 of the words from a's second on; SU1: a + c + sigma1 of b. The sigmas are two rotations and a shift.
    private mutating func emitSHA512Schedule(_ index: Int, _ instruction: Instruction) -> Bool {
        let isFirst = instruction.laneOperation == .sha512Schedule0
        let (a, b) = (vector(instruction.a), vector(instruction.b))
        let addend = isFirst ? a : vector(instruction.c)
        let d = defineVector(index)
        var source = b
        if isFirst {
            lane(VectorInteger.palignr, .v1, b, a, 8)
            source = .v1
        }
        let (rotations, shift): ([Int64], Int64) = isFirst ? ([1, 8], 7) : ([19, 61], 6)
        lane1(VectorInteger.psrlqI, d, source, shift)
        for rotation in rotations {
            lane1(VectorInteger.psrlqI, .v0, source, rotation)
            lane(VectorInteger.pxor, d, d, .v0)
            lane1(VectorInteger.psllqI, .v0, source, 64 - rotation)
            lane(VectorInteger.pxor, d, d, .v0)
        }
        lane(VectorInteger.paddq, d, d, a)
        if !isFirst { lane(VectorInteger.paddq, d, d, addend) }
        return true
    }
}
