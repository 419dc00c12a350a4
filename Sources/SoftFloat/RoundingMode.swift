/// Where a value between two representable ones goes. The first four have the numbers of FPCR.RMode.
@frozen @usableFromInline
package enum RoundingMode: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    case nearestEven = 0
    case plusInfinity = 1
    case minusInfinity = 2
    case zero = 3
    /// To nearest, halves away from zero: only for results that are integers.
    case tiesAway = 4
    /// The last bit of an inexact result is one (FCVTXN), so that a second rounding is not fooled.
    case odd = 5
}

extension RoundingMode {
    /// Whether the magnitude goes up. `fraction` is what is lost, as 64 bits behind the binary point, the last of them
    /// sticky; `isOdd` is the last bit that is kept.
    func roundsUp(negative: Bool, isOdd: Bool, fraction: UInt64) -> Bool {
        let half: UInt64 = 1 << 63
        switch self {
        case .nearestEven: return fraction > half || fraction == half && isOdd
        case .plusInfinity: return fraction != 0 && !negative
        case .minusInfinity: return fraction != 0 && negative
        case .zero, .odd: return false
        case .tiesAway: return fraction >= half
        }
    }

    /// Whether a result beyond the largest number becomes infinite (FPRoundBase, overflow_to_inf).
    func overflowsToInfinity(negative: Bool) -> Bool {
        switch self {
        case .nearestEven, .tiesAway: true
        case .plusInfinity: !negative
        case .minusInfinity: negative
        case .zero, .odd: false
        }
    }
}
