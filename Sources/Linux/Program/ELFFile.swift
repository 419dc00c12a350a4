/// The headers of an AArch64 Linux executable (System V ABI, ELF-64; ELF for the Arm 64-bit Architecture).
struct ELFFile {
    struct Segment {
        let type: UInt32
        let flags: UInt32
        let offset: UInt64
        let address: UInt64
        let fileSize: UInt64
        let memorySize: UInt64
        let alignment: UInt64

        var isLoaded: Bool { type == 1 }
        var isInterpreter: Bool { type == 3 }
        var isHeaderTable: Bool { type == 6 }
        var isStack: Bool { type == 0x6474_e551 }
        var isProperties: Bool { type == 0x6474_e553 }
        /// PROT_READ, PROT_WRITE, PROT_EXEC from PF_R, PF_W, PF_X.
        var protection: UInt64 {
            UInt64((flags & 4 != 0 ? 1 : 0) | (flags & 2 != 0 ? 2 : 0) | (flags & 1 != 0 ? 4 : 0))
        }
    }

    enum Problem: Error {
        /// Not an ELF file at all.
        case notELF
        /// An ELF file, but not for this emulator; the text says what it is.
        case foreign(String)
        case damaged(String)
    }

    let isPositionIndependent: Bool
    let entry: UInt64
    let headerOffset: UInt64
    let headerCount: Int
    let segments: [Segment]

    private static let headerSize = 64
    private static let segmentSize = 56
    private static let mostSegments = 512

    init(_ file: HostFileReader) throws(Problem) {
        let header = ByteView(bytes: file.bytes(at: 0, count: Self.headerSize))
        guard header.bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else { throw .notELF }
        guard header.bytes.count == Self.headerSize, let type: UInt16 = header.number(16),
            let machine: UInt16 = header.number(18), let entry: UInt64 = header.number(24),
            let offset: UInt64 = header.number(32), let entrySize: UInt16 = header.number(54),
            let count: UInt16 = header.number(56)
        else { throw .damaged("its ELF header is cut off") }
        guard header.bytes[4] == 2, header.bytes[5] == 1, machine == 183 else {
            throw .foreign(Self.describe(header.bytes, machine))
        }
        guard type == 2 || type == 3 else { throw .damaged("it is an ELF file of type \(type), not a program") }
        guard Int(entrySize) == Self.segmentSize, count > 0, Int(count) <= Self.mostSegments else {
            throw .damaged("its program header table is malformed")
        }
        isPositionIndependent = type == 3
        self.entry = entry
        headerOffset = offset
        headerCount = Int(count)
        let table = ByteView(bytes: file.bytes(at: offset, count: Int(count) * Self.segmentSize))
        var segments: [Segment] = []
        for index in 0..<Int(count) {
            guard let segment = Segment(table, index * Self.segmentSize) else {
                throw .damaged("its program header table is cut off")
            }
            segments.append(segment)
        }
        self.segments = segments
        try check(file)
    }

    private func check(_ file: HostFileReader) throws(Problem) {
        var end: UInt64 = 0
        for segment in segments where segment.isLoaded {
            let (top, overflow) = segment.address.addingReportingOverflow(segment.memorySize)
            guard !overflow, top < 1 << 48, segment.fileSize <= segment.memorySize,
                segment.offset & 0xfff == segment.address & 0xfff
            else { throw .damaged("one of its segments is malformed") }
            guard segment.offset <= file.size, segment.fileSize <= file.size - segment.offset else {
                throw .damaged("it is truncated: a segment lies behind the end of the file")
            }
            guard segment.address >= end else { throw .damaged("its segments are not in order") }
            end = top
        }
        if end == 0 { throw .damaged("it has nothing to load") }
    }

    private static func describe(_ header: [UInt8], _ machine: UInt16) -> String {
        let name =
            switch machine {
            case 3: "x86 (i386)"
            case 62: "x86-64"
            case 40: "32-bit Arm"
            case 20, 21: "PowerPC"
            case 243: "RISC-V"
            case 183: header[5] == 1 ? "32-bit (ILP32) AArch64" : "big-endian AArch64"
            default: "machine type \(machine)"
            }
        return "it is a program for \(name), not for AArch64"
    }

    /// The addresses that the loaded segments take, page-aligned.
    var extent: Range<UInt64> {
        let loaded = segments.filter(\.isLoaded)
        let low = loaded.first.map { $0.address & ~0xfff } ?? 0
        let high = loaded.last.map { AddressSpace.roundUp($0.address + $0.memorySize) } ?? 0
        return low..<max(low, high)
    }

    /// The largest alignment that a loaded segment asks for.
    var alignment: UInt64 {
        segments.filter { $0.isLoaded && $0.alignment.nonzeroBitCount == 1 }.map(\.alignment).max() ?? 4096
    }

    /// Where the program headers are in memory, without the load bias.
    var headerAddress: UInt64 {
        if let table = segments.first(where: \.isHeaderTable) { return table.address }
        let holder = segments.first {
            $0.isLoaded && $0.offset <= headerOffset && headerOffset < $0.offset + $0.fileSize
        }
        return holder.map { $0.address + (headerOffset - $0.offset) } ?? 0
    }

    /// Whether its code has landing instructions wherever indirect branches lead: GNU_PROPERTY_AARCH64_FEATURE_1_BTI in
    /// its property note.
    func hasLandings(_ file: HostFileReader) -> Bool {
        guard let segment = segments.first(where: \.isProperties), segment.fileSize <= 4096 else { return false }
        let note = ByteView(bytes: file.bytes(at: segment.offset, count: Int(segment.fileSize)))
        // Name size, descriptor size, type NT_GNU_PROPERTY_TYPE_0, "GNU".
        guard let size: UInt32 = note.number(4), note.number(8) == UInt32(5), Int(size) <= note.bytes.count - 16 else {
            return false
        }
        var place = 16
        while let kind: UInt32 = note.number(place), let length: UInt32 = note.number(place + 4), length <= 4096 {
            if kind == 0xc000_0000, let features: UInt32 = note.number(place + 8) { return features & 1 != 0 }
            place += 8 + (Int(length) + 7) & ~7
        }
        return false
    }

    /// The path of the interpreter, the dynamic linker.
    func interpreter(_ file: HostFileReader) -> [UInt8]? {
        guard let segment = segments.first(where: \.isInterpreter), segment.fileSize <= 4096 else { return nil }
        let bytes = file.bytes(at: segment.offset, count: Int(segment.fileSize))
        return Array(bytes.prefix { $0 != 0 })
    }
}

extension ELFFile.Segment {
    fileprivate init?(_ table: ByteView, _ offset: Int) {
        guard let type: UInt32 = table.number(offset), let flags: UInt32 = table.number(offset + 4),
            let start: UInt64 = table.number(offset + 8), let address: UInt64 = table.number(offset + 16),
            let fileSize: UInt64 = table.number(offset + 32), let memorySize: UInt64 = table.number(offset + 40),
            let alignment: UInt64 = table.number(offset + 48)
        else { return nil }
        self.type = type
        self.flags = flags
        self.offset = start
        self.address = address
        self.fileSize = fileSize
        self.memorySize = memorySize
        self.alignment = alignment
    }
}
