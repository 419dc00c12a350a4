import Guest
import Interp
import JIT
import Memory
import Optimizer

// Promotion: a block that was entered often becomes native code, with the blocks that it leads to.

extension VCPU {
    /// Compiles the block that left as hot, unless it is one that shall stay threaded code.
    func promote() {
        guard let code = context.pointee.exitCursor, let tier = group.native else { return }
        let head = ThreadedBlock(code: code)
        pc = head.header.pointee.guestPC
        guard hasTimeToCompile(tier.options) else {
            return NativeEntry.postpone(head, entries: tier.options.threshold)
        }
        // Two vCPUs may find the same block hot: the second's code must not take the place of the first's.
        guard NativeEntry.claim(head) else { return }
        let before = nativeBlocks
        let start = tier.options.compilationShare == nil ? 0 : WorkTimes.threadTime
        timing(\Processor.promotionTimes) { compile(head, tier) }
        if start != 0 { compilationTime &+= WorkTimes.threadTime &- start }
        if nativeBlocks == before { failedPromotions += 1 }
    }

    private func hasTimeToCompile(_ options: NativeOptions) -> Bool {
        guard let share = options.compilationShare, compilationTime > NativeOptions.freeCompilation else { return true }
        let allowed = Double(WorkTimes.threadTime) * share
        return Double(compilationTime &- NativeOptions.freeCompilation) < allowed
    }

    /// Does `work`, and adds the time that it takes to `times` where somebody wants to know.
    func timing<Result>(_ times: ReferenceWritableKeyPath<Processor, WorkTimes>, _ work: () -> Result) -> Result {
        guard options.timesTranslations else { return work() }
        let start = WorkTimes.Moment()
        defer { self[keyPath: times].add(since: start) }
        return work()
    }

    private func compile(_ head: ThreadedBlock, _ tier: NativeTier) {
        let header = head.header.pointee
        let epoch = group.cache.epoch
        let region = regions.gatherRegion(header, tier.options)
        // A claimed block that gets no native code stays threaded code.
        guard !region.isEmpty else { return }
        let isEmpty = regions.native?.usedBytes == nil || (nativeBlocks == blocksAtLastFlush)
        guard
            let native = regions.native?.compile(
                region, code: UInt64(UInt(bitPattern: head.code)), flushes: G.flushesSubnormals(header.flags))
        else {
            // What is too large even for an empty slice stays as it is.
            if !isEmpty && regions.native?.ranOut != true { flushTranslations() }
            return
        }
        nativeBlocks += 1
        nativeGuestInstructions += native.guestInstructions
        nativeBytes += native.count
        nativeInlineBytes += native.inlineCount
        record(native, header, epoch: epoch)
        publish(native, head, epoch, tier)
        options.nativeObserver?.compiled(
            pc: header.guestPC, code: tier.memory.bytes(at: native.start, count: native.count), at: native.start,
            vcpu: index)
    }

    private func publish(_ native: NativeCode, _ head: ThreadedBlock, _ epoch: UInt64, _ tier: NativeTier) {
        // What was read may have changed since: then the block is invalid already, or will be counted once more.
        guard group.cache.epoch == epoch else { return NativeEntry.count(head, entries: tier.options.threshold) }
        head.setNative(entry: native.entry, whenInvalid: native.whenInvalid)
        // Whoever invalidates the block either finds its native code, or overwrote its first word before.
        if !NativeEntry.install(regions.native?.enterHandler ?? 0, in: head) { tier.divert(head) }
    }

    /// Tells the observer of native code about that which the vCPU's regions share.
    func showSharedCode() {
        guard let observer = options.nativeObserver, let tier = group.native else { return }
        for (name, address, count) in regions.native?.sharedCode ?? [] {
            observer.shared(name, code: tier.memory.bytes(at: address, count: count), at: address, vcpu: index)
        }
    }

    /// Makes the native exit that led here lead to `block` directly next time.
    func linkNative(to block: ThreadedBlock) {
        let site = context.pointee.exitSite
        context.pointee.exitSite = 0
        guard site != 0, let tier = group.native, !translationsWereFlushed,
            block.header.pointee.guestPC == context.pointee.nextPC
        else { return }
        let entry = block.nativeEntry
        if entry != 0 { tier.memory.link(site: site, to: entry) }
    }
}
