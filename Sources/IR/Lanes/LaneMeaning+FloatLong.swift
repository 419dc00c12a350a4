import SoftFloat

/// Products of half-precision and bfloat16 lanes, added to single-precision ones.
extension LaneMeaning {
    private static func single(_ vector: Vector128, _ index: Int) -> UInt32 { lane(Binary32.self, vector, index) }

    /// FMLAL, FMLAL2: `p` 0 takes the first half lanes, 1 as many after them.
    static func multiplyAddLong(
        _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128,
        _ environment: inout FPEnvironment
    ) -> Vector128 {
        var result = Vector128()
        let first = p == 0 ? 0 : lanes.count
        for index in 0..<lanes.count {
            let sum = Binary32.fusedMultiplyAddLong(
                single(c, index), half(a, first + index), half(b, first + index), &environment)
            put(Binary32.self, sum, index, &result)
        }
        return result
    }

    static func bfloat(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128,
        _ environment: inout FPEnvironment
    ) -> Vector128 {
        switch operation {
        case .bfloatConvert, .bfloatNarrow:
            var result = Vector128()
            for index in 0..<lanes.count {
                put(Binary16.self, BFloat16.fromSingle(single(a, index), &environment), index, &result)
            }
            return result
        case .bfloatMultiplyAddLong: return bfloatMultiplyAddLong(lanes, odd: p == 1, a, b, c, &environment)
        case .bfloatDot: return bfloatDot(lanes, a, b, c)
        default: return bfloatMatrixMultiply(a, b, c)
        }
    }

    private static func bfloatMultiplyAddLong(
        _ lanes: Lanes, odd: Bool, _ a: Vector128, _ b: Vector128, _ c: Vector128,
        _ environment: inout FPEnvironment
    ) -> Vector128 {
        var result = Vector128()
        for index in 0..<lanes.count {
            let factor = index * 2 + (odd ? 1 : 0)
            let sum = BFloat16.fusedMultiplyAddLong(
                single(c, index), half(a, factor), half(b, factor), &environment)
            put(Binary32.self, sum, index, &result)
        }
        return result
    }

    /// Two neighbouring bfloat16 lanes.
    private static func pair(_ vector: Vector128, _ first: Int) -> (UInt16, UInt16) {
        (half(vector, first), half(vector, first + 1))
    }

    private static func bfloatDot(_ lanes: Lanes, _ a: Vector128, _ b: Vector128, _ c: Vector128) -> Vector128 {
        var result = Vector128()
        for index in 0..<lanes.count {
            let sum = BFloat16.dotAdd(single(c, index), pair(a, index * 2), pair(b, index * 2))
            put(Binary32.self, sum, index, &result)
        }
        return result
    }

    /// Two rows of a by two rows of b, four elements each, which are two dot products.
    private static func bfloatMatrixMultiply(_ a: Vector128, _ b: Vector128, _ c: Vector128) -> Vector128 {
        var result = Vector128()
        for row in 0..<2 {
            for column in 0..<2 {
                let index = row * 2 + column
                let half = BFloat16.dotAdd(single(c, index), pair(a, row * 4), pair(b, column * 4))
                let sum = BFloat16.dotAdd(half, pair(a, row * 4 + 2), pair(b, column * 4 + 2))
                put(Binary32.self, sum, index, &result)
            }
        }
        return result
    }
}
