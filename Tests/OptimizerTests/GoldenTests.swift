import Foundation
import IR
import Optimizer
import Testing

/// Blocks before and after, as text, in `Tests/GoldenTests/Cases/Optimizer`. `BLESS=1` writes what the optimiser makes
/// now into the files, to be reviewed as a difference.
@Suite struct GoldenTests {
    @Test("The files are found and every example is read")
    func files() throws {
        #expect(GoldenFile.all.count >= 14)
        for file in GoldenFile.all {
            #expect(!file.passes.isEmpty, "\(file.name)")
            for example in file.examples { try Verifier.check(try example.block(), stateBytes: RandomBlock.stateBytes) }
        }
    }

    @Test("An operation lies in memory as the walks copy it: see InstructionWords")
    func layout() {
        #expect(MemoryLayout<Instruction>.size == 32)
        #expect(MemoryLayout<Instruction>.offset(of: \.a) == 4)
        #expect(MemoryLayout<Instruction>.offset(of: \.b) == 8)
        #expect(MemoryLayout<Instruction>.offset(of: \.c) == 12)
        #expect(MemoryLayout<Instruction>.offset(of: \.imm) == 16)
    }

    @Test("Blocks become what the files say", arguments: GoldenFile.all)
    func golden(file: GoldenFile) throws {
        var scratch = Scratch()
        var blessed = file
        for (index, example) in file.examples.enumerated() {
            var block = try example.block()
            Optimizer.run(&block, passes: file.passes, scratch: &scratch)
            blessed.examples[index].after = GoldenFile.lines(block)
        }
        if ProcessInfo.processInfo.environment["BLESS"] == "1" { return try blessed.write() }
        for (example, now) in zip(file.examples, blessed.examples) {
            #expect(now.after == example.after, "\(file.name): \(example.title)")
        }
    }

    @Test("Rules keep the meaning, in every width, on edge and random operands", arguments: GoldenFile.all)
    func meaning(file: GoldenFile) throws {
        var scratch = Scratch()
        for example in file.examples {
            for before in Self.variants(try example.block()) {
                try Verifier.check(before, stateBytes: RandomBlock.stateBytes)
                var after = before
                Optimizer.run(&after, passes: file.passes, scratch: &scratch)
                try Verifier.check(after, stateBytes: RandomBlock.stateBytes)
                let difference = (0..<600 as Range<UInt64>).lazy.compactMap { seed in
                    ReferenceMachine.difference(before, after, seed: seed)
                }.first
                if let difference {
                    Issue.record("\(file.name), \(example.title): \(difference)\n\(before)became\n\(after)")
                }
            }
        }
    }

    @Test("A second run changes nothing", arguments: GoldenFile.all)
    func idempotence(file: GoldenFile) throws {
        var scratch = Scratch()
        for example in file.examples {
            var once = try example.block()
            Optimizer.run(&once, passes: file.passes, scratch: &scratch)
            var twice = once
            Optimizer.run(&twice, passes: file.passes, scratch: &scratch)
            #expect(once == twice, "\(file.name): \(example.title)")
        }
    }

    /// The block, and where it works on i64 alone the same in narrower types.
    private static func variants(_ block: Block) -> [Block] {
        [block]
            + [ValueType.i32, .i16, .i8].compactMap { type in
                var narrow = block
                for index in narrow.instructions.indices {
                    guard let instruction = narrowed(narrow.instructions[index], to: type) else { return nil }
                    narrow.instructions[index] = instruction
                }
                return (try? Verifier.check(narrow)) == nil ? nil : narrow
            }
    }

    /// Constants near an end of the i64 number line move to the same place of the narrower line.
    private static func narrowed(_ instruction: Instruction, to type: ValueType) -> Instruction? {
        var narrow = instruction
        switch (instruction.opcode, instruction.type) {
        case (.load, _), (.store, _), (.loadPair, _), (.storePair, _), (.fetchAndOperate, _), (.guardClear, _),
            (.helper, _):
            return nil
        case (.constant, .i64):
            let signed = Int64(bitPattern: instruction.imm)
            let isExtreme = signed == .max || signed == .min
            narrow.imm = isExtreme ? instruction.imm >> UInt64(64 - type.bits) : instruction.imm & type.mask
            if signed == .min { narrow.imm = type.mask >> 1 + 1 }
            narrow.type = type
        case (_, .i64): narrow.type = type
        default: break
        }
        return narrow
    }
}
