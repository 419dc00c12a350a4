import Support

/// A part of the encoding space where one of two processors defines words and the other does not, and why that is no
/// difference to be mended.
package struct EncodingSpace: Sendable {
    package enum Reason: String, Sendable {
        /// The ID registers of each processor say what it has.
        case theirFeature = "a feature that only the peer's processor has"
        case ourFeature = "a feature that only our processor has"
        /// Undefined is one of several outcomes that the manual allows (Arm ARM K1.2).
        case unpredictable = "CONSTRAINED UNPREDICTABLE"
        /// Docs/KnownDifferences.md tells.
        case peerWrong = "the peer departs from the manual"
    }

    package let name: String
    package let reason: Reason
    private let pattern: WordPattern
    /// What else must hold of a word.
    private let condition: @Sendable (UInt32) -> Bool

    private init(
        _ name: String, _ reason: Reason, _ pattern: String,
        when condition: @escaping @Sendable (UInt32) -> Bool = { _ in true }
    ) {
        self.name = name
        self.reason = reason
        self.condition = condition
        guard let words = WordPattern(pattern) else { preconditionFailure("pattern of \(name) is not 32 bits") }
        self.pattern = words
    }

    /// The space of `word`, which one of two processors defines; nil where that is unexplained.
    package static func of(_ word: UInt32, isOursDefined: Bool) -> EncodingSpace? {
        all.first {
            $0.pattern.fits(word) && ($0.reason == .ourFeature) == isOursDefined && $0.condition(word)
        }
    }

    private static let all: [EncodingSpace] = theirs + ours + unpredictable

    private static let theirs = [
        EncodingSpace("SVE", .theirFeature, "--- 0010 -------------------------"),
        EncodingSpace("SME", .theirFeature, "1-- 0000 -------------------------"),
        EncodingSpace("SME: MSR SVCR", .theirFeature, "1101010100000011 0100 ---- 011 11111"),
        EncodingSpace("MTE: MSR TCO", .theirFeature, "1101010100000011 0100 ---- 100 11111"),
        EncodingSpace("MTE: loads and stores of tags", .theirFeature, "11011001 -- 1 ---------------------"),
        EncodingSpace("MTE: STGP", .theirFeature, "0110100 -- 0 ----------------------"),
        EncodingSpace("MTE: ADDG, SUBG", .theirFeature, "1-0 100011 0 ----------------------"),
        EncodingSpace("MTE: IRG, GMI", .theirFeature, "10011010110 ----- 00010 -----------"),
        EncodingSpace("MTE: SUBP", .theirFeature, "10-11010110 ----- 000000 ----------"),
        EncodingSpace("MTE: SETG", .theirFeature, "00 011101 11 0 ----- ---- 01 ----------"),
        EncodingSpace("MTE: data cache operations on tags", .theirFeature, "1101010100001011 0111 ---- 011 -----"),
        EncodingSpace(
            "MTE: data cache operations on data and tags", .theirFeature, "1101010100001011 0111 ---- 101 -----"),
        EncodingSpace("MTE: DC GVA, GZVA", .theirFeature, "1101010100001011 0111 0100 1-- -----"),
        EncodingSpace("MTE: TCO register", .theirFeature, "11010101 00-1 1011 0100 0010 111 -----"),
        EncodingSpace("SME: SVCR, TPIDR2_EL0", .theirFeature, "11010101 00-1 1011 ---- ---- --- -----") {
            [0xd51b_4240, 0xd51b_d0a0].contains($0 & ~0x0020_001f)
        },
    ]

    private static let ours = [
        EncodingSpace("CSSC: CTZ, CNT", .ourFeature, "-1011010110 00000 00011 -----------"),
        EncodingSpace("CSSC: ABS", .ourFeature, "-1011010110 00000 001000 ----------"),
        EncodingSpace("CSSC: minimum and maximum of registers", .ourFeature, "-0011010110 ----- 0110 ------------"),
        EncodingSpace(
            "CSSC: minimum and maximum with an immediate", .ourFeature, "-00 100011 1 ----------------------"),
    ]

    /// Register fields that should be one (SBO) and are not: such a word may be undefined (Arm ARM K1.2, SBZ or SBO fields
    /// in instructions). CAS and CASP are not among them: their Rt2 is a fixed 31. All else in these spaces is allocated.
    private static let unpredictable = [
        EncodingSpace("Rs or Rt2 of LDXR, LDAXR", .unpredictable, "-- 001000 010 ---------------------"),
        EncodingSpace("Rs of LDXP, LDAXP", .unpredictable, "1- 001000 011 ---------------------"),
        EncodingSpace("Rt2 of STXR, STLXR", .unpredictable, "-- 001000 000 ---------------------"),
        EncodingSpace("Rs or Rt2 of ordered accesses", .unpredictable, "-- 001000 1-0 ---------------------"),
    ]
}
