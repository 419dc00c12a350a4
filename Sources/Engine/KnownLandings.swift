import Guest
import IR
import Interp
import JIT
import Memory

/// The blocks of a page that jumps through registers of the same page have been seen to lead to, the cases of a switch for
/// instance: where a block ends in such a jump, its region goes on with these.
struct KnownLandings {
    /// Those entered most first.
    private var blocks: [ThreadedBlock] = []
    /// By guest pc: the entry modes, a bit each, in which a block may be entered as if the jump were a direct one.
    private var modes: [UInt64: UInt8] = [:]

    /// Those that regions of the block at `header` can have as parts. `page` is the guest's code.
    init<G: GuestArchitecture>(
        _ guest: G.Type, near header: BlockHeader, in cache: TranslationCache, page: UnsafeRawPointer
    ) {
        blocks = cache.landings(near: header)
        for block in blocks {
            let pc = block.header.pointee.guestPC
            let inPage = Int(truncatingIfNeeded: pc & ~SoftTLB.pageMask)
            let first = CodeWindow(base: page + inPage, count: pc & 3 == 0 ? 4 : 0).word(at: 0) ?? 0
            for mode in 0..<4 as Range<UInt64> {
                let key = G.blockFlags(header.flags | mode << EntryMode.shift, first: first, guarded: false)
                if key == header.flags { modes[pc, default: 0] |= 1 << UInt8(mode) }
            }
        }
        // What has been postponed was hot before.
        let left = blocks.map { $0.isPostponed ? 0 : NativeEntry.entriesLeft($0) }
        blocks = zip(blocks, left).sorted { $0.1 < $1.1 }.map(\.0)
    }

    /// Entry modes of the block at `pc`; none where no such jump has led there.
    func modes(at pc: UInt64) -> UInt8 { modes[pc] ?? 0 }

    /// The blocks that a jump through a register leads to in mode `mode`.
    func blocks(mode: UInt64) -> [ThreadedBlock] {
        blocks.filter { modes(at: $0.header.pointee.guestPC) >> UInt8(truncatingIfNeeded: mode) & 1 != 0 }
    }
}

extension VCPU {
    /// Notes on `block`, about to be entered, that a jump through a register of the same page has led there.
    func noteLanding(on block: ThreadedBlock) {
        let site = context.pointee.jumpSite
        guard site != ExecutionContext.noJump else { return }
        context.pointee.jumpSite = ExecutionContext.noJump
        let target = block.header.pointee.guestPC
        if target == context.pointee.nextPC, (site ^ target) & SoftTLB.pageMask == 0 { block.noteLanding() }
    }
}
