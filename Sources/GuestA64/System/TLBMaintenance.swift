import Guest
import IR
import Support

/// What a TLBI forgets. The software TLB knows no address space identifiers: an operation for one of them takes
/// everything that has one.
enum TLBMaintenance: UInt64 {
    case all, addressSpace, page, range
}

/// Arm ARM C5.5: TLBI for the EL1&0 regime. Bits 1 and 0 of op2 and CRm tell them apart; the variants for the last
/// level only may forget more than they must.
extension SystemOperationTable {
    mutating func defineTLBMaintenance() {
        defineInvalidation("VMALLE1", 0, .all)
        defineInvalidation("VAE1", 1, .page)
        defineInvalidation("ASIDE1", 2, .addressSpace)
        defineInvalidation("VAAE1", 3, .page)
        defineInvalidation("VALE1", 5, .page)
        defineInvalidation("VAALE1", 7, .page)
        defineRangeInvalidation("RVAE1", 1)
        defineRangeInvalidation("RVAAE1", 3)
        defineRangeInvalidation("RVALE1", 5)
        defineRangeInvalidation("RVAALE1", 7)
    }

    /// An operation on this processor (CRm 7), on all (3), and on all of the outer shareable domain (1).
    private mutating func defineInvalidation(_ name: String, _ op2: UInt32, _ what: TLBMaintenance) {
        defineForms(name, (local: 7, inner: 3, outer: 1), op2, what, [], outer: .outerInvalidation)
    }

    private mutating func defineRangeInvalidation(_ name: String, _ op2: UInt32) {
        defineForms(name, (local: 6, inner: 2, outer: 5), op2, .range, .rangeInvalidation, outer: [])
    }

    /// Each form also exists with CRn 9, as the one that does not wait for accesses with the XS attribute (FEAT_XS).
    private mutating func defineForms(
        _ name: String, _ crm: (local: UInt32, inner: UInt32, outer: UInt32), _ op2: UInt32, _ what: TLBMaintenance,
        _ features: CPUFeatures, outer: CPUFeatures
    ) {
        for (qualifier, crn, more) in [("", 8, []), ("NXS", 9, .excessiveLatency)] as [(String, UInt32, CPUFeatures)] {
            let features = features.union(more)
            defineForm("TLBI \(name)\(qualifier)", crn, crm.local, op2, what, features, broadcast: 0)
            defineForm("TLBI \(name)IS\(qualifier)", crn, crm.inner, op2, what, features, broadcast: 1)
            defineForm("TLBI \(name)OS\(qualifier)", crn, crm.outer, op2, what, features.union(outer), broadcast: 1)
        }
    }

    private mutating func defineForm(
        _ name: String, _ crn: UInt32, _ crm: UInt32, _ op2: UInt32, _ what: TLBMaintenance, _ features: CPUFeatures,
        broadcast: UInt64
    ) {
        define(name, 0, crn, crm, op2, features: features, takesRegister: what != .all) { t, operand in
            t.invalidateTLB(what, operand, broadcast: broadcast)
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
        case .range: invalidateRange(operand, broadcast: broadcast, environment)
        }
    }

    /// A range of (NUM + 1) * 2^(5 * SCALE + 1) granules from BaseADDR on (Arm ARM, TLBI RVAE1). A long one takes
    /// everything: that is cheaper, and allowed.
    private static func invalidateRange(_ operand: UInt64, broadcast: Bool, _ environment: any GuestEnvironment) {
        let granuleBits: UInt64 = [12, 12, 14, 16][Int(operand >> 46 & 3)]
        let granules = (operand.bits(39, 5) + 1) << (5 * operand.bits(44, 2) + 1)
        // Entries are of 4 KB each, but one invalidation takes the whole mapping that a page belongs to.
        guard operand >> 46 & 3 != 0, granules <= 64 else {
            return environment.invalidateTLB(.all, broadcast: broadcast)
        }
        let start = UInt64(bitPattern: Int64(bitPattern: operand << 27) >> Int64(27 - granuleBits))
        for index in 0..<granules {
            environment.invalidateTLB(.page(start &+ index << granuleBits), broadcast: broadcast)
        }
    }

    /// Bits 43 to 0 of the operand are bits 55 to 12 of the address, whose top byte repeats bit 55.
    private static func pageAddress(_ operand: UInt64) -> UInt64 {
        UInt64(bitPattern: Int64(bitPattern: operand << 20) >> 8)
    }
}
