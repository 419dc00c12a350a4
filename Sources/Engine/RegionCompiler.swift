package import Guest
package import IR
import Interp
import JIT
import Memory
import Optimizer

/// From guest code to IR, and from the IR of a hot block, with the blocks that it leads to, to native code. One for each
/// thread that translates.
package final class RegionCompiler<G: GuestArchitecture> {
    private let group: ProcessorGroup
    private let memory: PhysicalMemory
    private let options: VCPUOptions
    var builder = Builder()
    var scratch: Scratch
    /// nil where nothing is compiled.
    var native: NativeCompiler?

    init(group: ProcessorGroup, memory: PhysicalMemory, options: VCPUOptions, _ native: consuming NativeCompiler?) {
        self.group = group
        self.memory = memory
        self.options = options
        self.native = native
        scratch = Scratch(stateCells: G.layout.cells)
    }

    /// The IR of the block at `header` and of those that it leads to by jumps in its page, as far as they have been run;
    /// empty when the block shall not be compiled.
    func gatherRegion(_ header: BlockHeader, _ options: NativeOptions) -> [RegionBlock] {
        let physicalPage = header.physical & SoftTLB.pageMask
        // Blocks of a special entry mode do nothing but raise an exception.
        guard header.flags & EntryMode.mask == 0, let host = memory.hostPointer(to: physicalPage, count: 4096) else {
            return []
        }
        var blocks: [Block] = []
        var landings: KnownLandings?
        var seen: Set<UInt64> = [header.guestPC]
        var queue = [header.guestPC]
        var instructions = 0
        var next = 0
        while next < queue.count, blocks.count < options.regionBlocks, instructions < options.regionInstructions {
            let start = queue[next]
            next += 1
            let block = retranslate(start, UnsafeRawPointer(host), header.flags)
            if waitLoopTarget(of: block, page: UnsafeRawPointer(host), flags: header.flags) != nil {
                if blocks.isEmpty { return [] }
                continue
            }
            instructions += block.guestInstructionCount
            for known in successors(block, header, UnsafeRawPointer(host), &landings) {
                let target = known.header.pointee.guestPC
                guard !seen.contains(target), known.header.pointee.nativeCopies < options.mostCopies else { continue }
                known.header.pointee.nativeCopies += 1
                seen.insert(target)
                queue.append(target)
            }
            blocks.append(block)
        }
        return blocks.map { RegionBlock($0, landings: landings?.modes(at: $0.guestPC) ?? 0) }
    }

    /// Those known blocks that `block`, of a region of the block at `header`, leads to in its page. `landings` of that page,
    /// once a jump through a register wants them.
    private func successors(
        _ block: borrowing Block, _ header: BlockHeader, _ page: UnsafeRawPointer, _ landings: inout KnownLandings?
    ) -> [ThreadedBlock] {
        if let mode = NativeCode.jumpMode(of: block) {
            let known = landings ?? KnownLandings(G.self, near: header, in: group.cache, page: page)
            landings = known
            return known.blocks(mode: mode)
        }
        return NativeCode.targets(of: block).compactMap { target in
            guard (target ^ header.guestPC) & SoftTLB.pageMask == 0 else { return nil }
            let physical = header.physical & SoftTLB.pageMask | target & ~SoftTLB.pageMask
            return group.cache.lookup(physical: physical, pc: target, flags: header.flags)
        }
    }

    /// The optimised IR of the block at `start`, in the page whose guest code is at `page`.
    package func retranslate(_ start: UInt64, _ page: UnsafeRawPointer, _ flags: UInt64) -> Block {
        let inPage = Int(truncatingIfNeeded: start & ~SoftTLB.pageMask)
        builder.reset(guestPC: start)
        let window = CodeWindow(
            base: page + inPage, count: 4096 - inPage, before: inPage, openSequences: group.monitors.openSequences)
        G.translate(pc: start, code: window, flags: flags, limit: options.blockLimit, into: &builder)
        var block = builder.takeBlock()
        if options.optimizes { Optimizer.run(&block, scratch: &scratch) }
        return block
    }
}
