/// How two numbers compare.
@frozen @usableFromInline
package enum FPOrdering: UInt8, BitwiseCopyable, Sendable {
    case less, equal, greater
    /// At least one is a NaN.
    case unordered

    /// PSTATE's N, Z, C, V as bits 3 to 0 (FPCompare).
    @inlinable @inline(__always)
    package var nzcv: UInt32 {
        switch self {
        case .less: 0b1000
        case .equal: 0b0110
        case .greater: 0b0010
        case .unordered: 0b0011
        }
    }
}

extension FloatFormat {
    /// Compares; invalid for a signalling NaN, or, when `signaling`, for any.
    @usableFromInline package func compare(
        _ a: UInt64, _ b: UInt64, signaling: Bool, _ environment: inout FPEnvironment
    ) -> FPOrdering {
        let (x, y) = (unpack(a, &environment), unpack(b, &environment))
        if x.isNaN || y.isNaN {
            if signaling || x.kind == .signalingNaN || y.kind == .signalingNaN { environment.raise(.invalid) }
            return .unordered
        }
        let (p, q) = (x.order(in: self), y.order(in: self))
        return p < q ? .less : p == q ? .equal : .greater
    }

    /// FPMax and FPMin: a NaN wins; the zeros are ordered.
    @usableFromInline package func extremum(
        _ a: UInt64, _ b: UInt64, maximum: Bool, _ environment: inout FPEnvironment
    ) -> UInt64 {
        let (x, y) = (unpack(a, &environment), unpack(b, &environment))
        if let nan = processNaNs(x, y, &environment) { return nan }
        let (p, q) = (x.order(in: self), y.order(in: self))
        let chosen = (maximum ? p > q : p < q) ? x : y
        guard chosen.isZero else { return chosen.bits }
        return zero(negative: maximum ? x.negative && y.negative : x.negative || y.negative)
    }

    /// FPMaxNum and FPMinNum: a single quiet NaN loses.
    @usableFromInline package func extremumNumber(
        _ a: UInt64, _ b: UInt64, maximum: Bool, _ environment: inout FPEnvironment
    ) -> UInt64 {
        let loser = infinity(negative: maximum)
        switch (isQuietNaN(a), isQuietNaN(b)) {
        case (true, false): return extremum(loser, b, maximum: maximum, &environment)
        case (false, true): return extremum(a, loser, maximum: maximum, &environment)
        default: return extremum(a, b, maximum: maximum, &environment)
        }
    }

    private func isQuietNaN(_ bits: UInt64) -> Bool { bits & defaultNaN == defaultNaN }
}
