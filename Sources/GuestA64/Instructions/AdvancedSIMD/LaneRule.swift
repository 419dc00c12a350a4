import Guest
import IR
import Support

/// Sizes of lanes, of which a size field may choose.
struct LaneSizes: OptionSet, Sendable {
    let rawValue: UInt8

    static let b = LaneSizes(rawValue: 1)
    static let h = LaneSizes(rawValue: 2)
    static let s = LaneSizes(rawValue: 4)
    static let d = LaneSizes(rawValue: 8)
    static let bh: LaneSizes = [.b, .h]
    static let hs: LaneSizes = [.h, .s]
    static let bhs: LaneSizes = [.b, .h, .s]
    static let hsd: LaneSizes = [.h, .s, .d]
    static let bhsd: LaneSizes = [.b, .h, .s, .d]

    func contains(_ size: Lanes.Size) -> Bool { rawValue >> size.rawValue & 1 != 0 }
}

/// How an encoding tells what lanes its operation works on.
enum LaneRule: Sendable {
    /// Size in bits 23 and 22, Q. One lane of 64 bits is reserved.
    case vector(LaneSizes)
    /// One lane of the size in bits 23 and 22.
    case scalar(LaneSizes)
    /// Single or double precision by bit 22, Q; one of them.
    case float, scalarFloat
    /// Half precision, Q; one of them.
    case half, scalarHalf
    /// Lanes of one size, Q.
    case filled(Lanes.Size)
    /// Always these.
    case fixed(Lanes)

    /// nil where the encoding is reserved.
    func lanes(_ word: UInt32) -> Lanes? {
        switch self {
        case .vector(let sizes):
            guard sizes.contains(word.laneSize), word.laneSize != .d || word.isQuad else { return nil }
            return Lanes(word.laneSize, word.vectorWidth)
        case .scalar(let sizes): return sizes.contains(word.laneSize) ? Lanes(word.laneSize, .one) : nil
        case .float: return word.floatSize == .d && !word.isQuad ? nil : Lanes(word.floatSize, word.vectorWidth)
        case .scalarFloat: return Lanes(word.floatSize, .one)
        case .half: return Lanes(.h, word.vectorWidth)
        case .scalarHalf: return Lanes(.h, .one)
        case .filled(let size): return Lanes(size, word.vectorWidth)
        case .fixed(let lanes): return lanes
        }
    }

    /// What the CPU must have.
    var features: CPUFeatures {
        switch self {
        case .half, .scalarHalf: .halfPrecision
        case .vector, .scalar, .float, .scalarFloat, .filled, .fixed: []
        }
    }
}

/// Rows of instructions that do one operation.
extension DecodeTable<A64Translation> {
    typealias LaneTranslate = @Sendable (UInt32, inout A64Translation, Lanes) -> Void

    /// A row whose lanes `rule` tells.
    mutating func defineLanes(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ rule: LaneRule,
        features: CPUFeatures = [], _ translate: @escaping LaneTranslate
    ) {
        defineVector(name, pattern, text, features: rule.features.union(features)) { word, t in
            guard let lanes = rule.lanes(word) else { return false }
            translate(word, &t, lanes)
            return true
        }
    }

    /// Vd from Vn.
    mutating func defineUnary(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ rule: LaneRule, parameter: UInt64 = 0, features: CPUFeatures = []
    ) {
        defineLanes(name, pattern, text, rule, features: features) { word, t, lanes in
            t.setV(word.rd, t.lanes(operation, lanes, t.v(word.rn), parameter: parameter))
        }
    }

    /// Vd from Vn and Vm, and from Vd itself where the operation takes three.
    mutating func defineBinary(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ operation: LaneOperation,
        _ rule: LaneRule, features: CPUFeatures = []
    ) {
        defineLanes(name, pattern, text, rule, features: features) { word, t, lanes in
            let (a, b) = (t.v(word.rn), t.v(word.rm))
            let c = operation.operands == 3 ? t.v(word.rd) : .none
            t.setV(word.rd, t.lanes(operation, lanes, a, b, c))
        }
    }
}
