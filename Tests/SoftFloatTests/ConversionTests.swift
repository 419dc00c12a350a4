import Support
import SoftFloat
import Testing

/// Conversions between formats, to and from integers, and rounding to integers, against exact fractions.
@Suite struct ConversionTests {
    private let modes: [RoundingMode] = [.nearestEven, .plusInfinity, .minusInfinity, .zero]

    // MARK: Between formats

    private func checkConversion<F: Tested, G: Tested>(
        _: F.Type, _: G.Type, _ a: UInt64, mode: RoundingMode? = nil, _ environment: FPEnvironment
    ) {
        let isAlternative = environment.control.alternativeHalf
        let source = F.self == Binary16.self && isAlternative ? Oracle.alternativeHalf : F.oracle
        let target = G.self == Binary16.self && isAlternative ? Oracle.alternativeHalf : G.oracle
        var scratch = environment
        let rounding = mode ?? environment.control.rounding
        guard source.convert(a, to: target, mode: rounding, &scratch) != nil else { return }
        expectSame(
            "\(F.self) to \(G.self) \(rounding)", environment, [a],
            oracle: { source.convert(a, to: target, mode: rounding, &$0) ?? 0 },
            subject: {
                mode == nil
                    ? UInt64(F.convert(F.bits(of: a), to: G.self, &$0))
                    : UInt64(F.convert(F.bits(of: a), to: G.self, rounding, &$0))
            })
    }

    private func alternatives(_ environment: FPEnvironment) -> [FPEnvironment] {
        var alternative = environment
        alternative.control.alternativeHalf = true
        return [environment, alternative]
    }

    /// Numbers of `source` around the values and the midpoints of `target`: halves, one more, one less.
    private func midpoints(_ source: Oracle, _ target: Oracle, _ generator: inout SplitMix64) -> [UInt64] {
        var scratch = FPEnvironment()
        let near = target.random(&generator)
        guard let wide = target.convert(near, to: source, mode: .zero, &scratch) else { return [] }
        let half: UInt64 = 1 << UInt64(source.fractionBits - target.fractionBits - 1)
        return [wide, wide ^ half, (wide ^ half) &- 1, (wide ^ half) + 1, wide ^ half << 1, wide &+ half / 2]
    }

    private func narrowing<F: Tested, G: Tested>(_: F.Type, _: G.Type, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let random = (0..<caseCount(3000)).flatMap { _ in
            midpoints(F.oracle, G.oracle, &generator) + [F.oracle.random(&generator)]
        }
        for a in F.oracle.signedEdges + random {
            for environment in environments.flatMap(alternatives) {
                checkConversion(F.self, G.self, a, environment)
                checkConversion(F.self, G.self, a, mode: .odd, environment)
            }
        }
    }

    @Test func singleToHalf() { narrowing(Binary32.self, Binary16.self, seed: 1) }
    @Test func doubleToHalf() { narrowing(Binary64.self, Binary16.self, seed: 2) }
    @Test func doubleToSingle() { narrowing(Binary64.self, Binary32.self, seed: 3) }

    @Test func everyHalfToSingleAndDouble() {
        for a in 0..<UInt64(1 << 16) {
            for environment in alternatives(environments[0]) + alternatives(environments[1]) {
                checkConversion(Binary16.self, Binary32.self, a, environment)
                checkConversion(Binary16.self, Binary64.self, a, environment)
            }
        }
    }

    @Test func singleToDouble() {
        var generator = SplitMix64(seed: 4)
        let random = (0..<caseCount(20_000)).map { _ in Oracle.single.random(&generator) }
        for a in Oracle.single.signedEdges + random {
            for environment in environments { checkConversion(Binary32.self, Binary64.self, a, environment) }
        }
    }

    /// The inlined forms of the two conversions that programs use most.
    @Test func shortFormsOfSingleAndDouble() {
        var generator = SplitMix64(seed: 5)
        for _ in 0..<caseCount(50_000) {
            let environment = environments[Int(generator.next() % 16)]
            let (a, b) = (Oracle.single.random(&generator), Oracle.double.random(&generator))
            expectSame(
                "toDouble", environment, [a], oracle: { Binary32.convert(UInt32(a), to: Binary64.self, &$0) },
                subject: { Binary32.toDouble(UInt32(a), &$0) })
            expectSame(
                "toSingle", environment, [b], oracle: { UInt64(Binary64.convert(b, to: Binary32.self, &$0)) },
                subject: { UInt64(Binary64.toSingle(b, &$0)) })
        }
    }

    // MARK: Integers

    private func checkToInteger<F: Tested>(_: F.Type, _ a: UInt64, _ environment: FPEnvironment, scales: [Int]) {
        for width in [16, 32, 64] {
            for mode in modes + [.tiesAway] {
                for signed in [false, true] {
                    for scale in scales where scale <= width {
                        expectSame(
                            "to \(signed ? "signed" : "unsigned") \(width), \(scale), \(mode)", environment, [a],
                            oracle: {
                                F.oracle.toInteger(a, width: width, signed: signed, fractionBits: scale, mode, &$0)
                            },
                            subject: {
                                F.toInteger(
                                    F.bits(of: a), width: width, signed: signed, fractionBits: scale, mode, &$0)
                            })
                    }
                }
            }
        }
    }

    /// Numbers around the ends of the integers and around their halves.
    private func nearIntegers(_ oracle: Oracle, _ generator: inout SplitMix64) -> [UInt64] {
        var scratch = FPEnvironment()
        let exponents = [0, 1, 2, 10, 15, 16, 31, 32, 52, 63, 64]
        let exponent = exponents[Int(generator.next() % UInt64(exponents.count))]
        let value = oracle.round(Rational(generator.next() | 1, power: exponent - 64), &scratch)
        let power = oracle.round(Rational(1, power: exponent), &scratch)
        let half = oracle.round(Rational(2 * (generator.next() & 0xFFF) + 1, power: -1), &scratch)
        let sign: UInt64 = (generator.next() & 1) << UInt64(oracle.width - 1)
        return [value, power - 1, power, power + 1, half, half + 1, half - 1].map { $0 | sign }
    }

    private func toIntegers<F: Tested>(_: F.Type, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let random = (0..<caseCount(400)).flatMap { _ in
            nearIntegers(F.oracle, &generator) + [F.oracle.random(&generator)]
        }
        for a in F.oracle.signedEdges + random {
            let scales = [0, 1 + Int(generator.next() % 64)]
            checkToInteger(F.self, a, environments[Int(generator.next() & 1)], scales: scales)
        }
    }

    @Test func halfToIntegers() { toIntegers(Binary16.self, seed: 41) }
    @Test func singleToIntegers() { toIntegers(Binary32.self, seed: 42) }
    @Test func doubleToIntegers() { toIntegers(Binary64.self, seed: 43) }

    @Test func everyHalfToIntegers() {
        for a in 0..<UInt64(1 << 16) { checkToInteger(Binary16.self, a, environments[0], scales: [0]) }
    }

    private func fromIntegers<F: Tested>(_: F.Type, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<caseCount(10_000) {
            let word = generator.next() >> (generator.next() & 63) ^ (generator.next() & 1 == 0 ? 0 : ~0)
            let power = (1 as UInt64) << (generator.next() & 63)
            let halfway = (word | 1) << (generator.next() & 63) | generator.next() & 1
            for value in [word, power, power &- 1, power &+ 1, halfway] {
                let scale = generator.next() & 1 == 0 ? 0 : Int(generator.next() % 65)
                let environment = environments[Int(generator.next() % 16)]
                for width in [16, 32, 64] where scale <= width {
                    checkFromInteger(F.self, value, width, signed: value & 4 != 0, scale, environment)
                }
            }
        }
    }

    private func checkFromInteger<F: Tested>(
        _: F.Type, _ value: UInt64, _ width: Int, signed: Bool, _ scale: Int, _ environment: FPEnvironment
    ) {
        expectSame(
            "from \(signed ? "signed" : "unsigned") \(width), \(scale)", environment, [value],
            oracle: { F.oracle.fromInteger(value, width: width, signed: signed, fractionBits: scale, &$0) },
            subject: { UInt64(F.fromInteger(value, width: width, signed: signed, fractionBits: scale, &$0)) })
    }

    @Test func halfFromIntegers() { fromIntegers(Binary16.self, seed: 51) }
    @Test func singleFromIntegers() { fromIntegers(Binary32.self, seed: 52) }
    @Test func doubleFromIntegers() { fromIntegers(Binary64.self, seed: 53) }

    // MARK: Rounding to integers

    private func checkRounding<F: Tested>(_: F.Type, _ a: UInt64, _ environment: FPEnvironment) {
        for mode in modes + [.tiesAway] {
            for exact in [false, true] {
                expectSame(
                    "roundToIntegral \(mode) \(exact)", environment, [a],
                    oracle: { F.oracle.roundToIntegral(a, mode, exact: exact, &$0) },
                    subject: { UInt64(F.roundToIntegral(F.bits(of: a), mode, exact: exact, &$0)) })
            }
            for width in [32, 64] where F.self != Binary16.self {
                expectSame(
                    "roundToIntegral \(mode) \(width)", environment, [a],
                    oracle: { F.oracle.roundToIntegral(a, mode, exact: true, width: width, &$0) },
                    subject: { UInt64(F.roundToIntegral(F.bits(of: a), mode, width: width, &$0)) })
            }
        }
    }

    private func roundings<F: Tested>(_: F.Type, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let random = (0..<caseCount(1500)).flatMap { _ in
            nearIntegers(F.oracle, &generator) + [F.oracle.random(&generator)]
        }
        for a in F.oracle.signedEdges + random {
            for environment in environments[0..<2] { checkRounding(F.self, a, environment) }
        }
    }

    @Test func singleToIntegral() { roundings(Binary32.self, seed: 62) }
    @Test func doubleToIntegral() { roundings(Binary64.self, seed: 63) }

    @Test func everyHalfToIntegral() {
        for a in 0..<UInt64(1 << 16) { checkRounding(Binary16.self, a, environments[Int(a & 1)]) }
    }

    @Test func javaScript() {
        var generator = SplitMix64(seed: 71)
        var numbers = Oracle.double.signedEdges
        for _ in 0..<caseCount(20_000) {
            numbers += nearIntegers(.double, &generator)
            numbers.append(Oracle.double.random(&generator))
            // An integer far beyond 32 bits, whose low bits count.
            let field = 1000 + generator.next() % 130
            numbers.append(field << 52 | generator.next() >> 12)
        }
        for a in numbers {
            for environment in environments[0..<2] {
                expectSame(
                    "toInt32JavaScript", environment, [a],
                    oracle: {
                        let (value, isExact) = Oracle.double.toInt32JavaScript(a, &$0)
                        return UInt64(value) << 1 | (isExact ? 1 : 0)
                    },
                    subject: {
                        let (value, isExact) = Binary64.toInt32JavaScript(a, &$0)
                        return UInt64(value) << 1 | (isExact ? 1 : 0)
                    })
            }
        }
    }
}
