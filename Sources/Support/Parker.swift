import Glibc

/// Where one thread waits until others wake it. A wake that comes before the wait is not lost.
package final class Parker: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var token = false

    package init() {
        prepare()
    }

    private func prepare() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    /// In the child of a fork, where the owning thread does not exist and may have left the lock taken: as new.
    package func reset() {
        prepare()
        token = false
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Waits for a wake, at most `nanoseconds` (nil: as long as it takes). Only the owning thread waits.
    package func park(nanoseconds: UInt64? = nil) {
        pthread_mutex_lock(mutex)
        if let nanoseconds {
            var deadline = Self.deadline(after: nanoseconds)
            while !token, pthread_cond_timedwait(changed, mutex, &deadline) == 0 {}
        } else {
            while !token { pthread_cond_wait(changed, mutex) }
        }
        token = false
        pthread_mutex_unlock(mutex)
    }

    /// Ends the owner's wait, or its next one.
    package func wake() {
        pthread_mutex_lock(mutex)
        token = true
        pthread_mutex_unlock(mutex)
        // Not under the lock, which the woken thread would find taken: that costs two more system calls.
        pthread_cond_signal(changed)
    }

    private static func deadline(after nanoseconds: UInt64) -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let sum = UInt64(time.tv_nsec) &+ nanoseconds
        return timespec(
            tv_sec: time.tv_sec &+ Int(truncatingIfNeeded: sum / 1_000_000_000),
            tv_nsec: Int(truncatingIfNeeded: sum % 1_000_000_000))
    }
}
