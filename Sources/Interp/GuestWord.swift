import IR
import Synchronization

/// A word of guest memory. vCPU threads share it, so every access is an atomic one of its width: that costs nothing on
/// x86-64, and says so to the compiler and to ThreadSanitizer.
///
/// x86-64 keeps loads in order with loads and stores, and stores with stores: a plain guest access needs `relaxed`, a
/// guest acquire or release that much of the compiler only; only a release that a later acquire must not pass needs
/// the host's XCHG (Docs/MemoryModel.md).
protocol GuestWord: MachineWord {
    static func guestLoad(_ host: UnsafeMutableRawPointer) -> Self
    static func guestLoadAcquire(_ host: UnsafeMutableRawPointer) -> Self
    func guestStore(_ host: UnsafeMutableRawPointer)
    func guestStoreSequential(_ host: UnsafeMutableRawPointer)
    func guestExchange(_ host: UnsafeMutableRawPointer) -> Self
    static func guestCompareExchange(_ host: UnsafeMutableRawPointer, expected: Self, desired: Self) -> Self
}

extension UInt8: GuestWord {
    @inline(__always)
    private static func atomic(_ host: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Atomic<UInt8>> {
        host.assumingMemoryBound(to: Atomic<UInt8>.self)
    }
    @inline(__always) static func guestLoad(_ host: UnsafeMutableRawPointer) -> UInt8 {
        atomic(host).pointee.load(ordering: .relaxed)
    }
    @inline(__always) static func guestLoadAcquire(_ host: UnsafeMutableRawPointer) -> UInt8 {
        atomic(host).pointee.load(ordering: .acquiring)
    }
    @inline(__always) func guestStore(_ host: UnsafeMutableRawPointer) {
        Self.atomic(host).pointee.store(self, ordering: .relaxed)
    }
    @inline(__always) func guestStoreSequential(_ host: UnsafeMutableRawPointer) {
        Self.atomic(host).pointee.store(self, ordering: .sequentiallyConsistent)
    }
    @inline(__always) func guestExchange(_ host: UnsafeMutableRawPointer) -> UInt8 {
        Self.atomic(host).pointee.exchange(self, ordering: .sequentiallyConsistent)
    }
    @inline(__always)
    static func guestCompareExchange(_ host: UnsafeMutableRawPointer, expected: UInt8, desired: UInt8) -> UInt8 {
        atomic(host).pointee.compareExchange(
            expected: expected, desired: desired, ordering: .sequentiallyConsistent
        ).original
    }
}

extension UInt16: GuestWord {
    @inline(__always)
    private static func atomic(_ host: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Atomic<UInt16>> {
        host.assumingMemoryBound(to: Atomic<UInt16>.self)
    }
    @inline(__always) static func guestLoad(_ host: UnsafeMutableRawPointer) -> UInt16 {
        atomic(host).pointee.load(ordering: .relaxed)
    }
    @inline(__always) static func guestLoadAcquire(_ host: UnsafeMutableRawPointer) -> UInt16 {
        atomic(host).pointee.load(ordering: .acquiring)
    }
    @inline(__always) func guestStore(_ host: UnsafeMutableRawPointer) {
        Self.atomic(host).pointee.store(self, ordering: .relaxed)
    }
    @inline(__always) func guestStoreSequential(_ host: UnsafeMutableRawPointer) {
        Self.atomic(host).pointee.store(self, ordering: .sequentiallyConsistent)
    }
    @inline(__always) func guestExchange(_ host: UnsafeMutableRawPointer) -> UInt16 {
        Self.atomic(host).pointee.exchange(self, ordering: .sequentiallyConsistent)
    }
    @inline(__always)
    static func guestCompareExchange(_ host: UnsafeMutableRawPointer, expected: UInt16, desired: UInt16) -> UInt16 {
        atomic(host).pointee.compareExchange(
            expected: expected, desired: desired, ordering: .sequentiallyConsistent
        ).original
    }
}

extension UInt32: GuestWord {
    @inline(__always)
    private static func atomic(_ host: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Atomic<UInt32>> {
        host.assumingMemoryBound(to: Atomic<UInt32>.self)
    }
    @inline(__always) static func guestLoad(_ host: UnsafeMutableRawPointer) -> UInt32 {
        atomic(host).pointee.load(ordering: .relaxed)
    }
    @inline(__always) static func guestLoadAcquire(_ host: UnsafeMutableRawPointer) -> UInt32 {
        atomic(host).pointee.load(ordering: .acquiring)
    }
    @inline(__always) func guestStore(_ host: UnsafeMutableRawPointer) {
        Self.atomic(host).pointee.store(self, ordering: .relaxed)
    }
    @inline(__always) func guestStoreSequential(_ host: UnsafeMutableRawPointer) {
        Self.atomic(host).pointee.store(self, ordering: .sequentiallyConsistent)
    }
    @inline(__always) func guestExchange(_ host: UnsafeMutableRawPointer) -> UInt32 {
        Self.atomic(host).pointee.exchange(self, ordering: .sequentiallyConsistent)
    }
    @inline(__always)
    static func guestCompareExchange(_ host: UnsafeMutableRawPointer, expected: UInt32, desired: UInt32) -> UInt32 {
        atomic(host).pointee.compareExchange(
            expected: expected, desired: desired, ordering: .sequentiallyConsistent
        ).original
    }
}

extension UInt64: GuestWord {
    @inline(__always)
    private static func atomic(_ host: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Atomic<UInt64>> {
        host.assumingMemoryBound(to: Atomic<UInt64>.self)
    }
    @inline(__always) static func guestLoad(_ host: UnsafeMutableRawPointer) -> UInt64 {
        atomic(host).pointee.load(ordering: .relaxed)
    }
    @inline(__always) static func guestLoadAcquire(_ host: UnsafeMutableRawPointer) -> UInt64 {
        atomic(host).pointee.load(ordering: .acquiring)
    }
    @inline(__always) func guestStore(_ host: UnsafeMutableRawPointer) {
        Self.atomic(host).pointee.store(self, ordering: .relaxed)
    }
    @inline(__always) func guestStoreSequential(_ host: UnsafeMutableRawPointer) {
        Self.atomic(host).pointee.store(self, ordering: .sequentiallyConsistent)
    }
    @inline(__always) func guestExchange(_ host: UnsafeMutableRawPointer) -> UInt64 {
        Self.atomic(host).pointee.exchange(self, ordering: .sequentiallyConsistent)
    }
    @inline(__always)
    static func guestCompareExchange(_ host: UnsafeMutableRawPointer, expected: UInt64, desired: UInt64) -> UInt64 {
        atomic(host).pointee.compareExchange(
            expected: expected, desired: desired, ordering: .sequentiallyConsistent
        ).original
    }
}

extension UInt64 {
    /// Publishes this word to other threads together with everything written before it.
    @inline(__always) func guestStoreRelease(_ host: UnsafeMutableRawPointer) {
        host.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.store(self, ordering: .releasing)
    }
}
