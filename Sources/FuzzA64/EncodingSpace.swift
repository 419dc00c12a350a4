import Support

/// A part of the encoding space where a peer may define what we leave undefined, or the other way round, and why that is
/// no difference to be mended.
package struct EncodingSpace: Sendable {
    package enum Reason: String, Sendable {
        /// The peer's processor has a feature that ours lacks, and the ID registers of each say so.
        case theirFeature = "a feature of the peer's processor"
        /// Ours has one that the peer's lacks.
        case ourFeature = "a feature of our processor"
        /// CONSTRAINED UNPREDICTABLE: undefined is one of several outcomes that the manual allows (Arm ARM K1.2).
        case unpredictable = "CONSTRAINED UNPREDICTABLE"
        /// The peer is wrong by the manual; Docs/KnownDifferences.md tells.
        case peerWrong = "the peer departs from the manual"
        /// What a kernel lets a program do is its own choice.
        case kernel = "a choice of the kernel"
    }

    package let name: String
    package let reason: Reason
    private let mask: UInt32
    private let value: UInt32

    /// `pattern`: 32 characters, `0` and `1` fixed, `-` free, blanks for the eye.
    private init(_ name: String, _ reason: Reason, _ pattern: String) {
        self.name = name
        self.reason = reason
        let bits = pattern.filter { $0 != " " }
        precondition(bits.count == 32, "pattern of \(name) is not 32 bits")
        mask = bits.reduce(0) { $0 << 1 | ($1 == "-" ? 0 : 1) }
        value = bits.reduce(0) { $0 << 1 | ($1 == "1" ? 1 : 0) }
    }

    /// The space of `word` where one processor defines it and the other does not; nil where that is unexplained.
    package static func of(_ word: UInt32) -> EncodingSpace? {
        all.first { word & $0.mask == $0.value }
    }

    private static let all: [EncodingSpace] = [
        EncodingSpace("CSSC (one source)", .ourFeature, "-101 1010 1100 0000 0001 -- ----------")
    ]
}
