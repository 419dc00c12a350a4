import Support
import SoftFloat
import Testing

/// Sums, products, quotients, roots against exact fractions: bits and flags, all rounding modes, flushing on and off.
@Suite struct ArithmeticTests {
    private func checkPair<F: Tested>(_: F.Type, _ a: UInt64, _ b: UInt64, _ environment: FPEnvironment) {
        let (x, y, oracle) = (F.bits(of: a), F.bits(of: b), F.oracle)
        expectSame(
            "add", environment, [a, b], oracle: { oracle.add(a, b, &$0) }, subject: { UInt64(F.add(x, y, &$0)) })
        expectSame(
            "subtract", environment, [a, b], oracle: { oracle.add(a, b, subtracting: true, &$0) },
            subject: { UInt64(F.subtract(x, y, &$0)) })
        expectSame(
            "multiply", environment, [a, b], oracle: { oracle.multiply(a, b, &$0) },
            subject: { UInt64(F.multiply(x, y, &$0)) })
        expectSame(
            "divide", environment, [a, b], oracle: { oracle.divide(a, b, &$0) },
            subject: { UInt64(F.divide(x, y, &$0)) })
    }

    private func checkDerived<F: Tested>(_: F.Type, _ a: UInt64, _ b: UInt64, _ environment: FPEnvironment) {
        let (x, y, oracle) = (F.bits(of: a), F.bits(of: b), F.oracle)
        expectSame(
            "multiplyExtended", environment, [a, b], oracle: { oracle.multiply(a, b, extended: true, &$0) },
            subject: { UInt64(F.multiplyExtended(x, y, &$0)) })
        expectSame(
            "absoluteDifference", environment, [a, b],
            oracle: { oracle.add(a, b, subtracting: true, &$0) & ~(1 << UInt64(oracle.width - 1)) },
            subject: { UInt64(F.absoluteDifference(x, y, &$0)) })
        expectSame(
            "reciprocalStep", environment, [a, b], oracle: { oracle.step(a, b, root: false, &$0) },
            subject: { UInt64(F.reciprocalStep(x, y, &$0)) })
        expectSame(
            "squareRootStep", environment, [a, b], oracle: { oracle.step(a, b, root: true, &$0) },
            subject: { UInt64(F.squareRootStep(x, y, &$0)) })
    }

    private func checkRoot<F: Tested>(_: F.Type, _ a: UInt64, _ environment: FPEnvironment) {
        expectSame(
            "squareRoot", environment, [a], oracle: { F.oracle.squareRoot(a, &$0) },
            subject: { UInt64(F.squareRoot(F.bits(of: a), &$0)) })
    }

    private func checkFused<F: Tested>(
        _: F.Type, _ c: UInt64, _ a: UInt64, _ b: UInt64, _ environment: FPEnvironment
    ) {
        expectSame(
            "fusedMultiplyAdd", environment, [c, a, b], oracle: { F.oracle.fusedMultiplyAdd(c, a, b, &$0) },
            subject: { UInt64(F.fusedMultiplyAdd(F.bits(of: c), F.bits(of: a), F.bits(of: b), &$0)) })
    }

    private func edgePairs<F: Tested>(_ format: F.Type, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let edges = F.oracle.signedEdges
        for a in edges {
            for environment in environments { checkRoot(F.self, a, environment) }
            for b in edges {
                // Every pair in two of the sixteen environments: all of them over the whole list.
                for _ in 0..<2 {
                    let environment = environments[Int(generator.next() % 16)]
                    checkPair(F.self, a, b, environment)
                    checkDerived(F.self, a, b, environment)
                }
            }
        }
    }

    @Test func edgePairsOfHalf() { edgePairs(Binary16.self, seed: 1) }
    @Test func edgePairsOfSingle() { edgePairs(Binary32.self, seed: 2) }
    @Test func edgePairsOfDouble() { edgePairs(Binary64.self, seed: 3) }

    private func randomCases<F: Tested>(_ format: F.Type, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let edges = F.oracle.signedEdges
        for index in 0..<caseCount(20_000) {
            let a = F.oracle.random(&generator)
            let b = F.oracle.random(&generator)
            let c = index % 4 == 0 ? edges[Int(generator.next() % UInt64(edges.count))] : F.oracle.random(&generator)
            let environment = environments[Int(generator.next() % 16)]
            checkPair(F.self, a, b, environment)
            checkDerived(F.self, a, b, environment)
            checkRoot(F.self, a, environment)
            checkFused(F.self, c, a, b, environment)
            checkFused(F.self, cancelling(F.self, a, b, &generator), a, b, environment)
        }
    }

    /// An addend near minus the product.
    private func cancelling<F: Tested>(_: F.Type, _ a: UInt64, _ b: UInt64, _ generator: inout SplitMix64) -> UInt64 {
        var environment = FPEnvironment()
        let product = F.oracle.multiply(a, b, &environment)
        return product ^ 1 << UInt64(F.oracle.width - 1) ^ generator.next() & 1 ^ generator.next() & 1
    }

    @Test func randomCasesOfHalf() { randomCases(Binary16.self, seed: 11) }
    @Test func randomCasesOfSingle() { randomCases(Binary32.self, seed: 12) }
    @Test func randomCasesOfDouble() { randomCases(Binary64.self, seed: 13) }

    private func edgeTriples<F: Tested>(_ format: F.Type, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let edges = F.oracle.signedEdges
        let some = stride(from: 0, to: edges.count, by: 3).map { edges[$0] }
        for a in some {
            for b in some {
                for c in some { checkFused(F.self, c, a, b, environments[Int(generator.next() % 16)]) }
            }
        }
    }

    @Test func edgeTriplesOfHalf() { edgeTriples(Binary16.self, seed: 21) }
    @Test func edgeTriplesOfSingle() { edgeTriples(Binary32.self, seed: 22) }
    @Test func edgeTriplesOfDouble() { edgeTriples(Binary64.self, seed: 23) }

    @Test func rootOfEveryHalf() {
        for a in 0..<UInt64(1 << 16) {
            for environment in environments { checkRoot(Binary16.self, a, environment) }
        }
    }

    /// Half-precision factors and a single-precision addend; NaNs have tests of their own.
    @Test func longFusedMultiplication() {
        var generator = SplitMix64(seed: 31)
        for _ in 0..<caseCount(40_000) {
            let (a, b) = (Oracle.half.random(&generator), Oracle.half.random(&generator))
            let c = Oracle.single.random(&generator)
            let environment = environments[Int(generator.next() % 16)]
            var scratch = FPEnvironment()
            let isNaN =
                Oracle.half.unpack(a, &scratch).isNaN || Oracle.half.unpack(b, &scratch).isNaN
                || Oracle.single.unpack(c, &scratch).isNaN
            guard !isNaN else { continue }
            expectSame(
                "fusedMultiplyAddLong", environment, [c, a, b],
                oracle: {
                    let z = Oracle.single.unpack(c, &$0)
                    return Oracle.single.fused(z, Oracle.half.unpack(a, &$0), Oracle.half.unpack(b, &$0), &$0)
                },
                subject: {
                    UInt64(Binary32.fusedMultiplyAddLong(UInt32(c), UInt16(a), UInt16(b), &$0))
                })
        }
    }
}
