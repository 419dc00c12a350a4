extension LaneMeaning {
    /// FPSR.QC's place in the floating-point environment.
    package static let saturationBit: UInt64 = 1 << 59

    static func saturating(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128,
        _ environment: inout UInt64
    ) -> Vector128 {
        // Zeros beyond the lanes saturate nowhere.
        let kept = mask(lanes)
        var saturated = false
        let result =
            switch operation {
            case .saturatingDoublingMultiplyLong: doublingMultiplyLong(lanes, p, a, b, &saturated)
            case .saturatingNarrowSigned, .saturatingNarrowUnsigned, .saturatingNarrowSignedToUnsigned:
                narrow(operation, lanes.size, a & kept, &saturated)
            default: saturating(operation, lanes.size, p, a & kept, b & kept, c & kept, &saturated)
            }
        if saturated { environment |= saturationBit }
        return result
    }

    private static func saturating(
        _ operation: LaneOperation, _ size: Lanes.Size, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128,
        _ saturated: inout Bool
    ) -> Vector128 {
        switch operation {
        case .saturatingAddSigned: map(SaturatingAddSigned.self, size, a, b, c, &saturated)
        case .saturatingAddUnsigned: map(SaturatingAddUnsigned.self, size, a, b, c, &saturated)
        case .saturatingSubSigned: map(SaturatingSubSigned.self, size, a, b, c, &saturated)
        case .saturatingSubUnsigned: map(SaturatingSubUnsigned.self, size, a, b, c, &saturated)
        case .saturatingAddUnsignedToSigned: map(SaturatingAddUnsignedToSigned.self, size, a, b, c, &saturated)
        case .saturatingAddSignedToUnsigned: map(SaturatingAddSignedToUnsigned.self, size, a, b, c, &saturated)
        case .saturatingNegate: map(SaturatingNegate.self, size, a, b, c, &saturated)
        case .saturatingAbsolute: map(SaturatingAbsolute.self, size, a, b, c, &saturated)
        case .saturatingShiftSigned: map(SaturatingShiftSigned.self, size, a, b, c, &saturated)
        case .saturatingShiftUnsigned: map(SaturatingShiftUnsigned.self, size, a, b, c, &saturated)
        case .saturatingRoundingShiftSigned: map(SaturatingRoundingShiftSigned.self, size, a, b, c, &saturated)
        case .saturatingRoundingShiftUnsigned: map(SaturatingRoundingShiftUnsigned.self, size, a, b, c, &saturated)
        default: product(operation, size, p, a, b, c, &saturated)
        }
    }

    private static func product(
        _ operation: LaneOperation, _ size: Lanes.Size, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128,
        _ saturated: inout Bool
    ) -> Vector128 {
        switch operation {
        case .saturatingDoublingMultiplyHigh:
            map(SaturatingDoublingMultiplyHigh.self, size, a, b, c, &saturated)
        case .saturatingRoundingDoublingMultiplyHigh:
            map(SaturatingRoundingDoublingMultiplyHigh.self, size, a, b, c, &saturated)
        case .saturatingRoundingDoublingMultiplyAddHigh:
            map(SaturatingRoundingDoublingMultiplyAddHigh.self, size, a, b, c, &saturated)
        case .saturatingRoundingDoublingMultiplySubHigh:
            map(SaturatingRoundingDoublingMultiplySubHigh.self, size, a, b, c, &saturated)
        default: shiftLeft(operation, size, a, splat(Lanes(size, .full), p), &saturated)
        }
    }

    private static func shiftLeft(
        _ operation: LaneOperation, _ size: Lanes.Size, _ a: Vector128, _ p: Vector128, _ saturated: inout Bool
    ) -> Vector128 {
        switch operation {
        case .saturatingShiftLeftImmediateSigned: map(SaturatingShiftLeftSigned.self, size, a, p, p, &saturated)
        case .saturatingShiftLeftImmediateUnsigned: map(SaturatingShiftLeftUnsigned.self, size, a, p, p, &saturated)
        default: map(SaturatingShiftLeftSignedToUnsigned.self, size, a, p, p, &saturated)
        }
    }

    private static func map<Op: SaturatingMeaning>(
        _: Op.Type, _ size: Lanes.Size, _ a: Vector128, _ b: Vector128, _ c: Vector128, _ saturated: inout Bool
    ) -> Vector128 {
        switch size {
        case .b: SIMD16<UInt8>.map(Op.self, a, b, c, &saturated)
        case .h: SIMD8<UInt16>.map(Op.self, a, b, c, &saturated)
        case .s: SIMD4<UInt32>.map(Op.self, a, b, c, &saturated)
        case .d, .q: SIMD2<UInt64>.map(Op.self, a, b, c, &saturated)
        }
    }
}

extension LaneVector {
    @inline(__always)
    fileprivate static func map<Op: SaturatingMeaning>(
        _: Op.Type, _ a: Vector128, _ b: Vector128, _ c: Vector128, _ saturated: inout Bool
    ) -> Vector128 {
        let (a, b, c) = (Self(bits: a), Self(bits: b), Self(bits: c))
        var result = Self()
        for lane in 0..<scalarCount { result[lane] = Op.apply(a[lane], b[lane], c[lane], &saturated) }
        return result.bits
    }
}

// MARK: Between sizes

extension LaneMeaning {
    /// 2ab of the low lanes, or for `p` 1 of those of the upper 64 bits. One lane alone has no neighbours that could
    /// saturate.
    private static func doublingMultiplyLong(
        _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ saturated: inout Bool
    ) -> Vector128 {
        let count = lanes.width == .one ? 1 : 64 / lanes.size.bits
        let (x, y) = p == 0 ? (a[0], b[0]) : (a[1], b[1])
        var result = Vector128()
        for lane in 0..<count {
            let product = signedLane(x, lane, lanes.size) &* signedLane(y, lane, lanes.size)
            let (doubled, overflow) = product.addingReportingOverflow(product)
            let wide: UInt64 =
                lanes.size == .h
                ? UInt64(UInt32.saturateSigned(doubled, &saturated))
                : overflow ? UInt64(Int64.max) : UInt64(bitPattern: doubled)
            if overflow { saturated = true }
            let bit = lane &* lanes.size.doubled.bits
            result[bit / 64] |= wide &<< UInt64(bit % 64)
        }
        return result
    }

    @inline(__always)
    static func signedLane(_ word: UInt64, _ lane: Int, _ size: Lanes.Size) -> Int64 {
        let top = word &<< UInt64(64 &- (lane &+ 1) &* size.bits)
        return Int64(bitPattern: top) &>> Int64(64 &- size.bits)
    }

    private static func narrow(
        _ operation: LaneOperation, _ size: Lanes.Size, _ a: Vector128, _ saturated: inout Bool
    ) -> Vector128 {
        switch size {
        case .h: narrow(SIMD8<UInt16>.self, UInt8.self, operation, a, &saturated)
        case .s: narrow(SIMD4<UInt32>.self, UInt16.self, operation, a, &saturated)
        case .b, .d, .q: narrow(SIMD2<UInt64>.self, UInt32.self, operation, a, &saturated)
        }
    }

    private static func narrow<Wide: LaneVector, Narrow: MachineWord>(
        _: Wide.Type, _: Narrow.Type, _ operation: LaneOperation, _ a: Vector128, _ saturated: inout Bool
    ) -> Vector128 {
        let a = Wide(bits: a)
        var result: UInt64 = 0
        for lane in 0..<Wide.scalarCount {
            let narrowed: Narrow =
                switch operation {
                case .saturatingNarrowSigned:
                    .saturateSigned(Int64(truncatingIfNeeded: a[lane].signed), &saturated)
                case .saturatingNarrowSignedToUnsigned:
                    .saturateUnsigned(Int64(truncatingIfNeeded: a[lane].signed), &saturated)
                // A number beyond the signed range is beyond the narrow one too.
                default:
                    .saturateUnsigned(Int64(clamping: a[lane]), &saturated)
                }
            result |= UInt64(truncatingIfNeeded: narrowed) &<< UInt64(lane &* Narrow.bitWidth)
        }
        return Vector128(result, 0)
    }
}
