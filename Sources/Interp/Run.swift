import IR

/// Runs threaded code.
package enum ThreadedCode {
    /// Runs from `block` until something leaves; the context then tells the rest. `frame` is the CPU state followed by
    /// the temporaries, as `CodeGenerator` lays them out.
    package static func run(
        _ block: ThreadedBlock, frame: UnsafeMutableRawPointer, context: UnsafeMutablePointer<ExecutionContext>
    ) -> ExitReason {
        let start = enter(block.code, frame, UnsafeMutableRawPointer(context), context.pointee.tlbEntries)
        var reason = ExitReason(rawValue: start) ?? .lookup
        while reason == .step, let cursor = context.pointee.exitCursor {
            let left = next(frame, cursor, UnsafeMutableRawPointer(context), context.pointee.tlbEntries)
            reason = ExitReason(rawValue: left) ?? .lookup
        }
        return reason
    }

    /// Makes the exit whose link is at `cell` lead to `block` directly. Any thread may do it while others run there.
    package static func link(_ cell: UInt64, to block: ThreadedBlock) {
        guard let link = UnsafeMutableRawPointer(bitPattern: UInt(cell)) else { return }
        UInt64(UInt(bitPattern: block.code)).guestStoreRelease(link)
    }

    /// Makes every later entry into `block` leave with `ExitReason.invalidated`. Whoever looks for its native code after
    /// that finds what was published before: the look must not pass the store.
    package static func invalidate(_ block: ThreadedBlock) {
        UInt64(ThreadedBlock.invalidHandler).guestStoreSequential(UnsafeMutableRawPointer(mutating: block.code))
    }

    /// Sends those who still enter the invalid `old` on to `new`, which has the same key.
    package static func replace(_ old: ThreadedBlock, by new: ThreadedBlock) {
        UInt64(UInt(bitPattern: new.code)).guestStoreRelease(old.replacementCell)
    }
}

extension ThreadedBlock {
    fileprivate var replacementCell: UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(header) + (MemoryLayout<BlockHeader>.offset(of: \.replacement) ?? 0)
    }

    /// What the first handler of a block becomes.
    fileprivate static var invalidHandler: UInt {
        let handler: Handler = execInvalidated
        return UInt(bitPattern: unsafeBitCast(handler, to: UnsafeRawPointer.self))
    }

    /// Whether the guest's code has changed since it was translated.
    package var isInvalid: Bool { first(code) == Self.invalidHandler }

    fileprivate var nativeCell: UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(header) + (MemoryLayout<BlockHeader>.offset(of: \.native) ?? 0)
    }

    /// The entry of its native code; 0 while there is none.
    package var native: UInt64 { UInt64.guestLoadAcquire(nativeCell) }

    /// Where a jump may lead that wants the block's native code, from now on and however long; 0 for nowhere. Looks for
    /// the entry first and whether the block is invalid then: who invalidates does it the other way round, and diverts the
    /// entry unless this sees that the block is invalid.
    package var nativeEntry: UInt64 {
        let entry = native
        return entry == 0 || isInvalid ? 0 : entry
    }

    /// Says where the block's native code begins, and where that leads when the block is invalid.
    package func setNative(entry: UInt64, whenInvalid: UInt64) {
        header.pointee.nativeWhenInvalid = whenInvalid
        entry.guestStoreRelease(nativeCell)
    }

    private var landingCell: UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(header) + (MemoryLayout<BlockHeader>.offset(of: \.isLanding) ?? 0)
    }

    /// Whether a jump through a register in the same page has led to it.
    package var isLanding: Bool { UInt8.guestLoad(landingCell) != 0 }
    package func noteLanding() { (1 as UInt8).guestStore(landingCell) }

    private var postponedCell: UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(header) + (MemoryLayout<BlockHeader>.offset(of: \.isPostponed) ?? 0)
    }

    /// Whether it was hot before, when it was too early to compile it.
    package var isPostponed: Bool { UInt8.guestLoad(postponedCell) != 0 }
    package func notePostponed() { (1 as UInt8).guestStore(postponedCell) }

    /// The block that replaced this invalid one.
    var replacement: ThreadedBlock? {
        let code = UInt64.guestLoadAcquire(replacementCell)
        return UnsafeRawPointer(bitPattern: UInt(code)).map { ThreadedBlock(code: $0) }
    }
}
