/// The shared library that a program finds in its memory without any file: the vDSO, which the auxiliary vector names
/// (AT_SYSINFO_EHDR). A complete ELF image, so that C libraries, Go, unwinders and debuggers find its functions by name
/// and version as they do the kernel's (`vdso(7)`).
struct VirtualLibrary {
    /// At most a page; loaded as it is, at any page's start. The page before it is the data page.
    let bytes: [UInt8]

    /// Where the code begins in the image.
    static let codeOffset = 0x100
    /// Where a signal handler returns to, from the image's start.
    static let signalReturn = codeOffset + functions[0].range.lowerBound

    private static let version: StaticString = "LINUX_2.6.39"
    private static let soname: StaticString = "linux-vdso.so.1"

    init() {
        var image = ImageWriter(codeOffset: Self.codeOffset)
        let strings = StringTable(Self.functions.map(\.name) + [Self.version, Self.soname])
        let text = image.add(".text", .program, flags: .execute, alignment: 16, Self.codeBytes)
        let names = image.add(".dynstr", .strings, strings.bytes)
        let symbols = image.add(".dynsym", .symbols, link: names, entry: 24, Self.symbols(strings, text))
        let hash = image.add(".hash", .hash, link: symbols, entry: 4, Self.hashTable)
        let versions = image.add(".gnu.version", .versions, link: symbols, entry: 2, Self.versionIndices)
        let definitions = image.add(
            ".gnu.version_d", .versionDefinitions, link: names, info: 2, Self.definitions(strings))
        let frames = image.add(".eh_frame", .program, Self.frames(at: image.next))
        let search = image.add(
            ".eh_frame_hdr", .program, alignment: 4, Self.frameSearch(at: image.next, frames: frames))
        let dynamic = image.add(
            ".dynamic", .dynamic, link: names, entry: 16,
            ByteList.words64([
                14, strings[Self.soname], 4, hash.address, 5, names.address, 6, symbols.address,
                10, UInt64(strings.bytes.count), 11, 24, 0x6fff_fff0, versions.address,
                0x6fff_fffc, definitions.address, 0x6fff_fffd, 2, 0, 0,
            ]))
        bytes = image.finish(dynamic: dynamic, frameSearch: search, text: text)
    }

    private static var codeBytes: [UInt8] { ByteList.words32(code) }

    /// `Elf64_Sym`: the null symbol and the functions, global, of type FUNC.
    private static func symbols(_ strings: StringTable, _ text: ImageWriter.Section) -> [UInt8] {
        var list = [UInt8](repeating: 0, count: 24)
        for function in functions {
            list += ByteList.words32([UInt32(strings[function.name])]) + [0x12, 0] + ByteList.words16([text.index])
            list += ByteList.words64([
                text.address + UInt64(function.range.lowerBound), UInt64(function.range.count),
            ])
        }
        return list
    }

    /// A hash table of one bucket: every look-up walks the chain of all symbols.
    private static var hashTable: [UInt8] {
        let count = UInt32(functions.count)
        return ByteList.words32([1, count + 1, 1, 0] + (1...count).map { $0 < count ? $0 + 1 : 0 })
    }

    /// Every function has version 2.
    private static var versionIndices: [UInt8] {
        ByteList.words16([0] + functions.map { _ in 2 })
    }

    /// `Elf64_Verdef` and `Elf64_Verdaux`: the library itself, and its one version.
    private static func definitions(_ strings: StringTable) -> [UInt8] {
        func one(_ flags: UInt16, _ index: UInt16, _ name: StaticString, next: UInt32) -> [UInt8] {
            ByteList.words16([1, flags, index, 1]) + ByteList.words32([hash(name), 20, next])
                + ByteList.words32([UInt32(strings[name]), 0])
        }
        return one(1, 1, soname, next: 28) + one(0, 2, version, next: 0)
    }

    /// The hash function of ELF's symbol tables.
    static func hash(_ name: StaticString) -> UInt32 {
        var value: UInt32 = 0
        for index in 0..<name.utf8CodeUnitCount {
            value = value << 4 &+ UInt32(name.utf8Start[index])
            let high = value & 0xf000_0000
            value = (value ^ high >> 24) & ~high
        }
        return value
    }

    // MARK: Unwinding

    /// A CIE and one FDE (LSB, Exception Frames): the frame's address is sp, the return address is in x30, nothing is saved.
    private static func frames(at address: UInt64) -> [UInt8] {
        // Version 1, augmentation "zR", code and data alignment 4 and -8, return address register 30, one byte of
        // augmentation: addresses are signed 32-bit relative to their place. DW_CFA_def_cfa sp, 0.
        let common: [UInt8] = [1, 0x7a, 0x52, 0, 4, 0x78, 30, 1, 0x1b, 0x0c, 31, 0, 0, 0, 0, 0]
        let start = Int64(codeOffset + leaves.lowerBound) - Int64(address) - 32
        let entry = ByteList.words32([
            UInt32(bitPattern: Int32(start)), UInt32(leaves.count), 0,
        ])
        return ByteList.words32([20, 0]) + common + ByteList.words32([16, 28]) + entry + ByteList.words32([0])
    }

    /// `.eh_frame_hdr`: how the tables are written, and one row: where the leaves begin, and their FDE.
    private static func frameSearch(at address: UInt64, frames: ImageWriter.Section) -> [UInt8] {
        func relative(_ target: UInt64, _ place: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: target &- place) }
        return [1, 0x1b, 0x03, 0x3b]
            + ByteList.words32([
                relative(frames.address, address + 4), 1,
                relative(UInt64(codeOffset + leaves.lowerBound), address), relative(frames.address + 24, address),
            ])
    }
}
