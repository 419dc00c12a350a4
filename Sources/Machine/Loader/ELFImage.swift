/// An ELF executable for AArch64, taken apart and checked.
///
/// Source: System V Application Binary Interface, chapters 4 and 5; ELF for the Arm 64-bit Architecture (AAELF64).
package struct ELFImage {
    /// A part of the file that goes to memory.
    package struct Segment: Equatable {
        /// Where in the file.
        package let file: Range<Int>
        /// Where in guest physical memory; what lies behind the file's bytes is zero.
        package let memory: PhysicalRange
    }

    /// What is loaded, by rising address.
    package let segments: [Segment]
    /// The physical address of the first instruction.
    package let entry: UInt64

    /// Whether the file calls itself ELF; the other formats have no mark, or another.
    package static func hasMagic(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) }

    /// Takes the file apart.
    ///
    /// - Throws: `Malformed` with what is wrong, as the end of a sentence that starts with the file's name.
    package init(_ bytes: [UInt8]) throws(Malformed) {
        let file = ByteReader(bytes: bytes)
        try Self.checkKind(file)
        guard
            let entry: UInt64 = file.read(24), let tableOffset: UInt64 = file.read(32),
            let entrySize: UInt16 = file.read(54), let count: UInt16 = file.read(56)
        else { throw Malformed("is a truncated ELF file: its header ends early") }
        guard entrySize >= 56 || count == 0 else { throw Malformed("is damaged: its program headers are too small") }
        var segments: [Segment] = []
        var physicalEntry = entry
        for index in 0..<UInt64(count) {
            let (header, overflow) = tableOffset.addingReportingOverflow(index * UInt64(entrySize))
            guard !overflow, let program = ProgramHeader(file, at: header) else {
                throw Malformed("is a truncated ELF file: its program headers end early")
            }
            guard program.isLoaded, program.memorySize > 0 else { continue }
            segments.append(try program.segment(file))
            // The entry is a virtual address; where the segment sits elsewhere physically, it moves along.
            if let moved = program.physical(ofEntry: entry) { physicalEntry = moved }
        }
        guard !segments.isEmpty else { throw Malformed("has nothing to load: it is no executable (link it first)") }
        self.segments = segments.sorted { $0.memory.base < $1.memory.base }
        self.entry = physicalEntry
    }

    /// The identification and the type: 64-bit, little-endian, executable, AArch64.
    private static func checkKind(_ file: ByteReader) throws(Malformed) {
        guard
            let kind: UInt8 = file.read(4), let order: UInt8 = file.read(5), let type: UInt16 = file.read(16),
            let machine: UInt16 = file.read(18)
        else { throw Malformed("is a truncated ELF file: its header ends early") }
        guard kind == 2 else { throw Malformed("is a 32-bit ELF file; this machine runs AArch64, 64-bit") }
        guard order == 1 else { throw Malformed("is a big-endian ELF file; this machine runs little-endian ones") }
        guard machine == 183 else {
            throw Malformed("is an ELF file for \(name(ofMachine: machine)); this machine runs AArch64")
        }
        guard type == 2 || type == 3 else { throw Malformed("is no ELF executable (type \(type)); link it first") }
    }

    private static func name(ofMachine machine: UInt16) -> String {
        switch machine {
        case 3: "x86"
        case 20: "PowerPC"
        case 21: "PowerPC64"
        case 40: "32-bit Arm"
        case 62: "x86-64"
        case 243: "RISC-V"
        default: "machine \(machine)"
        }
    }

    /// Why a file cannot be loaded.
    package struct Malformed: Error, Equatable {
        /// The rest of a sentence that starts with the file's name.
        package let reason: String
        init(_ reason: String) { self.reason = reason }
    }
}

/// One row of the program header table.
private struct ProgramHeader {
    let type: UInt32
    let flags: UInt32
    let offset: UInt64
    let virtual: UInt64
    let physical: UInt64
    let fileSize: UInt64
    let memorySize: UInt64

    init?(_ file: ByteReader, at offset: UInt64) {
        guard
            file.range(offset, 56) != nil,
            let type: UInt32 = file.read(offset), let flags: UInt32 = file.read(offset + 4),
            let start: UInt64 = file.read(offset + 8), let virtual: UInt64 = file.read(offset + 16),
            let physical: UInt64 = file.read(offset + 24), let fileSize: UInt64 = file.read(offset + 32),
            let memorySize: UInt64 = file.read(offset + 40)
        else { return nil }
        self.type = type
        self.flags = flags
        self.offset = start
        self.virtual = virtual
        self.physical = physical
        self.fileSize = fileSize
        self.memorySize = memorySize
    }

    /// PT_LOAD.
    var isLoaded: Bool { type == 1 }

    func segment(_ file: ByteReader) throws(ELFImage.Malformed) -> ELFImage.Segment {
        guard let range = file.range(offset, fileSize) else {
            throw ELFImage.Malformed("is a truncated ELF file: a segment's bytes lie behind its end")
        }
        guard fileSize <= memorySize, !physical.addingReportingOverflow(memorySize).overflow else {
            throw ELFImage.Malformed("is damaged: a segment's sizes contradict each other")
        }
        return ELFImage.Segment(file: range, memory: PhysicalRange(physical, memorySize))
    }

    /// Where `entry` is physically when this is the executable segment that holds it.
    func physical(ofEntry entry: UInt64) -> UInt64? {
        guard flags & 1 != 0, entry >= virtual, entry - virtual < fileSize else { return nil }
        return entry - virtual + physical
    }
}
