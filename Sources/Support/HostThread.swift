import Glibc

/// A named host thread that runs one closure; whoever made it joins it.
package final class HostThread: @unchecked Sendable {
    private let handle: pthread_t

    /// Starts a thread called `name` (the host shows its first 15 bytes) that runs `body`; nil when the host has no
    /// thread left to give.
    package init?(name: String, _ body: @escaping @Sendable () -> Void) {
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

    /// Names the calling thread, through /proc because Swift's view of glibc has no `pthread_setname_np`. A host
    /// without /proc leaves it unnamed.
    private static func rename(_ name: String) {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        _ = write(file, bytes, bytes.count)
        close(file)
    }
}
