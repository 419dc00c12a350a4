import Foundation
import Testing

/// A directory that looks like a build of ours with one workload, `toy`, and fake programs; removed with the value.
final class Workplace {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/bench-tests-\(UUID().uuidString)"
        for directory in ["guests", "native", "Guests", "empty"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(directory)", withIntermediateDirectories: true)
        }
        for file in ["guests/toy.elf", "guests/other.elf"] { try write("", to: file) }
        for name in ["fake-emulator", "fake-native"] {
            try FileManager.default.copyItem(atPath: "\(Self.fixtures)/\(name)", toPath: "\(path)/\(name)")
        }
        for name in ["toy", "other"] {
            try FileManager.default.copyItem(atPath: "\(Self.fixtures)/fake-native", toPath: "\(path)/native/\(name)")
        }
        try write("toy sync one,two a toy\nother kernel only another\n", to: "Guests/workloads.txt")
        try write("toy * 1000 0x1111111111111111\ntoy * 100 0x1111111111111111\n", to: "Guests/expected.txt")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures"

    func write(_ text: String, to file: String) throws {
        try text.write(toFile: "\(path)/\(file)", atomically: false, encoding: .utf8)
    }

    func read(_ file: String) throws -> String { try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8) }

    func files(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(directory)").sorted()
    }

    /// The words that make emu-bench use this place.
    var options: [String] {
        ["--emulator", "\(path)/fake-emulator", "--build", path, "--sources", "\(path)/Guests"]
    }
}

/// What a command line did.
struct Ran {
    let code: Int32
    let output: String
    let errors: String

    var errorLines: [Substring] { errors.split(separator: "\n") }
}

/// The emu-bench that was built with the tests.
let emuBench = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path + "/emu-bench"

/// Starts emu-bench with its outputs on pipes.
func start(_ arguments: [String], environment: [String: String] = [:], in directory: String = "/") throws -> (
    Process, Pipe, Pipe
) {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: emuBench)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: directory)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return (process, output, errors)
}

func run(_ arguments: [String], environment: [String: String] = [:], in directory: String = "/") throws -> Ran {
    let (process, output, errors) = try start(arguments, environment: environment, in: directory)
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaints = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Ran(code: process.terminationStatus, output: text, errors: complaints)
}
