import Glibc
import Memory
import Support

/// What earlier runs have kept, in memory as it is in the file:
///
///     word 0      `magic`
///     word 1, 2   what the translations are valid for: the emulator with its options, and the program
///     word 3      number of words in all
///     word 4      number of places in the index, a power of two
///     word 5      where the records begin; they go on to the end
///     word 6      unused
///     word 7      hash of the words before
///     from 8 on   the index: places of two words, a record's pc and where it begins, 0 where it is free
///
/// Only the head is checked when the file is opened. A record is checked when it is used, the index by what it leads to.
package final class StoreImage: @unchecked Sendable {
    /// Why a file is no good.
    package enum Problem: Error {
        /// Not one of ours, or damaged.
        case damaged
        /// Of another emulator, other options or another program.
        case foreign
    }

    /// What translations depend on besides the guest's code.
    package struct Key: Equatable, Sendable {
        let emulator: UInt64
        let program: UInt64
        /// Both in one number each, from everything that counts.
        package init(emulator: [UInt64], program: [UInt64]) {
            self.emulator = WordHash.of(emulator)
            self.program = WordHash.of(program)
        }

        /// For a file's name: the same for all versions of a program.
        package var emulatorNumber: UInt64 { emulator }
    }

    static let magic = UInt64(littleEndian: 0x3130_4548_4341_4345)
    static let headerWords = 8
    package static let mostWords = 1 << 26

    let base: UnsafeMutablePointer<UInt64>
    let count: Int
    private let indexMask: Int
    let recordsStart: Int
    private let mappedBytes: Int

    /// What is in an open file, `count` words long, which is mapped: it may become shorter while it is used, and then reads
    /// as zeros if the process makes it so (`receiveHostFault` of programs), which is no record.
    package init(file: Int32, count: Int, key: Key) throws(Problem) {
        var head = [UInt64](repeating: 0, count: Self.headerWords)
        let read = head.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
        let slots = head[4]
        guard read == Self.headerWords * 8, count <= Self.mostWords, head[0] == Self.magic,
            head[7] == WordHash.of(Array(head[..<7])), head[3] == UInt64(count), slots > 0, slots & (slots - 1) == 0,
            slots < UInt64(count), head[5] == UInt64(Self.headerWords) + 2 * slots, head[5] <= UInt64(count)
        else { throw .damaged }
        guard head[1] == key.emulator, head[2] == key.program else { throw .foreign }
        guard let memory = mmap(nil, count * 8, PROT_READ, MAP_PRIVATE, file, 0), memory != MAP_FAILED else {
            throw .damaged
        }
        base = memory.bindMemory(to: UInt64.self, capacity: count)
        self.count = count
        mappedBytes = count * 8
        indexMask = Int(slots) - 1
        recordsStart = Int(head[5])
    }

    /// A new one with the records of `pieces`; equal ones only once. Those of `old` come first.
    init?(key: Key, old: StoreImage?, pieces: [UnsafeBufferPointer<UInt64>]) {
        let all = (old.map { [$0.records] } ?? []) + pieces
        var records: [StoreRecord] = []
        // A damaged one would keep its place for ever.
        for piece in all { Self.forEachRecord(in: piece) { if $0.isIntact { records.append($0) } } }
        var slots = 64
        while slots < records.count * 3 { slots *= 2 }
        let recordsStart = Self.headerWords + 2 * slots
        let count = recordsStart + all.reduce(0) { $0 + $1.count }
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard count <= Self.mostWords, let memory = mmap(nil, count * 8, PROT_READ | PROT_WRITE, flags, -1, 0),
            memory != MAP_FAILED
        else { return nil }
        mappedBytes = count * 8
        base = memory.bindMemory(to: UInt64.self, capacity: count)
        indexMask = slots - 1
        self.recordsStart = recordsStart
        var end = recordsStart
        for record in records where Self.enter(record, at: end, base, slots - 1) {
            (base + end).update(from: record.words, count: record.count)
            end += record.count
        }
        self.count = end
        base.update(
            from: [Self.magic, key.emulator, key.program, UInt64(end), UInt64(slots), UInt64(recordsStart), 0], count: 7
        )
        base[7] = WordHash.of(base, count: 7)
    }

    deinit { munmap(base, mappedBytes) }

    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count * 8) }

    var records: UnsafeBufferPointer<UInt64> {
        UnsafeBufferPointer(start: base + recordsStart, count: count - recordsStart)
    }

    // MARK: The index

    /// Places of one guest page lie together, as in `TranslationCache`.
    private static func place(_ pc: UInt64, _ mask: Int) -> Int {
        let page = (pc &>> SoftTLB.pageBits &* 0x9e37_79b9_7f4a_7c15) &>> 40
        return Int(truncatingIfNeeded: page &<< 3 &+ (pc & ~SoftTLB.pageMask) &>> 3) & mask
    }

    /// Whether the record, which will be at `start`, is a new one.
    private static func enter(
        _ record: StoreRecord, at start: Int, _ base: UnsafeMutablePointer<UInt64>, _ mask: Int
    ) -> Bool {
        var place = place(record.pc, mask)
        while true {
            let slot = base + headerWords + 2 * place
            if slot[1] == 0 {
                (slot[0], slot[1]) = (record.pc, UInt64(start))
                return true
            }
            if slot[0] == record.pc && StoreRecord(words: base + Int(slot[1])).isEqual(record) { return false }
            place = (place + 1) & mask
        }
    }

    /// The records that begin within the words, as far as their lengths make sense.
    private static func forEachRecord(in words: UnsafeBufferPointer<UInt64>, _ body: (StoreRecord) -> Void) {
        var next = 0
        while let base = words.baseAddress, next + StoreRecord.headerWords < words.count {
            let record = StoreRecord(words: base + next)
            guard record.count > StoreRecord.headerWords, next + record.count <= words.count else { return }
            body(record)
            next += record.count
        }
    }

    /// The records for `pc` with these flags and this page, as far as they are intact.
    func find(pc: UInt64, flags: UInt64, pageHash: UInt64) -> (threaded: StoreRecord?, native: StoreRecord?) {
        var found: (threaded: StoreRecord?, native: StoreRecord?) = (nil, nil)
        var place = Self.place(pc, indexMask)
        // A damaged index may have no free place.
        for _ in 0...indexMask {
            let slot = base + Self.headerWords + 2 * place
            if slot[1] == 0 { break }
            if slot[0] == pc, let record = record(at: slot[1]), record.pc == pc, record.flags == flags,
                record.pageHash == pageHash, record.isIntact
            {
                switch record.kind {
                case .threaded: found.threaded = record
                case .native: found.native = record
                case nil: break
                }
            }
            place = (place + 1) & indexMask
        }
        return found
    }

    private func record(at start: UInt64) -> StoreRecord? {
        guard start >= UInt64(recordsStart), start < UInt64(count - StoreRecord.headerWords) else { return nil }
        let record = StoreRecord(words: base + Int(start))
        let rest = count - Int(start)
        return record.count > StoreRecord.headerWords && record.count <= rest ? record : nil
    }
}
