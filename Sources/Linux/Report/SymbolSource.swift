import Glibc
import Support

/// Names for guest addresses, from the ELF files that are mapped. Read only when a report is written.
final class SymbolSource: Sendable {
    /// `symbol+offset in file`, or the file alone; nil when nothing is known.
    func describe(_ address: UInt64, _ process: LinuxProcess) -> String? {
        for line in HostMaps.lines() {
            guard let map = HostMaps.Line(line), map.range.contains(address), map.path.first == UInt8(ascii: "/"),
                let file = HostFileReader(path: map.path)
            else { continue }
            let name = String(decoding: map.path.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
            let offset = address - map.range.lowerBound + map.offset
            guard let symbol = ELFSymbols(file)?.function(at: offset) else {
                return "\(name)+\(hexadecimal(offset))"
            }
            return "\(symbol.name)+\(symbol.offset) in \(name)"
        }
        return nil
    }
}

/// The function symbols of an ELF file: `.symtab`, or `.dynsym` of a stripped one.
struct ELFSymbols {
    private let file: HostFileReader
    private let header: ByteView
    private var table: (symbols: ByteView, strings: ByteView)?
    private var segments: [ELFFile.Segment] = []

    init?(_ file: HostFileReader) {
        guard let elf = try? ELFFile(file) else { return nil }
        self.file = file
        segments = elf.segments
        header = ByteView(bytes: file.bytes(at: 0, count: 64))
        guard let offset: UInt64 = header.number(40), let count: UInt16 = header.number(60) else { return nil }
        let sections = ByteView(bytes: file.bytes(at: offset, count: Int(count) * 64))
        table = Self.table(type: 2, sections, Int(count), file) ?? Self.table(type: 11, sections, Int(count), file)
    }

    private static func table(
        type wanted: UInt32, _ sections: ByteView, _ count: Int, _ file: HostFileReader
    ) -> (ByteView, ByteView)? {
        for index in 0..<count {
            guard let type: UInt32 = sections.number(index * 64 + 4), type == wanted,
                let link: UInt32 = sections.number(index * 64 + 40), Int(link) < count,
                let symbols = contents(sections, index, file), let strings = contents(sections, Int(link), file)
            else { continue }
            return (symbols, strings)
        }
        return nil
    }

    private static func contents(_ sections: ByteView, _ index: Int, _ file: HostFileReader) -> ByteView? {
        guard let offset: UInt64 = sections.number(index * 64 + 24),
            let size: UInt64 = sections.number(index * 64 + 32),
            size < 1 << 28
        else { return nil }
        return ByteView(bytes: file.bytes(at: offset, count: Int(size)))
    }

    /// The function that holds the byte at `fileOffset`.
    func function(at fileOffset: UInt64) -> (name: String, offset: UInt64)? {
        guard let table,
            let segment = segments.first(where: {
                $0.isLoaded && fileOffset >= $0.offset & ~0xfff && fileOffset < $0.offset + $0.fileSize
            })
        else { return nil }
        let address = fileOffset &- segment.offset &+ segment.address
        for entry in stride(from: 0, to: table.symbols.bytes.count - 23, by: 24) {
            guard let info: UInt8 = table.symbols.number(entry + 4), info & 15 == 2,
                let value: UInt64 = table.symbols.number(entry + 8), value <= address,
                let size: UInt64 = table.symbols.number(entry + 16), address - value < size,
                let name: UInt32 = table.symbols.number(entry), Int(name) < table.strings.bytes.count
            else { continue }
            let text = table.strings.bytes[Int(name)...].prefix { $0 != 0 }
            return (String(decoding: text, as: UTF8.self), address - value)
        }
        return nil
    }
}

/// The host's view of this process's memory.
enum HostMaps {
    static func lines() -> [ArraySlice<UInt8>] {
        guard let file = HostFileReader(path: Array("/proc/self/maps".utf8)) else { return [] }
        var bytes: [UInt8] = []
        while true {
            let more = file.bytes(at: UInt64(bytes.count), count: 1 << 16)
            if more.isEmpty { break }
            bytes += more
        }
        return bytes.split(separator: UInt8(ascii: "\n"))
    }

    struct Line {
        let range: Range<UInt64>
        let offset: UInt64
        let path: [UInt8]
        /// From the offset on, as it stands.
        let tail: ArraySlice<UInt8>

        init?(_ text: ArraySlice<UInt8>) {
            let words = text.split(separator: UInt8(ascii: " "), maxSplits: 5, omittingEmptySubsequences: true)
            guard words.count >= 5 else { return nil }
            let ends = words[0].split(separator: UInt8(ascii: "-"))
            guard ends.count == 2, let start = Self.number(ends[0]), let end = Self.number(ends[1]), start <= end,
                let offset = Self.number(words[2])
            else { return nil }
            range = start..<end
            self.offset = offset
            tail = text[words[2].startIndex...]
            path = words.count > 5 ? Array(words[5].drop { $0 == UInt8(ascii: " ") }) : []
        }

        private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
            UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
        }
    }
}
