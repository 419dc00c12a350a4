import Support
import Engine
import Guest
import GuestA64
import IR
import Interp
import Memory
import Testing

/// Random programs from the decode table must do the same however they are run: optimised or not, with and without
/// superinstructions, threaded or in the plain loop, linked or not. What ends a program (an undefined instruction, a
/// memory fault in the middle of a block) must find the same state too.
@Suite struct AgreementTests {
    static let variants: [(name: String, options: VCPUOptions)] = {
        var plainest = VCPUOptions()
        plainest.optimizes = false
        plainest.generator.fuses = false
        plainest.generator.links = false
        plainest.generator.driver = .plain
        var unfused = VCPUOptions()
        unfused.generator.fuses = false
        var plain = VCPUOptions()
        plain.generator.driver = .plain
        var unoptimized = VCPUOptions()
        unoptimized.optimizes = false
        var short = VCPUOptions()
        short.blockLimit = 3
        var native = VCPUOptions()
        native.native = NativeOptions()
        native.native?.threshold = 1
        native.native?.codeBytes = 1 << 20
        native.native?.sliceBytes = 1 << 20
        var rawNative = native
        rawNative.optimizes = false
        var shortNative = native
        shortNative.blockLimit = 3
        return [
            ("native", native), ("unoptimized native", rawNative), ("short native blocks", shortNative),
            ("plainest", plainest), ("unfused", unfused), ("plain", plain), ("unoptimized", unoptimized),
            ("short blocks", short), ("default", VCPUOptions()),
        ]
    }()

    /// Everything a program can change.
    struct Outcome: Equatable {
        var registers: [UInt64]
        /// V0 to V31, low halves first.
        var vectors: [UInt64]
        /// Floating-point control and status.
        var environment: UInt64
        var flags: UInt64
        var pc: UInt64
        /// FNV-1a of the data.
        var memory: UInt64
        var guestInstructions: UInt64
        var end: [UInt64]

        func difference(from other: Outcome) -> String {
            var parts = registers.indices.filter { registers[$0] != other.registers[$0] }.map {
                "x\($0) 0x\(String(registers[$0], radix: 16)) not 0x\(String(other.registers[$0], radix: 16))"
            }
            parts += vectors.indices.filter { vectors[$0] != other.vectors[$0] }.map {
                "v\($0 / 2)[\($0 % 2)] 0x\(String(vectors[$0], radix: 16)) not 0x\(String(other.vectors[$0], radix: 16))"
            }
            if environment != other.environment {
                parts.append(
                    "floating point 0x\(String(environment, radix: 16)) not 0x\(String(other.environment, radix: 16))")
            }
            if flags != other.flags { parts.append("flags 0x\(String(flags, radix: 16))") }
            if pc != other.pc { parts.append("pc 0x\(String(pc, radix: 16)) not 0x\(String(other.pc, radix: 16))") }
            if memory != other.memory { parts.append("memory") }
            if guestInstructions != other.guestInstructions {
                parts.append("\(guestInstructions) instructions not \(other.guestInstructions)")
            }
            return parts.joined(separator: ", ")
        }
    }

    static func run(
        _ program: [UInt32], seed: UInt64, _ options: VCPUOptions, given: [UInt32: UInt64] = [:]
    ) throws -> Outcome {
        let machine = try FlatMachine(size: 1 << 16, options: options)
        let vcpu = machine.vcpus[0]
        var random = SplitMix64(seed: seed)
        try machine.load(program + [0xd420_0000])
        try machine.memory.copyIn((0..<4096).map { _ in UInt8.random(in: 0...255, using: &random) }, at: 0x1000_8000)
        for number in 0..<32 as Range<UInt32> {
            // Many registers point into memory, so that loads and stores often succeed.
            let pointer = 0x1000_8000 + UInt64.random(in: 0..<256, using: &random) * 8
            vcpu.state[A64State.x(number)] =
                Bool.random(using: &random) || number == 31 ? pointer : edge(using: &random)
        }
        for (number, value) in given { vcpu.state[A64State.x(number)] = value }
        vcpu.state[A64State.nzcv] = UInt64(Flags(statusWord: UInt32.random(in: 0...(.max), using: &random)).rawValue)
        for number in 0..<32 as Range<UInt32> {
            for half in 0...1 { vcpu.state[vectorHalf(number, half)] = floatEdge(using: &random) }
        }
        // Rounding modes, and now and then flushing and default NaNs.
        let control = UInt64.random(in: 0...(Int.random(in: 0..<4, using: &random) == 0 ? 63 : 3), using: &random)
        vcpu.state[A64State.floatingPoint] = control
        vcpu.pc = 0x1000_0000
        vcpu.run()
        return Outcome(
            registers: (0..<32).map { vcpu.state[StateSlot(cell: $0)] },
            vectors: (0..<64).map { vcpu.state[vectorHalf($0 / 2, Int($0 % 2))] },
            environment: vcpu.state[A64State.floatingPoint], flags: vcpu.state[A64State.nzcv],
            pc: vcpu.pc,
            memory: try machine.memory.copyOut(0x8000, at: 0x1000_8000).reduce(0xcbf2_9ce4_8422_2325) {
                ($0 ^ UInt64($1)) &* 0x100_0000_01b3
            },
            guestInstructions: vcpu.guestInstructions, end: machine.ends[0]?.arguments ?? [])
    }

    private static func vectorHalf(_ number: UInt32, _ half: Int) -> StateSlot {
        StateSlot(cell: A64State.v(number).offset / 8 + half)
    }

    static func edge(using random: inout SplitMix64) -> UInt64 {
        let edges: [UInt64] = [0, 1, .max, 1 << 63, 1 << 31, 0x7fff_ffff, 0xffff_ffff, 0x7fff_ffff_ffff_ffff]
        return Bool.random(using: &random)
            ? UInt64.random(in: 0...(.max), using: &random) : edges.randomElement(using: &random) ?? 0
    }

    /// A double or two singles: ordinary numbers, and what is special about the format.
    static func floatEdge(using random: inout SplitMix64) -> UInt64 {
        let doubles: [UInt64] = [
            0, 1 << 63, 1, 0x000f_ffff_ffff_ffff, 0x0010_0000_0000_0000, 0x7fef_ffff_ffff_ffff, 0x7ff0_0000_0000_0000,
            0x7ff8_0000_0000_0001, 0x7ff0_0000_0000_0001, 0xfff8_0000_0000_0000, 0x3ff0_0000_0000_0000,
            0xbfe0_0000_0000_0000, 0x43e0_0000_0000_0000, 0x41f0_0000_0000_0000, 0xc1e0_0000_0000_0000,
        ]
        let singles: [UInt64] = [
            0, 1 << 31, 1, 0x007f_ffff, 0x0080_0000, 0x7f7f_ffff, 0x7f80_0000, 0x7fc0_0001, 0x7f80_0001, 0xffc0_0000,
            0x3f80_0000, 0xbf00_0000, 0x5f00_0000, 0x4f80_0000, 0xcf00_0000,
        ]
        func single() -> UInt64 { singles.randomElement(using: &random) ?? 0 }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return doubles.randomElement(using: &random) ?? 0
        case 1: return single() << 32 | single()
        case 2: return Double.random(in: -1e3...1e3, using: &random).bitPattern
        case 3:
            return UInt64(Float.random(in: -1e3...1e3, using: &random).bitPattern) << 32
                | UInt64(Float.random(in: -1e3...1e3, using: &random).bitPattern)
        default: return UInt64.random(in: 0...(.max), using: &random)
        }
    }

    /// A random word of a random row; rows that jump far away or wait are left to other tests.
    static func word(using random: inout SplitMix64) -> UInt32 {
        while true {
            guard let row = A64.table.rows.randomElement(using: &random) else { return 0 }
            let word = UInt32.random(in: 0...(.max), using: &random) & ~row.mask | row.value
            if !leavesTheProgram(word) { return word }
        }
    }

    /// Branches, exception generation and system instructions: op0 x101.
    private static func leavesTheProgram(_ word: UInt32) -> Bool { word >> 26 & 0b111 == 0b101 }

    /// A comparison, then a conditional branch over the next instruction: what superinstructions are made of.
    static func branchSequence(using random: inout SplitMix64) -> [UInt32] {
        let (rd, rn) = (UInt32.random(in: 0..<31, using: &random), UInt32.random(in: 0..<31, using: &random))
        let immediate = UInt32.random(in: 0..<4096, using: &random)
        let condition = UInt32.random(in: 0..<16, using: &random)
        let compares: [UInt32] = [
            0xf100_0000 | immediate << 10 | rn << 5 | rd, 0x7100_001f | immediate << 10 | rn << 5,
            0xeb00_001f | rd << 16 | rn << 5, 0x6b00_0000 | rd << 16 | rn << 5 | rn,
            0xea00_001f | rd << 16 | rn << 5, 0x7200_001f | rn << 5, 0xb100_0000 | immediate << 10 | rn << 5 | rd,
        ]
        let branches: [UInt32] = [
            0x5400_0040 | condition, 0xb400_0040 | rn, 0x3500_0040 | rn, 0x3600_0040 | rn | (immediate & 31) << 19,
            0xb700_0040 | rd | (immediate & 31) << 19,
        ]
        return [compares.randomElement(using: &random) ?? 0, branches.randomElement(using: &random) ?? 0]
    }

    static func program(seed: UInt64) -> [UInt32] {
        var random = SplitMix64(seed: seed)
        var words: [UInt32] = []
        while words.count < 24 {
            words +=
                Int.random(in: 0..<4, using: &random) == 0 ? branchSequence(using: &random) : [word(using: &random)]
        }
        return words
    }

    @Test(arguments: 0..<20)
    func everyWayOfRunningAProgramGivesTheSameState(batch: Int) throws {
        for number in 0..<100 {
            let seed = UInt64(batch * 1000 + number)
            let program = Self.program(seed: seed)
            let expected = try Self.run(program, seed: seed, Self.variants[3].options)
            for variant in Self.variants {
                let actual = try Self.run(program, seed: seed, variant.options)
                let text = program.map { String($0, radix: 16) }.joined(separator: " ")
                let same = actual == expected
                #expect(same, "\(variant.name), seed \(seed): \(actual.difference(from: expected)); \(text)")
                if actual != expected { return }
            }
        }
    }

    @Test(arguments: 0..<20)
    func everyWayOfRunningALoopGivesTheSameState(batch: Int) throws {
        var again = Self.variants[0].options
        // The loop becomes native in its third turn, when it is known where it leads.
        again.native?.threshold = 3
        let variants = Self.variants + [("native loop", again)]
        for number in 0..<50 {
            let seed = UInt64(batch * 1000 + number)
            let loop = RandomLoop(seed: seed)
            let expected = try Self.run(loop.words, seed: seed, Self.variants[3].options, given: loop.registers)
            for variant in variants {
                let actual = try Self.run(loop.words, seed: seed, variant.1, given: loop.registers)
                let text = loop.words.map { String($0, radix: 16) }.joined(separator: " ")
                let same = actual == expected
                #expect(same, "\(variant.0), seed \(seed): \(actual.difference(from: expected)); \(text)")
                if actual != expected { return }
            }
        }
    }

    @Test(arguments: 0..<20)
    func everyWayOfRunningASwitchGivesTheSameState(batch: Int) throws {
        // With the first turn, with some cases known, with nearly all.
        let variants = [1, 6, 30].map { threshold in
            var options = Self.variants[0].options
            options.native?.threshold = threshold
            return ("native after \(threshold)", options)
        }
        for number in 0..<25 {
            let seed = UInt64(batch * 1000 + number)
            let program = RandomSwitch(seed: seed)
            let expected = try Self.run(program.words, seed: seed, Self.variants[3].options, given: program.registers)
            for (name, options) in variants + [Self.variants[1], Self.variants[8]] {
                let actual = try Self.run(program.words, seed: seed, options, given: program.registers)
                let same = actual == expected
                #expect(same, "\(name), seed \(seed): \(actual.difference(from: expected))")
                if actual != expected { return }
            }
        }
    }
}
