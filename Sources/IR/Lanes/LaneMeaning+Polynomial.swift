import Ciphers

/// Products of polynomials over GF(2).
extension LaneMeaning {
    static func polynomial(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128
    ) -> Vector128 {
        let half = Int(truncatingIfNeeded: p & 1)
        return switch (operation, lanes.size) {
        case (.polynomialMultiply, _): CarrylessMultiply.lowBytes(a, b) & mask(lanes)
        case (_, .b): CarrylessMultiply.bytes(a[half], b[half])
        default: CarrylessMultiply.wide(a[half], b[half])
        }
    }
}
