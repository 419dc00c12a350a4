/// ESR_EL1 values: exception class, instruction length and syndrome (Arm ARM D17.2.37).
enum Syndrome {
    /// The exception classes that a CPU with EL0 and EL1 in AArch64 reports.
    enum Class: UInt64 {
        case unknown = 0x00
        case wait = 0x01
        case floatingPoint = 0x07
        case branchTarget = 0x0d
        case illegalState = 0x0e
        case supervisorCall = 0x15
        case systemAccess = 0x18
        case authentication = 0x1c
        case instructionAbortLower = 0x20
        case instructionAbortSame = 0x21
        case pcAlignment = 0x22
        case dataAbortLower = 0x24
        case dataAbortSame = 0x25
        case stackAlignment = 0x26
        case memoryOperation = 0x27
        case systemError = 0x2f
        case breakpoint = 0x3c
    }

    /// IL is set for all of them: A64 instructions are 32 bits wide, and the classes without an instruction set it too.
    static func encode(_ exceptionClass: Class, _ specific: UInt64 = 0) -> UInt64 {
        exceptionClass.rawValue << 26 | 1 << 25 | specific & 0x1ff_ffff
    }

    /// ISS of a trapped MSR, MRS or system instruction (class 0x18). `key` is op0:op1:CRn:CRm:op2.
    static func systemAccess(key: UInt32, register: UInt32, isRead: Bool) -> UInt64 {
        let (op0, op1, crn) = (key >> 14 & 3, key >> 11 & 7, key >> 7 & 15)
        let (crm, op2) = (key >> 3 & 15, key & 7)
        return UInt64(op0 << 20 | op2 << 17 | op1 << 14 | crn << 10 | register << 5 | crm << 1 | (isRead ? 1 : 0))
    }

    /// ISS of a trapped WFI or WFE (class 0x01): condition valid and "always".
    static func wait(isEvent: Bool) -> UInt64 { 0x1e0_0000 | (isEvent ? 1 : 0) }

    /// As above of WFIT or WFET: the register that holds the timeout, with its valid bit.
    static func wait(isEvent: Bool, timeoutRegister: UInt32) -> UInt64 {
        wait(isEvent: isEvent) | UInt64(timeoutRegister) << 5 | 1 << 2 | 1 << 1
    }

    /// ISS of an access to FP or SIMD registers while they are disabled (class 0x07).
    static let floatingPoint: UInt64 = 0x1e0_0000

    // Fields of the ISS of aborts.
    static let writeNotRead: UInt64 = 1 << 6
    static let cacheMaintenance: UInt64 = 1 << 8
}

/// The fault status codes DFSC and IFSC (Arm ARM, ISS encoding of data aborts).
package enum FaultStatus {
    package static func addressSize(level: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: level) }
    package static func translation(level: UInt64) -> UInt32 { 0b000100 | UInt32(truncatingIfNeeded: level) }
    package static func accessFlag(level: UInt64) -> UInt32 { 0b001000 | UInt32(truncatingIfNeeded: level) }
    package static func permission(level: UInt64) -> UInt32 { 0b001100 | UInt32(truncatingIfNeeded: level) }
    package static func externalOnWalk(level: UInt64) -> UInt32 { 0b010100 | UInt32(truncatingIfNeeded: level) }
    package static let external: UInt32 = 0b010000
    package static let alignment: UInt32 = 0b100001

    /// Not part of the code: set in `FaultCause.translation` when a cache or address translation instruction faulted,
    /// which reports CM and always counts as a write.
    static let byMaintenance: UInt32 = 1 << 8
}
