// Lanes that change their size, and lanes that meet their neighbours.

/// How a lane becomes a wider one.
@usableFromInline package protocol LaneExtension {
    static func extend<Narrow: MachineWord, Wide: MachineWord>(_ a: Narrow) -> Wide
}

@usableFromInline package enum ZeroExtension: LaneExtension {
    @inlinable @inline(always)
    package static func extend<Narrow: MachineWord, Wide: MachineWord>(_ a: Narrow) -> Wide {
        Wide(truncatingIfNeeded: a)
    }
}

@usableFromInline package enum SignExtension: LaneExtension {
    @inlinable @inline(always)
    package static func extend<Narrow: MachineWord, Wide: MachineWord>(_ a: Narrow) -> Wide {
        Wide(truncatingIfNeeded: a.signed)
    }
}

extension LaneVector {
    /// The low lanes of the 64 bits `a`, as many as fit when extended.
    @inlinable @inline(always)
    package static func widened<Narrow: LaneVector, Extension: LaneExtension>(
        from _: Narrow.Type, _: Extension.Type, _ a: UInt64
    ) -> Vector128 {
        let a = Narrow(bits: Vector128(a, 0))
        var result = Self()
        for lane in 0..<scalarCount { result[lane] = Extension.extend(a[lane]) }
        return result.bits
    }

    /// The lanes of `a`, truncated, in the lower half.
    @inlinable @inline(always)
    package static func narrowed<Wide: LaneVector>(from _: Wide.Type, _ a: Vector128) -> Vector128 {
        let a = Wide(bits: a)
        var result = Self()
        for lane in 0..<Wide.scalarCount { result[lane] = Scalar(truncatingIfNeeded: a[lane]) }
        return result.bits
    }

    @inlinable @inline(always)
    package static func sumsOfPairs<Narrow: LaneVector, Extension: LaneExtension>(
        of _: Narrow.Type, _: Extension.Type, _ a: Vector128
    ) -> Vector128 {
        let a = Narrow(bits: a)
        var result = Self()
        for lane in 0..<scalarCount {
            let low: Scalar = Extension.extend(a[lane &* 2])
            result[lane] = low &+ Extension.extend(a[lane &* 2 &+ 1])
        }
        return result.bits
    }

    /// What `Op` makes of the neighbours in a, then of those in b.
    @inlinable @inline(always)
    package static func pairs<Op: BinaryMeaning>(_: Op.Type, _ a: Vector128, _ b: Vector128) -> Vector128 {
        map(Op.self, unzipEven(a, b), unzipOdd(a, b))
    }

    /// What `Op` makes of the low `count` lanes, zero-extended.
    @inlinable @inline(always)
    package static func reduce<Op: BinaryMeaning>(_: Op.Type, _ a: Vector128, _ count: Int) -> Vector128 {
        let a = Self(bits: a)
        var result = a[0]
        for lane in 1..<count { result = Op.apply(result, a[lane]) }
        return Vector128(UInt64(truncatingIfNeeded: result), 0)
    }
}

// MARK: Orders of the lanes of two vectors

extension LaneVector {
    @inlinable @inline(always)
    package static func zipLow(_ a: Vector128, _ b: Vector128) -> Vector128 {
        let (a, b) = (Self(bits: a), Self(bits: b))
        var result = Self()
        for lane in 0..<scalarCount { result[lane] = lane & 1 == 0 ? a[lane / 2] : b[lane / 2] }
        return result.bits
    }

    @inlinable @inline(always)
    package static func zipHigh(_ a: Vector128, _ b: Vector128) -> Vector128 {
        let (a, b) = (Self(bits: a), Self(bits: b))
        let half = scalarCount / 2
        var result = Self()
        for lane in 0..<scalarCount { result[lane] = lane & 1 == 0 ? a[half + lane / 2] : b[half + lane / 2] }
        return result.bits
    }

    @inlinable @inline(always)
    package static func unzipEven(_ a: Vector128, _ b: Vector128) -> Vector128 {
        let (a, b) = (Self(bits: a), Self(bits: b))
        let half = scalarCount / 2
        var result = Self()
        for lane in 0..<half {
            result[lane] = a[lane &* 2]
            result[half &+ lane] = b[lane &* 2]
        }
        return result.bits
    }

    @inlinable @inline(always)
    package static func unzipOdd(_ a: Vector128, _ b: Vector128) -> Vector128 {
        let (a, b) = (Self(bits: a), Self(bits: b))
        let half = scalarCount / 2
        var result = Self()
        for lane in 0..<half {
            result[lane] = a[lane &* 2 &+ 1]
            result[half &+ lane] = b[lane &* 2 &+ 1]
        }
        return result.bits
    }

    @inlinable @inline(always)
    package static func transposeEven(_ a: Vector128, _ b: Vector128) -> Vector128 {
        let (a, b) = (Self(bits: a), Self(bits: b))
        var result = Self()
        for lane in 0..<scalarCount { result[lane] = lane & 1 == 0 ? a[lane] : b[lane &- 1] }
        return result.bits
    }

    @inlinable @inline(always)
    package static func transposeOdd(_ a: Vector128, _ b: Vector128) -> Vector128 {
        let (a, b) = (Self(bits: a), Self(bits: b))
        var result = Self()
        for lane in 0..<scalarCount { result[lane] = lane & 1 == 0 ? a[lane &+ 1] : b[lane] }
        return result.bits
    }
}
