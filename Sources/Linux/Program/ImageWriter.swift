/// Puts sections into an ELF-64 image of an AArch64 shared library that lies in memory as it is written.
struct ImageWriter {
    /// A section's place.
    struct Section {
        let index: UInt16
        let address: UInt64
    }

    enum Kind: UInt32 {
        case program = 1, strings = 3, hash = 5, dynamic = 6, symbols = 11
        case versionDefinitions = 0x6fff_fffd, versions = 0x6fff_ffff
    }

    struct Flags: OptionSet {
        let rawValue: UInt64
        static let allocated = Flags(rawValue: 2)
        static let execute = Flags(rawValue: 4)
    }

    private struct Header {
        let name: StaticString
        let kind: UInt32
        let flags: UInt64
        let address: UInt64
        let size: Int
        let link: UInt16
        let info: UInt32
        let alignment: UInt64
        let entry: UInt64
    }

    private static let fileHeaderSize = 64
    private static let programHeaders = 3

    private var bytes: [UInt8]
    private var headers: [Header] = []

    /// The first section begins at `codeOffset`, behind the file and program headers.
    init(codeOffset: Int) {
        precondition(codeOffset >= Self.fileHeaderSize + Self.programHeaders * 56, "the headers need room")
        bytes = [UInt8](repeating: 0, count: codeOffset)
    }

    /// Where the next section will begin, if it asks for no more than 8 bytes of alignment.
    var next: UInt64 { UInt64((bytes.count + 7) & ~7) }

    mutating func add(
        _ name: StaticString, _ kind: Kind, flags: Flags = [], link: Section? = nil, info: UInt32 = 0,
        alignment: Int = 8, entry: UInt64 = 0, _ content: [UInt8]
    ) -> Section {
        pad(to: max(8, alignment))
        let address = UInt64(bytes.count)
        headers.append(
            Header(
                name: name, kind: kind.rawValue, flags: flags.union(.allocated).rawValue, address: address,
                size: content.count, link: link?.index ?? 0, info: info, alignment: UInt64(alignment), entry: entry))
        bytes += content
        return Section(index: UInt16(headers.count), address: address)
    }

    private mutating func pad(to alignment: Int) {
        while bytes.count & (alignment - 1) != 0 { bytes.append(0) }
    }

    /// The image, with its headers.
    mutating func finish(dynamic: Section, frameSearch: Section, text: Section) -> [UInt8] {
        let names = StringTable(headers.map(\.name) + [".shstrtab"])
        let loaded = UInt64(bytes.count)
        let namesAt = bytes.count
        bytes += names.bytes
        pad(to: 8)
        let table = bytes.count
        bytes += [UInt8](repeating: 0, count: 64)
        for header in headers { bytes += sectionHeader(header, names) }
        bytes += sectionHeader(
            Header(
                name: ".shstrtab", kind: Kind.strings.rawValue, flags: 0, address: UInt64(namesAt),
                size: names.bytes.count, link: 0, info: 0, alignment: 1, entry: 0), names)
        var top = fileHeader(sections: table)
        top += programHeader(1, 5, 0, loaded, alignment: 4096)
        top += programHeader(2, 4, dynamic.address, size(dynamic), alignment: 8)
        // PT_GNU_EH_FRAME
        top += programHeader(0x6474_e550, 4, frameSearch.address, size(frameSearch), alignment: 4)
        bytes.replaceSubrange(0..<top.count, with: top)
        return bytes
    }

    private func size(_ section: Section) -> UInt64 { UInt64(headers[Int(section.index) - 1].size) }

    private func sectionHeader(_ header: Header, _ names: StringTable) -> [UInt8] {
        let address = header.flags == 0 ? 0 : header.address
        return ByteList.words32([UInt32(names[header.name]), header.kind])
            + ByteList.words64([header.flags, address, header.address, UInt64(header.size)])
            + ByteList.words32([UInt32(header.link), header.info])
            + ByteList.words64([header.alignment, header.entry])
    }

    /// ELF-64, little-endian, shared object, machine 183.
    private func fileHeader(sections: Int) -> [UInt8] {
        [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            + ByteList.words16([3, 183]) + ByteList.words32([1])
            + ByteList.words64([0, UInt64(Self.fileHeaderSize), UInt64(sections)]) + ByteList.words32([0])
            + ByteList.words16([
                UInt16(Self.fileHeaderSize), 56, UInt16(Self.programHeaders), 64, UInt16(headers.count + 2),
                UInt16(headers.count + 1),
            ])
    }

    private func programHeader(
        _ kind: UInt32, _ flags: UInt32, _ start: UInt64, _ size: UInt64, alignment: UInt64
    ) -> [UInt8] {
        ByteList.words32([kind, flags]) + ByteList.words64([start, start, start, size, size, alignment])
    }
}

/// Strings one behind the other, each with a zero, the empty one first.
struct StringTable {
    let bytes: [UInt8]
    private let names: [StaticString]

    init(_ names: [StaticString]) {
        self.names = names
        bytes = names.reduce(into: [0]) { $0 += Self.text($1) + [0] }
    }

    private static func text(_ name: StaticString) -> [UInt8] {
        Array(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// Where `name` begins.
    subscript(name: StaticString) -> UInt64 {
        var place: UInt64 = 1
        for known in names {
            if Self.text(known) == Self.text(name) { return place }
            place += UInt64(known.utf8CodeUnitCount + 1)
        }
        preconditionFailure("\(name) is not in the table")
    }
}

/// Little-endian numbers as bytes.
enum ByteList {
    static func words16(_ list: [UInt16]) -> [UInt8] { list.withUnsafeBytes { Array($0) } }
    static func words32(_ list: [UInt32]) -> [UInt8] { list.withUnsafeBytes { Array($0) } }
    static func words64(_ list: [UInt64]) -> [UInt8] { list.withUnsafeBytes { Array($0) } }
}
