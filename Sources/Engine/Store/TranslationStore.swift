import Memory
import Support
import Synchronization

/// Translations that outlive a process: those of earlier runs, and those of this one to be kept for later ones.
///
/// A translation is used only where the guest's page is what it was when it was translated, byte for byte as far as a hash
/// tells; so it does not matter what file the page came from, and a page that was changed is translated anew. The page is
/// looked at again after every invalidation (`TranslationCache.epoch`). Which pages are kept the program's port says
/// (`ProgramPort.keepsTranslations`).
///
/// vCPUs' threads share what was read, which does not change, and write records of their own.
package final class TranslationStore: @unchecked Sendable {
    package let old: StoreImage?
    private let key: StoreImage.Key
    private let recording = Atomic<Bool>(true)
    private let recorders = Guarded<[StoreRecorder]>([])

    /// Words of records that a thread keeps at most: the first vCPU's and the one that compiles, and the others.
    private static let mostWords = (main: 4 << 20, other: 1 << 18)

    package init(_ old: StoreImage?, key: StoreImage.Key) {
        self.old = old
        self.key = key
    }

    static let warmThreshold = 64

    /// For a new thread that translates; `isMain`: one that translates most.
    func makeRecorder(isMain: Bool) -> StoreRecorder {
        recorders.withLock { list in
            let recorder = StoreRecorder(words: isMain ? Self.mostWords.main : Self.mostWords.other)
            list.append(recorder)
            return recorder
        }
    }

    var isRecording: Bool { recording.load(ordering: .relaxed) }

    /// In the child of a fork, whose translations are its parent's: it keeps nothing.
    package func stopRecording() { recording.store(false, ordering: .relaxed) }

    /// What is to be kept, when it is worth the trouble: what is new is more than a hundredth of what there was. While no
    /// vCPU runs.
    package func newImage() -> StoreImage? {
        guard isRecording else { return nil }
        let pieces = recorders.withLock { $0.map(\.words) }
        let new = pieces.reduce(0) { $0 + $1.count }
        guard new > 0, new > (old?.records.count ?? 0) / 100 else { return nil }
        return StoreImage(key: key, old: old, pieces: pieces) ?? StoreImage(key: key, old: nil, pieces: pieces)
    }
}

/// What a vCPU knows of the guest pages that it has found translations of.
struct StorePages: ~Copyable {
    private struct Entry {
        var page: UInt64 = 1
        var epoch: UInt64 = 0
        /// nil: translations of this page are not kept.
        var hash: UInt64?
    }
    private static let count = 256
    private let entries: UnsafeMutablePointer<Entry>

    init() {
        entries = .allocate(capacity: Self.count)
        entries.initialize(repeating: Entry(), count: Self.count)
    }

    deinit { entries.deallocate() }

    /// The hash of the page at `page` as of `epoch`: what `compute` gave for it then.
    func hash(_ page: UInt64, epoch: UInt64, compute: () -> UInt64?) -> UInt64? {
        let entry = entries + Int(truncatingIfNeeded: page &>> SoftTLB.pageBits) & (Self.count - 1)
        if entry.pointee.page == page && entry.pointee.epoch == epoch { return entry.pointee.hash }
        let hash = compute()
        entry.pointee = Entry(page: page, epoch: epoch, hash: hash)
        return hash
    }
}
