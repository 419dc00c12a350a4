import Support
import TestSupport
import IR

/// The lanes and parameters that each lane operation is made for.
struct LaneForm {
    let lanes: Lanes
    let parameters: [UInt64]
}

extension LaneOperation {
    var forms: [LaneForm] {
        let all = sizes.flatMap { size in widths.map { Lanes(size, $0) } }
        return all.filter(takes).map { LaneForm(lanes: $0, parameters: parameters($0)) }
    }

    private var sizes: [Lanes.Size] {
        switch self {
        case .populationCount, .reverseBits, .polynomialMultiply, .extract, .tableLookup, .tableLookupExtension: [.b]
        case .dotSigned, .dotUnsigned, .dotUnsignedSigned, .matrixMultiplySigned, .matrixMultiplyUnsigned,
            .matrixMultiplyUnsignedSigned, .reciprocalEstimate, .reciprocalSquareRootEstimate, .bfloatConvert,
            .bfloatNarrow, .bfloatDot, .bfloatMatrixMultiply, .bfloatMultiplyAddLong, .floatMultiplyAddLong:
            [.s]
        case .saturatingDoublingMultiplyHigh, .saturatingRoundingDoublingMultiplyHigh,
            .saturatingRoundingDoublingMultiplyAddHigh, .saturatingRoundingDoublingMultiplySubHigh,
            .saturatingDoublingMultiplyLong, .floatWiden:
            [.h, .s]
        case .saturatingNarrowSigned, .saturatingNarrowUnsigned, .saturatingNarrowSignedToUnsigned, .narrow:
            [.h, .s, .d]
        case .widenSigned, .widenUnsigned, .addPairsLongSigned, .addPairsLongUnsigned, .addAcrossLongSigned,
            .addAcrossLongUnsigned:
            [.b, .h, .s]
        case .polynomialMultiplyLong: [.b, .d]
        case .floatNarrow, .floatRoundToRange: [.s, .d]
        case .floatNarrowOdd, .floatToJavaScriptInteger: [.d]
        default: group == .float || group == .floatConversion ? [.h, .s, .d] : [.b, .h, .s, .d]
        }
    }

    private var widths: [Lanes.Width] {
        switch self {
        case .widenSigned, .widenUnsigned, .narrow, .polynomialMultiplyLong, .concatenateLow, .matrixMultiplySigned,
            .matrixMultiplyUnsigned, .matrixMultiplyUnsignedSigned, .floatWiden, .floatNarrow, .bfloatNarrow,
            .bfloatMatrixMultiply, .bfloatMultiplyAddLong:
            [.full]
        case .saturatingNarrowSigned, .saturatingNarrowUnsigned, .saturatingNarrowSignedToUnsigned, .floatNarrowOdd:
            [.one, .full]
        case .floatConvert, .floatToJavaScriptInteger, .floatReciprocalExponent, .bfloatConvert: [.one]
        case .bfloatDot, .floatMultiplyAddLong, .floatComplexAdd, .floatComplexMultiplyAdd, .floatMaxAcross,
            .floatMinAcross, .floatMaxNumberAcross, .floatMinNumberAcross:
            [.half, .full]
        case .addPairs: [.one, .half, .full]
        default: group == .across || group == .permute ? [.half, .full] : [.one, .half, .full]
        }
    }

    private func takes(_ lanes: Lanes) -> Bool {
        switch self {
        case .addPairs where lanes.width == .one: lanes.size == .d
        // One lane has no neighbour.
        case .reverseLanes: lanes.size != .d && lanes.width != .one
        default: lanes.count > 1 || lanes.width == .one && group != .permute
        }
    }

    private func parameters(_ lanes: Lanes) -> [UInt64] {
        let bits = UInt64(lanes.size.bits)
        switch self {
        case .shiftLeftImmediate, .shiftRightImmediateSigned, .shiftRightImmediateUnsigned: return Array(0...bits)
        case .roundingShiftRightImmediateSigned, .roundingShiftRightImmediateUnsigned, .shiftRightInsert:
            return Array(1...bits)
        case .shiftLeftInsert, .rotateLeftImmediate, .saturatingShiftLeftImmediateSigned,
            .saturatingShiftLeftImmediateUnsigned, .saturatingShiftLeftImmediateSignedToUnsigned:
            return Array(0..<bits)
        case .reverseLanes: return Array((UInt64(lanes.size.rawValue) + 1)...3)
        case .widenSigned, .widenUnsigned, .polynomialMultiplyLong, .saturatingDoublingMultiplyLong, .floatWiden,
            .bfloatMultiplyAddLong, .floatMultiplyAddLong:
            return [0, 1]
        case .extract: return Array(0..<UInt64(lanes.bits / 8))
        case .broadcastLane: return Array(0..<(128 / bits))
        case .tableLookup, .tableLookupExtension: return [0, 16, 32, 48]
        default: return floatParameters(lanes)
        }
    }

    private func floatParameters(_ lanes: Lanes) -> [UInt64] {
        let roundings = FloatRounding.allCases.map { UInt64($0.rawValue) }
        switch self {
        case .floatRound: return roundings + roundings.map { $0 | 8 }
        case .floatRoundToRange: return [3, 5, 3 | 16, 5 | 16]
        case .floatComplexAdd: return [1, 3]
        case .floatComplexMultiplyAdd: return [0, 1, 2, 3]
        case .floatConvert: return [1, 2, 3].filter { $0 != UInt64(lanes.size.rawValue) }
        case .floatToSigned, .floatToUnsigned, .floatFromSigned, .floatFromUnsigned:
            let own = UInt64(lanes.size.rawValue)
            let integers = lanes.width == .one ? [own, 2, 3] : [own]
            return integers.flatMap { size in roundings.map { $0 | size << 4 } + [3 | size << 4 | 7 << 8] }
        default: return [0]
        }
    }
}

extension SplitMix64 {
    /// Lanes of edge values and random ones.
    mutating func lanes(_ size: Lanes.Size) -> Vector128 {
        let bits = min(size.bits, 64)
        var result = Vector128()
        for place in stride(from: 0, to: 128, by: bits) {
            result[place / 64] |= operand(bits: bits) << UInt64(place % 64)
        }
        return result
    }
}
