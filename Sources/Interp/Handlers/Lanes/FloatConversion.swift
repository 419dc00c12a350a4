import IR
import SoftFloat
import Support

// Comparisons of one lane to flags, and conversions of one lane. Operands as in FloatScalar.swift.

@inline(__always)
private func floatCompare<F: HardwareFormat>(
    _: F.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let (x, y) = (f.native(F.self, p.a), f.native(F.self, p.b))
    guard p.environment(f).isUnflushed && !F.isUnordered(x, y) else { return floatCompareSlow(f, p, m, t) }
    f.setFlags(p.d, Flags.ordered(isLess: x < y, isEqual: x == y))
    return next(f, p + 32, m, t)
}

@inline(never)
private func floatCompareSlow(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    execFloatCompare(f, p, m, t)
}

@c func execFloatCompare32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatCompare(Binary32.self, f, p, m, t)
}
@c func execFloatCompare64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatCompare(Binary64.self, f, p, m, t)
}

extension Flags {
    /// Of two numbers: N when less, Z and C when equal, C when greater (Arm ARM, shared pseudocode `FPCompare`).
    @inline(__always)
    fileprivate static func ordered(isLess: Bool, isEqual: Bool) -> Flags {
        Flags(n: isLess, z: isEqual, c: !isLess, v: false)
    }
}

// d = integer of `Word`'s width from the float a, towards zero

@inline(__always)
private func toInteger<F: HardwareFormat, Word: MachineWord>(
    _: F.Type, _: Word.Type, signed: Bool, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let x = f.native(F.self, p.a)
    let rounded = x.rounded(.towardZero)
    let environment = p.environment(f)
    guard environment.isUnflushed && (environment.isInexact || rounded == x),
        let result = F.integer(rounded, width: Word.bitWidth, signed: signed)
    else { return stickyLanesSlow(f, p, m, t) }
    f.setScalar(p.d, result)
    return next(f, p + 32, m, t)
}

@c func execFloat32ToSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toInteger(Binary32.self, UInt32.self, signed: true, f, p, m, t)
}
@c func execFloat32ToSigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toInteger(Binary32.self, UInt64.self, signed: true, f, p, m, t)
}
@c func execFloat64ToSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toInteger(Binary64.self, UInt32.self, signed: true, f, p, m, t)
}
@c func execFloat64ToSigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toInteger(Binary64.self, UInt64.self, signed: true, f, p, m, t)
}
@c func execFloat32ToUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toInteger(Binary32.self, UInt32.self, signed: false, f, p, m, t)
}
@c func execFloat32ToUnsigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toInteger(Binary32.self, UInt64.self, signed: false, f, p, m, t)
}
@c func execFloat64ToUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toInteger(Binary64.self, UInt32.self, signed: false, f, p, m, t)
}
@c func execFloat64ToUnsigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    toInteger(Binary64.self, UInt64.self, signed: false, f, p, m, t)
}

// d = float from the integer of `Word`'s width at a

@inline(__always)
private func fromInteger<F: HardwareFormat, Word: MachineWord>(
    _: F.Type, _: Word.Type, signed: Bool, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let word: Word = f.get(p.a)
    let integer = signed ? Int64(truncatingIfNeeded: word.signed) : Int64(truncatingIfNeeded: word)
    let environment = p.environment(f)
    let exact = Int64(1) &<< Int64(truncatingIfNeeded: F.format.fractionBits &+ 1)
    guard
        environment.roundsToNearest && (signed || integer >= 0)
            && (environment.isInexact || integer < exact && integer > 0 &- exact)
    else { return stickyLanesSlow(f, p, m, t) }
    f.setScalar(p.d, F.bits(F.native(integer)))
    return next(f, p + 32, m, t)
}

@c func execFloat32FromSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromInteger(Binary32.self, UInt32.self, signed: true, f, p, m, t)
}
@c func execFloat32FromSigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromInteger(Binary32.self, UInt64.self, signed: true, f, p, m, t)
}
@c func execFloat64FromSigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromInteger(Binary64.self, UInt32.self, signed: true, f, p, m, t)
}
@c func execFloat64FromSigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromInteger(Binary64.self, UInt64.self, signed: true, f, p, m, t)
}
@c func execFloat32FromUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromInteger(Binary32.self, UInt32.self, signed: false, f, p, m, t)
}
@c func execFloat32FromUnsigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromInteger(Binary32.self, UInt64.self, signed: false, f, p, m, t)
}
@c func execFloat64FromUnsigned32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromInteger(Binary64.self, UInt32.self, signed: false, f, p, m, t)
}
@c func execFloat64FromUnsigned64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fromInteger(Binary64.self, UInt64.self, signed: false, f, p, m, t)
}

// d = a in the other precision

@c func execFloatSingleToDouble(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let x = f.native(Binary32.self, p.a)
    guard p.environment(f).isUnflushed && x == x else { return stickyLanesSlow(f, p, m, t) }
    f.setScalar(p.d, Double(x).bitPattern)
    return next(f, p + 32, m, t)
}

@c func execFloatDoubleToSingle(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let x = f.native(Binary64.self, p.a)
    let result = Float(x).bitPattern
    guard p.environment(f).trustsHardware && (Binary32.isSafelyNormal(result) || x == 0) else {
        return stickyLanesSlow(f, p, m, t)
    }
    f.setScalar(p.d, result)
    return next(f, p + 32, m, t)
}

/// For a conversion of one lane of `size` with this parameter; nil for what is too rare to have a handler.
func floatConversionHandler(_ operation: LaneOperation, _ size: Lanes.Size, _ parameter: UInt64) -> Handler? {
    guard size == .s || size == .d else { return nil }
    let isDouble = size == .d
    switch operation {
    case .floatConvert where parameter == UInt64(size == .s ? Lanes.Size.d.rawValue : Lanes.Size.s.rawValue):
        return isDouble ? execFloatDoubleToSingle : execFloatSingleToDouble
    case .floatToSigned, .floatToUnsigned:
        guard parameter & ~0x30 == UInt64(FloatRounding.towardZero.rawValue) else { return nil }
        return toIntegerHandler(signed: operation == .floatToSigned, isDouble, parameter >> 4 & 3)
    case .floatFromSigned, .floatFromUnsigned:
        guard parameter >> 8 == 0 else { return nil }
        return fromIntegerHandler(signed: operation == .floatFromSigned, isDouble, parameter >> 4 & 3)
    default: return nil
    }
}

/// `size`: of the integer, 2 for 32 and 3 for 64 bits.
private func toIntegerHandler(signed: Bool, _ isDouble: Bool, _ size: UInt64) -> Handler? {
    switch (signed, isDouble, size) {
    case (true, false, 2): execFloat32ToSigned32
    case (true, false, 3): execFloat32ToSigned64
    case (true, true, 2): execFloat64ToSigned32
    case (true, true, 3): execFloat64ToSigned64
    case (false, false, 2): execFloat32ToUnsigned32
    case (false, false, 3): execFloat32ToUnsigned64
    case (false, true, 2): execFloat64ToUnsigned32
    case (false, true, 3): execFloat64ToUnsigned64
    default: nil
    }
}

private func fromIntegerHandler(signed: Bool, _ isDouble: Bool, _ size: UInt64) -> Handler? {
    switch (signed, isDouble, size) {
    case (true, false, 2): execFloat32FromSigned32
    case (true, false, 3): execFloat32FromSigned64
    case (true, true, 2): execFloat64FromSigned32
    case (true, true, 3): execFloat64FromSigned64
    case (false, false, 2): execFloat32FromUnsigned32
    case (false, false, 3): execFloat32FromUnsigned64
    case (false, true, 2): execFloat64FromUnsigned32
    case (false, true, 3): execFloat64FromUnsigned64
    default: nil
    }
}
