import Support
import TestSupport
import IR
import Interp
import Optimizer
import Testing

/// Every integer operation of the IR against libgmp: its meaning (`evaluate`), the constant folder, the interpreter.
@Suite struct IntegerMeaningTests {
    static let pure = Opcode.allCases.filter { IntegerOracle.of($0) != nil || isConversion($0) }

    /// Operations on lanes have oracles of their own (`LaneMeaningTests`).
    private static let onLanes: Set<OpShape> = [.lanes, .extractLane, .insertLane, .splat]

    private static func isConversion(_ opcode: Opcode) -> Bool { opcode.info.shape == .convert }

    @Test("Every operation without effects has an exact meaning to be tested against")
    func everyPureOperationHasAnOracle() {
        for opcode in Opcode.allCases {
            let isPure = !Instruction(opcode, .i64).hasSideEffect && opcode != .getState && opcode != .helper
            if isPure && Self.onLanes.contains(opcode.info.shape) { continue }
            #expect(isPure == Self.pure.contains(opcode), "\(opcode)")
        }
    }

    @Test("evaluate computes what mathematics says", arguments: pure)
    func evaluate(opcode: Opcode) {
        for sample in OperationSample.samples(of: opcode, count: 20_000) where sample.isEvaluable {
            let words = sample.operands.map(\.low) + [0, 0, 0]
            let result = sample.instruction.evaluate(
                words[0], words[1], words[2], typeOfA: sample.operandTypes.first ?? .none)
            guard result == sample.expected.low else {
                Issue.record("\(sample): \(result.map { "\($0)" } ?? "nothing")")
                return
            }
        }
    }

    @Test("The constant folder computes what mathematics says", arguments: pure)
    func constantFolder(opcode: Opcode) {
        var scratch = Scratch()
        for sample in OperationSample.samples(of: opcode, count: 5000) where sample.isEvaluable {
            var block = sample.block { _ in true }
            Optimizer.run(&block, scratch: &scratch)
            let stored = block.instructions.first { $0.opcode == .setState }.map { block[$0.a] }
            guard let stored, stored.opcode == .constant, stored.imm == sample.expected.low else {
                Issue.record("\(sample) folded to\n\(block)")
                return
            }
        }
    }

    /// Drivers, superinstructions, the optimiser, and which operands are constants: each has handlers of its own.
    static let variants: [(driver: CodeGenerator.Driver, fuses: Bool, optimizes: Bool, constants: Set<Int>)] = [
        (.threaded, true, false, []), (.plain, false, false, []), (.threaded, true, false, [1]),
        (.threaded, true, false, [0]), (.threaded, false, false, [0, 1, 2]), (.threaded, true, true, [1]),
        (.threaded, true, true, []), (.threaded, true, true, [2]),
    ]

    @Test("The interpreter computes what mathematics says", arguments: pure)
    func interpreter(opcode: Opcode) {
        var scratch = Scratch()
        for variant in Self.variants {
            let subject = InterpreterSubject(driver: variant.driver, fuses: variant.fuses)
            for sample in OperationSample.samples(of: opcode, count: 2000) {
                var block = sample.block { variant.constants.contains($0) }
                if variant.optimizes { Optimizer.run(&block, scratch: &scratch) }
                subject.load(block)
                let result = subject.run(sample.operands)
                guard let result, result == sample.expected else {
                    Issue.record("\(sample): \(result.map { "\($0)" } ?? "left") in \(variant)\n\(block)")
                    return
                }
            }
        }
    }

    @Test("Fetch operations leave in memory what mathematics says", arguments: FetchOperation.allCases)
    func fetchOperations(operation: FetchOperation) {
        var generator = SplitMix64(seed: UInt64(operation.rawValue))
        func check<Word: MachineWord>(_: Word.Type) {
            for _ in 0..<2000 {
                let (old, operand) = (generator.operand(bits: Word.bitWidth), generator.operand(bits: Word.bitWidth))
                let result = operation.apply(Word(truncatingIfNeeded: old), Word(truncatingIfNeeded: operand))
                let exact = IntegerOracle.fetch(operation, ExactInteger(old), ExactInteger(operand), Word.bitWidth)
                #expect(UInt64(result) == exact.words.low, "\(operation) of \(old) and \(operand)")
            }
        }
        check(UInt8.self)
        check(UInt16.self)
        check(UInt32.self)
        check(UInt64.self)
    }

    @Test("Inverted, swapped and derived conditions agree with the ones they come from")
    func derivedConditions() {
        var generator = SplitMix64(seed: 7)
        for _ in 0..<5000 {
            let (a, b) = (generator.operand(bits: 64), generator.operand(bits: 64))
            for comparison in Comparison.allCases {
                #expect(comparison.inverted.apply(a, b) == !comparison.apply(a, b))
                #expect(comparison.swapped.apply(b, a) == comparison.apply(a, b))
            }
            for condition in FlagCondition.allCases {
                let (difference, logic) = (Flags.subtracting(a, b), Flags.logic(a))
                #expect(condition.inverted.apply(difference) == !condition.apply(difference))
                if let comparison = condition.afterSubtract {
                    #expect(comparison.apply(a, b) == condition.apply(difference), "\(condition)")
                }
                if let comparison = condition.afterLogic {
                    #expect(comparison.apply(a, 0) == condition.apply(logic), "\(condition)")
                }
            }
        }
    }
}
