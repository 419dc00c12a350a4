import BenchCore
import Counters
import Foundation
import Testing

/// emu-bench as a user types it, with fake programs in the place of emulator and guests.
@Suite struct CommandTests {
    @Test("A pipe gets the rows and nothing else; stderr says only what the host does not count")
    func pipe() throws {
        let place = try Workplace()
        let ran = try run(
            ["--workload", "toy", "--smp", "1..3", "--runs", "2", "--native"] + place.options, in: place.path)
        #expect(ran.code == 0)
        let rows = try CSV.rows(ran.output, from: "pipe")
        #expect(rows.count == 2 * 3 * 2 * 2)
        #expect(ran.output.hasPrefix(CSV.header))
        #expect(ran.errorLines.allSatisfy { $0.contains("those columns stay empty") })
        let ours = try #require(rows.first { $0.cell.tier == .auto })
        #expect(ours.guestInstructions == 1000)
        #expect(ours.counters == [.taskClock: 5, .pageFaults: 3])
        #expect(ours.elapsedNanoseconds == 1_000_000)
        #expect(rows.allSatisfy { $0.wallSeconds > 0 })
        #expect(rows.contains { $0.cell.tier == .host && $0.cell.mmu == nil && $0.guestInstructions == nil })
        #expect(try !place.files(in: "").contains("out"))
    }

    @Test("A directory gets the rows, every other format and the drawings")
    func directory() throws {
        let place = try Workplace()
        let formats = OutputFormat.allCases.map(\.rawValue).joined(separator: ",")
        let ran = try run(
            ["--workload", "toy", "--smp", "1,2", "--format", formats, "--out", place.path + "/results"] + place.options
        )
        #expect(ran.code == 0, "\(ran.errors)")
        #expect(ran.output.isEmpty)
        let files = try place.files(in: "results")
        for ending in ["csv", "json", "github.json", "hyperfine.json", "txt", "svg", "png"] {
            #expect(files.contains { $0.hasSuffix("Z.\(ending)") }, "\(ending) is missing in \(files)")
        }
        let svg = try place.read("results/" + (files.first { $0.hasSuffix(".svg") } ?? ""))
        #expect(svg.contains("<svg") && svg.contains("host CPUs"))
    }

    @Test("--list names every workload")
    func list() throws {
        let place = try Workplace()
        let ran = try run(["--list"] + place.options)
        #expect(ran.code == 0)
        #expect(ran.output.contains("toy") && ran.output.contains("another"))
    }

    @Test("--list instructions counts the manual's encodings, and names those that are missing, with why")
    func instructions() throws {
        let ran = try run(["--list", "instructions"])
        #expect(ran.code == 0, "\(ran.errors)")
        let floats = ran.output.split(separator: "\n").first { $0.hasPrefix("DataProcFPSIMD") }?.split(separator: " ")
        #expect(floats?.dropFirst() == ["575", "575", "575"])
        #expect(ran.output.contains("not implemented, 75:") && ran.output.contains(" ld64b_"))
        #expect(ran.output.contains("  FEAT_THE (not part of max), 16: rcwcas_"))
        #expect(ran.output.contains("not in the fuzzer's run, 2:\n  waits for an interrupt, 2: wfi_"))
        #expect(!ran.output.contains("not explained"))
    }

    @Test("--list of anything else is one clear line")
    func listOfNothing() throws {
        let ran = try run(["--list", "toys"])
        #expect(ran.code == 1)
        #expect(ran.errors.contains("--list toys: there are workloads and instructions"))
    }

    @Test("SIGINT leaves a CSV of whole rows and exit code 130")
    func interrupted() throws {
        let place = try Workplace()
        let (process, _, errors) = try start(
            ["--workload", "toy", "--runs", "100", "--out", place.path + "/results"] + place.options,
            environment: ["FAKE": "slow"])
        let deadline = Date(timeIntervalSinceNow: 30)
        func rows() throws -> [Row] {
            guard FileManager.default.fileExists(atPath: place.path + "/results"),
                let csv = try place.files(in: "results").first(where: { $0.hasSuffix(".csv") })
            else { return [] }
            let text = try place.read("results/" + csv)
            return text.isEmpty ? [] : try CSV.rows(text, from: csv)
        }
        while try rows().count < 2, Date() < deadline { usleep(20_000) }
        let before = Date()
        process.interrupt()
        process.waitUntilExit()
        #expect(Date().timeIntervalSince(before) < 5)
        #expect(process.terminationStatus == 130)
        #expect(process.terminationReason == .exit)
        #expect(try rows().count >= 2)
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(said.contains("interrupted after"))
    }

    @Test("A reader that closes the pipe early ends the run without a signal")
    func closedPipe() throws {
        let place = try Workplace()
        let command = ([emuBench, "--workload", "toy", "--runs", "50"] + place.options).joined(separator: " ")
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        let output = Pipe()
        shell.arguments = ["-c", "\(command) 2>/dev/null | head -2 | wc -l; echo ${PIPESTATUS[0]}"]
        shell.standardOutput = output
        try shell.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        shell.waitUntilExit()
        #expect(text.split(separator: "\n") == ["2", "1"])
    }

    @Test("A terminal gets a progress line and a verdict")
    func terminal() throws {
        let place = try Workplace()
        let words = [emuBench, "--workload", "toy", "--smp", "1,2", "--native", "--out", place.path + "/results"]
        let script = try #require(Search.program("script"))
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: script)
        process.arguments = ["-qec", (words + place.options).joined(separator: " "), "/dev/null"]
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(text.contains("[1/40] toy/one auto smp 1 run 1"))
        #expect(text.contains("efficiency"))
        #expect(text.contains("auto at smp 1: 2 x native"))
        #expect(text.contains("scalability law over smp 1, 2"))
    }

    @Test("A baseline is recorded, matches itself, and a changed count is a regression")
    func baseline() throws {
        let place = try Workplace()
        let common = ["--workload", "toy", "--quick", "--out", place.path + "/results"] + place.options
        let recorded = try run(common + ["--save-baseline", place.path + "/base.json"])
        #expect(recorded.code == 0, "\(recorded.errors)")
        // Runs of no length: their speed says nothing, and other tests run at the same time.
        let against = common + ["--baseline", place.path + "/base.json", "--speed-tolerance", "100000"]
        let same = try run(against)
        #expect(same.code == 0, "\(same.output)")
        #expect(same.output.contains("no regression"))
        let other = try run(against, environment: ["FAKE_INSNS": "1001"])
        #expect(other.code == 1)
        #expect(other.output.contains("1000 -> 1001"))
        #expect(other.output.contains("REGRESSION"))
        let senseless = try run(common + ["--baseline", place.path + "/base.json", "--speed-tolerance", "0"])
        #expect(senseless.code == 1)
        #expect(senseless.errors.contains("--speed-tolerance"))
        let history = try run(["history", place.path])
        #expect(history.code == 0)
        #expect(history.output.contains("toy/one"))
    }

    @Test("compare prints a line per cell, and --check fails on a slower one")
    func compare() throws {
        let place = try Workplace()
        func rows(_ factor: Double) -> [Row] {
            (1...10).map { sampleRow(smp: 1, run: $0, seconds: factor * (1 + 0.002 * Double($0))) }
        }
        try place.write(CSV.text(rows(1)), to: "a.csv")
        try place.write(CSV.text(rows(1.05)), to: "b.csv")
        let files = [place.path + "/a.csv", place.path + "/b.csv"]
        let slower = try run(["compare", "--check"] + files)
        #expect(slower.code == 1)
        #expect(slower.output.contains("+5.00%"))
        #expect(slower.output.contains("slower"))
        let faster = try run(["compare", "--check"] + files.reversed())
        #expect(faster.code == 0)
        #expect(faster.output.contains("faster"))
    }
}
