extension LaneMeaning {
    static func bitwise(
        _ operation: LaneOperation, _ lanes: Lanes, _ a: Vector128, _ b: Vector128, _ c: Vector128
    ) -> Vector128 {
        let bits: Vector128
        switch operation {
        case .and: bits = a & b
        case .or: bits = a | b
        case .xor: bits = a ^ b
        case .andNot: bits = a & ~b
        case .orNot: bits = a | ~b
        case .not: bits = ~a
        default: bits = a & b | ~a & c  // bitSelect
        }
        return bits & mask(lanes)
    }
}
