import Synchronization

/// What the engine needs to put native code in the place of threaded code. The interpreter does not know what it is: it
/// only jumps to the address in a block's first word.
package enum NativeEntry {
    /// Lets the caller alone compile `block`, which runs uncounted meanwhile; false when another vCPU was first, or when
    /// the block has become invalid.
    package static func claim(_ block: ThreadedBlock) -> Bool {
        exchange(block, execCount, address(execUncounted))
    }

    /// Makes later entries into `block`, which the caller has claimed, go to `handler`; false when it has become invalid.
    package static func install(_ handler: UInt64, in block: ThreadedBlock) -> Bool {
        exchange(block, execUncounted, handler)
    }

    /// Has `block`, which nobody has claimed, counted anew.
    package static func postpone(_ block: ThreadedBlock, entries: Int) {
        UInt64(entries).guestStore(UnsafeMutableRawPointer(mutating: block.code) + 8)
    }

    /// Gives a claimed `block` back, to be counted anew.
    package static func count(_ block: ThreadedBlock, entries: Int) {
        UInt64(entries).guestStore(UnsafeMutableRawPointer(mutating: block.code) + 8)
        _ = exchange(block, execUncounted, address(execCount))
    }

    /// After how many more entries `block` is hot; 0 where nobody counts them any more.
    package static func entriesLeft(_ block: ThreadedBlock) -> UInt64 {
        let cell = UnsafeMutableRawPointer(mutating: block.code)
        return UInt64.guestLoad(cell) == address(execCount) ? UInt64.guestLoad(cell + 8) : 0
    }

    private static func exchange(_ block: ThreadedBlock, _ old: Handler, _ new: UInt64) -> Bool {
        let cell = UnsafeMutableRawPointer(mutating: block.code)
        return UInt64.guestCompareExchange(cell, expected: address(old), desired: new) == address(old)
    }

    private static func address(_ handler: Handler) -> UInt64 {
        UInt64(UInt(bitPattern: unsafeBitCast(handler, to: UnsafeRawPointer.self)))
    }

    /// Addresses of handlers that native code calls with operations of its own.
    package static var loadLinked: UInt64 { address(execLoadLinked) }
    package static var storeConditional: UInt64 { address(execStoreConditional) }
    package static var compareAndSwap: UInt64 { address(execCompareAndSwap) }
    package static var exchange: UInt64 { address(execExchange) }
    package static var fetchAndOperate: UInt64 { address(execFetchAndOperate) }
    package static var step: UInt64 { address(execStep) }
}
