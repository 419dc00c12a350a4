import Engine
import Glibc
import Support

/// The start of a guest thread on a host thread of its own.
final class ThreadStart: @unchecked Sendable {
    private let thread: GuestThread
    private let request: CloneRequest
    private let parker = Parker()
    private var identifier = 0

    /// Room for the translator; guest code has its own stack.
    private static let stackSize = 1 << 20

    init(_ thread: GuestThread, _ request: CloneRequest) {
        self.thread = thread
        self.request = request
    }

    /// Makes the host thread; false when there is none to be had. The caller has blocked all signals.
    func launch() -> Bool { HostThreads.detach(stackSize: Self.stackSize) { self.enter() } }

    /// The new thread's identifier, once it has one.
    func waitForIdentifier() -> Int {
        parker.park()
        return identifier
    }

    private func enter() {
        let thread = thread
        // A fork waits for whoever is running: no lock is held when it happens.
        thread.vcpu.enterRunning()
        identifier = thread.threadID
        thread.identify()
        let number = UInt32(truncatingIfNeeded: identifier)
        // Both are to be seen before clone returns on either side.
        if request.has(CloneRequest.setParentID) { _ = thread.space.write(request.parentID, number) }
        if request.has(CloneRequest.setChildID) { _ = thread.space.write(request.childID, number) }
        thread.area.install()
        thread.vcpu.leaveRunning()
        parker.wake()
        HostSignals.setMask(thread.mask)
        thread.run()
        thread.finish()
    }
}

/// Host threads that nobody joins.
enum HostThreads {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    /// Runs `body` on a new one with a stack of `stackSize` bytes; false when there is none to be had.
    static func detach(stackSize: Int, _ body: @escaping () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let box = Unmanaged.passRetained(Body(body))
        var handle = pthread_t()
        let status = pthread_create(
            &handle, &attributes,
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        if status != 0 { box.release() }
        return status == 0
    }
}
