package import Guest
import Interp
import Memory

// What the guest's system code asks for.

extension VCPU: GuestEnvironment {
    package var vcpuIndex: Int { index }
    package var pendingInterrupts: InterruptLines { port.interruptLines(vcpu: index) }

    package func readPhysical64(_ address: UInt64) -> UInt64? {
        memory.hostPointer(to: address, count: 8).map { GuestMemory.load($0, bytes: 8) }
    }

    package func compareExchangePhysical64(_ address: UInt64, expected: UInt64, desired: UInt64) -> Bool {
        guard address & 7 == 0, let host = memory.hostPointer(to: address, count: 8) else { return false }
        var succeeded = false
        group.monitors.writing(address, at: host) {
            succeeded = GuestMemory.compareExchange(host, expected: expected, desired: desired)
        }
        return succeeded
    }

    package func zeroMemory(_ address: UInt64, count: Int) -> MemoryFault? {
        for offset in stride(from: 0, to: UInt64(count), by: 8) {
            context.pointee.slowValue = 0
            guard store(address &+ offset, bytes: 8, 0) else {
                defer { pendingFault = nil }
                return pendingFault
            }
        }
        return nil
    }

    package func sendEvent() { group.sendEvent() }
    package func clearExclusiveMonitor() { context.pointee.monitorHost = 0 }
    package func recheckInterrupts() { attract(.interrupt) }

    package func readTimer(_ register: TimerRegister) -> UInt64 { port.readTimer(register, vcpu: index) }
    package func writeTimer(_ register: TimerRegister, _ value: UInt64) {
        port.writeTimer(register, value, vcpu: index)
    }
    package func readInterruptController(_ register: UInt32) -> UInt64? {
        port.readInterruptController(register, vcpu: index)
    }
    package func writeInterruptController(_ register: UInt32, _ value: UInt64) -> Bool {
        port.writeInterruptController(register, value, vcpu: index)
    }
    package func callFirmware(_ conduit: FirmwareConduit, _ arguments: [UInt64]) -> [UInt64]? {
        port.callFirmware(conduit, arguments, vcpu: index)
    }
}
