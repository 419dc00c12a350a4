public import Glibc

/// A value and the lock that guards it; the only way to the value is through `withLock`.
///
/// A POSIX mutex rather than `Synchronization.Mutex`: ThreadSanitizer knows the former. Not recursive. Lives inside a
/// device as a `let`; never hold two of them unless the type that owns them states the order.
///
/// Not for a bare closure: each `withLock` would wrap it once more (the compiler converts a function on its way in and
/// out of a generic), and calls get slower for ever. Put it in a `Callback` or another struct.
@usableFromInline
package struct Guarded<Value>: ~Copyable, @unchecked Sendable {
    @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>
    @usableFromInline let value: UnsafeMutablePointer<Value>

    /// Guards `initial`.
    @inlinable
    package init(_ initial: sending Value) {
        mutex = .allocate(capacity: 1)
        value = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        value.initialize(to: initial)
    }

    @inlinable
    deinit {
        value.deinitialize(count: 1)
        value.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` on the value while no other thread can.
    @inlinable @inline(always)
    package borrowing func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }
}

/// A closure to call, if somebody has set one; in the form that `Guarded` can hold.
package struct Callback: Sendable {
    /// What to call.
    package var action: (@Sendable () -> Void)?

    /// Nothing to call yet.
    package init() {}

    /// Calls it.
    package func callAsFunction() { action?() }
}
