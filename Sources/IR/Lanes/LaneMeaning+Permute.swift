extension LaneMeaning {
    static func permute(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128
    ) -> Vector128 {
        preconditionFailure("no guest makes '\(operation.text)' yet")
    }
}
