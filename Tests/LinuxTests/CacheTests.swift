import Foundation
import Synchronization
import Testing

/// `--cache DIR`: later runs take translations from there, and nothing that stands there can do harm.
@Suite(.serialized) struct CacheTests {
    /// A directory of its own for each test.
    private static func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "emu-cache-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory.path)
    }

    private static func files(_ directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).map { "\(directory)/\($0)" }
    }

    /// The only file of the directory, after one run of `program`.
    private static func fill(_ directory: String, _ program: String) throws -> String {
        _ = try Program.run(["--cache", directory, program])
        let files = try files(directory)
        #expect(files.count == 1)
        return try #require(files.first)
    }

    private struct Figures: Decodable {
        struct Tiers: Decodable {
            struct Interpreter: Decodable { let translated_blocks: Int }
            struct Cache: Decodable {
                let blocks: Int
                let regions: Int
            }
            let interpreter: Interpreter
            let cache: Cache?
        }
        let tiers: Tiers
    }

    private static func figures(_ directory: String, _ options: [String], _ program: String) throws -> Figures.Tiers {
        let file = directory + ".json"
        defer { try? FileManager.default.removeItem(atPath: file) }
        _ = try Program.run(["--cache", directory, "--stats", file] + options + [program])
        return try JSONDecoder().decode(Figures.self, from: Data(contentsOf: URL(fileURLWithPath: file))).tiers
    }

    @Test(
        "Every program does the same with translations of an earlier run", arguments: ProgramTests.cases, ["", "-pie"])
    func agrees(_ program: (name: String, status: Int32), _ kind: String) throws {
        try Self.withDirectory { directory in
            for accelerator in ["auto", "native", "native", "auto", "interp", "interp"] {
                let run = try Program.run(
                    ["--cache", directory, "-accel", accelerator, Program.path(program.name + kind)])
                #expect(run.output == (try Program.expected(program.name)), "\(accelerator)")
                #expect(run.error == "" && run.status == program.status)
            }
        }
    }

    @Test("A second run translates nearly nothing", arguments: [["-accel", "native"], ["-accel", "interp"]])
    func takes(_ options: [String]) throws {
        try Self.withDirectory { directory in
            let program = Program.path("signals")
            let first = try Self.figures(directory, options, program)
            #expect(first.cache == nil && first.interpreter.translated_blocks > 50)
            let second = try Self.figures(directory, options, program)
            let cache = try #require(second.cache)
            #expect(cache.blocks > 50)
            #expect(second.interpreter.translated_blocks < first.interpreter.translated_blocks / 5)
            #expect(cache.regions > 0 || options[1] == "interp")
        }
    }

    @Test("A program's file that has changed begins anew")
    func changedProgram() throws {
        try Self.withDirectory { directory in
            let program = URL(fileURLWithPath: directory + ".program")
            defer { try? FileManager.default.removeItem(at: program) }
            try FileManager.default.copyItem(atPath: Program.path("hello"), toPath: program.path)
            _ = try Self.fill(directory, program.path)
            // In place: the same inode.
            let handle = try FileHandle(forWritingTo: program)
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data(contentsOf: URL(fileURLWithPath: Program.path("signals"))))
            try handle.close()
            for _ in 0..<2 {
                let run = try Program.run(["--cache", directory, program.path])
                #expect(run.output == (try Program.expected("signals")) && run.error == "" && run.status == 0)
            }
            #expect(try Self.files(directory).count == 1)
        }
    }

    @Test("Damage anywhere in the file changes nothing but speed")
    func damage() throws {
        try Self.withDirectory { directory in
            let program = Program.path("hello")
            let file = try Self.fill(directory, program)
            let good = try Data(contentsOf: URL(fileURLWithPath: file))
            for place in stride(from: 0, to: good.count, by: max(good.count / 60, 1)) {
                var bad = good
                for byte in place..<min(place + 9, bad.count) { bad[byte] ^= 0x5a }
                try bad.write(to: URL(fileURLWithPath: file))
                let run = try Program.run(["--cache", directory, program])
                #expect(run.output == (try Program.expected("hello")) && run.status == 0, "byte \(place)")
                #expect(run.error.filter { $0 == "\n" }.count == (place < 64 ? 1 : 0), "byte \(place): \(run.error)")
            }
        }
    }

    @Test("What is no file of ours is named in one line and not used", arguments: 0..<6)
    func foreign(_ kind: Int) throws {
        try Self.withDirectory { directory in
            let program = Program.path("hello")
            let file = try Self.fill(directory, program)
            let good = try Data(contentsOf: URL(fileURLWithPath: file))
            let place = URL(fileURLWithPath: file)
            switch kind {
            case 0: try Data("not a cache\n".utf8).write(to: place)
            case 1: try good.prefix(good.count / 2 & ~7).write(to: place)
            case 2: try good.prefix(good.count - 3).write(to: place)
            case 3: try Data().write(to: place)
            case 4: chmod(file, 0o666)
            default:
                try good.write(to: URL(fileURLWithPath: directory + "/other"))
                try FileManager.default.removeItem(at: place)
                try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: directory + "/other")
            }
            let run = try Program.run(["--cache", directory, program])
            #expect(run.output == (try Program.expected("hello")) && run.status == 0)
            #expect(run.error.hasPrefix("emu-aarch64: --cache \(file): "))
            #expect(run.error.filter { $0 == "\n" }.count == 1, "\(run.error)")
            // The next one finds a good one again.
            let next = try Program.run(["--cache", directory, program])
            #expect(next.output == (try Program.expected("hello")) && next.error == "", "\(next.error)")
        }
    }

    @Test("Programs that end at the same time leave one whole file")
    func together() throws {
        try Self.withDirectory { directory in
            let runs = 8
            let outputs = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: runs) { _ in
                let run = try? Program.run(["--cache", directory, Program.path("stress")])
                outputs.withLock { $0.append((run?.output ?? "did not run") + (run?.error ?? "")) }
            }
            let expected = try Program.expected("stress")
            #expect(outputs.withLock { $0 } == Array(repeating: expected, count: runs))
            #expect(try Self.files(directory).count == 1)
            #expect(try Self.figures(directory, [], Program.path("stress")).cache?.blocks ?? 0 > 0)
        }
    }

    @Test("A directory that cannot be made is named in one line, or in none after --quiet")
    func noDirectory() throws {
        let run = try Program.run(["--cache", "/proc/no/such", Program.path("hello")])
        #expect(run.output == (try Program.expected("hello")) && run.status == 0)
        #expect(run.error.hasPrefix("emu-aarch64: --cache /proc/no/such: "))
        #expect(run.error.filter { $0 == "\n" }.count == 1)
        #expect(try Program.run(["--quiet", "--cache", "/proc/no/such", Program.path("hello")]).error == "")
    }

    @Test("EMU_CACHE does the same")
    func environment() throws {
        try Self.withDirectory { directory in
            let run = try Program.run([Program.path("hello")], environment: ["EMU_CACHE": directory])
            #expect(run.output == (try Program.expected("hello")))
            #expect(try Self.files(directory).count == 1)
        }
    }
}
