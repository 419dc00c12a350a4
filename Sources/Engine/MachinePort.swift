package import Guest

/// What the engine asks of the machine around the vCPUs. Called by any vCPU thread, `vcpu` tells by which.
package protocol MachinePort: AnyObject, Sendable {
    /// Device registers; nil or false when nothing answers (a bus error).
    func read(physical: UInt64, size: Int, vcpu: Int) -> UInt64?
    func write(physical: UInt64, _ value: UInt64, size: Int, vcpu: Int) -> Bool

    func readTimer(_ register: TimerRegister, vcpu: Int) -> UInt64
    func writeTimer(_ register: TimerRegister, _ value: UInt64, vcpu: Int)
    func readInterruptController(_ register: UInt32, vcpu: Int) -> UInt64?
    func writeInterruptController(_ register: UInt32, _ value: UInt64, vcpu: Int) -> Bool
    /// The asserted interrupt inputs of a vCPU.
    func interruptLines(vcpu: Int) -> InterruptLines
    /// How long until the vCPU's event stream ticks, in nanoseconds; nil while it is off.
    func nextEventStreamTick(vcpu: Int) -> UInt64?

    func callFirmware(_ conduit: FirmwareConduit, _ arguments: [UInt64], vcpu: Int) -> [UInt64]?
    /// A vCPU cannot go on: the guest did what no program survives. The machine ends; `report` says why.
    func guestDied(_ report: GuestDeath, vcpu: Int)

    /// The same object, when it runs a single program.
    var singleProgram: (any ProgramPort)? { get }
}

extension MachinePort {
    package var singleProgram: (any ProgramPort)? { nil }
}

/// Why a guest cannot go on.
package struct GuestDeath: Sendable {
    /// What happened, in a few words.
    package let reason: String
    /// Address of the instruction.
    package let pc: UInt64
    /// Its text, where its bytes could be read.
    package let instruction: String?
}
