import CFDT
import Foundation
import Machine
import Testing

/// A file that is there as long as the test.
final class TemporaryFile {
    let path: String

    init(_ bytes: [UInt8], name: String = "file") throws {
        path = NSTemporaryDirectory() + "emu-test-\(UUID().uuidString)-\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Builds ELF files, whole or damaged.
struct TestELF {
    struct Segment {
        var type: UInt32 = 1
        var flags: UInt32 = 5
        var virtual: UInt64
        var physical: UInt64
        var bytes: [UInt8]
        var memorySize: UInt64?
    }

    var elfClass: UInt8 = 2
    var order: UInt8 = 1
    var type: UInt16 = 2
    var machine: UInt16 = 183
    var entry: UInt64 = 0x4010_0000
    var headerSize: UInt16 = 56
    var segments = [Segment(virtual: 0x4010_0000, physical: 0x4010_0000, bytes: [1, 2, 3, 4])]

    var bytes: [UInt8] {
        var out: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, elfClass, order, 1] + Array(repeating: 0, count: 9)
        out += little(type) + little(machine) + little(1 as UInt32) + little(entry)
        out += little(64 as UInt64) + little(0 as UInt64) + little(0 as UInt32)
        out += little(64 as UInt16) + little(headerSize) + little(UInt16(segments.count))
        out += Array(repeating: 0, count: 6)
        var offset = UInt64(64 + 56 * segments.count)
        for segment in segments {
            out += little(segment.type) + little(segment.flags) + little(offset)
            out += little(segment.virtual) + little(segment.physical) + little(UInt64(segment.bytes.count))
            out += little(segment.memorySize ?? UInt64(segment.bytes.count)) + little(4096 as UInt64)
            offset += UInt64(segment.bytes.count)
        }
        return out + segments.flatMap(\.bytes)
    }
}

/// A number as little-endian bytes.
func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// Reads a flattened device tree with libfdt.
struct TreeReader {
    let bytes: [UInt8]

    /// A property's bytes; nil when node or property is missing.
    func bytes(_ path: String, _ property: String) -> [UInt8]? {
        bytes.withUnsafeBytes { tree in
            let node = fdt_path_offset(tree.baseAddress, path)
            guard node >= 0 else { return nil }
            var length: Int32 = 0
            guard let start = fdt_getprop(tree.baseAddress, node, property, &length), length >= 0 else { return nil }
            return Array(UnsafeRawBufferPointer(start: start, count: Int(length)))
        }
    }

    /// A property as big-endian cells.
    func cells(_ path: String, _ property: String) -> [UInt32]? {
        bytes(path, property).map { bytes in
            stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
                bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
            }
        }
    }

    /// A property as strings.
    func strings(_ path: String, _ property: String) -> [String]? {
        bytes(path, property).map { bytes in
            bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
                .map { String(decoding: $0, as: UTF8.self) }
        }
    }

    func has(_ path: String) -> Bool {
        bytes.withUnsafeBytes { fdt_path_offset($0.baseAddress, path) >= 0 }
    }

    /// The names of a node's children.
    func children(_ path: String) -> [String] {
        bytes.withUnsafeBytes { tree in
            var names: [String] = []
            var node = fdt_first_subnode(tree.baseAddress, fdt_path_offset(tree.baseAddress, path))
            while node >= 0 {
                if let name = fdt_get_name(tree.baseAddress, node, nil) { names.append(String(cString: name)) }
                node = fdt_next_subnode(tree.baseAddress, node)
            }
            return names
        }
    }
}

/// The line that `body` fails with; empty when it does not.
func failure(_ body: () throws -> Void) -> String {
    do {
        try body()
        return ""
    } catch {
        return "\(error)"
    }
}
