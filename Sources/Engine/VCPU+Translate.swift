import Guest
import IR
import Interp
import JIT
import Memory
import Optimizer
import Synchronization

// From a pc to its block.

extension VCPU {
    /// The block at the pc; nil when fetching it took an exception instead, or nothing could be done yet.
    func findBlock() -> ThreadedBlock? {
        let pc = pc
        if let known = jumpCached(pc) { return known }
        guard let page = fetchTranslation(pc) else { return nil }
        let physical = page.physical
        // The guest's code need not be touched where nothing hangs on it.
        let first = flags & EntryMode.mask == 0 ? 0 : firstWord(page.host, pc)
        let key = G.blockFlags(flags, first: first, guarded: page.guarded)
        if let known = group.cache.lookup(physical: physical, pc: pc, flags: key) {
            remember(known, pc)
            return known
        }
        let start = UnsafeRawPointer(page.host) - Int(truncatingIfNeeded: pc & ~SoftTLB.pageMask)
        if let stored = storedBlock(pc, physical: physical, flags: key, host: start) {
            remember(stored, pc)
            return stored
        }
        let moment = timedMoment
        let translated = translate(pc, physical: physical, flags: key, host: page.host)
        if let moment { translationTimes.add(since: moment) }
        guard let block = translated else { return nil }
        remember(block, pc)
        return block
    }

    /// What stands at the pc; guest code may be written at the same time.
    private func firstWord(_ host: UnsafeMutableRawPointer, _ pc: UInt64) -> UInt32 {
        CodeWindow(base: UnsafeRawPointer(host), count: pc & 3 == 0 ? 4 : 0).word(at: 0) ?? 0
    }

    private func jumpCacheEntry(_ pc: UInt64) -> UnsafeMutablePointer<JumpCacheEntry> {
        context.pointee.jumpCache + Int(truncatingIfNeeded: JumpCacheEntry.offset(pc, flags: flags) / 32)
    }

    private func jumpCached(_ pc: UInt64) -> ThreadedBlock? {
        let entry = jumpCacheEntry(pc).pointee
        guard entry.pc == pc, entry.flags == flags, let code = entry.code else { return nil }
        // An invalid one would lose how it was entered.
        let block = ThreadedBlock(code: code)
        if block.isInvalid { return nil }
        if nativeTier != nil { jumpCacheEntry(pc).pointee.native = nativeTarget(block) }
        return block
    }

    /// Makes the next look-up of `pc` go further than the per-vCPU cache.
    func forget(_ pc: UInt64) {
        for mode: UInt64 in 0...3 {
            let offset = JumpCacheEntry.offset(pc, flags: mode << EntryMode.shift)
            context.pointee.jumpCache[Int(truncatingIfNeeded: offset / 32)] = JumpCacheEntry()
        }
    }

    private func remember(_ block: ThreadedBlock, _ pc: UInt64) {
        let entry = jumpCacheEntry(pc)
        entry.pointee.pc = pc
        entry.pointee.flags = flags
        entry.pointee.code = block.code
        entry.pointee.native = nativeTarget(block)
    }

    /// Where native code goes that wants `block`.
    private func nativeTarget(_ block: ThreadedBlock) -> UInt64 {
        let native = block.nativeEntry
        return native != 0
            ? native : regions.native?.lookupThunk ?? nativeTier?.lookupThunk.load(ordering: .relaxed) ?? 0
    }

    /// Where the code at `pc` is, or nil after taking the fetch's exception.
    private func fetchTranslation(_ pc: UInt64) -> (host: UnsafeMutableRawPointer, physical: UInt64, guarded: Bool)? {
        switch locate(pc, .fetch, mmuIndex) {
        case .ram(let host, let physical):
            return (host, physical, withTLB(mmuIndex) { $0.lookup(pc)?.page.guarded ?? false })
        case .device:
            fetchFault(MemoryFault(address: pc, access: .fetch, cause: .external))
        case .fault(let fault):
            fetchFault(fault)
        }
        return nil
    }

    private func fetchFault(_ fault: MemoryFault) {
        takeException { G.deliver(fault, pc: fault.address, state, environment: self) }
    }

    /// Translates the block at `pc`; nil when the code buffer was full and has been emptied: look again.
    private func translate(_ pc: UInt64, physical: UInt64, flags: UInt64, host: UnsafeMutableRawPointer)
        -> ThreadedBlock?
    {
        let epoch = group.cache.epoch
        let inPage = Int(truncatingIfNeeded: pc & ~SoftTLB.pageMask)
        let window = CodeWindow(
            base: UnsafeRawPointer(host), count: 4096 - inPage, before: inPage,
            openSequences: group.monitors.openSequences)
        regions.builder.reset(guestPC: pc)
        G.translate(pc: pc, code: window, flags: flags, limit: options.blockLimit, into: &regions.builder)
        let bytes = regions.builder.block.guestInstructionCount * 4
        let original = options.observer == nil ? nil : regions.builder.block
        var block = regions.builder.takeBlock()
        if options.optimizes { Optimizer.run(&block, scratch: &regions.scratch) }
        if let original { observe(original, block, window) }
        let target = regions.waitLoopTarget(of: block, page: UnsafeRawPointer(host) - inPage, flags: flags)
        let generated =
            group.cache.isFull
            ? nil
            : generator.generate(
                &block, physical: physical, flags: flags, guestBytes: bytes, waitTarget: target, into: code)
        regions.builder.replaceBlock(block)
        guard let generated else {
            flushTranslations()
            return nil
        }
        translatedBlocks += 1
        translatedGuestInstructions += Int(generated.header.pointee.guestInstructions)
        translatedOperations += generated.header.pointee.operations
        record(generated, host: UnsafeRawPointer(host) - inPage, epoch: epoch)
        let published = group.cache.insert(generated, epoch: epoch)
        if published == generated { linkKnown(generated) }
        return published
    }

    /// Links the exits of `block`, just made and published, to those blocks of its page that there are. Each saves a way
    /// through the run loop.
    private func linkKnown(_ block: ThreadedBlock) {
        let key = block.header.pointee
        for (cell, target) in generator.openLinks {
            let physical = key.physical & SoftTLB.pageMask | target & ~SoftTLB.pageMask
            // Direct jumps enter as if nothing had led there.
            let flags = key.flags & ~EntryMode.mask
            if let known = group.cache.lookup(physical: physical, pc: target, flags: flags) {
                ThreadedCode.link(cell, to: known)
            }
        }
    }

    private func observe(_ original: Block, _ optimized: Block, _ window: CodeWindow) {
        let text = original.instructions.compactMap { instruction -> String? in
            guard instruction.opcode == .guestInstruction else { return nil }
            let pc = instruction.imm
            let word = window.word(at: Int(Int64(bitPattern: pc &- original.guestPC)))
            return word.map { "0x\(String(pc, radix: 16)):  \(hex($0))  \(G.disassemble($0, pc: pc))" }
        }
        options.observer?.translated(guest: text, original: original, optimized: optimized, vcpu: index)
    }

    private func hex(_ word: UInt32) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
