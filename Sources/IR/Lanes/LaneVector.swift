/// A 128-bit value as lanes of one size: what is done to each lane in a loop over such a vector becomes the host's
/// vector instructions.
@usableFromInline package protocol LaneVector: SIMD where Scalar: MachineWord {}

extension SIMD16: LaneVector where Scalar == UInt8 {}
extension SIMD8: LaneVector where Scalar == UInt16 {}
extension SIMD4: LaneVector where Scalar == UInt32 {}
extension SIMD2: LaneVector where Scalar == UInt64 {}

extension LaneVector {
    // All conforming types are vectors of 16 bytes, in which every bit counts.
    @inlinable @inline(always)
    package init(bits: Vector128) { self = unsafe unsafeBitCast(bits, to: Self.self) }
    @inlinable @inline(always)
    package var bits: Vector128 { unsafe unsafeBitCast(self, to: Vector128.self) }
}

/// The same done to every lane of 128-bit values.
extension LaneVector {
    @inlinable @inline(always)
    package static func map<Op: UnaryMeaning>(_: Op.Type, _ a: Vector128) -> Vector128 {
        let a = Self(bits: a)
        var result = Self()
        for lane in 0..<scalarCount { result[lane] = Op.apply(a[lane]) }
        return result.bits
    }

    @inlinable @inline(always)
    package static func map<Op: BinaryMeaning>(_: Op.Type, _ a: Vector128, _ b: Vector128) -> Vector128 {
        let (a, b) = (Self(bits: a), Self(bits: b))
        var result = Self()
        for lane in 0..<scalarCount { result[lane] = Op.apply(a[lane], b[lane]) }
        return result.bits
    }

    /// The second operand of every lane is `p`.
    @inlinable @inline(always)
    package static func map<Op: BinaryMeaning>(_: Op.Type, _ a: Vector128, immediate p: UInt64) -> Vector128 {
        let a = Self(bits: a)
        let p = Scalar(truncatingIfNeeded: p)
        var result = Self()
        for lane in 0..<scalarCount { result[lane] = Op.apply(a[lane], p) }
        return result.bits
    }

    @inlinable @inline(always)
    package static func map<Op: TernaryMeaning>(
        _: Op.Type, _ a: Vector128, _ b: Vector128, _ c: Vector128
    ) -> Vector128 {
        let (a, b, c) = (Self(bits: a), Self(bits: b), Self(bits: c))
        var result = Self()
        for lane in 0..<scalarCount { result[lane] = Op.apply(a[lane], b[lane], c[lane]) }
        return result.bits
    }

    /// `p` is the third operand of every lane.
    @inlinable @inline(always)
    package static func map<Op: TernaryMeaning>(
        _: Op.Type, _ a: Vector128, _ b: Vector128, immediate p: UInt64
    ) -> Vector128 {
        let (a, b) = (Self(bits: a), Self(bits: b))
        let p = Scalar(truncatingIfNeeded: p)
        var result = Self()
        for lane in 0..<scalarCount { result[lane] = Op.apply(a[lane], b[lane], p) }
        return result.bits
    }
}

/// As `LaneVector.map`, with lanes of a size known only at run time. Lanes of 128 bits have no arithmetic.
extension LaneMeaning {
    static func map<Op: UnaryMeaning>(_: Op.Type, _ size: Lanes.Size, _ a: Vector128) -> Vector128 {
        switch size {
        case .b: SIMD16<UInt8>.map(Op.self, a)
        case .h: SIMD8<UInt16>.map(Op.self, a)
        case .s: SIMD4<UInt32>.map(Op.self, a)
        case .d, .q: SIMD2<UInt64>.map(Op.self, a)
        }
    }

    static func map<Op: BinaryMeaning>(_: Op.Type, _ size: Lanes.Size, _ a: Vector128, _ b: Vector128) -> Vector128 {
        switch size {
        case .b: SIMD16<UInt8>.map(Op.self, a, b)
        case .h: SIMD8<UInt16>.map(Op.self, a, b)
        case .s: SIMD4<UInt32>.map(Op.self, a, b)
        case .d, .q: SIMD2<UInt64>.map(Op.self, a, b)
        }
    }

    static func map<Op: BinaryMeaning>(
        _: Op.Type, _ size: Lanes.Size, _ a: Vector128, immediate p: UInt64
    ) -> Vector128 {
        switch size {
        case .b: SIMD16<UInt8>.map(Op.self, a, immediate: p)
        case .h: SIMD8<UInt16>.map(Op.self, a, immediate: p)
        case .s: SIMD4<UInt32>.map(Op.self, a, immediate: p)
        case .d, .q: SIMD2<UInt64>.map(Op.self, a, immediate: p)
        }
    }

    static func map<Op: TernaryMeaning>(
        _: Op.Type, _ size: Lanes.Size, _ a: Vector128, _ b: Vector128, _ c: Vector128
    ) -> Vector128 {
        switch size {
        case .b: SIMD16<UInt8>.map(Op.self, a, b, c)
        case .h: SIMD8<UInt16>.map(Op.self, a, b, c)
        case .s: SIMD4<UInt32>.map(Op.self, a, b, c)
        case .d, .q: SIMD2<UInt64>.map(Op.self, a, b, c)
        }
    }

    static func map<Op: TernaryMeaning>(
        _: Op.Type, _ size: Lanes.Size, _ a: Vector128, _ b: Vector128, immediate p: UInt64
    ) -> Vector128 {
        switch size {
        case .b: SIMD16<UInt8>.map(Op.self, a, b, immediate: p)
        case .h: SIMD8<UInt16>.map(Op.self, a, b, immediate: p)
        case .s: SIMD4<UInt32>.map(Op.self, a, b, immediate: p)
        case .d, .q: SIMD2<UInt64>.map(Op.self, a, b, immediate: p)
        }
    }
}
