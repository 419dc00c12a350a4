import Support
import IR
import SoftFloat
import Testing

/// Every integer operation on lanes against lists of libgmp's integers, for all sizes and widths it is made for.
@Suite struct LaneMeaningTests {
    private static let groups: Set<LaneOperation.Group> = [.bitwise, .integer, .shift, .saturating, .across, .permute]
    /// Fixed-point estimates; their table is the architecture's.
    private static let estimates: Set<LaneOperation> = [.reciprocalEstimate, .reciprocalSquareRootEstimate]
    static let operations: [LaneOperation] = LaneOperation.allCases.filter {
        groups.contains($0.group) && !estimates.contains($0)
    }

    @Test(
        "Each operation's lanes are what mathematics says, and so is whether one was saturated", arguments: operations)
    func exact(operation: LaneOperation) {
        var generator = SplitMix64(seed: UInt64(operation.rawValue))
        for form in operation.forms {
            let lanes = form.lanes
            for p in form.parameters {
                for _ in 0..<(operation.isParametric ? 60 : 400) {
                    let operands = (0..<3).map { _ in generator.lanes(lanes.size) }
                    guard let expected = LaneOracle.result(operation, lanes, p, operands) else {
                        Issue.record("\(operation) has no oracle")
                        return
                    }
                    var environment: UInt64 = 0x8765
                    let result = LaneMeaning.evaluate(
                        operation, lanes, p, operands[0], operands[1], operands[2], &environment)
                    let isSaturated = environment == 0x8765 | 1 << 59
                    guard result == expected.bits, isSaturated == expected.saturated else {
                        Issue.record(
                            "\(operation) \(lanes.text) \(p) of \(operands): \(result) instead of \(expected)")
                        return
                    }
                }
            }
        }
    }

    @Test(
        "Reciprocal estimates are right to the last of their nine bits or its neighbour, and all ones where too large")
    func estimates() {
        for top in 0..<(1 << 12) as Range<UInt64> {
            let a = top << 20 | 0x3_1415
            var environment: UInt64 = 0
            let lanes = Lanes(.s, .full)
            func estimate(_ operation: LaneOperation) -> UInt64 {
                LaneMeaning.evaluate(operation, lanes, 0, Vector128(a, 0), .zero, .zero, &environment)[0] & 0xffff_ffff
            }
            let (reciprocal, root) = (estimate(.reciprocalEstimate), estimate(.reciprocalSquareRootEstimate))
            #expect(reciprocal == UInt64(Binary32.unsignedReciprocalEstimate(UInt32(a))))
            #expect(root == UInt64(Binary32.unsignedReciprocalSquareRootEstimate(UInt32(a))))
            let x = Double(a) / 4_294_967_296
            let limit = 1.5 / 256
            #expect(x < 0.5 ? reciprocal == 0xffff_ffff : abs(Double(reciprocal) / 2_147_483_648 - 1 / x) <= limit)
            #expect(x < 0.25 ? root == 0xffff_ffff : abs(Double(root) / 2_147_483_648 - 1 / x.squareRoot()) <= limit)
        }
    }
}

extension LaneOperation {
    /// Whether there are many parameters to be tested.
    fileprivate var isParametric: Bool { group == .shift || text.contains("Immediate") || self == .extract }
}
