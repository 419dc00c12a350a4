import IR
import SoftFloat
import Support

// Conversions of vectors of floating-point lanes: to and from integers of the same size, and between precisions.
// Operands as in FloatVector.swift.

// d = integers of the lanes of a, towards zero

@inline(__always)
private func toIntegers<F: HardwareFormat, Vector: SIMD, Words: SIMD>(
    _: F.Type, _: Vector.Type, _: Words.Type, signed: Bool, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 where Vector.Scalar == F.Native, Words.Scalar == F.Bits {
    let a = f.vector(Vector.self, p.a)
    let environment = p.environment(f)
    var result = Words()
    for lane in 0..<Vector.scalarCount {
        let rounded = a[lane].rounded(.towardZero)
        guard environment.isUnflushed && (environment.isInexact || rounded == a[lane]),
            let integer = F.integer(rounded, width: F.Bits.bitWidth, signed: signed)
        else { return stickyLanesSlow(f, p, m, t) }
        result[lane] = F.Bits(truncatingIfNeeded: integer)
    }
    f.setVector(p.d, result)
    return next(f, p + 32, m, t)
}

@c func execFloatToSigned32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toIntegers(Binary32.self, SIMD4<Float>.self, SIMD4<UInt32>.self, signed: true, f, p, m, t)
}
@c func execFloatToSigned32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toIntegers(Binary32.self, SIMD2<Float>.self, SIMD2<UInt32>.self, signed: true, f, p, m, t)
}
@c func execFloatToSigned64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toIntegers(Binary64.self, SIMD2<Double>.self, SIMD2<UInt64>.self, signed: true, f, p, m, t)
}
@c func execFloatToUnsigned32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toIntegers(Binary32.self, SIMD4<Float>.self, SIMD4<UInt32>.self, signed: false, f, p, m, t)
}
@c func execFloatToUnsigned32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toIntegers(Binary32.self, SIMD2<Float>.self, SIMD2<UInt32>.self, signed: false, f, p, m, t)
}
@c func execFloatToUnsigned64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toIntegers(Binary64.self, SIMD2<Double>.self, SIMD2<UInt64>.self, signed: false, f, p, m, t)
}

// d = lanes from the integers of a; signed ones, or unsigned ones that are not negative as signed

@inline(__always)
private func fromIntegers<F: HardwareFormat, Vector: SIMD, Integers: SIMD>(
    _: F.Type, _: Vector.Type, _: Integers.Type, signed: Bool, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 where Vector.Scalar == F.Native, Integers.Scalar: FixedWidthInteger & SignedInteger {
    let a = f.vector(Integers.self, p.a)
    let environment = p.environment(f)
    let exact = Integers.Scalar(1) &<< Integers.Scalar(truncatingIfNeeded: F.format.fractionBits &+ 1)
    var (result, isCertain) = (Vector(), environment.roundsToNearest)
    for lane in 0..<Vector.scalarCount {
        let integer = a[lane]
        result[lane] = F.Native(integer)
        if !signed && integer < 0 { isCertain = false }
        if !environment.isInexact && (integer >= exact || integer <= 0 &- exact) { isCertain = false }
    }
    guard isCertain else { return stickyLanesSlow(f, p, m, t) }
    f.setVector(p.d, result)
    return next(f, p + 32, m, t)
}

@c func execFloatFromSigned32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromIntegers(Binary32.self, SIMD4<Float>.self, SIMD4<Int32>.self, signed: true, f, p, m, t)
}
@c func execFloatFromSigned32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromIntegers(Binary32.self, SIMD2<Float>.self, SIMD2<Int32>.self, signed: true, f, p, m, t)
}
@c func execFloatFromSigned64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromIntegers(Binary64.self, SIMD2<Double>.self, SIMD2<Int64>.self, signed: true, f, p, m, t)
}
@c func execFloatFromUnsigned32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromIntegers(Binary32.self, SIMD4<Float>.self, SIMD4<Int32>.self, signed: false, f, p, m, t)
}
@c func execFloatFromUnsigned32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromIntegers(Binary32.self, SIMD2<Float>.self, SIMD2<Int32>.self, signed: false, f, p, m, t)
}
@c func execFloatFromUnsigned64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromIntegers(Binary64.self, SIMD2<Double>.self, SIMD2<Int64>.self, signed: false, f, p, m, t)
}

/// For vectors of `lanes` with this parameter; nil for what is too rare to have a handler.
func floatVectorConversionHandler(_ operation: LaneOperation, _ lanes: Lanes, _ parameter: UInt64) -> Handler? {
    switch operation {
    case .floatToSigned where parameter & ~0x30 == UInt64(FloatRounding.towardZero.rawValue):
        choose(lanes, execFloatToSigned32x4, execFloatToSigned32x2, execFloatToSigned64x2)
    case .floatToUnsigned where parameter & ~0x30 == UInt64(FloatRounding.towardZero.rawValue):
        choose(lanes, execFloatToUnsigned32x4, execFloatToUnsigned32x2, execFloatToUnsigned64x2)
    case .floatFromSigned where parameter >> 8 == 0:
        choose(lanes, execFloatFromSigned32x4, execFloatFromSigned32x2, execFloatFromSigned64x2)
    case .floatFromUnsigned where parameter >> 8 == 0:
        choose(lanes, execFloatFromUnsigned32x4, execFloatFromUnsigned32x2, execFloatFromUnsigned64x2)
    default: nil
    }
}
