import Guest
import GuestA64
import IR
import Testing

/// LDP and STP at every place of 16 aligned bytes and at the end of a page, on CPUs with FEAT_LSE2, where they may be one
/// access, and without.
struct PairTests {
    struct Pair: Sendable, CustomStringConvertible {
        let description: String
        let word: UInt32
        let bytes: UInt64
    }

    private static let loadPairs = [
        Pair(description: "ldp x2, x3, [x1]", word: 0xa940_0c22, bytes: 8),
        Pair(description: "ldp x1, x2, [x1]", word: 0xa940_0821, bytes: 8),
        Pair(description: "ldp x2, xzr, [x1], #16", word: 0xa8c1_7c22, bytes: 8),
        Pair(description: "ldp xzr, x3, [x1, #-16]!", word: 0xa9ff_0c3f, bytes: 8),
        Pair(description: "ldnp x2, x3, [x1]", word: 0xa840_0c22, bytes: 8),
        Pair(description: "ldp w2, w3, [x1]", word: 0x2940_0c22, bytes: 4),
        Pair(description: "ldp w1, wzr, [x1]", word: 0x2940_7c21, bytes: 4),
        Pair(description: "ldpsw x2, x3, [x1]", word: 0x6940_0c22, bytes: 4),
    ]
    private static let storePairs = [
        Pair(description: "stp x4, x5, [x1]", word: 0xa900_1424, bytes: 8),
        Pair(description: "stp xzr, x4, [x1], #16", word: 0xa881_103f, bytes: 8),
        Pair(description: "stnp x4, x4, [x1]", word: 0xa800_1024, bytes: 8),
        Pair(description: "stp w4, w5, [x1]", word: 0x2900_1424, bytes: 4),
        Pair(description: "stp wzr, w4, [x1, #-8]!", word: 0x29bf_103f, bytes: 4),
    ]
    private static let models: [A64TranslationFlags] = [.allFeatures, .nothing]
    private static let places: [UInt64] = Array(0x100..<0x120) + Array(0xfe0..<0x1010)

    @Test("Both registers get what lies there", arguments: loadPairs)
    func loading(_ pair: Pair) throws {
        for place in Self.places { try check(pair, place) }
        let (machine, before) = try run(0xa940_0c22, 0x108, .allFeatures, Evaluator.run)
        #expect(machine[A64State.x(2)] == UInt64(truncatingIfNeeded: before.read(VectorMachine.dataBase + 0x108, 8)))
        #expect(machine[A64State.x(3)] == UInt64(truncatingIfNeeded: before.read(VectorMachine.dataBase + 0x110, 8)))
    }

    @Test("Both words are written, the first also where the second faults", arguments: storePairs)
    func storing(_ pair: Pair) throws {
        for place in Self.places { try check(pair, place) }
    }

    @Test("The alignment that SCTLR_EL1.A asks for is that of one register", arguments: loadPairs + storePairs)
    func alignment(_ pair: Pair) throws {
        for place in Self.places {
            try check(pair, place, .checksAlignment)
            let flags = A64TranslationFlags.allFeatures.union(.checksAlignment)
            var (machine, _) = try start(pair.word, place)
            let outcome = Evaluator.run(TestBlock.translate([pair.word], flags), &machine)
            guard case .fault(let fault) = outcome, fault.cause == .alignment else {
                #expect(place % pair.bytes == 0)
                continue
            }
            #expect(place % pair.bytes != 0)
        }
    }

    @Test("One operation with FEAT_LSE2, and two without", arguments: loadPairs + storePairs)
    func shape(_ pair: Pair) {
        let isSigned = pair.description.hasPrefix("ldpsw")
        for flags in Self.models {
            let accesses = TestBlock.translate([pair.word], flags).instructions.filter(\.mayFault)
            #expect(accesses.count == (flags == .nothing || isSigned ? 2 : 1))
        }
    }

    /// All executors and models end alike.
    private func check(_ pair: Pair, _ place: UInt64, _ more: A64TranslationFlags = []) throws {
        var (expected, _) = try start(pair.word, place)
        let outcome = Evaluator.run(TestBlock.translate([pair.word], Self.models[0].union(more)), &expected)
        for flags in Self.models {
            for variant in TierVariant.allCases {
                var (machine, _) = try start(pair.word, place)
                let end = variant.executor.run(TestBlock.translate([pair.word], flags.union(more)), &machine)
                #expect(
                    end == outcome && machine.cells == expected.cells && machine.data == expected.data,
                    "\(pair) \(place)")
            }
        }
    }

    private func start(_ word: UInt32, _ place: UInt64) throws -> (VectorMachine, VectorMachine) {
        let registers =
            "x1=\(String(VectorMachine.dataBase + place, radix: 16)) x2=77 x3=78 x4=1122334455667788"
            + " x5=99aabbccddeeff00"
        let machine = VectorMachine(try VectorCase(line: "\(String(word, radix: 16)) \(registers) => "))
        return (machine, machine)
    }

    private func run(
        _ word: UInt32, _ place: UInt64, _ flags: A64TranslationFlags, _ executor: Executor
    ) throws -> (after: VectorMachine, before: VectorMachine) {
        var (machine, before) = try start(word, place)
        #expect(executor(TestBlock.translate([word], flags), &machine) == .next(TestBlock.base + 4))
        return (machine, before)
    }
}
