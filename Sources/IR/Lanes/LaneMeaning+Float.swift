extension LaneMeaning {
    static func float(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128,
        _ environment: inout UInt64
    ) -> Vector128 {
        preconditionFailure("no guest makes '\(operation.text)' yet")
    }
}

extension LaneMeaning {
    /// The flags of FPCompare of lane 0; with `signaling` quiet NaNs are invalid too.
    package static func floatCompare(
        _ size: Lanes.Size, _ a: Vector128, _ b: Vector128, signaling: Bool, _ environment: inout UInt64
    ) -> Flags {
        preconditionFailure("no guest compares floating-point values yet")
    }
}
