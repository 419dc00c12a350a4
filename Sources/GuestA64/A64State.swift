package import Guest

/// The A64 CPU state, cell by cell. General registers come first, so that their offsets fit every encoding; vector
/// registers lie at the end, 32 cells apart, so that wider vectors (SVE, up to 2048 bits) need no new layout.
package enum A64State {
    package static func x(_ number: UInt32) -> StateSlot { StateSlot(cell: Int(number & 31)) }
    /// The current stack pointer; the banked ones below hold those of the other levels.
    package static let sp = StateSlot(cell: 31)
    package static let pc = StateSlot(cell: 32)
    /// IR type `flags`.
    package static let nzcv = StateSlot(cell: 33)
    /// PSTATE but for the flags: in the SPSR_EL1 format (DAIF in bits 9 to 6, SS, IL, PAN, UAO, M[4:0]).
    package static let pstate = StateSlot(cell: 34)
    /// `A64.translationFlags`, kept up to date by whoever changes what it depends on.
    package static let flags = StateSlot(cell: 35)
    /// FPCR.FZ in `floatingPoint`.
    static let flushToZero: UInt64 = 1 << 2
    /// What FPCR and FPSR say, as the IR's floating-point operations want it (SoftFloat's `FPEnvironment`): the control
    /// word in bits 31 to 0, the sticky bits, in FPSR's places, in bits 63 to 32.
    package static let floatingPoint = StateSlot(cell: 36)

    /// First cell for the system registers (`System/SystemRegisters.swift` names them).
    static let systemBase = 40
    static let systemCells = 216
    /// V0 to V31, 32 cells each; a 128-bit register is the first two.
    package static func v(_ number: UInt32) -> StateSlot { StateSlot(cell: 256 + Int(number & 31) * 32) }

    package static let cells = 256 + 32 * 32
}
