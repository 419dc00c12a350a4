/// Between lanes of different sizes, and across lanes.
extension LaneMeaning {
    static func across(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128
    ) -> Vector128 {
        switch operation {
        case .widenSigned, .widenUnsigned:
            widen(lanes.size, p == 0 ? a[0] : a[1], signed: operation == .widenSigned)
        case .narrow: narrow(lanes.size, a)
        case .addPairs: pairs(Add.self, lanes, a, b)
        case .minPairsSigned: pairs(MinSigned.self, lanes, a, b)
        case .minPairsUnsigned: pairs(MinUnsigned.self, lanes, a, b)
        case .maxPairsSigned: pairs(MaxSigned.self, lanes, a, b)
        case .maxPairsUnsigned: pairs(MaxUnsigned.self, lanes, a, b)
        case .addPairsLongSigned: addPairsLong(lanes.size, a, signed: true) & mask(lanes)
        case .addPairsLongUnsigned: addPairsLong(lanes.size, a, signed: false) & mask(lanes)
        case .dotSigned, .dotUnsigned, .dotUnsignedSigned, .matrixMultiplySigned, .matrixMultiplyUnsigned,
            .matrixMultiplyUnsignedSigned:
            products(operation, lanes, a, b, c)
        default: reduce(operation, lanes, a)
        }
    }

    // MARK: Sizes

    private static func widen(_ size: Lanes.Size, _ a: UInt64, signed: Bool) -> Vector128 {
        switch (size, signed) {
        case (.b, false): SIMD8<UInt16>.widened(from: SIMD16<UInt8>.self, ZeroExtension.self, a)
        case (.h, false): SIMD4<UInt32>.widened(from: SIMD8<UInt16>.self, ZeroExtension.self, a)
        case (.b, true): SIMD8<UInt16>.widened(from: SIMD16<UInt8>.self, SignExtension.self, a)
        case (.h, true): SIMD4<UInt32>.widened(from: SIMD8<UInt16>.self, SignExtension.self, a)
        case (_, false): SIMD2<UInt64>.widened(from: SIMD4<UInt32>.self, ZeroExtension.self, a)
        case (_, true): SIMD2<UInt64>.widened(from: SIMD4<UInt32>.self, SignExtension.self, a)
        }
    }

    private static func narrow(_ size: Lanes.Size, _ a: Vector128) -> Vector128 {
        switch size {
        case .h: SIMD16<UInt8>.narrowed(from: SIMD8<UInt16>.self, a)
        case .s: SIMD8<UInt16>.narrowed(from: SIMD4<UInt32>.self, a)
        case .b, .d, .q: SIMD4<UInt32>.narrowed(from: SIMD2<UInt64>.self, a)
        }
    }

    private static func addPairsLong(_ size: Lanes.Size, _ a: Vector128, signed: Bool) -> Vector128 {
        switch (size, signed) {
        case (.b, false): SIMD8<UInt16>.sumsOfPairs(of: SIMD16<UInt8>.self, ZeroExtension.self, a)
        case (.h, false): SIMD4<UInt32>.sumsOfPairs(of: SIMD8<UInt16>.self, ZeroExtension.self, a)
        case (.b, true): SIMD8<UInt16>.sumsOfPairs(of: SIMD16<UInt8>.self, SignExtension.self, a)
        case (.h, true): SIMD4<UInt32>.sumsOfPairs(of: SIMD8<UInt16>.self, SignExtension.self, a)
        case (_, false): SIMD2<UInt64>.sumsOfPairs(of: SIMD4<UInt32>.self, ZeroExtension.self, a)
        case (_, true): SIMD2<UInt64>.sumsOfPairs(of: SIMD4<UInt32>.self, SignExtension.self, a)
        }
    }

    // MARK: Neighbours

    /// Half the lanes of a and b are the low halves one after the other; one d lane is the pair of a.
    private static func pairs<Op: BinaryMeaning>(
        _: Op.Type, _ lanes: Lanes, _ a: Vector128, _ b: Vector128
    ) -> Vector128 {
        let a = lanes.width == .half ? Vector128(a[0], b[0]) : a
        let result =
            switch lanes.size {
            case .b: SIMD16<UInt8>.pairs(Op.self, a, b)
            case .h: SIMD8<UInt16>.pairs(Op.self, a, b)
            case .s: SIMD4<UInt32>.pairs(Op.self, a, b)
            case .d, .q: SIMD2<UInt64>.pairs(Op.self, a, b)
            }
        return result & mask(lanes)
    }

    private static func reduce(_ operation: LaneOperation, _ lanes: Lanes, _ a: Vector128) -> Vector128 {
        switch operation {
        case .minAcrossSigned: reduce(MinSigned.self, lanes, a)
        case .minAcrossUnsigned: reduce(MinUnsigned.self, lanes, a)
        case .maxAcrossSigned: reduce(MaxSigned.self, lanes, a)
        case .maxAcrossUnsigned: reduce(MaxUnsigned.self, lanes, a)
        case .addAcross: reduce(Add.self, lanes, a)
        case .addAcrossLongUnsigned: sum(lanes, a, signed: false)
        default: sum(lanes, a, signed: true)
        }
    }

    private static func reduce<Op: BinaryMeaning>(_: Op.Type, _ lanes: Lanes, _ a: Vector128) -> Vector128 {
        switch lanes.size {
        case .b: SIMD16<UInt8>.reduce(Op.self, a, lanes.count)
        case .h: SIMD8<UInt16>.reduce(Op.self, a, lanes.count)
        case .s: SIMD4<UInt32>.reduce(Op.self, a, lanes.count)
        case .d, .q: SIMD2<UInt64>.reduce(Op.self, a, lanes.count)
        }
    }

    /// The sum of all lanes as one of twice the size.
    private static func sum(_ lanes: Lanes, _ a: Vector128, signed: Bool) -> Vector128 {
        let pairs = addPairsLong(lanes.size, a & mask(lanes), signed: signed)
        return reduce(Add.self, Lanes(lanes.size.doubled, .full), pairs)
    }

    // MARK: Products

    private static func products(
        _ operation: LaneOperation, _ lanes: Lanes, _ a: Vector128, _ b: Vector128, _ c: Vector128
    ) -> Vector128 {
        switch operation {
        case .dotSigned: dot(SignExtension.self, SignExtension.self, a, b, c) & mask(lanes)
        case .dotUnsigned: dot(ZeroExtension.self, ZeroExtension.self, a, b, c) & mask(lanes)
        case .dotUnsignedSigned: dot(ZeroExtension.self, SignExtension.self, a, b, c) & mask(lanes)
        case .matrixMultiplySigned: matrixMultiply(SignExtension.self, SignExtension.self, a, b, c)
        case .matrixMultiplyUnsigned: matrixMultiply(ZeroExtension.self, ZeroExtension.self, a, b, c)
        default: matrixMultiply(ZeroExtension.self, SignExtension.self, a, b, c)
        }
    }

    private static func dot<A: LaneExtension, B: LaneExtension>(
        _: A.Type, _: B.Type, _ a: Vector128, _ b: Vector128, _ c: Vector128
    ) -> Vector128 {
        let (a, b) = (SIMD16<UInt8>(bits: a), SIMD16<UInt8>(bits: b))
        var sum = SIMD4<UInt32>(bits: c)
        for lane in 0..<16 { sum[lane / 4] &+= A.extend(a[lane]) &* B.extend(b[lane]) }
        return sum.bits
    }

    /// a has rows, b columns, of eight.
    private static func matrixMultiply<A: LaneExtension, B: LaneExtension>(
        _: A.Type, _: B.Type, _ a: Vector128, _ b: Vector128, _ c: Vector128
    ) -> Vector128 {
        let (a, b) = (SIMD16<UInt8>(bits: a), SIMD16<UInt8>(bits: b))
        var sum = SIMD4<UInt32>(bits: c)
        for lane in 0..<4 {
            for k in 0..<8 {
                sum[lane] &+= A.extend(a[lane / 2 * 8 + k]) &* B.extend(b[lane % 2 * 8 + k])
            }
        }
        return sum.bits
    }
}
