import Support
import SoftFloat
import Testing

/// Comparisons, maxima and minima of all pairs of edges.
@Suite struct ComparisonTests {
    /// The order of two numbers by exact fractions; infinities are larger than any.
    private func order(_ x: Oracle.Unpacked, _ y: Oracle.Unpacked) -> FPOrdering {
        if x.isNaN || y.isNaN { return .unordered }
        func value(_ operand: Oracle.Unpacked) -> Rational {
            operand.isInfinite ? Rational(1, power: 2000, negative: operand.negative) : operand.value
        }
        return [FPOrdering.less, .equal, .greater][value(x).compare(value(y)) + 1]
    }

    private func check<F: Tested>(_: F.Type, _ a: UInt64, _ b: UInt64, _ environment: FPEnvironment) {
        let (x, y) = (F.bits(of: a), F.bits(of: b))
        func oracle(_ signaling: Bool, _ environment: inout FPEnvironment) -> FPOrdering {
            let (p, q) = (F.oracle.unpack(a, &environment), F.oracle.unpack(b, &environment))
            if p.isSignaling || q.isSignaling || signaling && (p.isNaN || q.isNaN) { environment.raise(.invalid) }
            return order(p, q)
        }
        for signaling in [false, true] {
            expectSame(
                "compare \(F.self) \(signaling)", environment, [a, b],
                oracle: { UInt64(oracle(signaling, &$0).nzcv) },
                subject: { UInt64(F.compare(x, y, signaling: signaling, &$0).nzcv) })
        }
        expectSame(
            "compareEqual", environment, [a, b], oracle: { oracle(false, &$0) == .equal ? 1 : 0 },
            subject: { F.compareEqual(x, y, &$0) ? 1 : 0 })
        expectSame(
            "compareGreater", environment, [a, b], oracle: { oracle(true, &$0) == .greater ? 1 : 0 },
            subject: { F.compareGreater(x, y, &$0) ? 1 : 0 })
        expectSame(
            "compareGreaterOrEqual", environment, [a, b],
            oracle: { [.greater, .equal].contains(oracle(true, &$0)) ? 1 : 0 },
            subject: { F.compareGreaterOrEqual(x, y, &$0) ? 1 : 0 })
    }

    /// FPMax and FPMin, FPMaxNum and FPMinNum.
    private func extremum(
        _ oracle: Oracle, _ a: UInt64, _ b: UInt64, maximum: Bool, number: Bool, _ environment: inout FPEnvironment
    ) -> UInt64 {
        var (p, q) = (oracle.unpack(a, &environment), oracle.unpack(b, &environment))
        if number {
            let (first, second) = (p.isNaN && !p.isSignaling, q.isNaN && !q.isSignaling)
            let worst = oracle.pack(maximum, oracle.ones, 0)
            if first && !second { p = oracle.unpack(worst, &environment) }
            if second && !first { q = oracle.unpack(worst, &environment) }
        }
        if let nan = oracle.processNaNs([p, q], &environment) { return nan }
        let chosen = order(p, q) == (maximum ? .greater : .less) ? p : q
        guard chosen.isZero else { return chosen.bits }
        return oracle.pack(maximum ? p.negative && q.negative : p.negative || q.negative, 0, 0)
    }

    private func checkExtrema<F: Tested>(_: F.Type, _ a: UInt64, _ b: UInt64, _ environment: FPEnvironment) {
        let (x, y, oracle) = (F.bits(of: a), F.bits(of: b), F.oracle)
        expectSame(
            "max", environment, [a, b],
            oracle: { extremum(oracle, a, b, maximum: true, number: false, &$0) },
            subject: { UInt64(F.max(x, y, &$0)) })
        expectSame(
            "min", environment, [a, b],
            oracle: { extremum(oracle, a, b, maximum: false, number: false, &$0) },
            subject: { UInt64(F.min(x, y, &$0)) })
        expectSame(
            "maxNumber", environment, [a, b],
            oracle: { extremum(oracle, a, b, maximum: true, number: true, &$0) },
            subject: { UInt64(F.maxNumber(x, y, &$0)) })
        expectSame(
            "minNumber", environment, [a, b],
            oracle: { extremum(oracle, a, b, maximum: false, number: true, &$0) },
            subject: { UInt64(F.minNumber(x, y, &$0)) })
    }

    private func pairs<F: Tested>(_: F.Type, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for a in F.oracle.signedEdges {
            for b in F.oracle.signedEdges {
                for environment in environments[0..<2] {
                    check(F.self, a, b, environment)
                    checkExtrema(F.self, a, b, environment)
                }
            }
        }
        for _ in 0..<caseCount(5000) {
            let a = F.oracle.random(&generator)
            let b = generator.next() & 3 == 0 ? a : F.oracle.random(&generator)
            check(F.self, a, b, environments[0])
            checkExtrema(F.self, a, b, environments[0])
        }
    }

    @Test func pairsOfHalf() { pairs(Binary16.self, seed: 1) }
    @Test func pairsOfSingle() { pairs(Binary32.self, seed: 2) }
    @Test func pairsOfDouble() { pairs(Binary64.self, seed: 3) }
}
