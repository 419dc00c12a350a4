/// The frame's cells behind the CPU state, given to values that have no state cell, and taken back after their last
/// use so that few cells stay hot.
struct TemporaryCells: ~Copyable {
    private let first: Int
    private var next: Int
    private let limit: Int
    private var free: [UInt16] = []
    private var freePairs: [UInt16] = []
    /// Cells that end with an operation: heads by operation, then a chain through `links`.
    private var heads: UnsafeMutablePointer<Int32>
    private var headCapacity = 1024
    private var links: [(cell: UInt16, isPair: Bool, next: Int32)] = []

    /// Cells from byte offset `first` to `limit`.
    init(first: Int, limit: Int) {
        self.first = first
        self.limit = limit
        next = first
        heads = .allocate(capacity: headCapacity)
        free.reserveCapacity(256)
    }

    deinit { heads.deallocate() }

    mutating func begin(operations: Int) {
        next = first
        free.removeAll(keepingCapacity: true)
        freePairs.removeAll(keepingCapacity: true)
        links.removeAll(keepingCapacity: true)
        if operations >= headCapacity {
            heads.deallocate()
            headCapacity = operations * 2
            heads = .allocate(capacity: headCapacity)
        }
        heads.initialize(repeating: -1, count: operations + 1)
    }

    /// A cell, or a pair of them, until after operation `lastUse`.
    mutating func take(pair: Bool, until lastUse: Int) -> UInt16 {
        let cell: UInt16
        if let reused = pair ? freePairs.popLast() : free.popLast() {
            cell = reused
        } else {
            cell = UInt16(truncatingIfNeeded: next)
            next += pair ? 16 : 8
            precondition(next <= limit, "a block needs more temporaries than the frame has")
        }
        links.append((cell, pair, heads[lastUse]))
        heads[lastUse] = Int32(truncatingIfNeeded: links.count - 1)
        return cell
    }

    /// Takes back the cells whose last use is operation `index`.
    mutating func release(after index: Int) {
        var link = heads[index]
        heads[index] = -1
        while link >= 0 {
            let entry = links[Int(link)]
            if entry.isPair { freePairs.append(entry.cell) } else { free.append(entry.cell) }
            link = entry.next
        }
    }
}
