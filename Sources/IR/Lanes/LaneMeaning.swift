/// The meaning of lane operations: constant folding has none of them, every tier falls back on it, and tests compare
/// with it. One function per group of `LaneOperation`, each in a file of its own.
package enum LaneMeaning {
    /// The result of `operation`. `parameter` is the instruction's `imm2`; `environment` the floating-point environment
    /// (SoftFloat's `FPEnvironment`, as the state holds it), which only sticky operations read or change.
    package static func evaluate(
        _ operation: LaneOperation, _ lanes: Lanes, _ parameter: UInt64, _ a: Vector128, _ b: Vector128, _ c: Vector128,
        _ environment: inout UInt64
    ) -> Vector128 {
        switch operation.group {
        case .bitwise: bitwise(operation, lanes, a, b, c)
        case .integer: integer(operation, lanes, parameter, a, b, c)
        case .shift: shift(operation, lanes, parameter, a, b)
        case .saturating: saturating(operation, lanes, parameter, a, b, c, &environment)
        case .across where operation == .polynomialMultiply || operation == .polynomialMultiplyLong:
            polynomial(operation, lanes, parameter, a, b)
        case .across: across(operation, lanes, parameter, a, b, c)
        case .permute: permute(operation, lanes, parameter, a, b, c)
        case .float: float(operation, lanes, parameter, a, b, c, &environment)
        case .floatConversion: floatConversion(operation, lanes, parameter, a, b, c, &environment)
        case .cryptography: cryptography(operation, parameter, a, b, c)
        }
    }

    /// Every bit of the low `lanes.bits` bits.
    @inline(__always)
    static func mask(_ lanes: Lanes) -> Vector128 {
        switch lanes.bits {
        case 128: Vector128(.max, .max)
        case let bits: Vector128(.max >> UInt64(64 - bits), 0)
        }
    }
}

extension Instruction {
    /// The result of an operation on lanes, any of `lane1` to `splat`; integers in the low word. nil for others.
    /// `environment` is the content of the operation's environment slot, if it has one.
    package func evaluateLanes(
        _ a: Vector128, _ b: Vector128, _ c: Vector128, _ environment: inout UInt64
    ) -> Vector128? {
        switch opcode.info.shape {
        case .lanes: LaneMeaning.evaluate(laneOperation, lanes, imm2, a, b, c, &environment)
        case .floatCompare:
            Vector128(
                UInt64(
                    LaneMeaning.floatCompare(lanes.size, a, b, signaling: imm2 != 0, &environment).rawValue), 0)
        case .extractLane: Vector128(LaneMeaning.extractLane(type, a, imm), 0)
        case .insertLane: LaneMeaning.insertLane(type, a, b[0], imm)
        case .splat: LaneMeaning.splat(lanes, a[0])
        default: nil
        }
    }
}
