import Synchronization

/// What the engine needs to put native code in the place of threaded code. The interpreter does not know what it is: it
/// only jumps to the address in a block's first word.
package enum NativeEntry {
    /// Makes later entries into `block`, which counts them, go to `handler`; false when the block has become invalid.
    package static func install(_ handler: UInt64, in block: ThreadedBlock) -> Bool {
        exchange(block, execCount, handler)
    }

    /// Lets `block` run as threaded code for good.
    package static func stopCounting(_ block: ThreadedBlock) {
        _ = exchange(block, execCount, address(execUncounted))
    }

    /// Counts `block`'s entries anew.
    package static func count(_ block: ThreadedBlock, entries: Int) {
        UInt64(entries).guestStore(UnsafeMutableRawPointer(mutating: block.code) + 8)
    }

    /// Whether `block` is valid threaded code that is counted or was.
    package static func isThreaded(_ block: ThreadedBlock) -> Bool {
        let first = UInt64.guestLoadAcquire(UnsafeMutableRawPointer(mutating: block.code))
        return first != address(execInvalidated)
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
    package static var clearExclusive: UInt64 { address(execClearExclusive) }
    package static var abandonExclusive: UInt64 { address(execAbandonExclusive) }
    package static var compareAndSwap: UInt64 { address(execCompareAndSwap) }
    package static var exchange: UInt64 { address(execExchange) }
    package static var fetchAndOperate: UInt64 { address(execFetchAndOperate) }
    package static var step: UInt64 { address(execStep) }
}
