import Support
import TestSupport
import IR
import Interp
import Testing

/// The interpreter's handlers of lane operations, dedicated ones and general ones, against the operations' meaning.
@Suite struct LaneInterpreterTests {
    static let operations: [LaneOperation] = LaneOperation.allCases.filter { $0.group != .cryptography }

    @Test("Every handler computes what the operation means, flags included", arguments: operations)
    func handlers(operation: LaneOperation) {
        var generator = SplitMix64(seed: UInt64(operation.rawValue) &* 31)
        for driver in [CodeGenerator.Driver.threaded, .plain] {
            let subject = InterpreterSubject(driver: driver, fuses: true)
            for form in operation.forms {
                for p in form.parameters {
                    for overwrites in [false, true] {
                        subject.load(Self.block(operation, form.lanes, p, overwritesOperand: overwrites))
                        for _ in 0..<(form.parameters.count > 8 ? 20 : 150) {
                            guard Self.agrees(operation, form.lanes, p, subject, overwrites, &generator) else { return }
                        }
                    }
                }
            }
        }
    }

    @Test("Scalar comparisons give the flags that the meaning gives", arguments: [Lanes.Size.h, .s, .d])
    func comparisons(size: Lanes.Size) {
        var generator = SplitMix64(seed: 5)
        let subject = InterpreterSubject(driver: .threaded, fuses: true)
        for signaling in [false, true] {
            subject.load(Self.comparison(size, signaling: signaling))
            for _ in 0..<2000 {
                let operands = [generator.floats(size), generator.floats(size)]
                var environment = Self.environment(&generator)
                subject.environmentWord = environment
                let result = subject.run(operands.map { ($0[0], $0[1]) })
                let flags = LaneMeaning.floatCompare(
                    size, operands[0], operands[1], signaling: signaling, &environment)
                #expect(result?.low == UInt64(flags.rawValue), "\(operands) in \(size)")
                #expect(subject.environmentWord == environment)
            }
        }
    }

    private static func agrees(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, _ subject: InterpreterSubject, _ overwrites: Bool,
        _ generator: inout SplitMix64
    ) -> Bool {
        let isFloat = operation.group == .float || operation.group == .floatConversion
        let operands = (0..<3).map { _ in
            isFloat && generator.chance(80) ? generator.floats(lanes.size) : generator.lanes(lanes.size)
        }
        let before = environment(&generator)
        var environment = before
        let expected = LaneMeaning.evaluate(operation, lanes, p, operands[0], operands[1], operands[2], &environment)
        subject.environmentWord = before
        guard let result = subject.run(operands.map { ($0[0], $0[1]) }) else {
            Issue.record("\(operation) left the block")
            return false
        }
        let isEqual = Vector128(result.low, result.high) == expected && subject.environmentWord == environment
        if !isEqual {
            let flags = [before, environment, subject.environmentWord].map { String($0, radix: 16) }
            Issue.record(
                "\(operation) \(lanes.text) \(p) of \(operands), \(flags): \(result) instead of \(expected)")
        }
        return isEqual
    }

    /// Half the time to nearest with inexact known, where handlers trust the host.
    private static func environment(_ generator: inout SplitMix64) -> UInt64 {
        let inexact: UInt64 = 1 << 36
        return generator.chance(50) ? inexact : generator.next() & 0x3f | (generator.next() & 0x0800_009f) << 32
    }

    // MARK: Blocks

    private static func block(
        _ operation: LaneOperation, _ lanes: Lanes, _ p: UInt64, overwritesOperand: Bool
    ) -> Block {
        var builder = Builder(capacity: 16)
        builder.reset(guestPC: 0x1000)
        builder.guestInstruction(0x1000)
        let values = InterpreterSubject.operands.map { builder.getState(.i128, $0) }
        let result = builder.append(
            Instruction(
                operation.opcode, .i128, a: values[0], b: operation.operands > 1 ? values[1] : .none,
                c: operation.operands > 2 ? values[2] : .none,
                attribute: lanes.attribute | operation.rawValue << Lanes.attributeBits,
                imm: operation.isSticky ? UInt64(InterpreterSubject.environment) : 0, imm2: p))
        if overwritesOperand { builder.setState(.i128, InterpreterSubject.operands[0], result) }
        builder.setState(.i128, InterpreterSubject.result, result)
        builder.jump(0x1004)
        return builder.block
    }

    private static func comparison(_ size: Lanes.Size, signaling: Bool) -> Block {
        var builder = Builder(capacity: 16)
        builder.reset(guestPC: 0x1000)
        builder.guestInstruction(0x1000)
        let (a, b) = (builder.getState(.i128, 0), builder.getState(.i128, 16))
        let flags = builder.floatCompare(
            size, a, b, signaling: signaling, environment: InterpreterSubject.environment)
        builder.setState(.flags, InterpreterSubject.result, flags)
        builder.jump(0x1004)
        return builder.block
    }
}

extension SplitMix64 {
    /// Lanes that are ordinary numbers, sometimes edges of the format.
    mutating func floats(_ size: Lanes.Size) -> Vector128 {
        var result = Vector128()
        let bits = max(size.bits, 16)
        for place in stride(from: 0, to: 128, by: bits) {
            result[place / 64] |= float(size) << UInt64(place % 64)
        }
        return result
    }

    private mutating func float(_ size: Lanes.Size) -> UInt64 {
        let value: Double =
            switch below(8) {
            case 0: Double(below(200)) - 100
            case 1: pick([0.0, -0.0, 1, -1, 0.5, .infinity, -.infinity, .nan])
            default: Double.random(in: -4...4, using: &self)
            }
        switch size {
        case .b, .h: return chance(20) ? operand(bits: 16) : UInt64(Float(value).bitPattern >> 16)
        case .s: return chance(10) ? operand(bits: 32) : UInt64(Float(value).bitPattern)
        case .d, .q: return chance(10) ? operand(bits: 64) : value.bitPattern
        }
    }
}
