import Guest
import IR

/// Who may access a system register. Anything else is undefined (Arm ARM D12.2).
struct AccessRights: OptionSet, Sendable {
    let rawValue: UInt8
    static let el0Read = AccessRights(rawValue: 1)
    static let el0Write = AccessRights(rawValue: 2)
    static let el1Read = AccessRights(rawValue: 4)
    static let el1Write = AccessRights(rawValue: 8)

    static let el1: AccessRights = [.el1Read, .el1Write]
    static let everywhere: AccessRights = [.el0Read, .el0Write, .el1]
    static let readEverywhere: AccessRights = [.el0Read, .el1Read]
    static let writeEverywhere: AccessRights = [.el0Write, .el1Write]
    static let readEL0WriteEL1: AccessRights = [.el0Read, .el1]

    static func read(at level: UInt32) -> AccessRights { level == 0 ? .el0Read : .el1Read }
    static func write(at level: UInt32) -> AccessRights { level == 0 ? .el0Write : .el1Write }
}

/// EL0 is trapped to EL1 unless one of the bits `mask` of the control register `cell` is set (or, inverted, unless all
/// are clear).
struct UserGate: Sendable {
    let cell: SystemCell
    let mask: UInt64
    let inverted: Bool

    init(_ cell: SystemCell, _ mask: UInt64, inverted: Bool = false) {
        self.cell = cell
        self.mask = mask
        self.inverted = inverted
    }
}

/// A system register: one statement of the table says everything about it.
struct SystemRegister: Sendable {
    enum Reading: Sendable {
        /// Write-only.
        case never
        case constant(UInt64)
        case cell(SystemCell)
        /// A function of the CPU state alone.
        case state(@Sendable (CPUState) -> UInt64)
        /// Asks the vCPU's surroundings; nil where the register does not exist.
        case outside(@Sendable (CPUState, any GuestEnvironment) -> UInt64?)
        /// Emits IR for the value.
        case emitted(@Sendable (inout A64Translation) -> Value)
    }

    enum Writing: Sendable {
        /// Read-only.
        case never
        case ignored
        /// The bits outside `mask` read as zero or as `ones`.
        case cell(SystemCell, mask: UInt64 = .max, ones: UInt64 = 0)
        case action(@Sendable (UInt64, CPUState, any GuestEnvironment) -> Void)
        /// As `action`; false where the register does not exist.
        case outside(@Sendable (UInt64, CPUState, any GuestEnvironment) -> Bool)
        case emitted(@Sendable (inout A64Translation, Value) -> Void)
    }

    let name: StaticString
    /// op0:op1:CRn:CRm:op2, 16 bits.
    let key: UInt32
    let rights: AccessRights
    let reading: Reading
    let writing: Writing
    let gate: UserGate?
    /// Exists only with these.
    let features: CPUFeatures
    /// Translated code depends on it: a write ends the block.
    let endsBlock: Bool

    static func key(_ op0: UInt32, _ op1: UInt32, _ crn: UInt32, _ crm: UInt32, _ op2: UInt32) -> UInt32 {
        op0 << 14 | op1 << 11 | crn << 7 | crm << 3 | op2
    }
}
