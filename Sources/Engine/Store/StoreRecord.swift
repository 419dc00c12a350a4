import Support

/// A translation as `TranslationStore` keeps it, in 64-bit words:
///
///     word 0      hash of all the others
///     word 1      number of words, and from bit 32 on the kind
///     word 2      the guest pc
///     word 3      the block's flags, as in `TranslationCache`
///     word 4      hash of the guest page when it was translated
///     from 5 on   what `CodeGenerator.writePortable` or `NativeCompiler.writePortable` wrote
struct StoreRecord {
    enum Kind: UInt64 {
        case threaded, native
    }

    static let headerWords = 5
    let words: UnsafePointer<UInt64>

    /// Of all words, the header's included.
    var count: Int { Int(words[1] & 0xffff_ffff) }
    var kind: Kind? { Kind(rawValue: words[1] >> 32) }
    var pc: UInt64 { words[2] }
    var flags: UInt64 { words[3] }
    var pageHash: UInt64 { words[4] }
    var payload: UnsafePointer<UInt64> { words + Self.headerWords }
    var payloadCount: Int { count - Self.headerWords }

    /// Whether it is what was written.
    var isIntact: Bool { words[0] == WordHash.of(words + 1, count: count - 1) }

    /// Of the same translation.
    func isEqual(_ other: StoreRecord) -> Bool {
        pc == other.pc && flags == other.flags && pageHash == other.pageHash && words[1] >> 32 == other.words[1] >> 32
    }
}

/// The records that one thread makes. It alone writes; others read while it stands still.
final class StoreRecorder {
    private let base: UnsafeMutablePointer<UInt64>
    private let capacity: Int
    private(set) var used = 0

    /// Memory is taken from the host only as it is written.
    init(words: Int) {
        base = .allocate(capacity: words)
        capacity = words
    }

    deinit { base.deallocate() }

    /// Appends a record whose payload `write` puts into the words that it is given, saying how many; 0 is none.
    func append(
        _ kind: StoreRecord.Kind, pc: UInt64, flags: UInt64, pageHash: UInt64,
        _ write: (UnsafeMutablePointer<UInt64>, Int) -> Int
    ) {
        let room = capacity - used - StoreRecord.headerWords
        guard room > 0 else { return }
        let record = base + used
        let payload = write(record + StoreRecord.headerWords, room)
        guard payload > 0 else { return }
        let count = StoreRecord.headerWords + payload
        record[1] = UInt64(count) | kind.rawValue << 32
        record[2] = pc
        record[3] = flags
        record[4] = pageHash
        record[0] = WordHash.of(record + 1, count: count - 1)
        used += count
    }

    /// The records, one behind the other.
    var words: UnsafeBufferPointer<UInt64> { UnsafeBufferPointer(start: base, count: used) }
}
