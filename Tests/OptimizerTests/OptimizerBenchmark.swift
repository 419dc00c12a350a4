import Foundation
import Guest
import GuestA64
import IR
import Optimizer
import Testing

/// What optimising costs, on real code, run by hand:
/// `EMU_A64_CODE=<file of raw A64 instructions> swift test -c release --filter OptimizerBenchmark`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["EMU_A64_CODE"] != nil))
struct OptimizerBenchmark {
    private let file = ProcessInfo.processInfo.environment["EMU_A64_CODE"] ?? ""

    @Test("Nanoseconds per guest instruction")
    func cost() throws {
        let blocks = try translate()
        let guestInstructions = blocks.reduce(0) { $0 + $1.guestInstructionCount }
        let pipelines: [(String, [Pass])] = [
            ("copying alone", Pipeline.none), ("forward, nothing", [.forward([])]),
            ("forward, rules", [.forward(.rules)]),
            ("forward, state", [.forward(.state)]), ("forward, numbering", [.forward(.numbering)]),
            ("forward", [.forward(.all)]), ("backward", [.removeDead(.all)]), ("standard", Pipeline.standard),
        ]
        print("\(blocks.count) blocks, \(guestInstructions) guest instructions")
        let only = ProcessInfo.processInfo.environment["EMU_PIPELINE"]
        for (name, passes) in pipelines where only == nil || only == name {
            let (nanoseconds, operations) = measure(blocks, passes)
            let perInstruction = nanoseconds / Double(guestInstructions)
            let density = Double(operations) / Double(guestInstructions)
            print("  \(name): \(String(format: "%.1f ns, %.2f operations", perInstruction, density)) per instruction")
        }
        if let block = blocks.max(by: { $0.guestInstructionCount < $1.guestInstructionCount }) {
            var scratch = Scratch()
            var optimized = block
            Optimizer.run(&optimized, scratch: &scratch)
            let names = StateNames((0..<31).map { (name: "x\($0)", offset: A64State.x($0).offset) })
            print(Printer(names: names).text(block), Printer(names: names).text(optimized))
        }
    }

    /// The file's basic blocks: each begins where the one before ends.
    private func translate() throws -> [Block] {
        let code = try Data(contentsOf: URL(fileURLWithPath: file))
        var builder = Builder()
        var blocks: [Block] = []
        code.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var offset = 0
            while offset < bytes.count {
                let window = CodeWindow(base: base + offset, count: bytes.count - offset)
                let pc = UInt64(0x4000_0000 + offset)
                builder.reset(guestPC: pc)
                A64.translateBlock(pc: pc, code: window, flags: 0, limit: 512, into: &builder)
                blocks.append(builder.block)
                offset += 4 * max(1, builder.block.guestInstructionCount)
            }
        }
        return blocks
    }

    /// The fastest of many rounds over all blocks, and the operations left.
    private func measure(_ blocks: [Block], _ passes: [Pass]) -> (nanoseconds: Double, operations: Int) {
        var scratch = Scratch()
        var work = Block()
        work.instructions.reserveCapacity(4096)
        var best = Double.infinity
        var operations = 0
        for _ in 0..<3000 {
            operations = 0
            let start = DispatchTime.now().uptimeNanoseconds
            for block in blocks {
                work.instructions.removeAll(keepingCapacity: true)
                work.instructions.append(contentsOf: block.instructions)
                work.guestPC = block.guestPC
                work.guestInstructionCount = block.guestInstructionCount
                Optimizer.run(&work, passes: passes, scratch: &scratch)
                operations += work.instructions.count
            }
            best = min(best, Double(DispatchTime.now().uptimeNanoseconds - start))
        }
        return (best, operations)
    }
}
