/// Accesses to guest RAM for the engine's slow paths: atomic ones of their width, like the handlers'.
package enum GuestMemory {
    /// The `bytes` (1, 2, 4, 8) at `host`, zero-extended.
    package static func load(_ host: UnsafeMutableRawPointer, bytes: Int) -> UInt64 {
        switch bytes {
        case 1: UInt64(UInt8.guestLoadAcquire(host))
        case 2: UInt64(UInt16.guestLoadAcquire(host))
        case 4: UInt64(UInt32.guestLoadAcquire(host))
        default: UInt64.guestLoadAcquire(host)
        }
    }

    /// Stores the low `bytes` of `value`; `ordered` before every later load.
    package static func store(_ host: UnsafeMutableRawPointer, _ value: UInt64, bytes: Int, ordered: Bool) {
        switch (bytes, ordered) {
        case (1, false): UInt8(truncatingIfNeeded: value).guestStore(host)
        case (2, false): UInt16(truncatingIfNeeded: value).guestStore(host)
        case (4, false): UInt32(truncatingIfNeeded: value).guestStore(host)
        case (_, false): value.guestStore(host)
        case (1, true): UInt8(truncatingIfNeeded: value).guestStoreSequential(host)
        case (2, true): UInt16(truncatingIfNeeded: value).guestStoreSequential(host)
        case (4, true): UInt32(truncatingIfNeeded: value).guestStoreSequential(host)
        case (_, true): value.guestStoreSequential(host)
        }
    }

    /// The two neighbours of `bytes` (4, 8) at `host`, which lie in 16 aligned bytes, by one access.
    package static func loadPair(
        _ host: UnsafeMutableRawPointer, bytes: Int, to context: UnsafeMutablePointer<ExecutionContext>
    ) {
        guard bytes == 8 else {
            let both = UInt64.guestLoadAcquire(host)
            context.pointee.slowValue = both & 0xffff_ffff
            context.pointee.slowValueHigh = both >> 32
            return
        }
        (context.pointee.slowValue, context.pointee.slowValueHigh) = host.loadWhole(context)
    }

    /// Stores the two neighbours in the context, as `loadPair` loads them.
    package static func storePair(
        _ host: UnsafeMutableRawPointer, bytes: Int, from context: UnsafeMutablePointer<ExecutionContext>
    ) {
        let (low, high) = (context.pointee.slowValue, context.pointee.slowValueHigh)
        if bytes == 8 {
            host.storeWhole(SIMD2(low, high))
        } else {
            (low & 0xffff_ffff | high << 32).guestStore(host)
        }
    }

    /// Replaces the aligned 8 bytes at `host` if they are `expected`; whether they were.
    package static func compareExchange(_ host: UnsafeMutableRawPointer, expected: UInt64, desired: UInt64) -> Bool {
        UInt64.guestCompareExchange(host, expected: expected, desired: desired) == expected
    }
}
