// For the linker: fused multiplications and square roots are libm's.
import Glibc

/// The way out of line that still is the host's: when inexact is not yet known, the rounding error is computed too; when
/// subnormals are flushed, the operands are looked at first. Nil sends the caller on to the integer arithmetic.
extension FloatFormat {
    func checkedHardwareAdd(_ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment) -> UInt64? {
        guard environment.roundsToNearest else { return nil }
        return switch self {
        case .single: Binary32.checkedAdd(UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b), &environment)
        case .double: Binary64.checkedAdd(a, b, &environment)
        default: nil
        }
    }

    func checkedHardwareMultiply(_ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment) -> UInt64? {
        guard environment.roundsToNearest else { return nil }
        return switch self {
        case .single:
            Binary32.checkedMultiply(UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b), &environment)
        case .double: Binary64.checkedMultiply(a, b, &environment)
        default: nil
        }
    }

    func checkedHardwareDivide(_ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment) -> UInt64? {
        guard environment.roundsToNearest else { return nil }
        return switch self {
        case .single:
            Binary32.checkedDivide(UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b), &environment)
        case .double: Binary64.checkedDivide(a, b, &environment)
        default: nil
        }
    }

    func checkedHardwareSquareRoot(_ a: UInt64, _ environment: inout FPEnvironment) -> UInt64? {
        guard environment.roundsToNearest else { return nil }
        return switch self {
        case .single: Binary32.checkedSquareRoot(UInt32(truncatingIfNeeded: a), &environment)
        case .double: Binary64.checkedSquareRoot(a, &environment)
        default: nil
        }
    }

    func checkedHardwareFusedMultiplyAdd(
        _ addend: UInt64, _ a: UInt64, _ b: UInt64, _ environment: inout FPEnvironment
    ) -> UInt64? {
        guard environment.roundsToNearest else { return nil }
        return switch self {
        case .single:
            Binary32.checkedFusedMultiplyAdd(
                UInt32(truncatingIfNeeded: addend), UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b),
                &environment)
        case .double: Binary64.checkedFusedMultiplyAdd(addend, a, b, &environment)
        default: nil
        }
    }
}

extension HardwareFormat {
    /// Operands and result normal and so far from the ends of the range that rounding errors are in it as well.
    private static func isModerate(_ bits: Bits) -> Bool {
        let field = Int(truncatingIfNeeded: (bits & exponentMask) &>> Bits(truncatingIfNeeded: format.fractionBits))
        return field > 2 &* format.fractionBits &+ 2 && field < format.maximumField &- 3
    }

    /// `result` as the answer, inexact unless its error is zero.
    private static func answer(
        _ result: Native, error: Native, _ environment: inout FPEnvironment
    ) -> UInt64 {
        if error != 0 { environment.raise(.inexact) }
        return UInt64(bits(result))
    }

    /// The error of a sum is a number of the format (Møller, Knuth: TwoSum).
    fileprivate static func checkedAdd(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> UInt64? {
        guard isModerate(a) || a & ~signBit == 0, isModerate(b) || b & ~signBit == 0 else { return nil }
        let (x, y) = (native(a), native(b))
        let sum = x + y
        guard sum == 0 || isSafelyNormal(bits(sum)) else { return nil }
        let part = sum - x
        return answer(sum, error: (x - (sum - part)) + (y - part), &environment)
    }

    fileprivate static func checkedMultiply(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> UInt64? {
        let (x, y) = (native(a), native(b))
        let product = x * y
        guard !isSubnormal(a), !isSubnormal(b), isModerate(bits(product)) else { return nil }
        return answer(product, error: (-product).addingProduct(x, y), &environment)
    }

    fileprivate static func checkedDivide(_ a: Bits, _ b: Bits, _ environment: inout FPEnvironment) -> UInt64? {
        let (x, y) = (native(a), native(b))
        let quotient = x / y
        guard isModerate(a), isModerate(b), isModerate(bits(quotient)) else { return nil }
        return answer(quotient, error: x.addingProduct(-quotient, y), &environment)
    }

    fileprivate static func checkedSquareRoot(_ a: Bits, _ environment: inout FPEnvironment) -> UInt64? {
        guard isModerate(a), a & signBit == 0 else { return nil }
        let x = native(a)
        let root = x.squareRoot()
        return answer(root, error: x.addingProduct(-root, root), &environment)
    }

    fileprivate static func checkedFusedMultiplyAdd(
        _ addend: Bits, _ a: Bits, _ b: Bits, _ environment: inout FPEnvironment
    ) -> UInt64? {
        guard !isSubnormal(addend), !isSubnormal(a), !isSubnormal(b) else { return nil }
        guard environment.isInexact else { return checkedExactProduct(addend, a, b, &environment) }
        let sum = bits(native(addend).addingProduct(native(a), native(b)))
        return isSafelyNormal(sum) ? UInt64(sum) : nil
    }

    /// Where the product is exact, one rounding of it and the addend is that of a sum. Programs that never round anything
    /// (small integers in floating point) come here for each operation; all others know soon that they are inexact.
    private static func checkedExactProduct(
        _ addend: Bits, _ a: Bits, _ b: Bits, _ environment: inout FPEnvironment
    ) -> UInt64? {
        let product = native(a) * native(b)
        guard isModerate(bits(product)), (-product).addingProduct(native(a), native(b)) == 0 else { return nil }
        return checkedAdd(bits(product), addend, &environment)
    }
}
