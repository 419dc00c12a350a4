extension HardwareFormat {
    @inlinable @inline(__always)
    package static func compare(
        _ a: Bits, _ b: Bits, signaling: Bool, _ environment: inout FPEnvironment
    ) -> FPOrdering {
        let (x, y) = (native(a), native(b))
        if environment.isUnflushed {
            if x > y { return .greater }
            if x < y { return .less }
            if x == y { return .equal }
        }
        return format.compare(UInt64(a), UInt64(b), signaling: signaling, &environment)
    }

    @inlinable @inline(__always)
    package static func compareEqual(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bool {
        let (x, y) = (native(a), native(b))
        if environment.isUnflushed && !isUnordered(x, y) { return x == y }
        return format.compare(UInt64(a), UInt64(b), signaling: false, &environment) == .equal
    }

    @inlinable @inline(__always)
    package static func compareGreaterOrEqual(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bool {
        let (x, y) = (native(a), native(b))
        if environment.isUnflushed && !isUnordered(x, y) { return x >= y }
        let ordering = format.compare(UInt64(a), UInt64(b), signaling: true, &environment)
        return ordering == .greater || ordering == .equal
    }

    @inlinable @inline(__always)
    package static func compareGreater(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bool {
        let (x, y) = (native(a), native(b))
        if environment.isUnflushed && !isUnordered(x, y) { return x > y }
        return format.compare(UInt64(a), UInt64(b), signaling: true, &environment) == .greater
    }

    @inlinable @inline(__always)
    package static func isUnordered(_ x: Native, _ y: Native) -> Bool { !(x >= y) && !(x < y) }

    @inlinable @inline(__always)
    package static func max(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        let (x, y) = (native(a), native(b))
        if environment.isUnflushed {
            if x > y { return a }
            if x < y { return b }
        }
        return Bits(truncatingIfNeeded: format.extremum(UInt64(a), UInt64(b), maximum: true, &environment))
    }

    @inlinable @inline(__always)
    package static func min(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        let (x, y) = (native(a), native(b))
        if environment.isUnflushed {
            if x < y { return a }
            if x > y { return b }
        }
        return Bits(truncatingIfNeeded: format.extremum(UInt64(a), UInt64(b), maximum: false, &environment))
    }

    @inlinable @inline(__always)
    package static func maxNumber(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        let (x, y) = (native(a), native(b))
        if environment.isUnflushed {
            if x > y { return a }
            if x < y { return b }
        }
        return Bits(truncatingIfNeeded: format.extremumNumber(UInt64(a), UInt64(b), maximum: true, &environment))
    }

    @inlinable @inline(__always)
    package static func minNumber(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> Bits {
        let (x, y) = (native(a), native(b))
        if environment.isUnflushed {
            if x < y { return a }
            if x > y { return b }
        }
        return Bits(truncatingIfNeeded: format.extremumNumber(UInt64(a), UInt64(b), maximum: false, &environment))
    }
}
