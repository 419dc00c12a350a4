import IR
import SoftFloat
import Support

// Vectors of floating-point lanes: 4s, 2s and 2d. All lanes on the host, and where one of them is in doubt all again by
// `execStickyLanes`, whose operands these are. `Words` are the bits of `Vector`.

extension UnsafeMutableRawPointer {
    @inline(__always) func vector<Vector: SIMD>(_: Vector.Type, _ offset: Int) -> Vector {
        loadUnaligned(fromByteOffset: offset, as: Vector.self)
    }

    /// A vector of 64 bits clears the rest of the register.
    @inline(__always) func setVector<Vector: SIMD>(_ offset: Int, _ vector: Vector) {
        storeBytes(of: vector, toByteOffset: offset, as: Vector.self)
        if MemoryLayout<Vector>.size == 8 { set(offset &+ 8, 0 as UInt64) }
    }
}

extension SIMD where Scalar: FixedWidthInteger {
    /// Whether no lane has a bit set.
    @inline(__always) var isClear: Bool {
        var all: Scalar = 0
        for lane in 0..<Self.scalarCount { all |= self[lane] }
        return all == 0
    }
}

@inline(__always)
private func floatVector<Op: FloatOperation, F: HardwareFormat, Vector: SIMD, Words: SIMD>(
    _: Op.Type, _: F.Type, _: Vector.Type, _: Words.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 where Vector.Scalar == F.Native, Words.Scalar == F.Bits {
    let (a, b) = (f.vector(Vector.self, p.a), f.vector(Vector.self, p.b))
    var (result, doubt) = (Vector(), Words())
    for lane in 0..<Vector.scalarCount {
        result[lane] = Op.apply(F.self, a[lane], b[lane])
        doubt[lane] = Op.doubt(F.self, F.bits(result[lane]))
    }
    guard p.environment(f).trustsHardware && doubt.isClear else {
        return exactVectorSlow(Op.self, F.self, Vector.self, Words.self, f, p, m, t)
    }
    f.setVector(p.d, result)
    return next(f, p + 32, m, t)
}

/// While FPSR does not say inexact: the host's results where nothing was rounded.
@inline(never)
private func exactVectorSlow<Op: FloatOperation, F: HardwareFormat, Vector: SIMD, Words: SIMD>(
    _: Op.Type, _: F.Type, _: Vector.Type, _: Words.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 where Vector.Scalar == F.Native, Words.Scalar == F.Bits {
    let (a, b) = (f.vector(Vector.self, p.a), f.vector(Vector.self, p.b))
    var (result, doubt) = (Vector(), Words())
    for lane in 0..<Vector.scalarCount {
        let value = Op.apply(F.self, a[lane], b[lane])
        let isCertain = Op.doubt(F.self, F.bits(value)) == 0 && Op.rounding(F.self, a[lane], b[lane], value) == 0
        result[lane] = value
        doubt[lane] = isCertain || Op.isExact(F.self, a[lane], b[lane], F.bits(value)) ? 0 : .max
    }
    guard p.environment(f).trustsExactHardware && doubt.isClear else { return stickyLanesSlow(f, p, m, t) }
    f.setVector(p.d, result)
    return next(f, p + 32, m, t)
}

@c func execFloatAdd32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatVector(FloatAdd.self, Binary32.self, SIMD4<Float>.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execFloatAdd32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatVector(FloatAdd.self, Binary32.self, SIMD2<Float>.self, SIMD2<UInt32>.self, f, p, m, t)
}
@c func execFloatAdd64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatVector(FloatAdd.self, Binary64.self, SIMD2<Double>.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execFloatSub32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatVector(FloatSub.self, Binary32.self, SIMD4<Float>.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execFloatSub32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatVector(FloatSub.self, Binary32.self, SIMD2<Float>.self, SIMD2<UInt32>.self, f, p, m, t)
}
@c func execFloatSub64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatVector(FloatSub.self, Binary64.self, SIMD2<Double>.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execFloatMultiply32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatVector(FloatMultiply.self, Binary32.self, SIMD4<Float>.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execFloatMultiply32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatVector(FloatMultiply.self, Binary32.self, SIMD2<Float>.self, SIMD2<UInt32>.self, f, p, m, t)
}
@c func execFloatMultiply64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatVector(FloatMultiply.self, Binary64.self, SIMD2<Double>.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execFloatDivide32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatVector(FloatDivide.self, Binary32.self, SIMD4<Float>.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execFloatDivide32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatVector(FloatDivide.self, Binary32.self, SIMD2<Float>.self, SIMD2<UInt32>.self, f, p, m, t)
}
@c func execFloatDivide64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    floatVector(FloatDivide.self, Binary64.self, SIMD2<Double>.self, SIMD2<UInt64>.self, f, p, m, t)
}

// d = c + a * b, rounded once

@inline(__always)
private func fusedSingles<Vector: SIMD, Words: SIMD>(
    _: Vector.Type, _: Words.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 where Vector.Scalar == Float, Words.Scalar == UInt32 {
    let (a, b, c) = (f.vector(Vector.self, p.a), f.vector(Vector.self, p.b), f.vector(Vector.self, p.c))
    var (result, doubt) = (Vector(), Words())
    for lane in 0..<Vector.scalarCount {
        let wide = fusedWide(a[lane], b[lane], c[lane])
        result[lane] = Float(wide)
        doubt[lane] = FloatMultiply.doubt(Binary32.self, result[lane].bitPattern) | (isTie(wide) ? .max : 0)
    }
    guard p.environment(f).trustsHardware && doubt.isClear else { return stickyLanesSlow(f, p, m, t) }
    f.setVector(p.d, result)
    return next(f, p + 32, m, t)
}

@c func execFloatMultiplyAdd32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fusedSingles(SIMD4<Float>.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execFloatMultiplyAdd32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    fusedSingles(SIMD2<Float>.self, SIMD2<UInt32>.self, f, p, m, t)
}
@c func execFloatMultiplyAdd64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let (a, b) = (f.vector(SIMD2<Double>.self, p.a), f.vector(SIMD2<Double>.self, p.b))
    let result = f.vector(SIMD2<Double>.self, p.c).addingProduct(a, b)
    let doubt =
        FloatMultiply.doubt(Binary64.self, result[0].bitPattern)
        | FloatMultiply.doubt(Binary64.self, result[1].bitPattern)
    guard p.environment(f).trustsHardware && doubt == 0 else { return stickyLanesSlow(f, p, m, t) }
    f.setVector(p.d, result)
    return next(f, p + 32, m, t)
}

// d = all ones where a ? b holds; NaNs are for the general handler

private protocol FloatRelation {
    static func holds<Native: BinaryFloatingPoint>(_ a: Native, _ b: Native) -> Bool
}
private enum FloatEqualRelation: FloatRelation {
    @inline(__always) static func holds<Native: BinaryFloatingPoint>(_ a: Native, _ b: Native) -> Bool { a == b }
}
private enum FloatGreaterEqualRelation: FloatRelation {
    @inline(__always) static func holds<Native: BinaryFloatingPoint>(_ a: Native, _ b: Native) -> Bool { a >= b }
}
private enum FloatGreaterRelation: FloatRelation {
    @inline(__always) static func holds<Native: BinaryFloatingPoint>(_ a: Native, _ b: Native) -> Bool { a > b }
}

@inline(__always)
private func compareVector<Relation: FloatRelation, F: HardwareFormat, Vector: SIMD, Words: SIMD>(
    _: Relation.Type, _: F.Type, _: Vector.Type, _: Words.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 where Vector.Scalar == F.Native, Words.Scalar == F.Bits {
    let (a, b) = (f.vector(Vector.self, p.a), f.vector(Vector.self, p.b))
    var (result, doubt) = (Words(), Words())
    for lane in 0..<Vector.scalarCount {
        result[lane] = Relation.holds(a[lane], b[lane]) ? .max : 0
        doubt[lane] = F.isUnordered(a[lane], b[lane]) ? .max : 0
    }
    guard p.environment(f).isUnflushed && doubt.isClear else { return stickyLanesSlow(f, p, m, t) }
    f.setVector(p.d, result)
    return next(f, p + 32, m, t)
}

@c func execFloatEqual32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareVector(FloatEqualRelation.self, Binary32.self, SIMD4<Float>.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execFloatEqual32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareVector(FloatEqualRelation.self, Binary32.self, SIMD2<Float>.self, SIMD2<UInt32>.self, f, p, m, t)
}
@c func execFloatEqual64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareVector(FloatEqualRelation.self, Binary64.self, SIMD2<Double>.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execFloatGreaterEqual32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareVector(FloatGreaterEqualRelation.self, Binary32.self, SIMD4<Float>.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execFloatGreaterEqual32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareVector(FloatGreaterEqualRelation.self, Binary32.self, SIMD2<Float>.self, SIMD2<UInt32>.self, f, p, m, t)
}
@c func execFloatGreaterEqual64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareVector(FloatGreaterEqualRelation.self, Binary64.self, SIMD2<Double>.self, SIMD2<UInt64>.self, f, p, m, t)
}
@c func execFloatGreater32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareVector(FloatGreaterRelation.self, Binary32.self, SIMD4<Float>.self, SIMD4<UInt32>.self, f, p, m, t)
}
@c func execFloatGreater32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareVector(FloatGreaterRelation.self, Binary32.self, SIMD2<Float>.self, SIMD2<UInt32>.self, f, p, m, t)
}
@c func execFloatGreater64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    compareVector(FloatGreaterRelation.self, Binary64.self, SIMD2<Double>.self, SIMD2<UInt64>.self, f, p, m, t)
}

// d = the greater or lesser of each lane; zeros of both signs and NaNs are for the general handler

@inline(__always)
private func extremumVector<F: HardwareFormat, Vector: SIMD, Words: SIMD>(
    _: F.Type, _: Vector.Type, _: Words.Type, greater: Bool, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 where Vector.Scalar == F.Native, Words.Scalar == F.Bits {
    let (a, b) = (f.vector(Vector.self, p.a), f.vector(Vector.self, p.b))
    var (result, doubt) = (Vector(), Words())
    for lane in 0..<Vector.scalarCount {
        let (x, y) = (a[lane], b[lane])
        result[lane] = (x > y) == greater ? x : y
        doubt[lane] = F.isUnordered(x, y) || x == y && F.bits(x) != F.bits(y) ? .max : 0
    }
    guard p.environment(f).isUnflushed && doubt.isClear else { return stickyLanesSlow(f, p, m, t) }
    f.setVector(p.d, result)
    return next(f, p + 32, m, t)
}

@c func execFloatMax32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extremumVector(Binary32.self, SIMD4<Float>.self, SIMD4<UInt32>.self, greater: true, f, p, m, t)
}
@c func execFloatMax32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extremumVector(Binary32.self, SIMD2<Float>.self, SIMD2<UInt32>.self, greater: true, f, p, m, t)
}
@c func execFloatMax64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extremumVector(Binary64.self, SIMD2<Double>.self, SIMD2<UInt64>.self, greater: true, f, p, m, t)
}
@c func execFloatMin32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extremumVector(Binary32.self, SIMD4<Float>.self, SIMD4<UInt32>.self, greater: false, f, p, m, t)
}
@c func execFloatMin32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extremumVector(Binary32.self, SIMD2<Float>.self, SIMD2<UInt32>.self, greater: false, f, p, m, t)
}
@c func execFloatMin64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    extremumVector(Binary64.self, SIMD2<Double>.self, SIMD2<UInt64>.self, greater: false, f, p, m, t)
}

// Signs: no environment, but the same operands

@inline(__always)
private func signVector<F: HardwareFormat, Words: SIMD>(
    _: F.Type, _: Words.Type, flips: Bool, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 where Words.Scalar == F.Bits {
    var result = f.vector(Words.self, p.a)
    for lane in 0..<Words.scalarCount { result[lane] = flips ? result[lane] ^ F.signBit : result[lane] & ~F.signBit }
    f.setVector(p.d, result)
    return next(f, p + 32, m, t)
}

@c func execFloatNegate32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    signVector(Binary32.self, SIMD4<UInt32>.self, flips: true, f, p, m, t)
}
@c func execFloatNegate32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    signVector(Binary32.self, SIMD2<UInt32>.self, flips: true, f, p, m, t)
}
@c func execFloatNegate64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    signVector(Binary64.self, SIMD2<UInt64>.self, flips: true, f, p, m, t)
}
@c func execFloatAbsolute32x4(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    signVector(Binary32.self, SIMD4<UInt32>.self, flips: false, f, p, m, t)
}
@c func execFloatAbsolute32x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    signVector(Binary32.self, SIMD2<UInt32>.self, flips: false, f, p, m, t)
}
@c func execFloatAbsolute64x2(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    signVector(Binary64.self, SIMD2<UInt64>.self, flips: false, f, p, m, t)
}

/// For vectors of `lanes`; nil for what is too rare to have a handler.
func floatVectorHandler(_ operation: LaneOperation, _ lanes: Lanes) -> Handler? {
    switch operation {
    case .floatAdd: choose(lanes, execFloatAdd32x4, execFloatAdd32x2, execFloatAdd64x2)
    case .floatSub: choose(lanes, execFloatSub32x4, execFloatSub32x2, execFloatSub64x2)
    case .floatMultiply: choose(lanes, execFloatMultiply32x4, execFloatMultiply32x2, execFloatMultiply64x2)
    case .floatDivide: choose(lanes, execFloatDivide32x4, execFloatDivide32x2, execFloatDivide64x2)
    case .floatMultiplyAdd: choose(lanes, execFloatMultiplyAdd32x4, execFloatMultiplyAdd32x2, execFloatMultiplyAdd64x2)
    case .floatCompareEqual: choose(lanes, execFloatEqual32x4, execFloatEqual32x2, execFloatEqual64x2)
    case .floatCompareGreaterEqual:
        choose(lanes, execFloatGreaterEqual32x4, execFloatGreaterEqual32x2, execFloatGreaterEqual64x2)
    case .floatCompareGreater: choose(lanes, execFloatGreater32x4, execFloatGreater32x2, execFloatGreater64x2)
    case .floatNegate: choose(lanes, execFloatNegate32x4, execFloatNegate32x2, execFloatNegate64x2)
    case .floatAbsolute: choose(lanes, execFloatAbsolute32x4, execFloatAbsolute32x2, execFloatAbsolute64x2)
    case .floatMax, .floatMaxNumber: choose(lanes, execFloatMax32x4, execFloatMax32x2, execFloatMax64x2)
    case .floatMin, .floatMinNumber: choose(lanes, execFloatMin32x4, execFloatMin32x2, execFloatMin64x2)
    default: nil
    }
}

func choose(_ lanes: Lanes, _ singles: Handler, _ half: Handler, _ doubles: Handler) -> Handler? {
    switch (lanes.size, lanes.width) {
    case (.s, .full): singles
    case (.s, .half): half
    case (.d, .full): doubles
    default: nil
    }
}
