import Support
import SoftFloat
import Testing

/// The BF16 conversion and dot product (FPConvertBF, BFDotAdd without FEAT_EBF16).
@Suite struct BFloat16Tests {
    @Test func conversions() {
        var generator = SplitMix64(seed: 1)
        let random = (0..<caseCount(20_000)).map { _ in
            Oracle.single.random(&generator) & (generator.next() & 1 == 0 ? ~0 : 0xFFFF_8000)
        }
        for a in Oracle.single.signedEdges + random {
            for environment in environments {
                var scratch = environment
                guard !Oracle.single.unpack(a, &scratch).isNaN else { continue }
                expectSame(
                    "bfloat16", environment, [a],
                    oracle: {
                        Oracle.single.convert(a, to: .bfloat16, mode: environment.control.rounding, &$0) ?? 0
                    },
                    subject: { UInt64(BFloat16.fromSingle(UInt32(a), &$0)) })
            }
        }
    }

    @Test func conversionsOfNaNs() {
        var environment = FPEnvironment()
        #expect(BFloat16.fromSingle(0xFFC1_2345, &environment) == 0xFFC1)
        #expect(environment.status == [])
        #expect(BFloat16.fromSingle(0x7F80_0001, &environment) == 0x7FC0)
        #expect(environment.status == .invalid)
        environment.control.defaultNaN = true
        #expect(BFloat16.fromSingle(0xFFC1_2345, &environment) == 0x7FC0)
    }

    /// BFUnpack: subnormals are zeros, and every NaN is quiet.
    private func unpack(_ a: UInt64) -> Oracle.Unpacked {
        var environment = FPEnvironment()
        return Oracle.single.unpack(a, &environment, flushing: true)
    }

    /// BFRound: to odd, below the range to zero, above it to infinity.
    private func round(_ value: Rational) -> UInt64 {
        var environment = FPEnvironment()
        if value.magnitude.binaryExponent > 127 { return Oracle.single.pack(value.sign < 0, 255, 0) }
        return Oracle.single.round(value, &environment, mode: .odd, flushing: true)
    }

    private func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (x, y) = (unpack(a << 16), unpack(b << 16))
        let negative = x.negative != y.negative
        if x.isNaN || y.isNaN || x.isInfinite && y.isZero || x.isZero && y.isInfinite { return 0x7FC0_0000 }
        if x.isInfinite || y.isInfinite { return Oracle.single.pack(negative, 255, 0) }
        if x.isZero || y.isZero { return Oracle.single.pack(negative, 0, 0) }
        return round(x.value * y.value)
    }

    private func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (x, y) = (unpack(a), unpack(b))
        if x.isNaN || y.isNaN || x.isInfinite && y.isInfinite && x.negative != y.negative { return 0x7FC0_0000 }
        if x.isInfinite || y.isInfinite {
            return Oracle.single.pack(x.isInfinite ? x.negative : y.negative, 255, 0)
        }
        if x.isZero && y.isZero && x.negative == y.negative { return Oracle.single.pack(x.negative, 0, 0) }
        let value = x.value + y.value
        return value.sign == 0 ? 0 : round(value)
    }

    @Test func dotProducts() {
        var generator = SplitMix64(seed: 2)
        let edges = Oracle.single.signedEdges
        for index in 0..<caseCount(100_000) {
            func operand() -> UInt16 { UInt16(truncatingIfNeeded: Oracle.bfloat16.random(&generator)) }
            let (a, b) = ((operand(), operand()), (operand(), operand()))
            let c = index & 3 == 0 ? edges[index / 4 % edges.count] : Oracle.single.random(&generator)
            let products = sum(product(UInt64(a.0), UInt64(b.0)), product(UInt64(a.1), UInt64(b.1)))
            #expect(UInt64(BFloat16.dotAdd(UInt32(c), a, b)) == sum(c, products), "\(c) \(a) \(b)")
        }
    }

    @Test func longProductsAreOrdinary() {
        var environment = FPEnvironment(control: FPControl(rounding: .plusInfinity))
        // 1 + 2^-8 * 2^-20, rounded up.
        #expect(BFloat16.fusedMultiplyAddLong(0x3F80_0000, 0x3B80, 0x3580, &environment) == 0x3F80_0001)
        #expect(environment.status == .inexact)
    }
}
