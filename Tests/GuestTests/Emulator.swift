import Foundation

/// The emulator as a user runs it, and the guests of `.build/guests`. `Scripts/test` builds both first.
enum Emulator {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct Run {
        let status: Int32
        let output: String
        let error: String

        /// The value of `key=` in the guest's RESULT line.
        func result(_ key: String) -> String? {
            let line = output.split(separator: "\n").first { $0.hasPrefix("RESULT ") }
            let word = line?.split(separator: " ").first { $0.hasPrefix("\(key)=") }
            return word.map { String($0.dropFirst(key.count + 1)) }
        }
    }

    /// Runs guest `name` with these words for it.
    static func run(_ name: String, smp: Int, _ words: String, accelerator: String = "interp") throws -> Run {
        try run([
            "-M", "virt", "-cpu", "max", "-smp", "\(smp)", "-m", "64", "-nographic", "-accel", accelerator,
            "-kernel", root.appending(path: ".build/guests/\(name).elf").path, "-append", words,
        ])
    }

    static func run(_ arguments: [String]) throws -> Run {
        let process = Process()
        process.executableURL = root.appending(path: ".build/release/emu-system-aarch64")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let (output, error) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = error
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = error.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Run(
            status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
            error: String(decoding: complaint, as: UTF8.self))
    }
}

/// What `Guests/workloads.txt` and `Guests/expected.txt` say.
struct WorkloadList {
    /// Names with their variants, the default one first.
    let workloads: [(name: String, variants: [String])]
    private let checksums: [String: String]

    init() throws {
        workloads = try Self.lines("workloads.txt").map { words in
            (words[0], words[2].split(separator: ",").map(String.init))
        }
        checksums = Dictionary(
            try Self.lines("expected.txt").map { ("\($0[0]) \($0[1]) \($0[2])", $0[3]) }, uniquingKeysWith: { $1 })
    }

    private static func lines(_ file: String) throws -> [[String]] {
        let text = try String(contentsOf: Emulator.root.appending(path: "Guests/\(file)"), encoding: .utf8)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            line.split(separator: " ").map(String.init)
        }
    }

    func checksum(_ name: String, _ variant: String, scale: Int) -> String? {
        checksums["\(name) \(variant) \(scale)"] ?? checksums["\(name) * \(scale)"]
    }
}
