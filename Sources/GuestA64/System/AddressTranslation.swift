import Guest
import IR
import Support

/// The access that an AT instruction asks about: bit 0 writing, bit 1 at EL0, bit 2 with regard to PSTATE.PAN.
struct AddressTranslation: OptionSet, Sendable {
    let rawValue: UInt64
    static let write = AddressTranslation(rawValue: 1)
    static let el0 = AddressTranslation(rawValue: 2)
    static let privilegedAccessNever = AddressTranslation(rawValue: 4)
}

/// Arm ARM C5.4: AT for stage 1 of the EL1&0 regime.
extension SystemOperationTable {
    mutating func defineAddressTranslation() {
        defineOperation("AT S1E1R", 8, 0, [])
        defineOperation("AT S1E1W", 8, 1, .write)
        defineOperation("AT S1E0R", 8, 2, .el0)
        defineOperation("AT S1E0W", 8, 3, [.el0, .write])
        defineOperation("AT S1E1RP", 9, 0, .privilegedAccessNever, features: .privilegedAccessNever)
        defineOperation("AT S1E1WP", 9, 1, [.privilegedAccessNever, .write], features: .privilegedAccessNever)
    }

    private mutating func defineOperation(
        _ name: String, _ crm: UInt32, _ op2: UInt32, _ access: AddressTranslation, features: CPUFeatures = []
    ) {
        define(name, 0, 7, crm, op2, features: features) { t, address in
            t.call(.translateAddress, .everything, address, t.ir.constant(.i64, access.rawValue))
        }
    }
}

extension A64 {
    /// Leaves the outcome in PAR_EL1; only a table that cannot be read is an exception.
    static func translateForGuest(
        _ address: UInt64, _ access: UInt64, _ state: CPUState, _ environment: any GuestEnvironment
    ) -> HelperOutcome {
        let access = AddressTranslation(rawValue: access)
        let walk = StageOne(
            state, isEL0: access.contains(.el0), access: .maintenance,
            privilegedAccessNever: access.contains(.privilegedAccessNever)
                && processState(state).has(ProcessState.privilegedAccessNever))
        switch walk.translate(address, access.contains(.write) ? .write : .read, environment) {
        case .success(let page): state[.par] = physicalAddress(page)
        case .failure(let failure) where failure.isExternal:
            return .fault(
                MemoryFault(
                    address: address, access: .write, cause: .translation(failure.status | FaultStatus.byMaintenance)))
        case .failure(let failure): state[.par] = 1 << 11 | UInt64(failure.status) << 1 | 1
        }
        return .value(0)
    }

    /// PAR_EL1 of a successful translation (Arm ARM D17.2.107): attributes, address, non-secure, shareability.
    private static func physicalAddress(_ page: StageOne.Page) -> UInt64 {
        // Device and non-cacheable memory are always outer shareable.
        let shareability = page.isDevice || page.attributes == 0x44 ? 2 : page.shareability
        return UInt64(page.attributes) << 56 | page.physical & 0xffff_ffff_f000 | 1 << 11 | 1 << 9 | shareability << 7
    }
}
