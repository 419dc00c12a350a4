extension LaneMeaning {
    static func cryptography(
        _ operation: LaneOperation, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128
    ) -> Vector128 {
        preconditionFailure("no guest makes '\(operation.text)' yet")
    }
}
