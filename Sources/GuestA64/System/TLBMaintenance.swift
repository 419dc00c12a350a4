import Guest
import IR
import Support

/// What a TLBI forgets. The software TLB knows no address space identifiers: an operation for one of them takes
/// everything that has one.
enum TLBMaintenance: UInt64 {
    case all, addressSpace, page
}

/// Arm ARM C5.5: TLBI for the EL1&0 regime. Bits 1 and 0 of op2 and CRm tell them apart; the variants for the last
/// level only may forget more than they must.
extension SystemOperationTable {
    mutating func defineTLBMaintenance() {
        defineOperation("TLBI VMALLE1IS", "TLBI VMALLE1", 0, .all)
        defineOperation("TLBI VAE1IS", "TLBI VAE1", 1, .page)
        defineOperation("TLBI ASIDE1IS", "TLBI ASIDE1", 2, .addressSpace)
        defineOperation("TLBI VAAE1IS", "TLBI VAAE1", 3, .page)
        defineOperation("TLBI VALE1IS", "TLBI VALE1", 5, .page)
        defineOperation("TLBI VAALE1IS", "TLBI VAALE1", 7, .page)
    }

    /// The operation in its broadcast form (CRm 3) and its local one (CRm 7).
    private mutating func defineOperation(
        _ broadcast: StaticString, _ local: StaticString, _ op2: UInt32, _ what: TLBMaintenance
    ) {
        define(broadcast, 0, 8, 3, op2, takesRegister: what != .all) { t, operand in
            t.invalidateTLB(what, operand, broadcast: 1)
        }
        define(local, 0, 8, 7, op2, takesRegister: what != .all) { t, operand in
            t.invalidateTLB(what, operand, broadcast: 0)
        }
    }
}

extension A64Translation {
    fileprivate mutating func invalidateTLB(_ what: TLBMaintenance, _ operand: Value, broadcast: UInt64) {
        call(
            .invalidateTLB, [.acts, .mayFault], ir.constant(.i64, what.rawValue), operand, ir.constant(.i64, broadcast))
    }
}

extension A64 {
    static func invalidateTLB(
        _ what: UInt64, _ operand: UInt64, broadcast: Bool, _ environment: any GuestEnvironment
    ) {
        switch TLBMaintenance(rawValue: what) ?? .all {
        case .all: environment.invalidateTLB(.all, broadcast: broadcast)
        case .addressSpace: environment.invalidateTLB(.nonGlobal, broadcast: broadcast)
        case .page: environment.invalidateTLB(.page(pageAddress(operand)), broadcast: broadcast)
        }
    }

    /// Bits 43 to 0 of the operand are bits 55 to 12 of the address, whose top byte repeats bit 55.
    private static func pageAddress(_ operand: UInt64) -> UInt64 {
        UInt64(bitPattern: Int64(bitPattern: operand << 20) >> 8)
    }
}
