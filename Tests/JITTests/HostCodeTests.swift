import Foundation
import GuestA64
import JIT
import Machine
import Testing

/// The host code of guest instructions, as text, in `Tests/GoldenTests/Cases/HostCode`. `BLESS=1` writes what the native
/// tier makes now into the files, to be reviewed as a difference.
@Suite(.enabled(if: HostDisassembler.isLLVM)) struct HostCodeTests {
    @Test("The files are found, and no instruction is there twice")
    func files() {
        let words = HostCodeFile.all.flatMap { $0.examples.map(\.word) }
        #expect(words.count >= 500)
        #expect(Set(words).count == words.count)
    }

    @Test("Instructions become what the files say", arguments: HostCodeFile.all)
    func golden(file: HostCodeFile) throws {
        var blessed = file
        let listings = try Self.listings(file.examples.map(\.word))
        for (index, lines) in listings.enumerated() {
            let pc = HostCodeCompiler.pc
            blessed.examples[index].text = Disassembler(word: file.examples[index].word, pc: pc).text
            blessed.examples[index].lines = lines
        }
        if ProcessInfo.processInfo.environment["BLESS"] == "1" { return try blessed.write() }
        for (example, now) in zip(file.examples, blessed.examples) {
            let report = "now:\n\(now.lines.joined(separator: "\n"))\n"
            #expect(now == example, "\(file.name): \(example.text): BLESS=1 takes it over; \(report)")
        }
    }

    /// The code of each word.
    private static func listings(_ words: [UInt32]) throws -> [[String]] {
        let nop: UInt32 = 0xd503_201f
        let compiler = try HostCodeCompiler()
        let compiled = try ([nop] + words).map { try compiler.compile($0) }
        guard let first = compiled.first?.code, let last = compiled.last?.code else { return [] }
        // Disassembled at once; what is no instruction becomes NOPs, so that the disassembler keeps step.
        var bytes = [UInt8](repeating: 0x90, count: Int(last.start - first.start) + last.count)
        for (code, own) in compiled {
            let start = Int(code.start - first.start)
            bytes.replaceSubrange(start..<start + own.count, with: own)
        }
        let text = HostDisassembler.text(bytes, at: first.start)
        var instructions = text.split(separator: "\n").compactMap { HostInstruction(line: $0) }
        for index in instructions.indices.dropLast() {
            instructions[index] = instructions[index].resolved(next: instructions[index + 1].address)
        }
        let listings = compiled.map { code, _ in
            let end = code.start &+ UInt64(code.count)
            let from = instructions.partitioningIndex { $0.address >= code.start }
            let to = instructions.partitioningIndex { $0.address >= end }
            return HostListing(code, instructions[from..<to])
        }
        let names = compiler.names
        return listings.dropFirst().map { listing in
            var own = listing
            own.remove(listings[0])
            return own.lines(names)
        }
    }
}

extension Array {
    /// The first index whose element `belongs` behind the partition, in an array that is partitioned by it.
    fileprivate func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
