import Glibc

// Swift's view of glibc has neither the first nor what the second is for: `pthread_sigmask` leaves out two signals.
@_extern(c, "pthread_setname_np") private func nameThread(_ thread: pthread_t, _ name: UnsafePointer<CChar>) -> Int32
@_extern(c, "syscall") private func hostSystemCall(
    _ number: Int, _ how: Int, _ new: UnsafeRawPointer, _ old: UnsafeMutableRawPointer?, _ size: Int
) -> Int

/// A named host thread that runs one closure; whoever made it joins it.
package final class HostThread: @unchecked Sendable {
    private let handle: pthread_t

    /// Starts a thread called `name` (the host shows its first 15 bytes) that runs `body`; nil when the host has no
    /// thread left to give. `blocksSignals`: it receives none.
    package init?(name: String, blocksSignals: Bool = false, _ body: @escaping @Sendable () -> Void) {
        let mask = blocksSignals ? Self.setSignalMask(.max) : nil
        defer { if let mask { _ = Self.setSignalMask(mask) } }
        let box = Unmanaged.passRetained(Body(name: name, run: body))
        var started = pthread_t()
        let status = pthread_create(&started, nil, { HostThread.enter($0) }, box.toOpaque())
        guard status == 0 else {
            box.release()
            return nil
        }
        handle = started
    }

    /// Waits until the thread has ended. Call once, from another thread.
    package func join() { pthread_join(handle, nil) }

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void
        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    private static func enter(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        rename(body.name)
        body.run()
        return nil
    }

    /// Makes the calling thread one that takes no core from a thread that runs, whenever it has something to do.
    package static func standBack() {
        let batch: Int32 = 3
        var parameters = sched_param()
        _ = sched_setscheduler(0, batch, &parameters)
    }

    /// Names the calling thread. Not through /proc, which takes a descriptor that a guest may be about to be given.
    private static func rename(_ name: String) {
        let bytes = name.utf8.prefix(15).map { CChar(bitPattern: $0) } + [0]
        _ = nameThread(pthread_self(), bytes)
    }

    /// Makes `set`, a bit for each signal, the calling thread's mask; the old one.
    private static func setSignalMask(_ set: UInt64) -> UInt64 {
        let (number, setMask) = (14, 2)
        var (new, old) = (set, UInt64(0))
        _ = hostSystemCall(number, setMask, &new, &old, MemoryLayout<UInt64>.size)
        return old
    }
}
