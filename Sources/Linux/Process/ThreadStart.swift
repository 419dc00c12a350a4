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
    func launch() -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, Self.stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let box = Unmanaged.passRetained(self)
        var handle = pthread_t()
        let status = pthread_create(
            &handle, &attributes,
            { argument in
                if let argument { Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().enter() }
                return nil
            }, box.toOpaque())
        if status != 0 { box.release() }
        return status == 0
    }

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
