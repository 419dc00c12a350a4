package import IR

/// A guest instruction set: everything the engine has to know of it. One conforming type per guest, without instances;
/// state lives in `CPUState`, the outside is reached through `GuestEnvironment`.
package protocol GuestArchitecture {
    static var layout: CPUStateLayout { get }
    /// Holds the address of the next instruction whenever the vCPU is not inside a block.
    static var programCounter: StateSlot { get }
    /// The number of address spaces (privilege levels) with a software TLB of their own.
    static var mmuIndexCount: Int { get }

    /// What a cold reset leaves; the machine then sets pc and argument registers.
    static func reset(_ state: CPUState, environment: any GuestEnvironment)

    /// Everything besides the pc that the translation of a block depends on, packed; part of a block's key.
    static func translationFlags(_ state: CPUState) -> UInt64
    /// Makes `mode`, an `EntryMode` in its place in the translation flags, part of the state, from where
    /// `translationFlags` takes it: how the block at the pc is about to be entered. 0 once it has been.
    static func setEntryMode(_ mode: UInt64, _ state: CPUState)

    /// The slot of the floating-point environment that all sticky lane operations name; nil where there are none.
    static var floatEnvironment: StateSlot? { get }
    /// The slot of the condition flags, of IR type `flags`; nil where there is none.
    static var conditionFlags: StateSlot? { get }
    /// Whether blocks with these translation flags run with subnormal numbers flushed to zero.
    static func flushesSubnormals(_ flags: UInt64) -> Bool
    /// The flags under which the block that begins with `first`, in a page that is `guarded` or not, is kept: `flags`
    /// without the entry mode where that makes no difference, so that blocks are not translated for nothing.
    static func blockFlags(_ flags: UInt64, first: UInt32, guarded: Bool) -> UInt64
    /// Which software TLB the current privilege level uses for data and fetches.
    static func mmuIndex(_ state: CPUState) -> Int
    /// The TLB that unprivileged loads and stores use.
    static var unprivilegedMMUIndex: Int { get }

    /// Translates the block at `pc` into `builder` (already reset); always ends with a terminator. `limit` is the
    /// largest number of guest instructions.
    static func translate(pc: UInt64, code: CodeWindow, flags: UInt64, limit: Int, into builder: inout Builder)

    /// Maps `address`; walks the guest's page tables.
    static func translateAddress(
        _ address: UInt64, _ access: AccessKind, mmuIndex: Int, _ state: CPUState, environment: any GuestEnvironment
    ) -> Result<PageTranslation, MemoryFaultError>

    /// Runs helper `number`, which was emitted with `Builder.helper`. `pc` is the instruction's address.
    static func callHelper(
        _ number: Int, _ a: UInt64, _ b: UInt64, _ c: UInt64, pc: UInt64, _ state: CPUState,
        environment: any GuestEnvironment
    ) -> HelperOutcome

    /// Takes the exception that `raise` or a failed guard names; leaves the next pc in the state.
    static func raise(
        kind: UInt16, payload: UInt64, pc: UInt64, _ state: CPUState, environment: any GuestEnvironment)
    /// Takes the exception for a memory access that faulted at instruction `pc`.
    static func deliver(_ fault: MemoryFault, pc: UInt64, _ state: CPUState, environment: any GuestEnvironment)
    /// Takes a pending interrupt if the state lets one in; true when it did. `lines` has a bit per asserted input.
    static func deliverInterrupt(_ lines: InterruptLines, _ state: CPUState, environment: any GuestEnvironment) -> Bool
    /// Whether an asserted line ends WFI although it may be masked.
    static func wakes(_ lines: InterruptLines, _ state: CPUState) -> Bool

    /// Assembly text of the instruction `word` at `pc`, for traces.
    static func disassemble(_ word: UInt32, pc: UInt64) -> String
}

extension GuestArchitecture {
    package static func setEntryMode(_ mode: UInt64, _ state: CPUState) {}

    package static var floatEnvironment: StateSlot? { nil }
    package static var conditionFlags: StateSlot? { nil }
    package static func flushesSubnormals(_ flags: UInt64) -> Bool { false }
    package static func blockFlags(_ flags: UInt64, first: UInt32, guarded: Bool) -> UInt64 { flags }
}

/// `Result` needs an `Error`.
package struct MemoryFaultError: Error, Equatable {
    package let fault: MemoryFault
    package init(_ fault: MemoryFault) { self.fault = fault }
}

/// The asserted interrupt inputs of a vCPU.
package struct InterruptLines: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let irq = InterruptLines(rawValue: 1)
    package static let fiq = InterruptLines(rawValue: 2)
    package static let systemError = InterruptLines(rawValue: 4)
}

package enum HelperOutcome: Equatable, Sendable {
    /// Go on with the block; the value is the helper's result.
    case value(UInt64)
    /// Leave the block with this exception at the helper's instruction.
    case raise(kind: UInt16, payload: UInt64)
    case fault(MemoryFault)
    /// Leave the block as `exit(.stateChanged)` does and go on at this pc (exception return).
    case leave(UInt64)
}

/// Which translations a TLB invalidation forgets.
package enum TLBInvalidation: Equatable, Sendable {
    case all
    /// Whatever page or larger mapping (`PageTranslation.span`) holds this virtual address, in every address space of
    /// every level.
    case page(UInt64)
    /// All translations that are not global.
    case nonGlobal
    /// Every page that holds one of `count` bytes from this virtual address, whatever its tag (top byte).
    case range(UInt64, count: UInt64)
}

/// What the guest's system code may ask of the vCPU and machine around it. One object per vCPU.
package protocol GuestEnvironment: AnyObject {
    var vcpuIndex: Int { get }
    /// The asserted interrupt inputs, masked or not.
    var pendingInterrupts: InterruptLines { get }

    /// Forgets translations of this vCPU at once, and of all others before their next block when `broadcast`.
    func invalidateTLB(_ what: TLBInvalidation, broadcast: Bool)
    /// Waits until broadcast invalidations that this vCPU issued are done everywhere (DSB).
    func completeInvalidations()
    /// Forgets translated code: of the page that holds physical address `physical`, or all.
    func invalidateCode(physical: UInt64?, broadcast: Bool)

    /// Reads or writes physical memory as a page-table walker; nil where there is no RAM.
    func readPhysical64(_ address: UInt64) -> UInt64?
    /// Atomically replaces a table entry; false when it no longer held `expected` or is not RAM.
    func compareExchangePhysical64(_ address: UInt64, expected: UInt64, desired: UInt64) -> Bool
    /// Zeroes `count` bytes of guest virtual memory (DC ZVA), with the checks of a store.
    func zeroMemory(_ address: UInt64, count: Int) -> MemoryFault?

    /// Copies or fills guest virtual memory as far as it can be accessed.
    func transfer(_ transfer: MemoryTransfer) -> MemoryTransfer.Outcome

    /// Signals an event to every vCPU (SEV).
    func sendEvent()
    /// Makes the next WFE of this vCPU return at once (SEVL, exception return).
    func setLocalEvent()
    /// Loses this vCPU's exclusive monitor (exception entry and return).
    func clearExclusiveMonitor()
    /// Asks for a look at the interrupt lines before the next block (after unmasking).
    func recheckInterrupts()

    /// The architected counter and timers. `register` is the guest's own numbering of them.
    func readTimer(_ register: TimerRegister) -> UInt64
    func writeTimer(_ register: TimerRegister, _ value: UInt64)
    /// A GICv3 CPU interface register by its A64 system register number (op0:op1:CRn:CRm:op2); nil when absent.
    func readInterruptController(_ register: UInt32) -> UInt64?
    func writeInterruptController(_ register: UInt32, _ value: UInt64) -> Bool

    /// Where the architecture keeps results of one costly function of its own.
    var memo: Memo { get }

    /// The program's surroundings when there is no machine.
    var program: (any ProgramPort)? { get }

    /// A call to firmware (HVC, SMC): arguments x0 to x7 in, x0 to x3 out; nil when nobody answers on that conduit.
    func callFirmware(_ conduit: FirmwareConduit, _ arguments: [UInt64]) -> [UInt64]?
}

/// What runs a single program in place of a machine: it gives the vCPU its memory map and takes all its exceptions.
/// Called by any vCPU thread, `vcpu` tells by which.
package protocol ProgramPort: AnyObject, Sendable {
    /// Where `address` is; there are no page tables.
    func translate(_ address: UInt64, _ access: AccessKind, vcpu: Int) -> Result<PageTranslation, MemoryFaultError>
    /// Takes the exception that `GuestArchitecture.raise` was told of; leaves the next pc in the state.
    func raise(kind: UInt16, payload: UInt64, pc: UInt64, vcpu: Int)
    /// As above for a memory access.
    func deliver(_ fault: MemoryFault, pc: UInt64, vcpu: Int)
    /// Delivers what `interruptLines` announced; true when the state has changed.
    func deliverSignals(vcpu: Int) -> Bool
    /// Whether what is translated of the page at `page` may be of use to a later run.
    func keepsTranslations(of page: UInt64) -> Bool
}

extension GuestEnvironment {
    package var program: (any ProgramPort)? { nil }
}

package enum TimerRegister: UInt8, CaseIterable, Sendable {
    case frequency, physicalCount, virtualCount
    case physicalControl, physicalCompare, physicalTimer
    case virtualControl, virtualCompare, virtualTimer
    case kernelControl
}

package enum FirmwareConduit: Sendable { case hvc, smc }
