import IR
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
        var generator = SeededGenerator(seed: UInt64(operation.rawValue))
        for lanes in Self.lanes(operation) {
            for p in Self.parameters(operation, lanes) {
                for _ in 0..<(operation.isParametric ? 60 : 400) {
                    let operands = (0..<3).map { _ in Self.operand(lanes.size, &generator) }
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
            let x = Double(a) / 4_294_967_296
            let limit = 1.5 / 256
            #expect(x < 0.5 ? reciprocal == 0xffff_ffff : abs(Double(reciprocal) / 2_147_483_648 - 1 / x) <= limit)
            #expect(x < 0.25 ? root == 0xffff_ffff : abs(Double(root) / 2_147_483_648 - 1 / x.squareRoot()) <= limit)
        }
    }

    // MARK: Which lanes and parameters there are

    private static func sizes(_ operation: LaneOperation) -> [Lanes.Size] {
        switch operation {
        case .populationCount, .reverseBits, .polynomialMultiply: [.b]
        case .dotSigned, .dotUnsigned, .dotUnsignedSigned, .matrixMultiplySigned, .matrixMultiplyUnsigned,
            .matrixMultiplyUnsignedSigned:
            [.s]
        case .saturatingDoublingMultiplyHigh, .saturatingRoundingDoublingMultiplyHigh,
            .saturatingRoundingDoublingMultiplyAddHigh, .saturatingRoundingDoublingMultiplySubHigh,
            .saturatingDoublingMultiplyLong:
            [.h, .s]
        case .saturatingNarrowSigned, .saturatingNarrowUnsigned, .saturatingNarrowSignedToUnsigned, .narrow:
            [.h, .s, .d]
        case .widenSigned, .widenUnsigned, .addPairsLongSigned, .addPairsLongUnsigned, .addAcrossLongSigned,
            .addAcrossLongUnsigned:
            [.b, .h, .s]
        case .polynomialMultiplyLong: [.b, .d]
        case .extract, .tableLookup, .tableLookupExtension: [.b]
        default: [.b, .h, .s, .d]
        }
    }

    private static func widths(_ operation: LaneOperation) -> [Lanes.Width] {
        switch operation {
        case .widenSigned, .widenUnsigned, .narrow, .polynomialMultiplyLong, .concatenateLow, .matrixMultiplySigned,
            .matrixMultiplyUnsigned, .matrixMultiplyUnsignedSigned:
            [.full]
        case .saturatingNarrowSigned, .saturatingNarrowUnsigned, .saturatingNarrowSignedToUnsigned: [.one, .full]
        case .addPairs: [.one, .half, .full]
        default:
            operation.group == .across || operation.group == .permute ? [.half, .full] : [.one, .half, .full]
        }
    }

    private static func lanes(_ operation: LaneOperation) -> [Lanes] {
        let all = sizes(operation).flatMap { size in widths(operation).map { Lanes(size, $0) } }
        return all.filter { lanes in
            switch operation {
            case .addPairs where lanes.width == .one: lanes.size == .d
            // One lane has no neighbour.
            case .reverseLanes: lanes.size != .d && lanes.width != .one
            default: lanes.count > 1 || lanes.width == .one && operation.group != .permute
            }
        }
    }

    private static func parameters(_ operation: LaneOperation, _ lanes: Lanes) -> [UInt64] {
        let bits = UInt64(lanes.size.bits)
        switch operation {
        case .shiftLeftImmediate, .shiftRightImmediateSigned, .shiftRightImmediateUnsigned: return Array(0...bits)
        case .roundingShiftRightImmediateSigned, .roundingShiftRightImmediateUnsigned, .shiftRightInsert:
            return Array(1...bits)
        case .shiftLeftInsert, .rotateLeftImmediate, .saturatingShiftLeftImmediateSigned,
            .saturatingShiftLeftImmediateUnsigned, .saturatingShiftLeftImmediateSignedToUnsigned:
            return Array(0..<bits)
        case .reverseLanes: return Array((UInt64(lanes.size.rawValue) + 1)...3)
        case .widenSigned, .widenUnsigned, .polynomialMultiplyLong, .saturatingDoublingMultiplyLong: return [0, 1]
        case .extract: return Array(0..<UInt64(lanes.bits / 8))
        case .broadcastLane: return Array(0..<(128 / bits))
        case .tableLookup, .tableLookupExtension: return [0, 16, 32, 48]
        default: return [0]
        }
    }

    /// Lanes of edge values and random ones.
    private static func operand(_ size: Lanes.Size, _ generator: inout SeededGenerator) -> Vector128 {
        let bits = min(size.bits, 64)
        var result = Vector128()
        for place in stride(from: 0, to: 128, by: bits) {
            result[place / 64] |= generator.operand(bits: bits) << UInt64(place % 64)
        }
        return result
    }
}

extension LaneOperation {
    /// Whether there are many parameters to be tested.
    fileprivate var isParametric: Bool { group == .shift || text.contains("Immediate") || self == .extract }
}
