import Support
import SoftFloat
import Testing

/// FRECPE, FRSQRTE, FRECPX, URECPE, URSQRTE: the tables of the manual as its pseudocode computes them.
@Suite struct EstimateTests {
    /// RecipEstimate.
    private func reciprocal(_ a: Int) -> Int { ((1 << 19) / (a * 2 + 1) + 1) / 2 }

    /// RecipSqrtEstimate, with its loop.
    private func reciprocalRoot(_ argument: Int) -> Int {
        let a = argument < 256 ? argument * 2 + 1 : (argument / 2 * 2 + 1) * 2
        var b = 512
        while a * (b + 1) * (b + 1) < 1 << 28 { b += 1 }
        return (b + 1) / 2
    }

    @Test func fixedPointEstimates() {
        var generator = SplitMix64(seed: 1)
        for top in 0..<UInt32(512) {
            let a = top << 23 | UInt32(generator.next() & 0x7F_FFFF)
            let wanted = top < 256 ? UInt32.max : UInt32(reciprocal(Int(top))) << 23
            #expect(Binary32.unsignedReciprocalEstimate(a) == wanted)
            let root = top < 128 ? UInt32.max : UInt32(reciprocalRoot(Int(top))) << 23
            #expect(Binary32.unsignedReciprocalSquareRootEstimate(a) == root)
        }
    }

    /// FPRecipEstimate. `fraction` has 52 bits, as in the manual.
    private func reciprocal(_ oracle: Oracle, _ a: UInt64, _ environment: inout FPEnvironment) -> UInt64 {
        let x = oracle.unpack(a, &environment)
        if x.isNaN { return oracle.processNaN(x, &environment) }
        if x.isInfinite { return oracle.pack(x.negative, 0, 0) }
        if x.isZero {
            environment.raise(.divideByZero)
            return oracle.pack(x.negative, oracle.ones, 0)
        }
        let magnitude = x.value.magnitude
        let bias = oracle.ones / 2
        if magnitude.compare(Rational(1, power: -bias - 1)) < 0 {
            return oracle.round(Rational(1, power: 2 * bias, negative: x.negative), &environment)
        }
        if oracle.flushes(environment.control) && magnitude.compare(Rational(1, power: bias - 1)) >= 0 {
            environment.raise(.underflow)
            return oracle.pack(x.negative, 0, 0)
        }
        // The number is in [1, 2) times 2^exponent; the estimate of its half's reciprocal has eight bits and is exact.
        let exponent = magnitude.binaryExponent
        let scaled = Int(magnitude.scaled(by: 8 - exponent).split.floor.lowWord)
        let estimate = Rational(UInt64(reciprocal(scaled)), power: -9 - exponent, negative: x.negative)
        var quiet = FPEnvironment()
        return oracle.round(estimate, &quiet, mode: .zero)
    }

    private func reciprocalRoot(_ oracle: Oracle, _ a: UInt64, _ environment: inout FPEnvironment) -> UInt64 {
        let x = oracle.unpack(a, &environment)
        if x.isNaN { return oracle.processNaN(x, &environment) }
        if x.isZero {
            environment.raise(.divideByZero)
            return oracle.pack(x.negative, oracle.ones, 0)
        }
        if x.negative {
            environment.raise(.invalid)
            return oracle.defaultNaN
        }
        if x.isInfinite { return 0 }
        // In [0.25, 1) times an even power of two.
        let exponent = x.value.binaryExponent
        let power = exponent & 1 == 0 ? exponent + 2 : exponent + 1
        let scaled = Int(x.value.scaled(by: 9 - power).split.floor.lowWord)
        var quiet = FPEnvironment()
        return oracle.round(Rational(UInt64(reciprocalRoot(scaled)), power: -8 - power / 2), &quiet)
    }

    private func check<F: Tested>(_: F.Type, _ a: UInt64, _ environment: FPEnvironment) {
        let x = F.bits(of: a)
        expectSame(
            "reciprocalEstimate", environment, [a], oracle: { reciprocal(F.oracle, a, &$0) },
            subject: { UInt64(F.reciprocalEstimate(x, &$0)) })
        expectSame(
            "reciprocalSquareRootEstimate", environment, [a], oracle: { reciprocalRoot(F.oracle, a, &$0) },
            subject: { UInt64(F.reciprocalSquareRootEstimate(x, &$0)) })
        expectSame(
            "reciprocalExponent", environment, [a],
            oracle: {
                let p = F.oracle.unpack(a, &$0)
                if p.isNaN { return F.oracle.processNaN(p, &$0) }
                let field = Int(a >> UInt64(F.oracle.fractionBits)) & F.oracle.ones
                return F.oracle.pack(p.negative, field == 0 ? F.oracle.ones - 1 : F.oracle.ones - field, 0)
            },
            subject: { UInt64(F.reciprocalExponent(x, &$0)) })
    }

    @Test func everyHalf() {
        for a in 0..<UInt64(1 << 16) { for environment in environments[0..<4] { check(Binary16.self, a, environment) } }
    }

    private func numbers<F: Tested>(_: F.Type, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let random = (0..<caseCount(10_000)).map { _ in F.oracle.random(&generator) }
        for a in F.oracle.signedEdges + random {
            for environment in environments { check(F.self, a, environment) }
        }
    }

    @Test func singles() { numbers(Binary32.self, seed: 2) }
    @Test func doubles() { numbers(Binary64.self, seed: 3) }
}
