import Support

/// What stage 1 permits at one exception level.
struct Permissions: OptionSet, Sendable {
    let rawValue: UInt8
    static let read = Permissions(rawValue: 1)
    static let write = Permissions(rawValue: 2)
    static let execute = Permissions(rawValue: 4)
    static let all: Permissions = [.read, .write, .execute]
}

/// The restrictions that table descriptors put on everything below them, and those of the leaf
/// (Arm ARM D8.4, shared pseudocode `AArch64.S1DirectBasePermissions`).
struct AccessRestrictions {
    private var readOnly = false
    private var privilegedOnly = false
    private var userExecuteNever = false
    private var privilegedExecuteNever = false

    /// APTable, UXNTable and PXNTable of a table descriptor.
    mutating func restrict(byTable descriptor: UInt64) {
        readOnly = readOnly || descriptor.bit(62)
        privilegedOnly = privilegedOnly || descriptor.bit(61)
        userExecuteNever = userExecuteNever || descriptor.bit(60)
        privilegedExecuteNever = privilegedExecuteNever || descriptor.bit(59)
    }

    /// AP, UXN and PXN of a block or page descriptor.
    mutating func restrict(byLeaf descriptor: UInt64) {
        readOnly = readOnly || descriptor.bit(7)
        privilegedOnly = privilegedOnly || !descriptor.bit(6)
        userExecuteNever = userExecuteNever || descriptor.bit(54)
        privilegedExecuteNever = privilegedExecuteNever || descriptor.bit(53)
    }

    func permissions(isEL0: Bool, privilegedAccessNever: Bool, writeExecuteNever: Bool) -> Permissions {
        let canUserRead = !privilegedOnly
        let canUserWrite = !privilegedOnly && !readOnly
        var result: Permissions = []
        if isEL0 {
            if canUserRead { result.insert(.read) }
            if canUserWrite { result.insert(.write) }
            if !userExecuteNever { result.insert(.execute) }
        } else {
            if !(privilegedAccessNever && canUserRead) {
                result.insert(.read)
                if !readOnly { result.insert(.write) }
            }
            // Code that EL0 can write is never executed at EL1.
            if !privilegedExecuteNever && !canUserWrite { result.insert(.execute) }
        }
        if writeExecuteNever && result.contains(.write) { result.remove(.execute) }
        return result
    }
}
