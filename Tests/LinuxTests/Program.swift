import Foundation

/// `emu-aarch64` as a user runs it, and the programs of `.build/guests/linux`. `Scripts/test` builds both first.
enum Program {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct Run {
        let status: Int32
        /// The signal that ended it, 0 for none.
        let signal: Int32
        let output: String
        let error: String
    }

    static func path(_ name: String) -> String { root.appending(path: ".build/guests/linux/\(name)").path }

    /// The output that `Guests/linux/NAME.expected` demands.
    static func expected(_ name: String) throws -> String {
        try String(contentsOf: root.appending(path: "Guests/linux/\(name).expected"), encoding: .utf8)
    }

    static func run(_ arguments: [String], environment: [String: String]? = nil) throws -> Run {
        let process = Process()
        process.executableURL = root.appending(path: ".build/release/emu-aarch64")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.currentDirectoryURL = FileManager.default.temporaryDirectory
        if let environment { process.environment = environment }
        let (output, error) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = error
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = error.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let isSignal = process.terminationReason == .uncaughtSignal
        return Run(
            status: isSignal ? -1 : process.terminationStatus, signal: isSignal ? process.terminationStatus : 0,
            output: String(decoding: text, as: UTF8.self), error: String(decoding: complaint, as: UTF8.self))
    }
}
