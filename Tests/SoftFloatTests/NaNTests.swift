import SoftFloat
import Testing

/// Which NaN comes out, with which flag (Arm ARM A1.5.3, "NaN handling and the Default NaN").
@Suite struct NaNTests {
    private let quietA: UInt32 = 0xFFC0_0001
    private let quietB: UInt32 = 0x7FC0_0002
    private let quietC: UInt32 = 0x7FD0_0003
    private let signalingA: UInt32 = 0xFF80_0001
    private let signalingB: UInt32 = 0x7F80_0002
    private let signalingC: UInt32 = 0x7FA0_0003
    private let infinity: UInt32 = 0x7F80_0000
    private let one: UInt32 = 0x3F80_0000
    private let quiet: UInt32 = 0x0040_0000

    private var defaulting: FPEnvironment {
        var result = FPEnvironment()
        result.control.defaultNaN = true
        return result
    }

    private func expect(
        _ wanted: UInt32, _ flags: FPStatus, in start: FPEnvironment = FPEnvironment(),
        sourceLocation: SourceLocation = #_sourceLocation, _ body: (inout FPEnvironment) -> UInt32
    ) {
        var environment = start
        #expect(body(&environment) == wanted, sourceLocation: sourceLocation)
        #expect(environment.status == flags, sourceLocation: sourceLocation)
    }

    @Test func theFirstQuietNaNIsTheResult() {
        expect(quietA, []) { Binary32.add(quietA, quietB, &$0) }
        expect(quietB, []) { Binary32.multiply(quietB, quietA, &$0) }
        expect(quietB, []) { Binary32.divide(one, quietB, &$0) }
        expect(quietA, []) { Binary32.subtract(quietA, one, &$0) }
        expect(quietB, []) { Binary32.subtract(one, quietB, &$0) }
        expect(quietA, []) { Binary32.max(infinity, quietA, &$0) }
        expect(quietA, []) { Binary32.squareRoot(quietA, &$0) }
    }

    @Test func aSignalingNaNComesBeforeQuietOnesAndBecomesQuiet() {
        expect(signalingB | quiet, .invalid) { Binary32.add(quietA, signalingB, &$0) }
        expect(signalingA | quiet, .invalid) { Binary32.add(signalingA, signalingB, &$0) }
        expect(signalingB | quiet, .invalid) { Binary32.minNumber(quietA, signalingB, &$0) }
        expect(signalingA | quiet, .invalid) { Binary32.maxNumber(signalingA, one, &$0) }
        expect(signalingA | quiet, .invalid) { Binary32.squareRoot(signalingA, &$0) }
        expect(signalingA | quiet, .invalid) { Binary32.roundToIntegral(signalingA, .zero, exact: false, &$0) }
    }

    @Test func aNumberBeatsAQuietNaNInMaxNumber() {
        expect(one, []) { Binary32.maxNumber(quietA, one, &$0) }
        expect(one, []) { Binary32.minNumber(one, quietA, &$0) }
        expect(quietA, []) { Binary32.minNumber(quietA, quietB, &$0) }
    }

    @Test func defaultNaNReplacesEveryNaN() {
        expect(0x7FC0_0000, [], in: defaulting) { Binary32.add(quietA, one, &$0) }
        expect(0x7FC0_0000, .invalid, in: defaulting) { Binary32.multiply(one, signalingA, &$0) }
        expect(0x7FC0_0000, [], in: defaulting) { Binary32.fusedMultiplyAdd(quietA, one, one, &$0) }
    }

    @Test func operationsWithoutAResultGiveThePositiveDefaultNaN() {
        expect(0x7FC0_0000, .invalid) { Binary32.subtract(infinity, infinity, &$0) }
        expect(0x7FC0_0000, .invalid) { Binary32.multiply(0x8000_0000, infinity, &$0) }
        expect(0x7FC0_0000, .invalid) { Binary32.divide(0, 0, &$0) }
        expect(0x7FC0_0000, .invalid) { Binary32.squareRoot(0xBF80_0000, &$0) }
        expect(0xC000_0000, []) { Binary32.multiplyExtended(0x8000_0000, infinity, &$0) }
    }

    @Test func fusedOperandsAreLookedAtAddendFirst() {
        expect(quietC, []) { Binary32.fusedMultiplyAdd(quietC, quietA, quietB, &$0) }
        expect(quietA, []) { Binary32.fusedMultiplyAdd(one, quietA, quietB, &$0) }
        expect(signalingB | quiet, .invalid) { Binary32.fusedMultiplyAdd(quietC, quietA, signalingB, &$0) }
        expect(signalingA | quiet, .invalid) { Binary32.fusedMultiplyAdd(quietC, signalingA, signalingB, &$0) }
        expect(signalingC | quiet, .invalid) { Binary32.fusedMultiplyAdd(signalingC, signalingA, signalingB, &$0) }
    }

    @Test func anInvalidProductBeatsAQuietAddendButNotASignalingOne() {
        expect(0x7FC0_0000, .invalid) { Binary32.fusedMultiplyAdd(quietC, 0, infinity, &$0) }
        expect(signalingC | quiet, .invalid) { Binary32.fusedMultiplyAdd(signalingC, infinity, 0, &$0) }
    }

    @Test func longProductsWidenTheirNaNs() {
        expect(0x7FC0_2000, []) { Binary32.fusedMultiplyAddLong(one, 0x3C00, 0x7E01, &$0) }
        expect(0xFFC0_2000, .invalid) { Binary32.fusedMultiplyAddLong(quietC, 0xFC01, 0x7E02, &$0) }
        expect(quietC, []) { Binary32.fusedMultiplyAddLong(quietC, 0x7E01, 0x3C00, &$0) }
        expect(signalingC | quiet, .invalid) { Binary32.fusedMultiplyAddLong(signalingC, 0x7C01, 0x3C00, &$0) }
        expect(0x7FC0_0000, .invalid) { Binary32.fusedMultiplyAddLong(quietC, 0, 0x7C00, &$0) }
        expect(0x7FC0_0000, [], in: defaulting) { Binary32.fusedMultiplyAddLong(one, 0x3C00, 0x7E01, &$0) }
    }

    @Test func stepsNegateTheFirstOperandEvenIfItIsANaN() {
        expect(quietA ^ 0x8000_0000, []) { Binary32.reciprocalStep(quietA, one, &$0) }
        expect(quietB, []) { Binary32.squareRootStep(one, quietB, &$0) }
    }

    @Test func theDifferenceOfANaNLosesItsSign() {
        expect(quietA & 0x7FFF_FFFF, []) { Binary32.absoluteDifference(quietA, one, &$0) }
    }

    @Test func conversionsKeepTheUpperBitsOfThePayload() {
        expect(0xFE00, []) { UInt32(Binary32.convert(quietA, to: Binary16.self, &$0)) }
        expect(0x7F00, .invalid) { UInt32(Binary32.convert(signalingC, to: Binary16.self, &$0)) }
        expect(0x7FE0_0000, []) { Binary64.toSingle(0x7FFC_0000_0000_0001, &$0) }
        expect(0xFFC0_2000, .invalid) { Binary16.convert(0xFC01, to: Binary32.self, &$0) }
        expect(0x7E00, [], in: defaulting) { UInt32(Binary32.convert(quietA, to: Binary16.self, &$0)) }
        var environment = FPEnvironment()
        #expect(Binary32.toDouble(signalingA, &environment) == 0xFFF8_0000_2000_0000)
        #expect(environment.status == .invalid)
    }

    @Test func theAlternativeFormatHasNoNaNs() {
        var alternative = FPEnvironment()
        alternative.control.alternativeHalf = true
        expect(0x8000, .invalid, in: alternative) { UInt32(Binary32.convert(quietA, to: Binary16.self, &$0)) }
        expect(0x7FFF, .invalid, in: alternative) { UInt32(Binary32.convert(infinity, to: Binary16.self, &$0)) }
        expect(0x47FF_E000, [], in: alternative) {
            Binary16.convert(0x7FFF, to: Binary32.self, &$0)
        }
    }

    @Test func integersOfNaNsAreZero() {
        var environment = FPEnvironment()
        #expect(
            Binary32.toInteger(quietA, width: 64, signed: true, fractionBits: 0, .zero, &environment) == 0)
        #expect(environment.status == .invalid)
    }

    @Test func theLayoutIsControlThenStatus() {
        var environment = FPEnvironment(control: FPControl(rawValue: 0x15), status: [.saturated, .invalid])
        #expect(environment.rawValue == 0x0800_0001_0000_0015)
        #expect(MemoryLayout<FPEnvironment>.size == 8)
        environment.status = .inexact
        environment.control.defaultNaN = false
        #expect(environment.rawValue == 0x0000_0010_0000_0005)
    }
}
