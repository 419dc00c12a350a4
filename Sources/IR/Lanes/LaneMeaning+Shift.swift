extension LaneMeaning {
    static func shift(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128
    ) -> Vector128 {
        let size = lanes.size
        let result =
            switch operation {
            case .shiftLeftInsert: map(LaneShiftLeftInsert.self, size, a, b, immediate: p)
            case .shiftRightInsert: map(LaneShiftRightInsert.self, size, a, b, immediate: p)
            case .shiftSigned: map(LaneShiftSigned.self, size, a, b)
            case .shiftUnsigned: map(LaneShiftUnsigned.self, size, a, b)
            case .roundingShiftSigned: map(LaneRoundingShiftSigned.self, size, a, b)
            case .roundingShiftUnsigned: map(LaneRoundingShiftUnsigned.self, size, a, b)
            default: shift(operation, size, a, immediate: p)
            }
        return result & mask(lanes)
    }

    private static func shift(
        _ operation: LaneOperation, _ size: Lanes.Size, _ a: Vector128, immediate p: UInt64
    ) -> Vector128 {
        switch operation {
        case .shiftLeftImmediate: map(LaneShiftLeft.self, size, a, immediate: p)
        case .shiftRightImmediateSigned: map(LaneShiftRightSigned.self, size, a, immediate: p)
        case .shiftRightImmediateUnsigned: map(LaneShiftRightUnsigned.self, size, a, immediate: p)
        case .roundingShiftRightImmediateSigned: map(LaneRoundingShiftRightSigned.self, size, a, immediate: p)
        case .roundingShiftRightImmediateUnsigned: map(LaneRoundingShiftRightUnsigned.self, size, a, immediate: p)
        default: map(LaneRotateLeft.self, size, a, immediate: p)
        }
    }
}
