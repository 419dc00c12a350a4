import Guest
import GuestA64
import IR
import Testing

/// Load-exclusive and store-exclusive together, which no single-instruction vector shows.
struct ExclusiveTests {
    struct Sequence: Sendable {
        let name: String
        let load: UInt32
        let store: UInt32
        /// Bytes that the store writes, from X3 and X4.
        let bytes: Int
    }

    private static let sequences = [
        Sequence(name: "b", load: 0x085f_7c20, store: 0x0802_7c23, bytes: 1),  // ldxrb w0, [x1]; stxrb w2, w3, [x1]
        Sequence(name: "h", load: 0x485f_fc20, store: 0x4802_fc23, bytes: 2),
        Sequence(name: "w", load: 0x885f_7c20, store: 0x8802_7c23, bytes: 4),
        Sequence(name: "x", load: 0xc85f_fc20, store: 0xc802_fc23, bytes: 8),
        Sequence(name: "pair of w", load: 0x887f_1420, store: 0x8822_1023, bytes: 8),  // ldxp w0, w5; stxp w2, w3, w4
        Sequence(name: "pair of x", load: 0xc87f_9420, store: 0xc822_9023, bytes: 16),
    ]
    private static let address: UInt64 = 0x2000_0120
    private static let clearExclusive: UInt32 = 0xd503_3f5f

    @Test("A store-exclusive after its load-exclusive writes and reports 0", arguments: sequences)
    func stores(_ sequence: Sequence) throws {
        for executor in Self.executors {
            let (machine, before) = try run([sequence.load, sequence.store], executor)
            #expect(machine[A64State.x(2)] == 0)
            let expected = Self.stored(sequence)
            #expect(machine.read(Self.address, sequence.bytes) == expected)
            let behind = Self.address + UInt64(sequence.bytes)
            #expect(machine.read(behind, 16) == before.read(behind, 16))
        }
    }

    @Test("A store-exclusive without one, or after CLREX, writes nothing and reports 1", arguments: sequences)
    func fails(_ sequence: Sequence) throws {
        for executor in Self.executors {
            for words in [[sequence.store], [sequence.load, Self.clearExclusive, sequence.store]] {
                let (machine, before) = try run(words, executor)
                #expect(machine[A64State.x(2)] == 1)
                #expect(machine.data == before.data)
            }
        }
    }

    private static let first: UInt64 = 0x1122_3344_5566_7788
    private static let second: UInt64 = 0x99aa_bbcc_ddee_ff00

    private static func stored(_ sequence: Sequence) -> UInt128 {
        switch sequence.name {
        case "pair of w": UInt128(second & 0xffff_ffff) << 32 | UInt128(first & 0xffff_ffff)
        case "pair of x": UInt128(second) << 64 | UInt128(first)
        default: UInt128(first) & (1 << UInt128(sequence.bytes * 8) - 1)
        }
    }

    private static var executors: [Executor] {
        [Evaluator.run] + TierVariant.allCases.map { $0.executor.run }
    }

    private func run(_ words: [UInt32], _ executor: Executor) throws -> (after: VectorMachine, before: VectorMachine) {
        let registers =
            "x1=\(String(Self.address, radix: 16)) x2=77 x3=\(String(Self.first, radix: 16))"
            + " x4=\(String(Self.second, radix: 16))"
        let before = VectorMachine(try VectorCase(line: "\(String(words[0], radix: 16)) \(registers) => "))
        var machine = before
        let outcome = executor(TestBlock.translate(words), &machine)
        #expect(outcome == .next(TestBlock.base + UInt64(words.count * 4)))
        return (machine, before)
    }
}
