import Glibc
import Guest
import Interp

// WFI, WFE and YIELD: a waiting vCPU gives its host core away.

extension VCPU {
    /// Parks until an interrupt is pending, masked or not (Arm ARM D1.6.2).
    func waitForInterrupt() {
        leaveRunning()
        parkUntil { isAttracted || G.wakes(port.interruptLines(vcpu: index), state) }
        enterRunning()
    }

    /// Waits for an interrupt on behalf of a firmware call.
    package func standBy() { waitForInterrupt() }

    /// Waits for an event (Arm ARM D1.6.1): SEV, the event stream, an interrupt, or the loss of the exclusive monitor,
    /// which is what a waiter of a lock word waits for. Plain stores of others do not announce themselves, so a
    /// monitored location is looked at again and again, less often the longer it stays unchanged.
    func waitForEvent() {
        if consumeEvent() { return }
        let tick = port.nextEventStreamTick(vcpu: index)
        leaveRunning()
        if context.pointee.monitorHost == 0 {
            parkUntil(nanoseconds: tick) { wakesFromEventWait() }
        } else {
            watchMonitoredLocation(atMost: tick)
        }
        enterRunning()
        _ = consumeEvent()
    }

    private func wakesFromEventWait() -> Bool {
        hasEvent || isAttracted || G.wakes(port.interruptLines(vcpu: index), state)
    }

    private func watchMonitoredLocation(atMost tick: UInt64?) {
        var waited: UInt64 = 0
        for turn in 0... {
            if wakesFromEventWait() || monitorIsLost() { return }
            if turn < 100 && group.hasCoreForEach { continue }
            if turn < 400 {
                sched_yield()
            } else {
                let pause: UInt64 = min(50_000 &<< UInt64(min(turn - 400, 5)), 1_000_000)
                parkUntil(nanoseconds: pause) { wakesFromEventWait() || monitorIsLost() }
                waited += pause
                if waited > min(tick ?? .max, 10_000_000) { return }
            }
        }
    }

    private func monitorIsLost() -> Bool {
        guard let host = UnsafeMutableRawPointer(bitPattern: UInt(context.pointee.monitorHost)) else { return true }
        let size = context.pointee.monitorSize & ~ExecutionContext.abandoned
        let bytes = Int(min(size, 8))
        let granule = context.pointee.monitorGranule
        if granule != 0 && ExclusiveGranule.version(granule) != context.pointee.monitorVersion { return true }
        if size == 16 && GuestMemory.load(host + 8, bytes: 8) != context.pointee.monitorValueHigh { return true }
        return GuestMemory.load(host, bytes: bytes) != context.pointee.monitorValue
    }

    /// Lets another thread of the host have the core. Where each vCPU has a core, the one that this one waits for is
    /// running most likely, and who wants this core is a stranger, who would have it for a whole turn of the host's
    /// scheduler: then most times nothing is given away.
    func yieldCore() {
        yields &+= 1
        if group.hasCoreForEach && yields & 31 != 0 { return }
        leaveRunning()
        sched_yield()
        enterRunning()
    }
}
