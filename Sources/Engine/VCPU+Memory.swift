import Guest
import IR
import Interp
import Memory

// Guest memory accesses that the software TLB's hit cannot do: misses, devices, page crossings, alignment checks.

/// Where a guest virtual address leads.
enum Location {
    /// RAM: its host and physical address.
    case ram(UnsafeMutableRawPointer, UInt64)
    /// Anything else: the physical address.
    case device(UInt64)
    case fault(MemoryFault)
}

extension VCPU {
    /// Translates `address` through the software TLB of `mmu`, filling it from the guest's tables where needed.
    func locate(_ address: UInt64, _ access: AccessKind, _ mmu: Int) -> Location {
        if let known = withTLB(mmu, { $0.lookup(address) }), allows(known.entry, access, address) {
            let inPage = address & ~SoftTLB.pageMask
            let physical = known.page.physical | inPage
            if let host = memory.hostPointer(to: physical) { return .ram(host, physical) }
            return .device(physical)
        }
        switch G.translateAddress(address, access, mmuIndex: mmu, state, environment: self) {
        case .failure(let error): return .fault(error.fault)
        case .success(let page):
            fill(address, page, mmu)
            let host = memory.hostPointer(to: page.physical)
            return host.map { .ram($0, page.physical) } ?? .device(page.physical)
        }
    }

    /// Whether an entry, which may be one for slow paths only, permits the access.
    private func allows(_ entry: TLBEntry, _ access: AccessKind, _ address: UInt64) -> Bool {
        let tag =
            switch access {
            case .read: entry.readTag
            case .write: entry.writeTag
            case .fetch: entry.fetchTag
            }
        return tag != TLBEntry.invalidTag && tag & SoftTLB.pageMask == address & SoftTLB.pageMask
    }

    /// Enters a page. Only pages of plain RAM get tags that a hit can match.
    private func fill(_ address: UInt64, _ page: PageTranslation, _ mmu: Int) {
        let virtual = address & SoftTLB.pageMask
        let physical = page.physical & SoftTLB.pageMask
        let host = memory.hostPointer(to: physical, count: 4096)
        let tag = host == nil || page.device ? virtual | TLBEntry.slowPath : virtual
        let writeTag = group.monitors.watches(physical) ? virtual | TLBEntry.slowPath : tag
        let addend = host.map { Int(bitPattern: $0) &- Int(truncatingIfNeeded: virtual) } ?? 0
        tlbs[mmu].fill(
            address,
            TLBEntry(
                readTag: page.readable ? tag : TLBEntry.invalidTag,
                writeTag: page.writable ? writeTag : TLBEntry.invalidTag,
                fetchTag: page.executable ? tag : TLBEntry.invalidTag, addend: addend),
            TLBPage(
                physical: physical, device: page.device, global: page.global, guarded: page.guarded, span: page.span))
        if mmu == mmuIndex { adoptTLB() }
    }

    private func fail(_ fault: MemoryFault) -> Bool {
        pendingFault = fault
        return false
    }

    func mmu(_ attributes: MemoryAttributes) -> Int {
        attributes.unprivileged ? G.unprivilegedMMUIndex : mmuIndex
    }

    private func isMisaligned(_ address: UInt64, _ bytes: Int) -> Bool { address & UInt64(bytes - 1) != 0 }

    private func crossesPage(_ address: UInt64, _ bytes: Int) -> Bool {
        address & ~SoftTLB.pageMask > UInt64(4096 - bytes)
    }

    /// Whether `address` is in memory that only takes aligned accesses.
    func isDevice(_ address: UInt64, _ mmu: Int) -> Bool {
        withTLB(mmu) { $0.lookup(address)?.page.device ?? false }
    }

    // MARK: Loads

    /// Leaves the value in the context; false after a fault.
    func load(_ address: UInt64, bytes: Int, _ raw: UInt64) -> Bool {
        if raw & RuntimeCalls.pairAccess != 0 { return loadPair(address, bytes, raw ^ RuntimeCalls.pairAccess) }
        let attributes = MemoryAttributes(rawValue: UInt16(truncatingIfNeeded: raw))
        if attributes.forbids(address, bytes: UInt64(bytes)) {
            return fail(MemoryFault(address: address, access: .read, cause: .alignment))
        }
        let mmu = mmu(attributes)
        if let size = attributes.elements, isElementwise(address, bytes, size, .read, mmu) {
            return loadElements(address, bytes, size, attributes)
        }
        if bytes == 16 { return loadHalves(address, attributes, mmu) }
        if crossesPage(address, bytes) { return loadBytes(address, bytes, attributes) }
        switch locate(address, .read, mmu) {
        case .fault(let fault): return fail(fault)
        case .ram(let host, _):
            if isMisaligned(address, bytes) && isDevice(address, mmu) {
                return fail(MemoryFault(address: address, access: .read, cause: .alignment))
            }
            context.pointee.slowValue = GuestMemory.load(host, bytes: bytes)
        case .device(let physical):
            if isMisaligned(address, bytes) {
                return fail(MemoryFault(address: address, access: .read, cause: .alignment))
            }
            guard let value = port.read(physical: physical, size: bytes, vcpu: index) else {
                return fail(MemoryFault(address: address, access: .read, cause: .external))
            }
            context.pointee.slowValue = value
        }
        return true
    }

    /// Whether an access that stands for one of each element has to be made so: what its memory is tells them apart, or
    /// one of them is a fault.
    private func isElementwise(
        _ address: UInt64, _ bytes: Int, _ size: Lanes.Size, _ access: AccessKind, _ mmu: Int
    ) -> Bool {
        if size.bytes == bytes { return false }
        if crossesPage(address, bytes) { return true }
        guard case .ram = locate(address, access, mmu) else { return true }
        return isDevice(address, mmu)
    }

    private func loadElements(
        _ address: UInt64, _ bytes: Int, _ size: Lanes.Size, _ attributes: MemoryAttributes
    ) -> Bool {
        let single = UInt64(MemoryAttributes(aligned: attributes.aligned).rawValue)
        var value = Vector128()
        for offset in stride(from: 0, to: bytes, by: size.bytes) {
            guard load(address &+ UInt64(offset), bytes: size.bytes, single) else { return false }
            value[offset / 8] |= context.pointee.slowValue << UInt64(offset % 8 * 8)
        }
        context.pointee.slowValue = value[0]
        context.pointee.slowValueHigh = value[1]
        return true
    }

    /// The two doublewords of a SIMD&FP register; of device memory they are one access of 16 bytes, and aligned so.
    private func loadHalves(_ address: UInt64, _ attributes: MemoryAttributes, _ mmu: Int) -> Bool {
        guard !isMisaligned(address, 16) || mayMisalign(address, 16, .read, mmu) else { return false }
        let halves = MemoryAttributes(attributes.ordering, unprivileged: attributes.unprivileged)
        guard load(address, bytes: 8, UInt64(halves.rawValue)) else { return false }
        let low = context.pointee.slowValue
        guard load(address &+ 8, bytes: 8, UInt64(halves.rawValue)) else { return false }
        context.pointee.slowValueHigh = context.pointee.slowValue
        context.pointee.slowValue = low
        return true
    }

    private func loadBytes(_ address: UInt64, _ bytes: Int, _ attributes: MemoryAttributes) -> Bool {
        let mmu = mmu(attributes)
        guard mayMisalign(address, bytes, .read, mmu) else { return false }
        let single = UInt64(MemoryAttributes(attributes.ordering, unprivileged: attributes.unprivileged).rawValue)
        var value: UInt64 = 0
        for offset in 0..<UInt64(bytes) {
            guard load(address &+ offset, bytes: 1, single) else { return false }
            value |= context.pointee.slowValue << (offset * 8)
        }
        context.pointee.slowValue = value
        return true
    }

    // MARK: Stores

    /// Stores the value in the context; false after a fault, and then nothing was stored.
    func store(_ address: UInt64, bytes: Int, _ raw: UInt64) -> Bool {
        if raw & RuntimeCalls.pairAccess != 0 { return storePair(address, bytes, raw ^ RuntimeCalls.pairAccess) }
        let attributes = MemoryAttributes(rawValue: UInt16(truncatingIfNeeded: raw))
        if attributes.forbids(address, bytes: UInt64(bytes)) {
            return fail(MemoryFault(address: address, access: .write, cause: .alignment))
        }
        let mmu = mmu(attributes)
        if let size = attributes.elements, isElementwise(address, bytes, size, .write, mmu) {
            return storeElements(address, bytes, size, attributes, mmu)
        }
        if bytes == 16 { return storeHalves(address, attributes, mmu) }
        if crossesPage(address, bytes) { return storeBytes(address, bytes, attributes, mmu) }
        let value = context.pointee.slowValue
        switch locate(address, .write, mmu) {
        case .fault(let fault): return fail(fault)
        case .ram(let host, let physical):
            if isMisaligned(address, bytes) && isDevice(address, mmu) {
                return fail(MemoryFault(address: address, access: .write, cause: .alignment))
            }
            let isWatched = group.monitors.observes(physical)
            if isWatched && ExclusiveMonitors.crossesGranule(address, bytes) {
                return storeBytes(address, bytes, attributes, mmu)
            }
            if isWatched { holdGranule(physical, host) }
            GuestMemory.store(host, value, bytes: bytes, ordered: attributes.ordering != .plain)
            if isWatched { ExclusiveGranule.releaseHeld(context) }
        case .device(let physical):
            if isMisaligned(address, bytes) {
                return fail(MemoryFault(address: address, access: .write, cause: .alignment))
            }
            let mask: UInt64 = bytes == 8 ? .max : (1 << UInt64(bytes * 8)) - 1
            guard port.write(physical: physical, value & mask, size: bytes, vcpu: index) else {
                return fail(MemoryFault(address: address, access: .write, cause: .external))
            }
        }
        return true
    }

    private func storeElements(
        _ address: UInt64, _ bytes: Int, _ size: Lanes.Size, _ attributes: MemoryAttributes, _ mmu: Int
    ) -> Bool {
        guard isWritable(address, mmu), isWritable(lastPart(address, bytes), mmu) else { return false }
        let single = UInt64(MemoryAttributes(aligned: attributes.aligned).rawValue)
        let value = Vector128(context.pointee.slowValue, context.pointee.slowValueHigh)
        for offset in stride(from: 0, to: bytes, by: size.bytes) {
            context.pointee.slowValue = value[offset / 8] >> UInt64(offset % 8 * 8)
            guard store(address &+ UInt64(offset), bytes: size.bytes, single) else { return false }
        }
        return true
    }

    private func storeHalves(_ address: UInt64, _ attributes: MemoryAttributes, _ mmu: Int) -> Bool {
        guard !isMisaligned(address, 16) || mayMisalign(address, 16, .write, mmu) else { return false }
        let halves = UInt64(MemoryAttributes(attributes.ordering, unprivileged: attributes.unprivileged).rawValue)
        let high = context.pointee.slowValueHigh
        guard store(address, bytes: 8, halves) else { return false }
        context.pointee.slowValue = high
        return store(address &+ 8, bytes: 8, halves)
    }

    private func storeBytes(_ address: UInt64, _ bytes: Int, _ attributes: MemoryAttributes, _ mmu: Int) -> Bool {
        guard mayMisalign(address, bytes, .write, mmu) else { return false }
        let single = UInt64(MemoryAttributes(attributes.ordering, unprivileged: attributes.unprivileged).rawValue)
        let value = context.pointee.slowValue
        for offset in 0..<UInt64(bytes) {
            context.pointee.slowValue = value >> (offset * 8)
            guard store(address &+ offset, bytes: 1, single) else { return false }
        }
        return true
    }

    /// The first byte in the page of an access's last byte, which is `address` itself where that is the same page.
    private func lastPart(_ address: UInt64, _ bytes: Int) -> UInt64 {
        let last = address &+ UInt64(bytes - 1)
        return last & SoftTLB.pageMask == address & SoftTLB.pageMask ? address : last & SoftTLB.pageMask
    }

    /// Whether a misaligned access may be made in parts: its pages are mapped and not device memory, which refuses such
    /// accesses (AArch64.S1HasAlignmentFault; of the second page that is a choice, Unpredictable_DEVPAGE2). This is asked of
    /// both before anything is written.
    private func mayMisalign(_ address: UInt64, _ bytes: Int, _ access: AccessKind, _ mmu: Int) -> Bool {
        let last = lastPart(address, bytes)
        return mayMisalign(address, access, mmu) && (last == address || mayMisalign(last, access, mmu))
    }

    private func mayMisalign(_ address: UInt64, _ access: AccessKind, _ mmu: Int) -> Bool {
        switch locate(address, access, mmu) {
        case .fault(let fault): return fail(fault)
        case .ram where !isDevice(address, mmu): return true
        case .ram, .device: return fail(MemoryFault(address: address, access: access, cause: .alignment))
        }
    }

    /// Checks a page before a store to two of them, so that a fault comes before the first half is written.
    private func isWritable(_ address: UInt64, _ mmu: Int) -> Bool {
        if case .fault(let fault) = locate(address, .write, mmu) { return fail(fault) }
        return true
    }

    // MARK: Pairs

    /// Two neighbours of `bytes` each. Neither is left in the context after a fault.
    private func loadPair(_ address: UInt64, _ bytes: Int, _ raw: UInt64) -> Bool {
        if let host = wholePair(address, bytes, .read, raw)?.host {
            GuestMemory.loadPair(host, bytes: bytes, to: context)
            return true
        }
        guard load(address, bytes: bytes, raw) else { return false }
        let low = context.pointee.slowValue
        guard load(address &+ UInt64(bytes), bytes: bytes, raw) else { return false }
        context.pointee.slowValueHigh = context.pointee.slowValue
        context.pointee.slowValue = low
        return true
    }

    /// The first stays written when the second of two accesses faults, as the manual allows.
    private func storePair(_ address: UInt64, _ bytes: Int, _ raw: UInt64) -> Bool {
        if let (host, physical) = wholePair(address, bytes, .write, raw) {
            let isWatched = group.monitors.observes(physical)
            if isWatched { holdGranule(physical, host) }
            GuestMemory.storePair(host, bytes: bytes, from: context)
            if isWatched { ExclusiveGranule.releaseHeld(context) }
            return true
        }
        let high = context.pointee.slowValueHigh
        guard store(address, bytes: bytes, raw) else { return false }
        context.pointee.slowValue = high
        return store(address &+ UInt64(bytes), bytes: bytes, raw)
    }

    /// Where a pair is one access: in 16 aligned bytes of memory that is not device memory (Arm ARM B2.2.1). nil for the
    /// rest, faults included.
    private func wholePair(
        _ address: UInt64, _ bytes: Int, _ access: AccessKind, _ raw: UInt64
    ) -> (host: UnsafeMutableRawPointer, physical: UInt64)? {
        let attributes = MemoryAttributes(rawValue: UInt16(truncatingIfNeeded: raw))
        guard address & 15 <= UInt64(16 - 2 * bytes), !attributes.forbids(address, bytes: UInt64(bytes)) else {
            return nil
        }
        let mmu = mmu(attributes)
        guard case .ram(let host, let physical) = locate(address, access, mmu), !isDevice(address, mmu) else {
            return nil
        }
        return (host, physical)
    }

    // MARK: Read-modify-writes

    /// The host address for an atomic access, which must be to RAM; nil after a fault.
    func location(_ address: UInt64, bytes: Int, _ raw: UInt64) -> UnsafeMutableRawPointer? {
        if raw == RuntimeCalls.abandonedProbe {
            trackSequence(at: address)
            return nil
        }
        let access: AccessKind = raw & RuntimeCalls.readOnlyProbe != 0 ? .read : .write
        let first: AccessKind = raw & RuntimeCalls.readFirstProbe != 0 ? .read : access
        let attributes = MemoryAttributes(rawValue: UInt16(truncatingIfNeeded: raw))
        let mmu = mmu(attributes)
        let alignment = MemoryFault(address: address, access: first, cause: .alignment)
        if attributes.forbids(address, bytes: UInt64(bytes)) {
            _ = fail(alignment)
            return nil
        }
        switch locate(address, access, mmu) {
        case .ram(let host, let physical):
            if !isMisaligned(address, bytes) || !isDevice(address, mmu) {
                return prepare(access, physical, host, isTracked: attributes.tracked) ? host : nil
            }
            _ = fail(alignment)
        case .device: _ = fail(MemoryFault(address: address, access: access, cause: .external))
        case .fault(let fault): _ = fail(firstFault(of: address, fault, first, mmu))
        }
        return nil
    }

    /// What a read-modify-write that may not write reports: the fault of its read, if that has one too.
    private func firstFault(of address: UInt64, _ fault: MemoryFault, _ first: AccessKind, _ mmu: Int) -> MemoryFault {
        guard first != fault.access, case .fault(let earlier) = locate(address, first, mmu) else { return fault }
        return earlier
    }
}

// MARK: Exclusives

extension VCPU {
    /// What the exclusive monitors want before a read-modify-write or load-linked; false if the page has to be watched
    /// first, for which the instruction is left and begun again.
    private func prepare(
        _ access: AccessKind, _ physical: UInt64, _ host: UnsafeMutableRawPointer, isTracked: Bool
    ) -> Bool {
        let monitors = group.monitors
        guard access == .read else {
            if monitors.observes(physical) { holdGranule(physical, host) }
            return true
        }
        guard isTracked && options.exclusives != .valueCompare else { return true }
        if options.exclusives == .storeTest {
            StoreTest.claim(host, context)
            return true
        }
        guard monitors.watches(physical) else {
            pageToWatch = physical
            return false
        }
        context.pointee.monitorGranule = monitors.granule(physical)
        context.pointee.monitorVersion = ExclusiveGranule.version(context.pointee.monitorGranule)
        return true
    }

    private func holdGranule(_ physical: UInt64, _ host: UnsafeMutableRawPointer) {
        if options.exclusives == .storeTest { return StoreTest.note(host, context) }
        context.pointee.heldGranule = group.monitors.granule(physical)
        ExclusiveGranule.hold(context.pointee.heldGranule)
    }

    /// Has every vCPU's stores to the page of `physical` seen from now on.
    func watch(_ physical: UInt64) {
        leaveDirectAccess()
        group.stopTheWorld(from: self) {
            group.monitors.watch(physical)
            for processor in group.processors { processor.forgetWritablePages() }
        }
    }

    /// The sequence of the load-linked at `pc` was left and came to its store-conditional all the same.
    private func trackSequence(at pc: UInt64) {
        guard group.monitors.noteOpenSequence(at: pc) else { return }
        if case .ram(_, let physical) = locate(pc, .fetch, mmuIndex) {
            invalidateCode(physical: physical, broadcast: true)
        } else {
            invalidateCode(physical: nil, broadcast: true)
        }
    }
}
