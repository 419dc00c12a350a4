extension LaneMeaning {
    static func permute(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128
    ) -> Vector128 {
        switch operation {
        case .extract where lanes.width == .half: LaneBytes.extract(Vector128(a[0], b[0]), .zero, from: p) & mask(lanes)
        case .extract: LaneBytes.extract(a, b, from: p)
        case .broadcastLane: splat(lanes, lane(lanes.size, a, p))
        case .concatenateLow: Vector128(a[0], b[0])
        case .tableLookup: LaneBytes.lookUp(a, b, first: p, otherwise: .zero) & mask(lanes)
        case .tableLookupExtension: LaneBytes.lookUp(a, b, first: p, otherwise: c) & mask(lanes)
        case .transposeEven, .transposeOdd: reorder(operation, lanes.size, a, b) & mask(lanes)
        case .zipHigh where lanes.width == .half:
            // The low halves' lanes are all in the full zip of the low halves.
            Vector128(reorder(.zipLow, lanes.size, a, b)[1], 0)
        case .unzipEven where lanes.width == .half, .unzipOdd where lanes.width == .half:
            reorder(operation, lanes.size, Vector128(a[0], b[0]), .zero) & mask(lanes)
        default: reorder(operation, lanes.size, a, b) & mask(lanes)
        }
    }

    private static func lane(_ size: Lanes.Size, _ a: Vector128, _ index: UInt64) -> UInt64 {
        let bit = index &* UInt64(size.bits)
        return a[Int(bit >> 6) & 1] >> (bit & 63)
    }

    private static func reorder(
        _ operation: LaneOperation, _ size: Lanes.Size, _ a: Vector128, _ b: Vector128
    ) -> Vector128 {
        switch size {
        case .b: reorder(SIMD16<UInt8>.self, operation, a, b)
        case .h: reorder(SIMD8<UInt16>.self, operation, a, b)
        case .s: reorder(SIMD4<UInt32>.self, operation, a, b)
        case .d, .q: reorder(SIMD2<UInt64>.self, operation, a, b)
        }
    }

    private static func reorder<Vector: LaneVector>(
        _: Vector.Type, _ operation: LaneOperation, _ a: Vector128, _ b: Vector128
    ) -> Vector128 {
        switch operation {
        case .zipLow: Vector.zipLow(a, b)
        case .zipHigh: Vector.zipHigh(a, b)
        case .unzipEven: Vector.unzipEven(a, b)
        case .unzipOdd: Vector.unzipOdd(a, b)
        case .transposeEven: Vector.transposeEven(a, b)
        default: Vector.transposeOdd(a, b)
        }
    }
}
