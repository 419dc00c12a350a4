import IR

/// What the integer operations on lanes mean, in the integers of mathematics: lists of lanes, lowest first, that know
/// no widths until the end.
struct LaneOracle {
    let operation: LaneOperation
    let lanes: Lanes
    let p: Int
    let operands: [Vector128]
    private var saturated = false

    /// The result and whether some lane was saturated; nil for operations that are tested elsewhere.
    static func result(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ operands: [Vector128]
    ) -> (bits: Vector128, saturated: Bool)? {
        var oracle = LaneOracle(operation: operation, lanes: lanes, p: Int(p), operands: operands)
        let bits: Vector128? =
            switch operation.group {
            case .bitwise, .integer, .shift, .saturating: oracle.laneByLane() ?? oracle.rearranged()
            case .across: oracle.across()
            case .permute: oracle.permuted()
            case .float, .floatConversion, .cryptography: nil
            }
        return bits.map { ($0, oracle.saturated) }
    }

    private init(operation: LaneOperation, lanes: Lanes, p: Int, operands: [Vector128]) {
        self.operation = operation
        self.lanes = lanes
        self.p = p
        self.operands = operands
    }

    private var size: Int { lanes.size.bits }

    /// The lanes of `bits` bits in an operand, lowest first.
    private func list(_ operand: Int, _ bits: Int) -> [ExactInteger] {
        let value = ExactInteger(low: operands[operand][0], high: operands[operand][1])
        return (0..<(128 / bits)).map { value.floor(power: $0 * bits).modulo(power: bits) }
    }

    private static func value(_ list: [ExactInteger], _ bits: Int) -> Vector128 {
        let sum = list.enumerated().reduce(ExactInteger(0)) { sum, lane in
            sum + lane.element.modulo(power: bits).times(power: lane.offset * bits)
        }
        return Vector128(sum.words.low, sum.words.high)
    }

    // MARK: Lane by lane

    private mutating func laneByLane() -> Vector128? {
        let (a, b, c) = (list(0, size), list(1, size), list(2, size))
        var results: [ExactInteger] = []
        for lane in 0..<lanes.count {
            guard let result = exact(a[lane], b[lane], c[lane]) else { return nil }
            results.append(result)
        }
        return Self.value(results, size)
    }

    private mutating func exact(_ a: ExactInteger, _ b: ExactInteger, _ c: ExactInteger) -> ExactInteger? {
        let (x, y, z) = (a.signed(size), b.signed(size), c.signed(size))
        let ones = ExactInteger.power(size) - ExactInteger(1)
        func truth(_ holds: Bool) -> ExactInteger { holds ? ones : ExactInteger(0) }
        func distance(_ a: ExactInteger, _ b: ExactInteger) -> ExactInteger { a < b ? b - a : a - b }
        func half(_ sum: ExactInteger) -> ExactInteger { sum.floor(power: 1) }
        let one = ExactInteger(1)
        switch operation {
        case .and: return a & b
        case .or: return a | b
        case .xor: return a ^ b
        case .andNot: return a & (ones - b)
        case .orNot: return a | (ones - b)
        case .not: return ones - a
        case .bitSelect: return (a & b) | ((ones - a) & c)
        case .add: return a + b
        case .sub: return a - b
        case .mul: return a * b
        case .multiplyAdd: return c + a * b
        case .multiplySubtract: return c - a * b
        case .minSigned: return min(x, y)
        case .minUnsigned: return min(a, b)
        case .maxSigned: return max(x, y)
        case .maxUnsigned: return max(a, b)
        case .absoluteDifferenceSigned: return distance(x, y)
        case .absoluteDifferenceUnsigned: return distance(a, b)
        case .halvingAddSigned: return half(x + y)
        case .halvingAddUnsigned: return half(a + b)
        case .roundingHalvingAddSigned: return half(x + y + one)
        case .roundingHalvingAddUnsigned: return half(a + b + one)
        case .halvingSubSigned: return half(x - y)
        case .halvingSubUnsigned: return half(a - b)
        case .negate: return ExactInteger(0) - a
        case .absolute: return distance(x, ExactInteger(0))
        case .countLeadingZeros: return ExactInteger(size - a.bitLength)
        case .countLeadingSigns: return ExactInteger(size - 1 - (a.bit(size - 1) ? ones - a : a).bitLength)
        case .populationCount: return ExactInteger((0..<size).filter(a.bit).count)
        case .compareEqual: return truth(a == b)
        case .compareGreaterSigned: return truth(x > y)
        case .compareGreaterEqualSigned: return truth(x >= y)
        case .compareGreaterUnsigned: return truth(a > b)
        case .compareGreaterEqualUnsigned: return truth(a >= b)
        case .test: return truth(!(a & b).isZero)
        default: return shifted(a, b) ?? saturating(a, b, x, y, z)
        }
    }

    // MARK: Shifts

    private func shifted(_ a: ExactInteger, _ b: ExactInteger) -> ExactInteger? {
        let x = a.signed(size)
        let amount = b.modulo(power: 8).signed(8).int
        switch operation {
        case .shiftLeftImmediate: return a.times(power: p)
        case .shiftRightImmediateSigned: return x.floor(power: p)
        case .shiftRightImmediateUnsigned: return a.floor(power: p)
        case .roundingShiftRightImmediateSigned: return Self.roundedShift(x, p)
        case .roundingShiftRightImmediateUnsigned: return Self.roundedShift(a, p)
        case .shiftLeftInsert: return a.times(power: p) + b.modulo(power: p)
        case .shiftRightInsert: return b.floor(power: size - p).times(power: size - p) + a.floor(power: p)
        case .rotateLeftImmediate: return a.times(power: p) + a.floor(power: size - p)
        case .shiftSigned: return amount < 0 ? x.floor(power: -amount) : x.times(power: amount)
        case .shiftUnsigned: return amount < 0 ? a.floor(power: -amount) : a.times(power: amount)
        case .roundingShiftSigned: return amount < 0 ? Self.roundedShift(x, -amount) : x.times(power: amount)
        case .roundingShiftUnsigned: return amount < 0 ? Self.roundedShift(a, -amount) : a.times(power: amount)
        default: return nil
        }
    }

    private static func roundedShift(_ a: ExactInteger, _ amount: Int) -> ExactInteger {
        amount == 0 ? a : (a + .power(amount - 1)).floor(power: amount)
    }

    // MARK: Saturation

    private mutating func signed(_ exact: ExactInteger, _ bits: Int) -> ExactInteger {
        let end = ExactInteger.power(bits - 1)
        if exact >= end { saturated = true }
        if exact < ExactInteger(0) - end { saturated = true }
        return max(min(exact, end - ExactInteger(1)), ExactInteger(0) - end)
    }

    private mutating func unsigned(_ exact: ExactInteger, _ bits: Int) -> ExactInteger {
        let end = ExactInteger.power(bits)
        if exact >= end || exact.sign < 0 { saturated = true }
        return max(min(exact, end - ExactInteger(1)), ExactInteger(0))
    }

    private mutating func saturating(
        _ a: ExactInteger, _ b: ExactInteger, _ x: ExactInteger, _ y: ExactInteger, _ z: ExactInteger
    ) -> ExactInteger? {
        let amount = b.modulo(power: 8).signed(8).int
        let two = ExactInteger(2)
        let round = ExactInteger.power(size - 1)
        switch operation {
        case .saturatingAddSigned: return signed(x + y, size)
        case .saturatingAddUnsigned: return unsigned(a + b, size)
        case .saturatingSubSigned: return signed(x - y, size)
        case .saturatingSubUnsigned: return unsigned(a - b, size)
        case .saturatingAddUnsignedToSigned: return signed(x + b, size)
        case .saturatingAddSignedToUnsigned: return unsigned(a + y, size)
        case .saturatingNegate: return signed(ExactInteger(0) - x, size)
        case .saturatingAbsolute: return signed(x.sign < 0 ? ExactInteger(0) - x : x, size)
        case .saturatingShiftSigned: return signed(amount < 0 ? x.floor(power: -amount) : x.times(power: amount), size)
        case .saturatingShiftUnsigned:
            return unsigned(amount < 0 ? a.floor(power: -amount) : a.times(power: amount), size)
        case .saturatingRoundingShiftSigned:
            return signed(amount < 0 ? Self.roundedShift(x, -amount) : x.times(power: amount), size)
        case .saturatingRoundingShiftUnsigned:
            return unsigned(amount < 0 ? Self.roundedShift(a, -amount) : a.times(power: amount), size)
        case .saturatingShiftLeftImmediateSigned: return signed(x.times(power: p), size)
        case .saturatingShiftLeftImmediateUnsigned: return unsigned(a.times(power: p), size)
        case .saturatingShiftLeftImmediateSignedToUnsigned: return unsigned(x.times(power: p), size)
        case .saturatingDoublingMultiplyHigh: return signed((two * x * y).floor(power: size), size)
        case .saturatingRoundingDoublingMultiplyHigh:
            return signed((two * x * y + round).floor(power: size), size)
        case .saturatingRoundingDoublingMultiplyAddHigh:
            return signed((z.times(power: size) + two * x * y + round).floor(power: size), size)
        case .saturatingRoundingDoublingMultiplySubHigh:
            return signed((z.times(power: size) - two * x * y + round).floor(power: size), size)
        default: return nil
        }
    }

    // MARK: Integer and saturating operations that are not lane by lane

    private mutating func rearranged() -> Vector128? {
        switch operation {
        case .reverseBits:
            return Self.value(
                list(0, size).prefix(lanes.count).map { lane in
                    (0..<size).reduce(ExactInteger(0)) { $0 * ExactInteger(2) + ExactInteger(lane.bit($1) ? 1 : 0) }
                }, size)
        case .reverseLanes:
            let container = (8 << p) / size
            let a = list(0, size)
            return Self.value(
                (0..<lanes.count).map { a[$0 / container * container + container - 1 - $0 % container] }, size)
        case .saturatingDoublingMultiplyLong:
            let count = lanes.width == .one ? 1 : 64 / size
            let (a, b) = (list(0, size), list(1, size))
            let first = p == 0 ? 0 : 64 / size
            return Self.value(
                (first..<(first + count)).map {
                    signed(ExactInteger(2) * a[$0].signed(size) * b[$0].signed(size), 2 * size)
                }, 2 * size)
        case .saturatingNarrowSigned, .saturatingNarrowUnsigned, .saturatingNarrowSignedToUnsigned: return narrowed()
        default: return nil
        }
    }

    private mutating func narrowed() -> Vector128 {
        var results: [ExactInteger] = []
        for lane in list(0, size).prefix(lanes.count) {
            switch operation {
            case .saturatingNarrowSigned: results.append(signed(lane.signed(size), size / 2))
            case .saturatingNarrowUnsigned: results.append(unsigned(lane, size / 2))
            default: results.append(unsigned(lane.signed(size), size / 2))
            }
        }
        return Self.value(results, size / 2)
    }
}

// MARK: Across lanes

extension LaneOracle {
    private func across() -> Vector128? {
        let (a, b) = (list(0, size), list(1, size))
        let low = Array(a.prefix(lanes.count))
        let half = 64 / size
        func chosen(_ list: [ExactInteger]) -> [ExactInteger] { Array(p == 0 ? list.prefix(half) : list.suffix(half)) }
        func signed(_ list: [ExactInteger]) -> [ExactInteger] { list.map { $0.signed(size) } }
        func reduced(_ list: [ExactInteger], _ bits: Int, _ by: (ExactInteger, ExactInteger) -> ExactInteger)
            -> Vector128
        {
            Self.value([list.dropFirst().reduce(list[0], by)], bits)
        }
        switch operation {
        case .widenSigned: return Self.value(signed(chosen(a)), size * 2)
        case .widenUnsigned: return Self.value(chosen(a), size * 2)
        case .narrow: return Self.value(a, size / 2)
        case .addPairs: return pairs { $0 + $1 }
        case .minPairsSigned: return pairs { min($0.signed(size), $1.signed(size)) }
        case .minPairsUnsigned: return pairs(min)
        case .maxPairsSigned: return pairs { max($0.signed(size), $1.signed(size)) }
        case .maxPairsUnsigned: return pairs(max)
        case .addPairsLongSigned: return Self.value(neighbours(signed(low)) { $0 + $1 }, size * 2)
        case .addPairsLongUnsigned: return Self.value(neighbours(low) { $0 + $1 }, size * 2)
        case .addAcross: return reduced(low, size, +)
        case .minAcrossSigned: return reduced(signed(low), size, min)
        case .minAcrossUnsigned: return reduced(low, size, min)
        case .maxAcrossSigned: return reduced(signed(low), size, max)
        case .maxAcrossUnsigned: return reduced(low, size, max)
        case .addAcrossLongSigned: return reduced(signed(low), size * 2, +)
        case .addAcrossLongUnsigned: return reduced(low, size * 2, +)
        case .polynomialMultiply: return Self.value(zip(low, b).map { polynomial($0, $1) }, size)
        case .polynomialMultiplyLong:
            return Self.value(zip(chosen(a), chosen(b)).map { polynomial($0, $1) }, size * 2)
        default: return products()
        }
    }

    private func neighbours(
        _ list: [ExactInteger], _ combine: (ExactInteger, ExactInteger) -> ExactInteger
    ) -> [ExactInteger] {
        stride(from: 0, to: list.count - 1, by: 2).map { combine(list[$0], list[$0 + 1]) }
    }

    private func pairs(_ combine: (ExactInteger, ExactInteger) -> ExactInteger) -> Vector128 {
        let count = lanes.width == .one ? 2 : lanes.count
        let second: [ExactInteger] = lanes.width == .one ? [] : Array(list(1, size).prefix(count))
        return Self.value(neighbours(Array(list(0, size).prefix(count)) + second, combine), size)
    }

    private func polynomial(_ a: ExactInteger, _ b: ExactInteger) -> ExactInteger {
        (0..<size).filter(b.bit).reduce(ExactInteger(0)) { $0 ^ a.times(power: $1) }
    }

    private func products() -> Vector128? {
        let (a, b, c) = (list(0, 8), list(1, 8), list(2, 32))
        let signs: (a: Bool, b: Bool)
        switch operation {
        case .dotSigned, .matrixMultiplySigned: signs = (true, true)
        case .dotUnsigned, .matrixMultiplyUnsigned: signs = (false, false)
        case .dotUnsignedSigned, .matrixMultiplyUnsignedSigned: signs = (false, true)
        default: return nil
        }
        func product(_ i: Int, _ j: Int) -> ExactInteger {
            (signs.a ? a[i].signed(8) : a[i]) * (signs.b ? b[j].signed(8) : b[j])
        }
        let isDot = operation.text.hasPrefix("dot")
        let length = isDot ? 4 : 8
        var sums: [ExactInteger] = []
        for lane in 0..<(lanes.bits / 32) {
            let (row, column) = isDot ? (lane, lane) : (lane / 2, lane % 2)
            var sum = c[lane]
            for k in 0..<length { sum = sum + product(row * length + k, column * length + k) }
            sums.append(sum)
        }
        return Self.value(sums, 32)
    }

    // MARK: Permutes

    private func permuted() -> Vector128? {
        let count = lanes.count
        let (a, b) = (Array(list(0, size).prefix(count)), Array(list(1, size).prefix(count)))
        func even(_ list: [ExactInteger]) -> [ExactInteger] { stride(from: 0, to: list.count, by: 2).map { list[$0] } }
        func odd(_ list: [ExactInteger]) -> [ExactInteger] { stride(from: 1, to: list.count, by: 2).map { list[$0] } }
        func merged(_ a: [ExactInteger], _ b: [ExactInteger]) -> [ExactInteger] { zip(a, b).flatMap { [$0, $1] } }
        let half = count / 2
        switch operation {
        case .zipLow: return Self.value(merged(Array(a.prefix(half)), Array(b.prefix(half))), size)
        case .zipHigh: return Self.value(merged(Array(a.suffix(half)), Array(b.suffix(half))), size)
        case .unzipEven: return Self.value(even(a + b), size)
        case .unzipOdd: return Self.value(odd(a + b), size)
        case .transposeEven: return Self.value(merged(even(a), even(b)), size)
        case .transposeOdd: return Self.value(merged(odd(a), odd(b)), size)
        case .extract:
            let bytes = lanes.bits / 8
            let both = Array(list(0, 8).prefix(bytes) + list(1, 8).prefix(bytes))
            return Self.value(Array(both[p..<(p + bytes)]), 8)
        case .broadcastLane: return Self.value(Array(repeating: list(0, size)[p], count: count), size)
        case .concatenateLow: return Self.value([list(0, 64)[0], list(1, 64)[0]], 64)
        case .tableLookup, .tableLookupExtension:
            let (table, indices, old) = (list(0, 8), list(1, 8), list(2, 8))
            return Self.value(
                (0..<(lanes.bits / 8)).map { lane in
                    let index = indices[lane].int - p
                    let otherwise = operation == .tableLookup ? ExactInteger(0) : old[lane]
                    return table.indices.contains(index) ? table[index] : otherwise
                }, 8)
        default: return nil
        }
    }
}
