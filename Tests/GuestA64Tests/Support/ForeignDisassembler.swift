import Foundation

/// The toolchain's own assembler and disassembler, to compare ours with.
enum ForeignDisassembler {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let features =
        "+v8.8a,+clrbhb,+lse,+rcpc,+rcpc-immo,+crc,+flagm,+altnzcv,+lor,+aes,+sha2,+sha3,+sm4,+fp16fml,+fullfp16,+sb,+ssbs,+xs,+wfxt,+cssc,+mops,+hbc,+rand,+pauth,+bti"

    /// Both tools stand beside the `swift` of the path.
    private static let directory: URL? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { URL(fileURLWithPath: String($0)) }
        .first { directory in
            ["clang", "llvm-objdump"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: directory.appendingPathComponent($0).path)
            }
        }

    static var isAvailable: Bool { directory != nil }

    /// The text of each word, the first at address 0, without comments and symbols; nil where it knows none. What it knows are
    /// the instructions of `core`, or all of ours.
    static func disassemble(_ words: [UInt32], core: String? = nil) throws -> [String?] {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let (source, object) = (scratch.appendingPathComponent("w.s"), scratch.appendingPathComponent("w.o"))
        let text = words.map { ".inst 0x" + String($0, radix: 16) }.joined(separator: "\n") + "\n"
        try text.write(to: source, atomically: true, encoding: .utf8)
        _ = try run("clang", ["-c", "--target=aarch64-none-elf", source.path, "-o", object.path])
        let known = core.map { "--mcpu=" + $0 } ?? "--mattr=" + features
        let listing = try run("llvm-objdump", ["-d", "--no-show-raw-insn", known, object.path])
        let lines = listing.split(separator: "\n").filter { $0.contains(":\t") || $0.contains(": ") }
        return lines.compactMap(instruction)
    }

    /// `   14: <spaces>\tadd\tx0, x1, #1 // comment` without all but the instruction; nil for other lines.
    private static func instruction(_ line: Substring) -> String?? {
        guard let colon = line.firstIndex(of: ":"), Int(line[..<colon].filter { $0 != " " }, radix: 16) != nil else {
            return nil
        }
        var text = line[line.index(after: colon)...]
        for marker in ["//", " <"] {
            if let range = text.firstRange(of: marker) { text = text[..<range.lowerBound] }
        }
        let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        return .some(fields.isEmpty || fields[0].first == "<" ? nil : fields.joined(separator: " "))
    }

    private static func run(_ tool: String, _ arguments: [String]) throws -> String {
        guard let directory else { throw Failure(description: "no clang and llvm-objdump on the path") }
        let process = Process()
        let output = Pipe()
        process.executableURL = directory.appendingPathComponent(tool)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(tool) ended with status \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
