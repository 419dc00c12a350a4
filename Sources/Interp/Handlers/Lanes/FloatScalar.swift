import IR
import SoftFloat
import Support

// One floating-point lane, the rest of d zero. The operands are those of `execStickyLanes`, which does what the host
// cannot be trusted with:
// | handler | d | a | b | c | attribute, environment slot | parameter |

extension UnsafeRawPointer {
    /// The floating-point environment of a sticky operation.
    @inline(__always) func environment(_ f: Frame) -> FPEnvironment {
        FPEnvironment(rawValue: f.get64(PackedLanes(rawValue: word(2)).environment))
    }
}

extension UnsafeMutableRawPointer {
    @inline(__always) func native<F: HardwareFormat>(_: F.Type, _ offset: Int) -> F.Native {
        let bits: F.Bits = get(offset)
        return F.native(bits)
    }
    /// A scalar result clears the rest of the register.
    @inline(__always) func setScalar<Bits: FixedWidthInteger>(_ offset: Int, _ bits: Bits) {
        set128(offset, Vector128(UInt64(truncatingIfNeeded: bits), 0))
    }
}

/// The general handler, out of line.
@inline(never)
func stickyLanesSlow(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 { execStickyLanes(f, p, m, t) }

@inline(__always)
private func floatScalar<Op: FloatOperation, F: HardwareFormat>(
    _: Op.Type, _: F.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let (a, b) = (f.native(F.self, p.a), f.native(F.self, p.b))
    let result = F.bits(Op.apply(F.self, a, b))
    guard p.environment(f).trustsHardware && (Op.doubt(F.self, result) == 0 || Op.isExact(F.self, a, b, result)) else {
        return exactScalarSlow(Op.self, F.self, f, p, m, t)
    }
    f.setScalar(p.d, result)
    return next(f, p + 32, m, t)
}

/// While FPSR does not say inexact: the host's result where nothing was rounded.
@inline(never)
private func exactScalarSlow<Op: FloatOperation, F: HardwareFormat>(
    _: Op.Type, _: F.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let (a, b) = (f.native(F.self, p.a), f.native(F.self, p.b))
    let value = Op.apply(F.self, a, b)
    let result = F.bits(value)
    let isCertain = Op.doubt(F.self, result) == 0 && Op.rounding(F.self, a, b, value) == 0
    guard p.environment(f).trustsExactHardware && (isCertain || Op.isExact(F.self, a, b, result)) else {
        return stickyLanesSlow(f, p, m, t)
    }
    f.setScalar(p.d, result)
    return next(f, p + 32, m, t)
}

@c func execFloatAdd32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatScalar(FloatAdd.self, Binary32.self, f, p, m, t)
}
@c func execFloatAdd64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatScalar(FloatAdd.self, Binary64.self, f, p, m, t)
}
@c func execFloatSub32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatScalar(FloatSub.self, Binary32.self, f, p, m, t)
}
@c func execFloatSub64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatScalar(FloatSub.self, Binary64.self, f, p, m, t)
}
@c func execFloatMultiply32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatScalar(FloatMultiply.self, Binary32.self, f, p, m, t)
}
@c func execFloatMultiply64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatScalar(FloatMultiply.self, Binary64.self, f, p, m, t)
}
@c func execFloatDivide32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatScalar(FloatDivide.self, Binary32.self, f, p, m, t)
}
@c func execFloatDivide64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatScalar(FloatDivide.self, Binary64.self, f, p, m, t)
}

// d = c + a * b, rounded once

@c func execFloatMultiplyAdd64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let (a, b, c) = (f.native(Binary64.self, p.a), f.native(Binary64.self, p.b), f.native(Binary64.self, p.c))
    let result = Binary64.bits(c.addingProduct(a, b))
    guard p.environment(f).trustsHardware && isCertainFused(Binary64.self, a, b, result) else {
        return stickyLanesSlow(f, p, m, t)
    }
    f.setScalar(p.d, result)
    return next(f, p + 32, m, t)
}

@c func execFloatMultiplyAdd32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let (a, b, c) = (f.native(Binary32.self, p.a), f.native(Binary32.self, p.b), f.native(Binary32.self, p.c))
    let wide = fusedWide(a, b, c)
    let result = Float(wide).bitPattern
    guard p.environment(f).trustsHardware && !isTie(wide) && isCertainFused(Binary32.self, a, b, result) else {
        return stickyLanesSlow(f, p, m, t)
    }
    f.setScalar(p.d, result)
    return next(f, p + 32, m, t)
}

/// The product of singles is exact in double precision. The sum is rounded to 53 bits, and then to 24: that is the same
/// as once to 24, unless the first left it half-way between two singles.
@inline(__always)
func fusedWide(_ a: Float, _ b: Float, _ c: Float) -> Double { Double(a) * Double(b) + Double(c) }

@inline(__always)
func isTie(_ wide: Double) -> Bool { wide.bitPattern & 0x1fff_ffff == 0x1000_0000 }

@inline(__always)
private func isCertainFused<F: HardwareFormat>(
    _: F.Type, _ a: F.Native, _ b: F.Native, _ result: F.Bits
) -> Bool {
    F.isSafelyNormal(result) || (a == 0 || b == 0) && F.isFinite(result)
}

// d = root of a

@inline(__always)
private func floatSquareRoot<F: HardwareFormat>(
    _: F.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let result = F.bits(f.native(F.self, p.a).squareRoot())
    guard p.environment(f).trustsHardware && F.isSafelyNormal(result) else { return stickyLanesSlow(f, p, m, t) }
    f.setScalar(p.d, result)
    return next(f, p + 32, m, t)
}

@c func execFloatSquareRoot32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatSquareRoot(Binary32.self, f, p, m, t)
}
@c func execFloatSquareRoot64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatSquareRoot(Binary64.self, f, p, m, t)
}

// d = the greater or lesser; zeros of both signs and NaNs are for the general handler

@inline(__always)
private func floatExtremum<F: HardwareFormat>(
    _: F.Type, greater: Bool, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let (a, b): (F.Bits, F.Bits) = (f.get(p.a), f.get(p.b))
    let (x, y) = (F.native(a), F.native(b))
    guard p.environment(f).isUnflushed && (x > y || x < y || a == b && x == x) else {
        return stickyLanesSlow(f, p, m, t)
    }
    f.setScalar(p.d, (x > y) == greater ? a : b)
    return next(f, p + 32, m, t)
}

@c func execFloatMax32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatExtremum(Binary32.self, greater: true, f, p, m, t)
}
@c func execFloatMax64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatExtremum(Binary64.self, greater: true, f, p, m, t)
}
@c func execFloatMin32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatExtremum(Binary32.self, greater: false, f, p, m, t)
}
@c func execFloatMin64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatExtremum(Binary64.self, greater: false, f, p, m, t)
}

// Signs: no environment, but the same operands

@inline(__always)
private func floatSign<F: HardwareFormat>(
    _: F.Type, flips: Bool, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let a: F.Bits = f.get(p.a)
    f.setScalar(p.d, flips ? a ^ F.signBit : a & ~F.signBit)
    return next(f, p + 32, m, t)
}

@c func execFloatNegate32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatSign(Binary32.self, flips: true, f, p, m, t)
}
@c func execFloatNegate64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatSign(Binary64.self, flips: true, f, p, m, t)
}
@c func execFloatAbsolute32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatSign(Binary32.self, flips: false, f, p, m, t)
}
@c func execFloatAbsolute64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatSign(Binary64.self, flips: false, f, p, m, t)
}

/// For one lane of `size`; nil for what is too rare to have a handler.
func floatScalarHandler(_ operation: LaneOperation, _ size: Lanes.Size) -> Handler? {
    guard size == .s || size == .d else { return nil }
    let isDouble = size == .d
    return switch operation {
    case .floatAdd: isDouble ? execFloatAdd64 : execFloatAdd32
    case .floatSub: isDouble ? execFloatSub64 : execFloatSub32
    case .floatMultiply: isDouble ? execFloatMultiply64 : execFloatMultiply32
    case .floatDivide: isDouble ? execFloatDivide64 : execFloatDivide32
    case .floatMultiplyAdd: isDouble ? execFloatMultiplyAdd64 : execFloatMultiplyAdd32
    case .floatSquareRoot: isDouble ? execFloatSquareRoot64 : execFloatSquareRoot32
    case .floatMax, .floatMaxNumber: isDouble ? execFloatMax64 : execFloatMax32
    case .floatMin, .floatMinNumber: isDouble ? execFloatMin64 : execFloatMin32
    case .floatNegate: isDouble ? execFloatNegate64 : execFloatNegate32
    case .floatAbsolute: isDouble ? execFloatAbsolute64 : execFloatAbsolute32
    default: nil
    }
}
