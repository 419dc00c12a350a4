package import Guest
package import IR
import Interp
import JIT
import Memory
import Optimizer

/// From guest code to IR, and from the IR of a hot block, with the blocks that it leads to, to native code. One for each
/// thread that translates.
package final class RegionCompiler<G: GuestArchitecture>: PromotionWorker, @unchecked Sendable {
    private let group: ProcessorGroup
    private let options: VCPUOptions
    var builder = Builder()
    var scratch: Scratch
    /// nil where nothing is compiled.
    var native: NativeCompiler?
    /// What is translated, for later runs; nil where nothing is kept.
    let recorder: StoreRecorder?
    private(set) var figures = CompilationFigures()

    init(
        group: ProcessorGroup, options: VCPUOptions, recorder: StoreRecorder?, _ native: consuming NativeCompiler?
    ) {
        self.group = group
        self.options = options
        self.recorder = recorder
        self.native = native
        scratch = Scratch(stateCells: G.layout.cells)
    }

    // MARK: Promotion

    func promote(_ promotion: Promotion) -> PromotionOutcome {
        guard let options = options.native, let tier = group.native else { return .failed }
        let header = promotion.header
        let region = gatherRegion(header, promotion.page, options)
        guard !region.isEmpty else { return .failed }
        // What is too large even for an empty slice stays as it is.
        let isEmpty = native?.isEmpty ?? true
        guard
            let code = native?.compile(
                region, code: UInt64(UInt(bitPattern: promotion.head.code)), flushes: G.flushesSubnormals(header.flags),
                direct: tier.isDirect)
        else { return isEmpty || native?.ranOut == true ? .failed : .full }
        figures.add(code)
        record(code, promotion)
        publish(code, promotion.head, tier)
        self.options.nativeObserver?.compiled(
            pc: header.guestPC, code: tier.memory.bytes(at: code.start, count: code.count), at: code.start,
            vcpu: promotion.vcpu)
        return .done
    }

    private func publish(_ code: NativeCode, _ head: ThreadedBlock, _ tier: NativeTier) {
        head.setNative(entry: code.entry, whenInvalid: code.whenInvalid)
        // Whoever invalidates the block, because what was read has changed since, either finds its native code, or
        // overwrote its first word before.
        if !NativeEntry.install(native?.enterHandler ?? 0, in: head) { tier.divert(head) }
    }

    /// Keeps a region that has just been compiled, before anybody knows it.
    private func record(_ code: NativeCode, _ promotion: Promotion) {
        guard let recorder, let hash = promotion.pageHash else { return }
        recorder.append(.native, pc: promotion.header.guestPC, flags: promotion.header.flags, pageHash: hash) {
            native?.writePortable(code, to: $0, room: $1) ?? 0
        }
    }

    func forgetNative() { native?.reset() }

    /// Tells the observer of native code about that which all regions share.
    func showSharedCode(vcpu: Int) {
        guard let observer = options.nativeObserver, let tier = group.native else { return }
        for (name, address, count) in native?.sharedCode ?? [] {
            observer.shared(name, code: tier.memory.bytes(at: address, count: count), at: address, vcpu: vcpu)
        }
    }

    // MARK: Regions

    /// The IR of the block at `header`, whose page is at `host`, and of those that it leads to by jumps in its page, as far
    /// as they have been run; empty when the block shall not be compiled.
    private func gatherRegion(_ header: BlockHeader, _ host: UnsafeRawPointer, _ options: NativeOptions)
        -> [RegionBlock]
    {
        // Blocks of a special entry mode do nothing but raise an exception.
        guard header.flags & EntryMode.mask == 0 else { return [] }
        var blocks: [Block] = []
        var landings: KnownLandings?
        var seen: Set<UInt64> = [header.guestPC]
        var queue = [header.guestPC]
        var instructions = 0
        var next = 0
        while next < queue.count, blocks.count < options.regionBlocks, instructions < options.regionInstructions {
            let start = queue[next]
            next += 1
            let block = retranslate(start, host, header.flags)
            if waitLoopTarget(of: block, page: host, flags: header.flags) != nil {
                if blocks.isEmpty { return [] }
                continue
            }
            instructions += block.guestInstructionCount
            for known in successors(block, header, host, &landings) {
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
        // What is kept is no longer than it need be, and the builder has its memory for the next one.
        var kept = Block(guestPC: block.guestPC)
        kept.guestInstructionCount = block.guestInstructionCount
        kept.instructions = block.instructions.withUnsafeBufferPointer { Array($0) }
        builder.replaceBlock(block)
        return kept
    }
}
