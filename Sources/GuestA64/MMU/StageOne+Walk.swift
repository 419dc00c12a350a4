import Guest
import Support

/// The table walk (Arm ARM D8.2, shared pseudocode `AArch64.S1Walk`).
extension StageOne {
    private static var accessFlag: UInt64 { 1 << 10 }
    private static var readOnly: UInt64 { 1 << 7 }
    private static var dirtyModifier: UInt64 { 1 << 51 }

    func walk(
        _ address: UInt64, _ range: AddressRange, _ needs: Needs, _ environment: any GuestEnvironment
    ) -> Result<Page, Failure> {
        var table = range.firstTable
        guard table >> outputBits == 0 else { return failure(FaultStatus.addressSize, 0) }
        var restrictions = AccessRestrictions()
        var level = range.startLevel
        while true {
            let entry = table | range.entryOffset(address, level: level)
            guard let descriptor = environment.readPhysical64(entry) else {
                return failure(FaultStatus.externalOnWalk, level)
            }
            guard descriptor.bit(0) && (descriptor.bit(1) || range.allowsBlock(level: level)) else {
                return failure(FaultStatus.translation, level)
            }
            if level == 3 || !descriptor.bit(1) {
                let leaf = Leaf(entry: entry, level: level, range: range, restrictions: restrictions)
                return finish(address, leaf, descriptor, needs, environment)
            }
            table = descriptor.bits(0, 48) & ~(1 << range.granuleBits - 1)
            guard table >> outputBits == 0 else { return failure(FaultStatus.addressSize, level) }
            if range.isHierarchical { restrictions.restrict(byTable: descriptor) }
            level += 1
        }
    }

    private func failure(_ status: (UInt64) -> UInt32, _ level: UInt64) -> Result<Page, Failure> {
        .failure(Failure(status: status(level)))
    }
}

// MARK: Block and page descriptors

extension StageOne {
    /// Where a walk ended.
    private struct Leaf {
        let entry: UInt64
        let level: UInt64
        let range: AddressRange
        let restrictions: AccessRestrictions
    }

    private func finish(
        _ address: UInt64, _ leaf: Leaf, _ first: UInt64, _ needs: Needs, _ environment: any GuestEnvironment
    ) -> Result<Page, Failure> {
        var descriptor = first
        while true {
            let low = leaf.range.lowBit(level: leaf.level)
            guard descriptor.bits(0, 48) >> outputBits == 0 else { return failure(FaultStatus.addressSize, leaf.level) }
            let updated = update(descriptor, needs)
            guard updated & Self.accessFlag != 0 else { return failure(FaultStatus.accessFlag, leaf.level) }
            let page = page(address, leaf, updated, low)
            guard permits(needs, page.permissions) else { return failure(FaultStatus.permission, leaf.level) }
            if updated == descriptor || access == .maintenance { return .success(page) }
            if environment.compareExchangePhysical64(leaf.entry, expected: descriptor, desired: updated) {
                return .success(page)
            }
            // Somebody else changed the entry: judge what it holds now, be it the same again.
            guard let new = environment.readPhysical64(leaf.entry) else {
                return failure(FaultStatus.externalOnWalk, leaf.level)
            }
            guard new.bit(0) && new.bit(1) == first.bit(1) else { return failure(FaultStatus.translation, leaf.level) }
            descriptor = new
        }
    }

    /// The descriptor with what the MMU itself may set on this access: the access flag, and that a page which software
    /// marked as "writable once dirty" has been written (Arm ARM D8.4.6).
    private func update(_ descriptor: UInt64, _ needs: Needs) -> UInt64 {
        guard translationControl & TranslationControl.hardwareAccessFlag != 0 else { return descriptor }
        var updated = descriptor | Self.accessFlag
        let tracksDirty = translationControl & TranslationControl.hardwareDirty != 0
        if tracksDirty && needs == .write && descriptor & Self.dirtyModifier != 0 { updated &= ~Self.readOnly }
        return updated
    }

    private func page(_ address: UInt64, _ leaf: Leaf, _ descriptor: UInt64, _ low: UInt64) -> Page {
        var restrictions = leaf.restrictions
        restrictions.restrict(byLeaf: descriptor)
        let index = descriptor.bits(2, 3)
        return Page(
            physical: (descriptor.bits(0, 48) & ~(1 << low - 1)) | address.bits(0, low),
            permissions: restrictions.permissions(
                isEL0: isEL0, privilegedAccessNever: privilegedAccessNever && access != .fetch,
                writeExecuteNever: control & SystemControl.writeExecuteNever != 0),
            attributes: UInt8(truncatingIfNeeded: attributes >> (index * 8)),
            shareability: descriptor.bits(8, 2), isGlobal: !descriptor.bit(11),
            isGuarded: descriptor.bit(50), span: 1 << low)
    }

    private func permits(_ needs: Needs, _ permissions: Permissions) -> Bool {
        switch needs {
        case .nothing: true
        case .read: permissions.contains(.read)
        case .write: permissions.contains(.write)
        case .execute: permissions.contains(.execute)
        }
    }
}
