import Guest
import Support

/// Stage 1 address translation of the EL1&0 regime (Arm ARM D8, shared pseudocode `AArch64.S1Translate`).
///
/// One value serves one access: it takes what it needs from the CPU state and then walks.
struct StageOne {
    enum Access: Equatable {
        case data, fetch
        /// Cache maintenance and AT: never changes a table entry.
        case maintenance
    }

    /// The permission without which the access faults.
    enum Needs: Equatable {
        case nothing, read, write, execute
    }

    /// Where an address leads and what may be done there at the level that asked.
    struct Page: Equatable {
        var physical: UInt64
        var permissions: Permissions
        /// The byte of MAIR_EL1.
        var attributes: UInt8
        /// The descriptor's SH field.
        var shareability: UInt64
        var isGlobal: Bool
        /// The descriptor's GP bit.
        var isGuarded = false
        /// Bytes of the mapping, a power of two.
        var span: UInt64

        var isDevice: Bool { attributes & 0xf0 == 0 }
    }

    struct Failure: Error, Equatable {
        /// DFSC or IFSC.
        let status: UInt32
        var isExternal: Bool { status & 0b111100 == 0b010100 }
    }

    let isEL0: Bool
    let access: Access
    let privilegedAccessNever: Bool
    let features: CPUFeatures
    let physicalBits: UInt64
    let control: UInt64
    let translationControl: UInt64
    let attributes: UInt64
    private let tableBases: (lower: UInt64, upper: UInt64)

    init(_ state: CPUState, isEL0: Bool, access: Access, privilegedAccessNever: Bool = false) {
        let model = A64.model(state)
        self.isEL0 = isEL0
        self.access = access
        self.privilegedAccessNever = privilegedAccessNever
        features = model.features
        physicalBits = model.physicalBits
        control = state[.sctlr]
        translationControl = state[.tcr]
        attributes = state[.mair]
        tableBases = (state[.ttbr0], state[.ttbr1])
    }

    func translate(
        _ address: UInt64, _ needs: Needs, _ environment: any GuestEnvironment
    ) -> Result<Page, Failure> {
        guard control & SystemControl.mmu != 0 else { return translateFlat(address) }
        let isUpper = address.bit(55)
        let range = AddressRange(
            translationControl, isUpper: isUpper, isInstruction: access == .fetch,
            has16K: features.contains(.granule16),
            base: isUpper ? tableBases.upper : tableBases.lower)
        guard range.isEnabled && range.contains(address) && !(isEL0 && range.isPrivileged) else {
            return .failure(Failure(status: FaultStatus.translation(level: 0)))
        }
        return walk(address, range, needs, environment)
    }

    /// MMU off: addresses are physical, data is Device-nGnRnE memory (shared pseudocode `AArch64.S1DisabledOutput`).
    private func translateFlat(_ address: UInt64) -> Result<Page, Failure> {
        let isTagged = TranslationControl.isTagged(
            translationControl, isUpper: address.bit(55), isInstruction: access == .fetch)
        let physical = isTagged ? address.bits(0, 56) : address
        guard physical >> physicalBits == 0 else {
            return .failure(Failure(status: FaultStatus.addressSize(level: 0)))
        }
        return .success(
            Page(
                physical: physical, permissions: .all, attributes: access == .fetch ? 0x44 : 0x00, shareability: 2,
                isGlobal: true, span: 4096))
    }

    /// Bits that an output address may have: the smaller of the CPU's size and TCR_EL1.IPS.
    var outputBits: UInt64 {
        min(physicalBits, CPUModel.addressBits(translationControl.bits(TranslationControl.intermediateSize, 3)))
    }
}

extension Result where Failure == StageOne.Failure {
    /// The fault status code of a failed translation.
    var failureStatus: UInt32? {
        guard case .failure(let failure) = self else { return nil }
        return failure.status
    }
}
