import SoftFloat

/// Lane by lane, modulo the lane's size.
extension LaneMeaning {
    static func integer(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128
    ) -> Vector128 {
        let result =
            switch operation.operands {
            case 1: integer(operation, lanes.size, p, a)
            case 2: integer(operation, lanes.size, a, b)
            default:
                operation == .multiplyAdd
                    ? map(MultiplyAdd.self, lanes.size, a, b, c) : map(MultiplySubtract.self, lanes.size, a, b, c)
            }
        return result & mask(lanes)
    }

    private static func integer(
        _ operation: LaneOperation, _ size: Lanes.Size, _ p: UInt64, _ a: Vector128
    ) -> Vector128 {
        switch operation {
        case .negate: map(Negate.self, size, a)
        case .absolute: map(Absolute.self, size, a)
        case .countLeadingZeros: map(CountLeadingZeros.self, size, a)
        case .countLeadingSigns: map(CountLeadingSigns.self, size, a)
        case .populationCount: map(PopulationCount.self, size, a)
        case .reverseBits: map(ReverseBits.self, size, a)
        case .reciprocalEstimate: estimate(a, Binary32.unsignedReciprocalEstimate)
        case .reciprocalSquareRootEstimate: estimate(a, Binary32.unsignedReciprocalSquareRootEstimate)
        default: reverseLanes(size, a, container: p)
        }
    }

    private static func integer(
        _ operation: LaneOperation, _ size: Lanes.Size, _ a: Vector128, _ b: Vector128
    ) -> Vector128 {
        switch operation {
        case .add: map(Add.self, size, a, b)
        case .sub: map(Sub.self, size, a, b)
        case .mul: map(Mul.self, size, a, b)
        case .minSigned: map(MinSigned.self, size, a, b)
        case .minUnsigned: map(MinUnsigned.self, size, a, b)
        case .maxSigned: map(MaxSigned.self, size, a, b)
        case .maxUnsigned: map(MaxUnsigned.self, size, a, b)
        case .absoluteDifferenceSigned: map(AbsoluteDifferenceSigned.self, size, a, b)
        case .absoluteDifferenceUnsigned: map(AbsoluteDifferenceUnsigned.self, size, a, b)
        case .halvingAddSigned: map(HalvingAddSigned.self, size, a, b)
        case .halvingAddUnsigned: map(HalvingAddUnsigned.self, size, a, b)
        case .roundingHalvingAddSigned: map(RoundingHalvingAddSigned.self, size, a, b)
        case .roundingHalvingAddUnsigned: map(RoundingHalvingAddUnsigned.self, size, a, b)
        case .halvingSubSigned: map(HalvingSubSigned.self, size, a, b)
        case .halvingSubUnsigned: map(HalvingSubUnsigned.self, size, a, b)
        default: comparison(operation, size, a, b)
        }
    }

    private static func comparison(
        _ operation: LaneOperation, _ size: Lanes.Size, _ a: Vector128, _ b: Vector128
    ) -> Vector128 {
        switch operation {
        case .compareEqual: map(LaneEqual.self, size, a, b)
        case .compareGreaterSigned: map(LaneGreaterSigned.self, size, a, b)
        case .compareGreaterEqualSigned: map(LaneGreaterEqualSigned.self, size, a, b)
        case .compareGreaterUnsigned: map(LaneGreaterUnsigned.self, size, a, b)
        case .compareGreaterEqualUnsigned: map(LaneGreaterEqualUnsigned.self, size, a, b)
        default: map(LaneTest.self, size, a, b)
        }
    }

    // MARK: Orders

    /// Reverses the lanes of each container of 8 << `container` bits.
    private static func reverseLanes(_ size: Lanes.Size, _ a: Vector128, container: UInt64) -> Vector128 {
        let last = (1 &<< (Int(truncatingIfNeeded: container) &- Int(size.rawValue))) &- 1
        return switch size {
        case .b: reorder(SIMD16<UInt8>.self, a) { $0 ^ last }
        case .h: reorder(SIMD8<UInt16>.self, a) { $0 ^ last }
        case .s: reorder(SIMD4<UInt32>.self, a) { $0 ^ last }
        case .d, .q: a
        }
    }

    /// Lane `source(i)` becomes lane i.
    @inline(__always)
    private static func reorder<Vector: LaneVector>(
        _: Vector.Type, _ a: Vector128, _ source: (Int) -> Int
    ) -> Vector128 {
        let a = Vector(bits: a)
        var result = Vector()
        for lane in 0..<Vector.scalarCount { result[lane] = a[source(lane) & (Vector.scalarCount &- 1)] }
        return result.bits
    }

    /// Of each word (Arm ARM, shared pseudocode `UnsignedRecipEstimate`, `UnsignedRSqrtEstimate`).
    private static func estimate(_ a: Vector128, _ estimate: (UInt32) -> UInt32) -> Vector128 {
        let a = SIMD4<UInt32>(bits: a)
        var result = SIMD4<UInt32>()
        for lane in 0..<4 { result[lane] = estimate(a[lane]) }
        return result.bits
    }
}
