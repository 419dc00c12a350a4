import Engine
import Glibc
import Guest
import GuestA64
import Support

// mremap and System V shared memory: mappings that the host's kernel makes from other things than files.

extension AddressSpace {
    private static let mayMove: UInt64 = 1
    private static let fixed: UInt64 = 2
    private static let dontUnmap: UInt64 = 4

    /// mremap(2): the new address, or -errno.
    func remap(
        _ address: UInt64, _ oldLength: UInt64, _ newLength: UInt64, _ flags: UInt64, _ target: UInt64,
        _ vcpu: VCPU<A64User>
    ) -> Int {
        let start = Self.untagged(address)
        let (old, new) = (Self.roundUp(oldLength), Self.roundUp(newLength))
        guard start & Self.pageMask == 0, newLength > 0, new >= newLength, new < window.upperBound,
            start < window.upperBound, old <= window.upperBound - start,
            flags & ~(Self.mayMove | Self.fixed | Self.dontUnmap) == 0
        else { return -Int(EINVAL) }
        return change(vcpu) {
            let range = start..<start + old
            guard let region = regions.withLock({ $0.region(at: start) }),
                old == 0 || regions.withLock({ $0.covers(range) })
            else { return -Int(EFAULT) }
            if flags & Self.fixed != 0 {
                guard flags & Self.mayMove != 0, target & Self.pageMask == 0, target < window.upperBound,
                    contains(target..<target + new),
                    target + new <= start || start + old <= target
                else { return -Int(EINVAL) }
                return move(range, region, to: target, new, flags, vcpu)
            }
            return resize(range, region, new, flags, vcpu)
        }
    }

    private func resize(
        _ range: Range<UInt64>, _ region: Region, _ size: UInt64, _ flags: UInt64, _ vcpu: VCPU<A64User>
    ) -> Int {
        let start = range.lowerBound
        let old = range.upperBound - start
        if flags & Self.dontUnmap == 0 && old > 0 {
            if size <= old {
                let rest = start + size..<range.upperBound
                if !rest.isEmpty {
                    takeAway(rest, vcpu)
                    reserve(rest)
                }
                return Int(address: start)
            }
            if growInPlace(range, region, to: size) { return Int(address: start) }
        }
        guard flags & Self.mayMove != 0, let place = freePlace(size) else { return -Int(ENOMEM) }
        return move(range, region, to: place, size, flags, vcpu)
    }

    private func growInPlace(_ range: Range<UInt64>, _ region: Region, to size: UInt64) -> Bool {
        let growth = range.upperBound..<range.lowerBound + size
        guard contains(growth), regions.withLock({ $0.isFree(growth) }) else { return false }
        hostCall(.munmap, Int(address: growth.lowerBound), Int(growth.upperBound - growth.lowerBound))
        let old = Int(range.upperBound - range.lowerBound)
        let result = hostCall(.mremap, Int(address: range.lowerBound), old, Int(size), 0)
        guard result == Int(address: range.lowerBound) else {
            reserve(growth)
            return false
        }
        var grown = region
        grown.start = growth.lowerBound
        grown.end = growth.upperBound
        enter(grown)
        return true
    }

    private func move(
        _ range: Range<UInt64>, _ region: Region, to place: UInt64, _ size: UInt64, _ flags: UInt64,
        _ vcpu: VCPU<A64User>
    ) -> Int {
        takeAway(place..<place + size, vcpu)
        let keepsOld = range.isEmpty || flags & Self.dontUnmap != 0
        if !keepsOld { takeAway(range, vcpu) }
        let result = hostCall(
            .mremap, Int(address: range.lowerBound), Int(range.upperBound - range.lowerBound), Int(size),
            Int(address: flags | Self.mayMove | Self.fixed), Int(address: place))
        guard result == Int(address: place) else {
            reserve(place..<place + size)
            if !keepsOld {
                var back = region
                back.start = range.lowerBound
                back.end = range.upperBound
                enter(back)
            }
            return result
        }
        if !keepsOld { reserve(range) }
        var moved = region
        moved.start = place
        moved.end = place + size
        enter(moved)
        return result
    }

    // MARK: System V shared memory

    private static let readOnly: UInt64 = 0o10000
    private static let remapFlag: UInt64 = 0o40000
    private static let roundFlag: UInt64 = 0o20000

    /// shmat(2). `size` is that of the segment.
    func attach(_ id: Int, _ address: UInt64, _ flags: UInt64, size: UInt64, _ vcpu: VCPU<A64User>) -> Int {
        change(vcpu) {
            let bytes = Self.roundUp(size)
            var place = address
            if place & Self.pageMask != 0 {
                guard flags & Self.roundFlag != 0 else { return -Int(EINVAL) }
                place &= ~Self.pageMask
            }
            if place == 0 {
                guard let free = freePlace(bytes) else { return -Int(ENOMEM) }
                place = free
            }
            guard place < window.upperBound, contains(place..<place + bytes) else { return -Int(EINVAL) }
            let range = place..<place + bytes
            if flags & Self.remapFlag == 0 && !regions.withLock({ $0.isFree(range) }) { return -Int(EINVAL) }
            takeAway(range, vcpu)
            let result = hostCall(.shmat, id, Int(address: place), Int(address: flags | Self.remapFlag))
            guard result == Int(address: place) else {
                reserve(range)
                return result
            }
            let protection: Protection = flags & Self.readOnly != 0 ? .read : [.read, .write]
            enter(Region(start: place, end: place + bytes, protection: protection, isShared: true))
            segments[place] = bytes
            return result
        }
    }

    /// shmdt(2).
    func detach(_ address: UInt64, _ vcpu: VCPU<A64User>) -> Int {
        change(vcpu) {
            guard let size = segments.removeValue(forKey: address) else { return -Int(EINVAL) }
            takeAway(address..<address + size, vcpu)
            let result = hostCall(.shmdt, Int(address: address))
            reserve(address..<address + size)
            return result
        }
    }
}
