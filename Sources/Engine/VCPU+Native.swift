import Guest
import Interp
import JIT
import Memory
import Support

// Promotion: a block that was entered often becomes native code, with the blocks that it leads to.

extension VCPU {
    /// Has the block that left as hot compiled, unless it is one that shall stay threaded code.
    func promote() {
        guard let code = context.pointee.exitCursor else { return }
        let head = ThreadedBlock(code: code)
        pc = head.header.pointee.guestPC
        if postpones(head) { return }
        if nativeTier == nil {
            group.beginNative(from: self)
            // Others had their turn meanwhile.
            if translationsWereFlushed { return }
        }
        guard let tier = nativeTier else { return }
        let isBeside = compilesBeside(tier.options)
        guard isBeside || hasTimeToCompile(tier.options) else {
            return NativeEntry.postpone(head, entries: tier.options.threshold)
        }
        // Two vCPUs may find the same block hot: the second's code must not take the place of the first's.
        guard NativeEntry.claim(head) else { return }
        let start = timedMoment
        compile(head, tier, isBeside: isBeside)
        if let start { promotionTimes.add(since: start) }
    }

    private func compile(_ head: ThreadedBlock, _ tier: NativeTier, isBeside: Bool) {
        guard var promotion = claimed(head) else { return }
        if isBeside {
            promotion.claimed = options.timesTranslations ? HostTime.now : 0
            switch handOver(promotion, tier) {
            case .taken: return handedOver += 1
            case .later: return NativeEntry.count(head, entries: promotion.threshold)
            case .refused: break
            }
        }
        compile(promotion, tier)
    }

    /// Has a block that is hot while the vCPU is young counted on, once.
    private func postpones(_ head: ThreadedBlock) -> Bool {
        guard let options = options.native, isYoung(options), !head.isPostponed else { return false }
        head.notePostponed()
        NativeEntry.postpone(head, entries: options.youngThreshold - options.threshold)
        return true
    }

    /// Where an earlier run has kept its code, this one has the time to compile more.
    private func isYoung(_ options: NativeOptions) -> Bool {
        guestInstructions < options.youth && options.youngThreshold > options.threshold && group.store?.old == nil
    }

    /// Whether a block that is hot now is for the thread beside the vCPUs.
    private func compilesBeside(_ options: NativeOptions) -> Bool {
        switch options.background {
        case .off: false
        case .whenFree: group.hasFreeCore
        case .always: true
        }
    }

    private func claimed(_ head: ThreadedBlock) -> Promotion? {
        let header = head.header.pointee
        let epoch = group.cache.epoch
        guard let page = memory.hostPointer(to: header.physical & SoftTLB.pageMask, count: 4096) else { return nil }
        let hash = keepsRecords ? storedPage(header.guestPC, UnsafeRawPointer(page), epoch: epoch) : nil
        let native = options.native ?? NativeOptions()
        return Promotion(
            head: head, header: header, page: UnsafeRawPointer(page), pageHash: hash,
            threshold: isYoung(native) ? native.youngThreshold : native.threshold, vcpu: index)
    }

    private func handOver(_ promotion: Promotion, _ tier: NativeTier) -> BackgroundCompiler.Answer {
        guard let slice = tier.backgroundSlice, let layout = regions.native?.layout else { return .refused }
        let (group, options, vcpu) = (group, options, index)
        let source = BackgroundCompiler.WorkerSource {
            guard let native = NativeCompiler(layout: layout, slice: slice) else { return nil }
            let recorder = group.store?.makeRecorder(isMain: true)
            let worker = RegionCompiler<G>(group: group, options: options, recorder: recorder, native)
            worker.showSharedCode(vcpu: vcpu)
            return worker
        }
        return group.background.take(
            promotion, after: tier.options.compiledBefore, group: group, source: source)
    }

    private func compile(_ promotion: Promotion, _ tier: NativeTier) {
        let start = tier.options.compilationShare == nil ? 0 : WorkTimes.threadTime
        switch regions.promote(promotion) {
        case .done: break
        case .failed: failedPromotions += 1
        case .full:
            failedPromotions += 1
            flushTranslations()
        }
        if start != 0 { compilationTime &+= WorkTimes.threadTime &- start }
    }

    private func hasTimeToCompile(_ options: NativeOptions) -> Bool {
        guard let share = options.compilationShare, compilationTime > NativeOptions.freeCompilation else { return true }
        let allowed = Double(WorkTimes.threadTime) * share
        return Double(compilationTime &- NativeOptions.freeCompilation) < allowed
    }

    /// When work begins, where somebody wants to know how long it takes.
    var timedMoment: WorkTimes.Moment? { options.timesTranslations ? WorkTimes.Moment() : nil }

    /// Has all native code look into the software TLB from now on: there is no other any more when this returns.
    func leaveDirectAccess() {
        guard let tier = group.native, tier.isDirect else { return }
        flushTranslations { tier.leaveDirectAccess() }
        group.store?.stopRecording()
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
