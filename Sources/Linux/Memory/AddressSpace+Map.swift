import Engine
import Glibc
import Guest
import GuestA64
import Support

// mmap, munmap, mprotect, mremap and brk. The caller's thread is needed because other threads may have the pages in
// their TLBs.

/// The flags of mmap that matter here (`uapi/asm-generic/mman.h`; the same on both sides).
enum MapFlags {
    static let shared: UInt64 = 0x01
    static let sharedValidate: UInt64 = 0x03
    static let typeMask: UInt64 = 0x0f
    static let fixed: UInt64 = 0x10
    static let anonymous: UInt64 = 0x20
    /// MAP_32BIT exists on x86 only.
    static let host32Bit: UInt64 = 0x40
    static let growsDown: UInt64 = 0x100
    static let noReserve: UInt64 = 0x4000
    static let fixedNoReplace: UInt64 = 0x100000
}

extension AddressSpace {
    /// Runs `body` as the only one that changes mappings.
    func change(_ vcpu: VCPU<A64User>?, _ body: () -> Int) -> Int {
        if !changes.tryLock() {
            vcpu?.leaveRunning()
            changes.lock()
            vcpu?.enterRunning()
        }
        defer { changes.unlock() }
        return body()
    }

    // MARK: mmap

    /// The address, or -errno.
    func map(
        _ address: UInt64, _ length: UInt64, _ protection: UInt64, _ flags: UInt64, _ file: Int, _ offset: UInt64,
        _ vcpu: VCPU<A64User>?
    ) -> Int {
        let size = Self.roundUp(length)
        guard length > 0, offset & Self.pageMask == 0 else { return -Int(EINVAL) }
        guard size >= length, size < window.upperBound else { return -Int(ENOMEM) }
        return change(vcpu) {
            switch place(Self.untagged(address), size, flags) {
            case .refused(let code): return -Int(code)
            case .at(let start):
                return mapFixed(start..<start + size, protection, flags, file, offset, vcpu)
            }
        }
    }

    private enum Place {
        case at(UInt64)
        case refused(Int32)
    }

    private func place(_ wish: UInt64, _ size: UInt64, _ flags: UInt64) -> Place {
        if flags & (MapFlags.fixed | MapFlags.fixedNoReplace) != 0 {
            guard wish & Self.pageMask == 0 else { return .refused(EINVAL) }
            guard wish < window.upperBound, contains(wish..<wish + size) else { return .refused(ENOMEM) }
            let isTaken = flags & MapFlags.fixedNoReplace != 0 && !regions.withLock { $0.isFree(wish..<wish + size) }
            return isTaken ? .refused(EEXIST) : .at(wish)
        }
        let hint = Self.roundUp(wish)
        if wish != 0, hint < window.upperBound, contains(hint..<hint + size),
            regions.withLock({ $0.isFree(hint..<hint + size) })
        {
            return .at(hint)
        }
        return freePlace(size).map { .at($0) } ?? .refused(ENOMEM)
    }

    func freePlace(_ size: UInt64, alignment: UInt64 = 4096) -> UInt64? {
        regions.withLock {
            $0.freeRange(size, from: window.lowerBound, below: mappingTop, alignment: alignment)
                ?? $0.freeRange(size, from: window.lowerBound, below: window.upperBound, alignment: alignment)
        }
    }

    private func mapFixed(
        _ range: Range<UInt64>, _ protection: UInt64, _ flags: UInt64, _ file: Int, _ offset: UInt64,
        _ vcpu: VCPU<A64User>?
    ) -> Int {
        takeAway(range, vcpu)
        let wanted = Protection(argument: protection)
        let ignored = MapFlags.host32Bit | MapFlags.growsDown | MapFlags.fixedNoReplace
        let result = hostCall(
            .mmap, Int(address: range.lowerBound), Int(range.upperBound - range.lowerBound), wanted.host,
            Int(address: flags & ~ignored | MapFlags.fixed), file, Int(address: offset))
        guard result == Int(address: range.lowerBound) else {
            // The kernel takes the old mapping away only when all is well, but it is gone from our books.
            reserve(range)
            return result
        }
        enter(
            Region(
                start: range.lowerBound, end: range.upperBound, protection: wanted,
                isShared: flags & MapFlags.shared != 0, isFile: flags & MapFlags.anonymous == 0))
        return result
    }

    /// Records a mapping that the host has made.
    func enter(_ region: Region) { regions.withLock { $0.insert(region) } }

    /// Removes `range` from the books and from all TLBs. Its host mapping is still there.
    func takeAway(_ range: Range<UInt64>, _ vcpu: VCPU<A64User>?) {
        let old = regions.withLock { $0.remove(range) }
        populated.forget(range)
        forget(old, vcpu)
    }

    /// Makes no vCPU use what it knows of `pieces`: their pages in TLBs, their translated code.
    private func forget(_ pieces: [Region], _ vcpu: VCPU<A64User>?) {
        guard let vcpu, let first = pieces.first, let last = pieces.last else { return }
        for piece in pieces where piece.protection.contains(.execute) {
            forgetCode(piece.start..<piece.end, vcpu)
        }
        if pieces.allSatisfy({ $0.protection.isEmpty }) { return }
        vcpu.invalidateTLB(.range(first.start, count: last.end - first.start), broadcast: true)
        vcpu.completeInvalidations()
    }

    private func forgetCode(_ range: Range<UInt64>, _ vcpu: VCPU<A64User>) {
        if range.upperBound - range.lowerBound > 1 << 24 {
            return vcpu.invalidateCode(physical: nil, broadcast: true)
        }
        vcpu.invalidateCode(range: range)
    }

    /// Keeps `range` from being used by anybody but the guest.
    func reserve(_ range: Range<UInt64>) {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED
        hostCall(
            .mmap, Int(address: range.lowerBound), Int(range.upperBound - range.lowerBound), Int(PROT_NONE),
            Int(flags), -1)
    }

    // MARK: munmap, mprotect

    func unmap(_ address: UInt64, _ length: UInt64, _ vcpu: VCPU<A64User>) -> Int {
        let start = Self.untagged(address)
        let size = Self.roundUp(length)
        guard start & Self.pageMask == 0, size > 0, size >= length, start < window.upperBound,
            size <= window.upperBound - start
        else { return -Int(EINVAL) }
        return change(vcpu) {
            let range = max(start, window.lowerBound)..<max(start + size, window.lowerBound)
            for piece in regions.withLock({ $0.pieces(in: range) }) {
                takeAway(piece.start..<piece.end, vcpu)
                reserve(piece.start..<piece.end)
            }
            return 0
        }
    }

    func protect(_ address: UInt64, _ length: UInt64, _ protection: UInt64, _ vcpu: VCPU<A64User>) -> Int {
        let start = Self.untagged(address)
        let size = Self.roundUp(length)
        guard start & Self.pageMask == 0, protection & ~0x1f == 0 else { return -Int(EINVAL) }
        if length == 0 { return 0 }
        guard size >= length, start < window.upperBound, size <= window.upperBound - start else { return -Int(ENOMEM) }
        let range = start..<start + size
        return change(vcpu) {
            guard regions.withLock({ $0.covers(range) }) else { return -Int(ENOMEM) }
            let wanted = Protection(argument: protection)
            // The books never allow what the host does not: before the host allows more, and after it allows less.
            let old = regions.withLock { $0.restrict(range, to: wanted) }
            populated.forget(range)
            // A page that becomes guarded loses freedom too.
            let losing = old.filter {
                !wanted.isSuperset(of: $0.protection) || !$0.protection.isSuperset(of: wanted.intersection(.guarded))
            }
            forget(losing, vcpu)
            // New code may have been written while the pages were not executable.
            if wanted.contains(.execute) && !losing.isEmpty { forgetCode(range, vcpu) }
            let result = hostCall(.mprotect, Int(address: start), Int(size), wanted.host)
            regions.withLock { books in
                if result < 0 { restore(old, &books) } else { _ = books.protect(range, wanted) }
            }
            return result
        }
    }

    private func restore(_ old: [Region], _ books: inout Regions) {
        for piece in old {
            books.remove(piece.start..<piece.end)
            books.insert(piece)
        }
    }

    // MARK: brk

    /// The new program break, or the old one when it cannot be moved.
    func setBreak(_ wanted: UInt64, _ vcpu: VCPU<A64User>) -> Int {
        _ = change(vcpu) {
            guard wanted >= breakStart, wanted < window.upperBound else { return 0 }
            let (old, new) = (Self.roundUp(breakEnd), Self.roundUp(wanted))
            if new > old {
                let range = old..<new
                guard regions.withLock({ $0.isFree(range) }) else { return 0 }
                let flags = MapFlags.anonymous | 2
                guard mapFixed(range, 3, flags, -1, 0, vcpu) > 0 else { return 0 }
            } else if new < old {
                takeAway(new..<old, vcpu)
                reserve(new..<old)
            }
            breakEnd = wanted
            return 0
        }
        return Int(address: breakEnd)
    }
}
