import Engine
import GDBStub
import Glibc
import Guest
import GuestA64
import Synchronization

// Ends of threads and processes.

extension GuestThread {
    /// exit(2): this thread only.
    func exitThread(_ status: Int) -> Int {
        if isVforkChild || isMemorySharer || process.threadCount.load(ordering: .relaxed) == 1 {
            return exitProcess(status)
        }
        _ = HostSignals.blockAll()
        // A signal that came before is delivered before: it may have been for the process, and no other thread has it.
        if area.hasSignal { return Restart.always }
        if hostCall(.gettid) != hostCall(.getpid) {
            // The run loop ends, and then the host thread.
            vcpu.quit()
            return Restart.none
        }
        // The first thread must not return to main, which would end the process.
        vcpu.leaveRunning()
        finish()
        hostCall(.exit, status)
        return Restart.none
    }

    /// exit_group(2).
    func exitProcess(_ status: Int) -> Int {
        if !isVforkChild && !isMemorySharer {
            process.writeStatistics(for: vcpu)
            process.keepTranslations(for: vcpu)
            process.debugger?.end(self, .exited(status: status))
        }
        hostCall(.exitGroup, status)
        return Restart.none
    }

    /// What the kernel does when a thread ends: tells those who wait for it. The vCPU is free then.
    func finish() {
        vcpu.enterRunning()
        let others = process.threadCount.wrappingSubtract(1, ordering: .relaxed).newValue
        // The process ends with its last thread.
        if others <= 0 { process.group.askBackgroundToEnd() }
        let address = clearOnExit
        let woken = address != 0 && space.write(address, UInt32(0))
        vcpu.leaveRunning()
        process.giveBack(vcpu)
        if woken {
            // FUTEX_WAKE, one waiter.
            hostCall(.futex, Int(address: address), 1, 1)
        }
    }
}
