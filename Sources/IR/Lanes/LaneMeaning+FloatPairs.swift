import SoftFloat

/// Floating-point operations between lanes of a vector.
extension LaneMeaning {
    /// Neighbours; a single result takes the two low lanes of a.
    @inline(__always)
    static func floatPairs<F: BinaryFormat>(
        _: F.Type, _ operation: LaneOperation, _ lanes: Lanes, _ a: Vector128, _ b: Vector128,
        _ environment: inout FPEnvironment
    ) -> Vector128 {
        var result = Vector128()
        let half = Swift.max(lanes.count / 2, 1)
        for index in 0..<lanes.count {
            let source = index < half ? a : b
            let first = index % half * 2
            let (x, y) = (lane(F.self, source, first), lane(F.self, source, first + 1))
            put(F.self, floatBinary(F.self, operation, x, y, &environment), index, &result)
        }
        return result
    }

    /// The manual's Reduce: the two halves, each reduced, together. Neighbours first comes to the same.
    @inline(__always)
    static func floatAcross<F: BinaryFormat>(
        _: F.Type, _ operation: LaneOperation, _ lanes: Lanes, _ a: Vector128, _ environment: inout FPEnvironment
    ) -> Vector128 {
        var values = InlineArray<8, F.Bits>(repeating: 0)
        for index in 0..<lanes.count { values[index] = lane(F.self, a, index) }
        var step = 1
        while step < lanes.count {
            for index in stride(from: 0, to: lanes.count, by: step * 2) {
                values[index] = floatBinary(F.self, operation, values[index], values[index + step], &environment)
            }
            step *= 2
        }
        var result = Vector128()
        put(F.self, values[0], 0, &result)
        return result
    }

    /// FCADD and FCMLA: even lanes are real parts, odd ones imaginary; `p` quarter turns.
    @inline(__always)
    static func floatComplex<F: BinaryFormat>(
        _: F.Type, _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ a: Vector128, _ b: Vector128,
        _ c: Vector128, _ environment: inout FPEnvironment
    ) -> Vector128 {
        var result = Vector128()
        for real in stride(from: 0, to: lanes.count, by: 2) {
            let (x, y, z) = (Complex<F>(a, real), Complex<F>(b, real), Complex<F>(c, real))
            let sum =
                operation == .floatComplexAdd
                ? x.adding(y, quarters: p, &environment) : z.adding(x, times: y, quarters: p, &environment)
            put(F.self, sum.real, real, &result)
            put(F.self, sum.imaginary, real + 1, &result)
        }
        return result
    }
}

/// A number of two lanes.
private struct Complex<F: BinaryFormat> {
    var real: F.Bits
    var imaginary: F.Bits

    init(_ vector: Vector128, _ lane: Int) {
        real = LaneMeaning.lane(F.self, vector, lane)
        imaginary = LaneMeaning.lane(F.self, vector, lane + 1)
    }

    init(_ real: F.Bits, _ imaginary: F.Bits) {
        self.real = real
        self.imaginary = imaginary
    }

    /// self + y, y turned by a quarter (1) or three (3).
    func adding(_ y: Complex, quarters: UInt64, _ environment: inout FPEnvironment) -> Complex {
        let turned =
            quarters == 1
            ? Complex(F.negate(y.imaginary), y.real) : Complex(y.imaginary, F.negate(y.real))
        let real = F.add(real, turned.real, &environment)
        return Complex(real, F.add(imaginary, turned.imaginary, &environment))
    }

    /// self + the products of one part of x with both of y, which is half of a complex product turned by `quarters`.
    func adding(
        _ x: Complex, times y: Complex, quarters: UInt64, _ environment: inout FPEnvironment
    ) -> Complex {
        let (factor, turned) =
            switch quarters & 3 {
            case 0: (x.real, y)
            case 1: (x.imaginary, Complex(F.negate(y.imaginary), y.real))
            case 2: (x.real, Complex(F.negate(y.real), F.negate(y.imaginary)))
            default: (x.imaginary, Complex(y.imaginary, F.negate(y.real)))
            }
        let real = F.fusedMultiplyAdd(real, factor, turned.real, &environment)
        return Complex(real, F.fusedMultiplyAdd(imaginary, factor, turned.imaginary, &environment))
    }
}
