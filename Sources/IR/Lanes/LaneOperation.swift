/// What a lane operation does to each lane, or to the lanes together.
///
/// Operands a, b, c and the result are 128-bit values. `E` is the size of `Lanes`, `n` the number of lanes; `p` the
/// operation's parameter (`Instruction.imm2`). Result bits beyond the lanes are zero unless a comment says otherwise,
/// and operand bits beyond the lanes do not matter. Lane 0 is the lowest. `2E` and `E/2` are lanes of twice and half the
/// size. The floating-point operations and the saturating ones are *sticky*: they set bits in the floating-point
/// environment at the state offset `Instruction.imm` (SoftFloat's `FPEnvironment`), and the former obey its control word.
/// Their results follow the Arm pseudocode function named in the comment.
///
/// To add one: a case here in its group, its row in `info`, its meaning in the group's `LaneMeaning+*.swift`.
package enum LaneOperation: UInt16, CaseIterable, BitwiseCopyable, Sendable {
    // MARK: Bitwise (any E)
    case and, or, xor
    /// a & ~b; a | ~b.
    case andNot, orNot
    case not
    /// a & b | ~a & c.
    case bitSelect

    // MARK: Integer, lane by lane
    case add, sub, mul
    /// c + a * b; c - a * b.
    case multiplyAdd, multiplySubtract
    case minSigned, minUnsigned, maxSigned, maxUnsigned
    /// |a - b| of the exact difference.
    case absoluteDifferenceSigned, absoluteDifferenceUnsigned
    /// (a + b) >> 1 of the exact sum; rounding: (a + b + 1) >> 1; (a - b) >> 1.
    case halvingAddSigned, halvingAddUnsigned, roundingHalvingAddSigned, roundingHalvingAddUnsigned
    case halvingSubSigned, halvingSubUnsigned
    case negate, absolute
    case countLeadingZeros, countLeadingSigns
    /// E is b for both.
    case populationCount, reverseBits
    /// Reverses the order of the lanes in each container of 8 << p bits.
    case reverseLanes
    /// All ones where it holds, else zero; `test`: a & b is not 0.
    case compareEqual, compareGreaterSigned, compareGreaterEqualSigned, compareGreaterUnsigned,
        compareGreaterEqualUnsigned, test
    /// Estimates of ARM `UnsignedRecipEstimate`, `UnsignedRSqrtEstimate`; E is s.
    case reciprocalEstimate, reciprocalSquareRootEstimate

    // MARK: Shifts
    /// By p bits, 0...E; by E: zero, or all sign bits.
    case shiftLeftImmediate, shiftRightImmediateSigned, shiftRightImmediateUnsigned
    /// (a + (1 << (p - 1))) >> p of the exact sum, p in 1...E.
    case roundingShiftRightImmediateSigned, roundingShiftRightImmediateUnsigned
    /// a << p or a >> p put into b: its other bits stay.
    case shiftLeftInsert, shiftRightInsert
    /// a shifted left by the signed low byte of b's lane; right when negative (SSHL, USHL, SRSHL, URSHL).
    case shiftSigned, shiftUnsigned, roundingShiftSigned, roundingShiftUnsigned
    /// Bits of each lane rotated left by p.
    case rotateLeftImmediate

    // MARK: Saturating; all sticky (`saturated`)
    case saturatingAddSigned, saturatingAddUnsigned, saturatingSubSigned, saturatingSubUnsigned
    /// Signed a + unsigned b as signed (SUQADD); unsigned a + signed b as unsigned (USQADD).
    case saturatingAddUnsignedToSigned, saturatingAddSignedToUnsigned
    case saturatingNegate, saturatingAbsolute
    /// SQSHL, UQSHL, SQRSHL, UQRSHL by the signed low byte of b's lane.
    case saturatingShiftSigned, saturatingShiftUnsigned, saturatingRoundingShiftSigned,
        saturatingRoundingShiftUnsigned
    /// By p bits, 0...E-1; the last: signed a as unsigned (SQSHLU).
    case saturatingShiftLeftImmediateSigned, saturatingShiftLeftImmediateUnsigned,
        saturatingShiftLeftImmediateSignedToUnsigned
    /// High half of the exact 2ab, saturated (SQDMULH); rounding adds half of the last place (SQRDMULH).
    case saturatingDoublingMultiplyHigh, saturatingRoundingDoublingMultiplyHigh
    /// c + or - 2ab, rounded, high half, one saturation (SQRDMLAH, SQRDMLSH).
    case saturatingRoundingDoublingMultiplyAddHigh, saturatingRoundingDoublingMultiplySubHigh
    /// 2ab of the low lanes (E = h, s) saturated to 2E; p = 1: of the lanes of the upper 64 bits. The result is full, or
    /// for width one a single lane (SQDMULL).
    case saturatingDoublingMultiplyLong
    /// Lanes of a (E = h, s, d) to E/2 in the lower half of the result, signed to signed, unsigned to unsigned, signed
    /// to unsigned (SQXTN, UQXTN, SQXTUN).
    case saturatingNarrowSigned, saturatingNarrowUnsigned, saturatingNarrowSignedToUnsigned

    // MARK: Widening, narrowing, across
    /// The n = 64/E low lanes of a (p = 1: the high ones) to 2E, all 128 bits of the result.
    case widenSigned, widenUnsigned
    /// Lanes of a (E = h, s, d; full) to E/2 in the lower half of the result.
    case narrow
    /// Neighbours: a's pairs in the lower half of the lanes, b's in the upper (ADDP and kin); for width one with E = d
    /// the two d lanes of a (ADDP scalar).
    case addPairs, minPairsSigned, minPairsUnsigned, maxPairsSigned, maxPairsUnsigned
    /// Sums of a's neighbours as 2E lanes (SADDLP, UADDLP).
    case addPairsLongSigned, addPairsLongUnsigned
    /// Over all lanes of a, into lane 0 (ADDV, SMINV, ...); the long ones into a 2E lane.
    case addAcross, minAcrossSigned, minAcrossUnsigned, maxAcrossSigned, maxAcrossUnsigned
    case addAcrossLongSigned, addAcrossLongUnsigned
    /// c's s lanes + the sums of products of four b lanes: signed, unsigned, a unsigned by b signed.
    case dotSigned, dotUnsigned, dotUnsignedSigned
    /// c's 2x2 s lanes + 2x8 by 8x2 b lanes (SMMLA, UMMLA, USMMLA: a unsigned by b signed).
    case matrixMultiplySigned, matrixMultiplyUnsigned, matrixMultiplyUnsignedSigned
    /// Carry-less: E = b.
    case polynomialMultiply
    /// Carry-less to 2E, E = b or d; p = 1: of the upper 64 bits.
    case polynomialMultiplyLong

    // MARK: Permutes
    case zipLow, zipHigh, unzipEven, unzipOdd, transposeEven, transposeOdd
    /// Bytes p, p+1, ... of a followed by b (EXT).
    case extract
    /// All lanes of the result are lane p of a (counted over the full 128 bits).
    case broadcastLane
    /// Low 64 bits of a, then low 64 bits of b.
    case concatenateLow
    /// Byte lanes of b select bytes of the 16 of a, after p is taken from them; 0 where out of range (TBL, part of).
    case tableLookup
    /// As `tableLookup`, but c's byte stays where out of range (TBX).
    case tableLookupExtension

    // MARK: Floating point, lane by lane (E = h, s, d); all sticky but negate and absolute
    case floatNegate, floatAbsolute
    case floatAdd, floatSub, floatMultiply, floatMultiplyExtended, floatDivide
    case floatMax, floatMin, floatMaxNumber, floatMinNumber
    case floatAbsoluteDifference
    /// FRECPS, FRSQRTS.
    case floatReciprocalStep, floatSquareRootStep
    /// c + a * b, one rounding (FPMulAdd(c, a, b)).
    case floatMultiplyAdd
    case floatSquareRoot
    /// To an integral value: p bits 2 to 0 `FloatRounding`, bit 3: signals inexact (FRINTX).
    case floatRound
    /// As `floatRound` to the range of 32 (p bit 4 clear) or 64 bits (set): FRINT32Z/X, FRINT64Z/X.
    case floatRoundToRange
    case floatReciprocalEstimate, floatReciprocalSquareRootEstimate, floatReciprocalExponent
    /// All ones or zero: FCMEQ, FCMGE, FCMGT, FACGE, FACGT.
    case floatCompareEqual, floatCompareGreaterEqual, floatCompareGreater, floatAbsoluteCompareGreaterEqual,
        floatAbsoluteCompareGreater
    /// Neighbours as `addPairs`; for width one the two low E lanes of a.
    case floatAddPairs, floatMaxPairs, floatMinPairs, floatMaxNumberPairs, floatMinNumberPairs
    /// All lanes of a, pairwise as the architecture's Reduce, into lane 0.
    case floatMaxAcross, floatMinAcross, floatMaxNumberAcross, floatMinNumberAcross
    /// Complex: p = rotation / 90 (FCADD: 1 or 3; FCMLA: c + a * b, 0...3).
    case floatComplexAdd, floatComplexMultiplyAdd

    // MARK: Floating-point conversions; sticky
    /// One lane of E to the format `Size(p)` (FCVT), width one.
    case floatConvert
    /// The low lanes of a (E = h, s; p = 1: the upper 64 bits) to 2E, full (FCVTL).
    case floatWiden
    /// Full lanes of a (E = s, d) to E/2 in the lower half (FCVTN).
    case floatNarrow
    /// E = d to s, rounding to odd (FCVTXN); width one or full.
    case floatNarrowOdd
    /// To integer lanes: p bits 2 to 0 `FloatRounding`, bits 5 and 4 the size of the integer (1 h, 2 s, 3 d),
    /// bits 15 to 8 fraction bits. Sizes differ for width one only. The result is zero-extended.
    case floatToSigned, floatToUnsigned
    /// From integer lanes of size bits 5 and 4 of p, bits 15 to 8 fraction bits, to E.
    case floatFromSigned, floatFromUnsigned
    /// FJCVTZS: E = d, width one; the word, and in bit 32 whether the conversion was exact (Z).
    case floatToJavaScriptInteger
    /// E = s to bfloat16: one lane; full lanes to the lower half (BFCVT, BFCVTN).
    case bfloatConvert, bfloatNarrow
    /// c's s lanes + pairs of bfloat16 products (BFDOT); 2x2 matrix (BFMMLA).
    case bfloatDot, bfloatMatrixMultiply
    /// c's s lanes + even (p = 0) or odd (p = 1) bfloat16 lanes' products, fused (BFMLALB, BFMLALT).
    case bfloatMultiplyAddLong
    /// c's s lanes + products of a's and b's h lanes of the low (p = 0) or high half of the lanes, fused (FMLAL, FMLAL2);
    /// the width is that of the result.
    case floatMultiplyAddLong

    // MARK: Cryptography: instructions of the same name; c the accumulator or destination where there is one
    /// a the state, b the round key.
    case aesEncrypt, aesDecrypt
    case aesMixColumns, aesInverseMixColumns
    /// a = Qd, b = Qn (S for sha1c/p/m), c = Vm.
    case sha1Choose, sha1Parity, sha1Majority
    case sha1Hash
    /// a = Vd, b = Vn, c = Vm.
    case sha1Schedule0
    /// a = Vd, b = Vn.
    case sha1Schedule1
    /// a = Qd, b = Qn, c = Vm.
    case sha256Hash, sha256Hash2
    case sha256Schedule0
    case sha256Schedule1
    case sha512Hash, sha512Hash2
    case sha512Schedule0
    case sha512Schedule1
    /// a = Vn, b = Vm, c = Va.
    case sm3Schedule
    /// a = Vd, b = Vn, c = Vm; p the lane of Vm.
    case sm3TT1A, sm3TT1B, sm3TT2A, sm3TT2B
    /// a = Vd, b = Vn, c = Vm.
    case sm3Part1, sm3Part2
    /// a = Vd (data) and b = Vn (keys); a = Vn, b = Vm.
    case sm4Encrypt, sm4Key
}

/// How a conversion rounds: the four modes of the environment's control word, the mode it names, and two more.
package enum FloatRounding: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    case nearestEven, plusInfinity, minusInfinity, towardZero, nearestAway
    /// As the environment says.
    case dynamic
}

extension LaneOperation {
    /// The group that an operation belongs to: each has its meaning in a file of its own.
    package enum Group: Sendable {
        case bitwise, integer, shift, saturating, across, permute, float, floatConversion, cryptography
    }

    package var group: Group {
        switch self {
        case let operation where operation.rawValue <= Self.bitSelect.rawValue: .bitwise
        case let operation where operation.rawValue <= Self.reciprocalSquareRootEstimate.rawValue: .integer
        case let operation where operation.rawValue <= Self.rotateLeftImmediate.rawValue: .shift
        case let operation where operation.rawValue <= Self.saturatingNarrowSignedToUnsigned.rawValue: .saturating
        case let operation where operation.rawValue <= Self.polynomialMultiplyLong.rawValue: .across
        case let operation where operation.rawValue <= Self.tableLookupExtension.rawValue: .permute
        case let operation where operation.rawValue <= Self.floatComplexMultiplyAdd.rawValue: .float
        case let operation where operation.rawValue <= Self.floatMultiplyAddLong.rawValue: .floatConversion
        default: .cryptography
        }
    }

    /// Sets bits of the floating-point environment (and may obey its control word).
    package var isSticky: Bool {
        switch self {
        case .floatNegate, .floatAbsolute, .bfloatDot, .bfloatMatrixMultiply: false
        default:
            switch group {
            case .saturating, .float, .floatConversion: true
            case .bitwise, .integer, .shift, .across, .permute, .cryptography: false
            }
        }
    }

    /// How many of a, b, c it takes.
    package var operands: Int {
        switch self {
        case .not, .negate, .absolute, .countLeadingZeros, .countLeadingSigns, .populationCount, .reverseBits,
            .reverseLanes, .reciprocalEstimate, .reciprocalSquareRootEstimate, .shiftLeftImmediate,
            .shiftRightImmediateSigned, .shiftRightImmediateUnsigned, .roundingShiftRightImmediateSigned,
            .roundingShiftRightImmediateUnsigned, .rotateLeftImmediate, .saturatingNegate, .saturatingAbsolute,
            .saturatingShiftLeftImmediateSigned, .saturatingShiftLeftImmediateUnsigned,
            .saturatingShiftLeftImmediateSignedToUnsigned, .saturatingNarrowSigned, .saturatingNarrowUnsigned,
            .saturatingNarrowSignedToUnsigned, .widenSigned, .widenUnsigned, .narrow, .addPairsLongSigned,
            .addPairsLongUnsigned, .addAcross, .minAcrossSigned, .minAcrossUnsigned, .maxAcrossSigned,
            .maxAcrossUnsigned, .addAcrossLongSigned, .addAcrossLongUnsigned, .broadcastLane, .floatNegate,
            .floatAbsolute, .floatSquareRoot, .floatRound, .floatRoundToRange, .floatReciprocalEstimate,
            .floatReciprocalSquareRootEstimate, .floatReciprocalExponent, .floatMaxAcross, .floatMinAcross,
            .floatMaxNumberAcross, .floatMinNumberAcross, .floatConvert, .floatWiden, .floatNarrow, .floatNarrowOdd,
            .floatToSigned, .floatToUnsigned, .floatFromSigned, .floatFromUnsigned, .floatToJavaScriptInteger,
            .bfloatConvert, .bfloatNarrow, .aesMixColumns, .aesInverseMixColumns, .sha1Hash:
            1
        case .bitSelect, .multiplyAdd, .multiplySubtract, .saturatingRoundingDoublingMultiplyAddHigh,
            .saturatingRoundingDoublingMultiplySubHigh, .dotSigned, .dotUnsigned, .dotUnsignedSigned,
            .matrixMultiplySigned, .matrixMultiplyUnsigned, .matrixMultiplyUnsignedSigned, .tableLookupExtension,
            .floatMultiplyAdd, .floatComplexMultiplyAdd, .bfloatDot, .bfloatMatrixMultiply, .bfloatMultiplyAddLong,
            .floatMultiplyAddLong, .sha1Choose, .sha1Parity, .sha1Majority, .sha1Schedule0, .sha256Hash, .sha256Hash2,
            .sha256Schedule1, .sha512Hash, .sha512Hash2, .sha512Schedule1, .sm3Schedule, .sm3TT1A, .sm3TT1B, .sm3TT2A,
            .sm3TT2B, .sm3Part1, .sm3Part2:
            3
        default: 2
        }
    }

    /// The name in texts.
    package var text: String { "\(self)" }

    package init?(text: Substring) {
        guard let operation = Self.allCases.first(where: { $0.text == text }) else { return nil }
        self = operation
    }

    /// The opcode that carries it.
    package var opcode: Opcode {
        switch (operands, isSticky) {
        case (1, false): .lane1
        case (2, false): .lane2
        case (_, false): .lane3
        case (1, true): .stickyLane1
        case (2, true): .stickyLane2
        case (_, true): .stickyLane3
        }
    }
}
