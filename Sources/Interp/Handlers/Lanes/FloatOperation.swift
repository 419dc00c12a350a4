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
}

enum FloatSub: FloatSum {
    @inline(__always) static func apply<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native) -> F.Native {
        a - b
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
}

enum FloatDivide: FloatProduct {
    @inline(__always) static func apply<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native) -> F.Native {
        a / b
    }
    @inline(__always)
    static func isExact<F: HardwareFormat>(_: F.Type, _ a: F.Native, _ b: F.Native, _ result: F.Bits) -> Bool {
        a == 0 && F.isFinite(result)
    }
}
