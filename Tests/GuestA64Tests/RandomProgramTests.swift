import FuzzA64
import Guest
import GuestA64
import IR
import Interp
import Testing

/// The fuzzer's random programs without a peer: in lockstep with the plain reading of their IR.
struct RandomProgramTests {
    /// Guest instructions in a block.
    private static let blockLength = 6

    @Test(
        "Blocks of random programs end in the interpreter as by the plain reading of their IR",
        arguments: TierVariant.allCases)
    func lockstep(_ variant: TierVariant) {
        let words = WordGenerator()
        let generator = ProgramGenerator(words: words, length: 32, repeats: 1, seed: 20_261_121)
        var hits = [Int](repeating: 0, count: words.rows.count)
        let executor = variant.executor
        var compared = 0
        for number in 0..<1000 {
            let program = generator.program(number, hits: &hits)
            guard let state = program.states.first else { continue }
            var machine = VectorMachine(VectorCase(state))
            for start in stride(from: 0, to: program.words.count, by: Self.blockLength) {
                let block = Self.block(program.words, from: start)
                machine.exclusive = nil
                var other = machine
                let outcome = Evaluator.run(block, &machine)
                let otherOutcome = executor.run(block, &other)
                // Helpers and exits to the run loop: what they do is not known here.
                guard outcome != .system, otherOutcome != .system else { continue }
                let same = otherOutcome == outcome && machine.hasSameState(as: other)
                #expect(same, "program \(number): \(program.text), from word \(start)")
                compared += 1
                if !same { return }
            }
        }
        #expect(compared > 4000)
        #expect(hits.count { $0 == 0 } < words.rows.count / 20)
    }

    /// The block of at most `blockLength` words from `start`.
    private static func block(_ words: [UInt32], from start: Int) -> Block {
        TestBlock.translate(Array(words[start..<min(start + blockLength, words.count)]))
    }
}

extension VectorMachine {
    fileprivate func hasSameState(as other: VectorMachine) -> Bool {
        var (mine, theirs) = (registers, other.registers)
        // Written by those who run blocks.
        mine[.pc] = nil
        theirs[.pc] = nil
        return mine == theirs && data == other.data
    }
}

extension VectorCase {
    /// Only the inputs count.
    fileprivate init(_ state: FuzzState) {
        var inputs: [Register: UInt128] = [
            .sp: UInt128(state.sp), .nzcv: UInt128(state.flags >> 28), .fpcr: UInt128(state.floatControl),
            .fpsr: UInt128(state.floatStatus),
        ]
        for (number, value) in state.x.enumerated() { inputs[.x(number)] = UInt128(value) }
        for (number, value) in state.v.enumerated() {
            inputs[.v(number)] = UInt128(value.y) << 64 | UInt128(value.x)
        }
        self.init(word: 0, line: "", inputs: inputs, expectation: .undefined)
    }
}
