import Guest
import IR
import Interp
import JIT
import Memory
import Support

// Translations from and for a `TranslationStore`.

extension VCPU {
    /// The hash of the page of `pc`, whose first byte is at `host`; nil when its translations are not kept.
    func storedPage(_ pc: UInt64, _ host: UnsafeRawPointer, epoch: UInt64) -> UInt64? {
        let page = pc & SoftTLB.pageMask
        return storePages.hash(page, epoch: epoch) {
            guard program?.keepsTranslations(of: page) == true else { return nil }
            let content = WordHash.of(host.assumingMemoryBound(to: UInt64.self), count: 4096 / 8)
            // Exclusives there are translated otherwise then.
            let open = group.monitors.openSequences.filter { $0 & SoftTLB.pageMask == page }
            return open.isEmpty ? content : WordHash.of([content] + open.sorted())
        }
    }

    /// The block at `pc` from the store, published like one that was translated; nil when there is none or no room. `host` is
    /// where the page begins.
    func storedBlock(_ pc: UInt64, physical: UInt64, flags: UInt64, host: UnsafeRawPointer) -> ThreadedBlock? {
        let epoch = group.cache.epoch
        guard let old = group.store?.old, !group.cache.isFull, let hash = storedPage(pc, host, epoch: epoch) else {
            return nil
        }
        guard let block = makeStored(old, pc, physical, flags, hash, epoch) else { return nil }
        makeSuccessors(of: block, old, hash, epoch)
        return block
    }

    /// One block, published.
    private func makeStored(
        _ old: StoreImage, _ pc: UInt64, _ physical: UInt64, _ flags: UInt64, _ hash: UInt64, _ epoch: UInt64
    ) -> ThreadedBlock? {
        let found = old.find(pc: pc, flags: flags, pageHash: hash)
        guard let record = found.threaded,
            let block = generator.makeBlock(
                record.payload, record.payloadCount, guestPC: pc, physical: physical, flags: flags, into: code)
        else { return nil }
        storedBlocks += 1
        // What it leads to is part of its native code where it has some, and would seldom be entered.
        if let record = found.native, adopt(record, block) { generator.forgetLinks() }
        let published = group.cache.insert(block, epoch: epoch)
        if published != block { generator.forgetLinks() }
        return published
    }

    /// The most blocks of a page that are made because one leads to the other.
    private static var mostSuccessors: Int { 64 }

    /// Links the exits of `block`, just made, within its page, and makes the blocks that they lead to: they were run the
    /// last time, and each that is linked saves a way through the run loop.
    private func makeSuccessors(of block: ThreadedBlock, _ old: StoreImage, _ hash: UInt64, _ epoch: UInt64) {
        let page = block.header.pointee.physical & SoftTLB.pageMask
        let flags = block.header.pointee.flags & ~EntryMode.mask
        var queue = generator.openLinks
        var made = 0
        while let (cell, target) = queue.popLast() {
            let physical = page | target & ~SoftTLB.pageMask
            if let known = group.cache.lookup(physical: physical, pc: target, flags: flags) {
                ThreadedCode.link(cell, to: known)
                continue
            }
            guard made < Self.mostSuccessors, !group.cache.isFull,
                let next = makeStored(old, target, physical, flags, hash, epoch)
            else { continue }
            made += 1
            ThreadedCode.link(cell, to: next)
            queue.append(contentsOf: generator.openLinks)
        }
    }

    /// Gives `block`, which nobody knows yet, its native code; false when it cannot.
    private func adopt(_ record: StoreRecord, _ block: ThreadedBlock) -> Bool {
        let address = UInt64(UInt(bitPattern: block.code))
        guard let tier = group.native, tier.isDirect == (tier.options.addressLimit != nil),
            let enter = regions.native?.enterHandler, NativeEntry.claim(block),
            let native = regions.native?.makeCode(record.payload, record.payloadCount, code: address)
        else { return false }
        block.setNative(entry: native.entry, whenInvalid: native.whenInvalid)
        _ = NativeEntry.install(enter, in: block)
        storedRegions += 1
        options.nativeObserver?.compiled(
            pc: record.pc, code: tier.memory.bytes(at: native.start, count: native.count), at: native.start,
            vcpu: index)
        return true
    }

    /// Whether translations are kept for later runs.
    var keepsRecords: Bool { regions.recorder != nil && group.store?.isRecording == true }

    /// Keeps a block that has just been translated, before anybody knows it; `host` is where its page begins.
    func record(_ block: ThreadedBlock, host: UnsafeRawPointer, epoch: UInt64) {
        guard keepsRecords, let recorder = regions.recorder else { return }
        let (pc, flags) = (block.header.pointee.guestPC, block.header.pointee.flags)
        guard let hash = storedPage(pc, host, epoch: epoch) else { return }
        recorder.append(.threaded, pc: pc, flags: flags, pageHash: hash) {
            generator.writePortable(block, to: $0, room: $1)
        }
    }
}
