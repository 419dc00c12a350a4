/// What a program may do with a page.
struct Protection: OptionSet, Equatable, Sendable {
    let rawValue: UInt8
    // PROT_READ, PROT_WRITE and PROT_EXEC.
    static let read = Protection(rawValue: 1)
    static let write = Protection(rawValue: 2)
    static let execute = Protection(rawValue: 4)
    /// PROT_BTI.
    static let guarded = Protection(rawValue: 0x10)

    /// From the argument of mmap or mprotect. Whatever may be written or executed may be read.
    init(argument: UInt64) {
        let bits = Protection(rawValue: UInt8(truncatingIfNeeded: argument & 7))
        self = bits.isEmpty ? [] : bits.union(.read)
        if argument & 0x10 != 0 && !bits.isEmpty { insert(.guarded) }
    }
    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Guest code is data for the host.
    var host: Int { Int(rawValue & 3) }
}

/// One range of a program's address space with the same properties.
struct Region: Equatable, Sendable {
    var start: UInt64
    var end: UInt64
    var protection: Protection
    /// MAP_SHARED.
    var isShared = false
    /// Backed by a file: pages behind the file's end are bus errors.
    var isFile = false

    func continues(_ other: Region) -> Bool {
        other.end == start && other.protection == protection && other.isShared == isShared && other.isFile == isFile
    }
}

/// The mapped ranges of an address space, sorted and disjoint. A value; whoever shares it locks it.
struct Regions {
    private(set) var list: [Region] = []

    /// The index of the first region that ends above `address`.
    private func index(_ address: UInt64) -> Int {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle].end > address { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The region that holds `address`.
    func region(at address: UInt64) -> Region? {
        let index = index(address)
        guard index < list.count, list[index].start <= address else { return nil }
        return list[index]
    }

    /// The parts of `range` that are mapped.
    func pieces(in range: Range<UInt64>) -> [Region] {
        var result: [Region] = []
        var index = index(range.lowerBound)
        while index < list.count, list[index].start < range.upperBound {
            var piece = list[index]
            piece.start = max(piece.start, range.lowerBound)
            piece.end = min(piece.end, range.upperBound)
            result.append(piece)
            index += 1
        }
        return result
    }

    func isFree(_ range: Range<UInt64>) -> Bool {
        let index = index(range.lowerBound)
        return index == list.count || list[index].start >= range.upperBound
    }

    /// Whether every byte of `range` is mapped with `protection`.
    func allows(_ range: Range<UInt64>, _ protection: Protection) -> Bool {
        var next = range.lowerBound
        var index = index(next)
        while next < range.upperBound {
            guard index < list.count, list[index].start <= next, list[index].protection.isSuperset(of: protection)
            else { return false }
            next = list[index].end
            index += 1
        }
        return true
    }

    /// Whether every byte of `range` is mapped.
    func covers(_ range: Range<UInt64>) -> Bool { allows(range, []) }

    /// Unmaps `range`; what was mapped there.
    @discardableResult
    mutating func remove(_ range: Range<UInt64>) -> [Region] {
        let removed = pieces(in: range)
        guard !removed.isEmpty else { return [] }
        let first = index(range.lowerBound)
        let last = first + removed.count
        var kept: [Region] = []
        if list[first].start < range.lowerBound {
            var left = list[first]
            left.end = range.lowerBound
            kept.append(left)
        }
        if list[last - 1].end > range.upperBound {
            var right = list[last - 1]
            right.start = range.upperBound
            kept.append(right)
        }
        list.replaceSubrange(first..<last, with: kept)
        return removed
    }

    /// Maps `region`, whose range must be free; joins it with equal neighbours.
    mutating func insert(_ region: Region) {
        let place = index(region.start)
        list.insert(region, at: place)
        if place + 1 < list.count && list[place + 1].continues(list[place]) {
            list[place].end = list[place + 1].end
            list.remove(at: place + 1)
        }
        if place > 0 && list[place].continues(list[place - 1]) {
            list[place - 1].end = list[place].end
            list.remove(at: place)
        }
    }

    /// Gives all that is mapped in `range` another protection; what was there before.
    mutating func protect(_ range: Range<UInt64>, _ protection: Protection) -> [Region] {
        let old = remove(range)
        for var piece in old {
            piece.protection = protection
            insert(piece)
        }
        return old
    }

    /// Takes from all that is mapped in `range` what `protection` does not have, and guards what it guards; what was there
    /// before.
    mutating func restrict(_ range: Range<UInt64>, to protection: Protection) -> [Region] {
        let old = remove(range)
        for var piece in old {
            piece.protection.formIntersection(protection)
            if !piece.protection.isEmpty { piece.protection.formUnion(protection.intersection(.guarded)) }
            insert(piece)
        }
        return old
    }

    /// The start of the highest free range of `size` bytes between `lowest` and `highest`, aligned as asked.
    func freeRange(_ size: UInt64, from lowest: UInt64, below highest: UInt64, alignment: UInt64 = 4096) -> UInt64? {
        var top = highest
        var next = index(highest)
        if next < list.count && list[next].start < highest { top = list[next].start }
        while true {
            let bottom = next > 0 ? max(list[next - 1].end, lowest) : lowest
            if top >= bottom && top - bottom >= size {
                let start = (top - size) & ~(alignment - 1)
                if start >= bottom { return start }
            }
            guard next > 0, list[next - 1].start > lowest else { return nil }
            next -= 1
            top = min(top, list[next].start)
        }
    }
}
