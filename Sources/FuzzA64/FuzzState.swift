/// The registers that a program starts with or ends with. The same bytes as the harness keeps them: 848 of them.
package struct FuzzState: Equatable, Sendable {
    package var x = [UInt64](repeating: 0, count: 31)
    package var sp: UInt64 = 0
    /// N, Z, C, V in bits 31 to 28.
    package var flags: UInt64 = 0
    package var floatControl: UInt64 = 0
    package var floatStatus: UInt64 = 0
    package var v = [SIMD2<UInt64>](repeating: SIMD2(0, 0), count: 32)

    package init() {}

    static let bytes = 848
    /// Where the vectors lie in it.
    static let vectorOffset = 336

    var encoded: [UInt64] {
        var words = x + [sp, flags, floatControl, floatStatus]
        words += [UInt64](repeating: 0, count: Self.vectorOffset / 8 - words.count)
        for vector in v { words += [vector.x, vector.y] }
        return words
    }

    init(decoding words: ArraySlice<UInt64>) {
        let first = words.startIndex
        x = Array(words[first..<(first + 31)])
        sp = words[first + 31]
        flags = words[first + 32]
        floatControl = words[first + 33]
        floatStatus = words[first + 34]
        let vectors = first + Self.vectorOffset / 8
        v = (0..<32).map { SIMD2(words[vectors + $0 * 2], words[vectors + $0 * 2 + 1]) }
    }
}

/// How a program ended: its registers, a checksum of its memory, and the signals that its instructions raised, which the
/// harness skips.
package struct FuzzResult: Equatable, Sendable {
    package var state: FuzzState
    package var memory: UInt64
    package var signals: Signals

    /// The number of signals, and the first two of them.
    package struct Signals: Equatable, Sendable {
        package var count: UInt64
        package var first: Signal
        package var second: Signal
    }

    package struct Signal: Equatable, Sendable {
        /// The signal's number, and its code above bit 32.
        package var kind: UInt64
        package var address: UInt64

        package var number: UInt64 { kind & 0xffff_ffff }
    }

    init(decoding words: ArraySlice<UInt64>) {
        let first = words.startIndex
        state = FuzzState(decoding: words)
        memory = words[first + 35]
        signals = Signals(
            count: words[first + 36], first: Signal(kind: words[first + 37], address: words[first + 38]),
            second: Signal(kind: words[first + 39], address: words[first + 40]))
    }
}
