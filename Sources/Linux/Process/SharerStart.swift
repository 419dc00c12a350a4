import Engine
import Glibc
import Support

/// The start of a process that shares its parent's memory and runs beside it (CLONE_VM without CLONE_VFORK and
/// CLONE_THREAD).
///
/// The C library knows of no such process: each needs thread-local memory of its own. So a host thread lends its, and does
/// nothing but wait until the process has ended; if the parent ends first, the memory stays with the child.
final class SharerStart: @unchecked Sendable {
    private let thread: GuestThread
    private let request: CloneRequest
    private let parker = Parker()
    private var identifier = 0

    private static let lenderStackSize = 1 << 17
    /// Room for the translator; guest code has its own stack.
    private static let stackSize = 1 << 20
    /// Of waitid(2): P_PID; WEXITED, WNOWAIT and __WALL.
    private static let byIdentifier = 1
    private static let untilExit = 0x4100_0004

    init(_ thread: GuestThread, _ request: CloneRequest) {
        self.thread = thread
        self.request = request
    }

    /// Makes the lender; false when there is no host thread to be had. The caller has blocked all signals.
    func launch() -> Bool { HostThreads.detach(stackSize: Self.lenderStackSize) { self.lend() } }

    /// The process's identifier, once it has one; -errno when there is none.
    func waitForIdentifier() -> Int {
        parker.park()
        return identifier
    }

    private func lend() {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        let stack = mmap(nil, Self.stackSize, PROT_READ | PROT_WRITE, flags, -1, 0)
        guard let stack, stack != MAP_FAILED else { return finish(-Int(ENOMEM)) }
        defer { munmap(stack, Self.stackSize) }
        let kept = CloneRequest.sharing | CloneRequest.namespaces | 0xff
        let top = UInt(bitPattern: stack) + UInt(Self.stackSize)
        // Alive until the wait is over.
        let child = withExtendedLifetime(self) {
            HostCode.shared.clone(
                Int(address: request.flags & kept), top, sharerBody, Unmanaged.passUnretained(self).toOpaque())
        }
        finish(child)
        guard child > 0 else { return }
        // Whoever reaps it first: it has ended.
        while hostCall(HostNumber(247), Self.byIdentifier, child, 0, Self.untilExit) == -Int(EINTR) {}
        // It may have been killed in the middle of guest code.
        thread.vcpu.abandon()
        thread.process.giveBack(thread.vcpu)
    }

    private func finish(_ identifier: Int) {
        if identifier <= 0 { thread.process.giveBack(thread.vcpu) }
        self.identifier = identifier
        parker.wake()
    }

    fileprivate func runAsProcess() -> Never {
        thread.vcpu.enterRunning()
        thread.identify()
        if request.has(CloneRequest.setChildID) {
            _ = thread.space.write(request.childID, UInt32(truncatingIfNeeded: thread.threadID))
        }
        thread.area.install()
        thread.vcpu.leaveRunning()
        HostSignals.setMask(thread.mask)
        thread.run()
        hostCall(.exitGroup, 0)
        fatalError("exit_group came back")
    }
}

@c private func sharerBody(_ start: UnsafeMutableRawPointer) {
    Unmanaged<SharerStart>.fromOpaque(start).takeUnretainedValue().runAsProcess()
}
