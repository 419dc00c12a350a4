import IR
import SoftFloat

// What the host computes of one floating-point lane, and when its result is certain to be Arm's with no flag to set but
// inexact: asked only where the environment `trustsHardware`.

protocol FloatOperation {
    static func apply<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native) -> F.Native
    /// All ones where the result must be computed exactly; zero where it is Arm's.
    static func doubt<F: HardwareFormat>(_: F.Type, _ result: F.Bits) -> F.Bits
    /// Whether a result in doubt is exact after all.
    static func isExact<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native, _ result: F.Bits) -> Bool
    /// All ones where a result that is in no doubt may be inexact; zero where nothing was rounded. Asked while FPSR does not
    /// say inexact yet, which programs that compute with small integers alone never change.
    static func rounding<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native, _ result: F.Native) -> F.Bits
}

/// A sum is exact in the subnormal range: only infinities and NaNs are in doubt.
protocol FloatSum: FloatOperation {}

extension FloatSum {
    @inline(__always) static func doubt<F: HardwareFormat>(_: F.Type, _ result: F.Bits) -> F.Bits {
        result & ~F.signBit < F.exponentMask ? 0 : .max
    }
    @inline(__always)
    static func isExact<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native, _ result: F.Bits) -> Bool {
        false
    }
}

extension HardwareFormat {
    /// The error of the sum of two numbers is a number of the format (Møller, Knuth: TwoSum); where a part of it overflows it
    /// is not zero.
    @inline(__always)
    static func sumRounding(_ a: Native, _ b: Native, _ sum: Native) -> Bits {
        let part = sum - a
        return (a - (sum - part)) + (b - part) == 0 ? 0 : .max
    }

    /// The significand of a normal number without its trailing zeros has so many bits at most.
    @inline(__always)
    static func significantBits(_ native: Native) -> Int {
        let digits = bits(native) | smallestNormal
        return format.fractionBits &+ 1 &- digits.trailingZeroBitCount
    }
}

/// What can underflow: results that are not normal are in doubt.
protocol FloatProduct: FloatOperation {}

extension FloatProduct {
    @inline(__always) static func doubt<F: HardwareFormat>(_: F.Type, _ result: F.Bits) -> F.Bits {
        F.isSafelyNormal(result) ? 0 : .max
    }
}

enum FloatAdd: FloatSum {
    @inline(__always) static func apply<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native) -> F.Native {
        a + b
    }
    @inline(__always)
    static func rounding<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native, _ result: F.Native) -> F.Bits {
        F.sumRounding(a, b, result)
    }
}

enum FloatSub: FloatSum {
    @inline(__always) static func apply<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native) -> F.Native {
        a - b
    }
    @inline(__always)
    static func rounding<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native, _ result: F.Native) -> F.Bits {
        F.sumRounding(a, -b, result)
    }
}

enum FloatMultiply: FloatProduct {
    @inline(__always) static func apply<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native) -> F.Native {
        a * b
    }
    @inline(__always)
    static func isExact<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native, _ result: F.Bits) -> Bool {
        (a == 0 || b == 0) && F.isFinite(result)
    }
    /// Significands of m and n bits have a product of at most m + n. The operands of a normal product may be subnormal: what
    /// the implicit bit adds to them only makes them longer.
    @inline(__always)
    static func rounding<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native, _ result: F.Native) -> F.Bits {
        F.significantBits(a) &+ F.significantBits(b) <= F.format.fractionBits &+ 1 ? 0 : .max
    }
}

enum FloatDivide: FloatProduct {
    @inline(__always) static func apply<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native) -> F.Native {
        a / b
    }
    @inline(__always)
    static func isExact<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native, _ result: F.Bits) -> Bool {
        a == 0 && F.isFinite(result)
    }
    /// Quotients are rarely exact.
    @inline(__always)
    static func rounding<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native, _ result: F.Native) -> F.Bits {
        .max
    }
}
