import BenchCore
import Foundation
import Testing

/// One line per mistake: what is typed, and what the one line on stderr must say.
private struct Mistake: CustomTestStringConvertible, Sendable {
    let name: String
    let arguments: [String]
    var environment: [String: String] = [:]
    /// Words of the line: what is wrong and what to do.
    let says: [String]
    /// Prepares files; `$` in arguments stands for the workplace.
    var prepare: @Sendable (Workplace) throws -> Void = { _ in }

    var testDescription: String { name }
}

private let toy = ["--workload", "toy"]

private let mistakes: [Mistake] = [
    Mistake(name: "no workload", arguments: [], says: ["--workload is missing", "--list"]),
    Mistake(
        name: "no such workload", arguments: ["--workload", "toi"],
        says: ["no workload 'toi'", "did you mean toy", "--list"]),
    Mistake(name: "no such variant", arguments: toy + ["--variant", "three"], says: ["'three'", "one, two"]),
    Mistake(name: "backward range", arguments: toy + ["--smp", "8..1"], says: ["--smp", "'8..1'", "1..8"]),
    Mistake(name: "malformed range", arguments: toy + ["--smp", "1..x"], says: ["--smp", "'1..x'"]),
    Mistake(name: "empty part", arguments: toy + ["--smp", "1,,2"], says: ["--smp", "''"]),
    Mistake(name: "no processors", arguments: toy + ["--smp", "0"], says: ["--smp", "1..64"]),
    Mistake(name: "too many processors", arguments: toy + ["--smp", "65"], says: ["--smp", "1..64"]),
    Mistake(name: "no such tier", arguments: toy + ["--tier", "fast"], says: ["'fast'", "interp, native, auto"]),
    Mistake(name: "no such peer", arguments: toy + ["--peer", "bochs"], says: ["'bochs'", "qemu"]),
    Mistake(name: "no such format", arguments: toy + ["--format", "xml"], says: ["'xml'", "csv, json"]),
    Mistake(name: "two formats in one pipe", arguments: toy + ["--format", "csv,json"], says: ["--out DIR"]),
    Mistake(name: "MMU neither on nor off", arguments: toy + ["--mmu", "maybe"], says: ["--mmu", "'maybe'"]),
    Mistake(name: "no runs", arguments: toy + ["--runs", "0"], says: ["--runs"]),
    Mistake(name: "no work", arguments: toy + ["--scale", "0"], says: ["--scale", "permille"]),
    Mistake(name: "no time", arguments: toy + ["--timeout", "0"], says: ["--timeout"]),
    Mistake(
        name: "directory cannot be made", arguments: toy + ["--out", "/proc/nowhere"],
        says: ["--out /proc/nowhere", "cannot create", "choose another"]),
    Mistake(
        name: "directory is a file", arguments: toy + ["--out", "$/guests/toy.elf"],
        says: ["--out", "not a directory", "choose another"]),
    Mistake(
        name: "no QEMU for the peer", arguments: toy + ["--peer", "qemu"], environment: ["PATH": "/nowhere"],
        says: ["--peer qemu", "not installed", "Scripts/setup --peer"]),
    Mistake(
        name: "no emulator", arguments: toy + ["--emulator", "/nowhere/emu"],
        says: ["/nowhere/emu: missing", "swift build"]),
    Mistake(
        name: "no ELF", arguments: toy, says: ["guests/toy.elf: missing", "Scripts/build-guests"],
        prepare: { try FileManager.default.removeItem(atPath: "\($0.path)/guests/toy.elf") }),
    Mistake(
        name: "no native program", arguments: toy + ["--native"], says: ["native/toy: missing", "--native"],
        prepare: { try FileManager.default.removeItem(atPath: "\($0.path)/native/toy") }),
    Mistake(name: "no baseline", arguments: toy + ["--baseline", "$/none.json"], says: ["none.json", "No such file"]),
    Mistake(
        name: "baseline of another schema", arguments: toy + ["--baseline", "$/old.json"],
        says: ["schema 'emu-baseline-0'", "'emu-baseline-1' is expected", "record a new baseline"],
        prepare: { try $0.write("{\"schema\": \"emu-baseline-0\"}", to: "old.json") }),
    Mistake(
        name: "baseline that is no JSON", arguments: toy + ["--baseline", "$/bad.json"],
        says: ["bad.json:2", "not valid JSON"], prepare: { try $0.write("{\n\"schema\": oops}", to: "bad.json") }),
    Mistake(
        name: "baseline of other work", arguments: toy + ["--baseline", "$/quick.json"],
        says: ["--scale 100", "1000", "use the same"],
        prepare: {
            try $0.write(
                "{\"schema\":\"emu-baseline-1\",\"date\":\"d\",\"commit\":\"c\",\"scale\":100,\"cells\":[]}",
                to: "quick.json")
        }),
    Mistake(
        name: "guest that hangs", arguments: toy + ["--timeout", "0.3", "--variant", "one"],
        environment: ["FAKE": "hang"],
        says: ["no result after", "--timeout"]),
    Mistake(
        name: "guest that dies", arguments: toy + ["--variant", "one"], environment: ["FAKE": "die"],
        says: ["exit code 3", "exception loop at pc 0x40200000"]),
    Mistake(
        name: "guest that says nothing", arguments: toy + ["--variant", "one"], environment: ["FAKE": "silent"],
        says: ["no RESULT line"]),
    Mistake(
        name: "guest whose own check fails", arguments: toy + ["--variant", "one"], environment: ["FAKE": "failing"],
        says: ["the guest says: FAIL", "count-not-exact"]),
    Mistake(
        name: "wrong checksum", arguments: toy + ["--variant", "one"], environment: ["FAKE": "wrong"],
        says: ["wrong checksum 0x2222222222222222", "expected 0x1111111111111111"]),
    Mistake(
        name: "statistics of another schema", arguments: toy + ["--variant", "one"],
        environment: ["FAKE_SCHEMA": "emu-stats-9"], says: ["schema 'emu-stats-9'", "build both"]),
    Mistake(
        name: "catalogue missing", arguments: toy, says: ["workloads.txt", "No such file"],
        prepare: { try FileManager.default.removeItem(atPath: "\($0.path)/Guests/workloads.txt") }),
]

private let reportMistakes: [Mistake] = [
    Mistake(
        name: "compare without file", arguments: ["compare", "$/a.csv", "$/a.csv"], says: ["a.csv", "No such file"]),
    Mistake(
        name: "compare what is no CSV of ours", arguments: ["compare", "$/x.csv", "$/x.csv"],
        says: ["column 'workload' is missing"], prepare: { try $0.write("a,b\n1,2\n", to: "x.csv") }),
    Mistake(
        name: "compare a truncated row", arguments: ["compare", "$/t.csv", "$/t.csv"], says: ["t.csv:2", "fields"],
        prepare: { try $0.write(CSV.header + "toy,one\n", to: "t.csv") }),
    Mistake(
        name: "compare nothing in common", arguments: ["compare", "$/e.csv", "$/e.csv"], says: ["no cell in common"],
        prepare: { try $0.write(CSV.header, to: "e.csv") }),
    Mistake(
        name: "compare by an unknown metric", arguments: ["compare", "a", "b", "--metric", "luck"],
        says: ["'luck'", "time, wall, cpu"]),
    Mistake(name: "history of nothing", arguments: ["history", "$/empty"], says: ["no baseline", "--save-baseline"]),
    Mistake(
        name: "plot without gnuplot", arguments: ["plot", "$/p.csv"], environment: ["PATH": "/nowhere"],
        says: ["gnuplot is not installed", "Scripts/setup"], prepare: { try $0.write(scalingCSV(), to: "p.csv") }),
    Mistake(
        name: "plot of one point", arguments: ["plot", "$/one.csv"], says: ["nothing to draw", "--smp"],
        prepare: { try $0.write(CSV.text([sampleRow(smp: 1, run: 1, seconds: 1)]), to: "one.csv") }),
    Mistake(
        name: "plot into nowhere", arguments: ["plot", "$/p.csv", "--output", "/proc/nowhere/p"],
        says: ["/proc/nowhere/p"], prepare: { try $0.write(scalingCSV(), to: "p.csv") }),
]

@Suite struct BadInputTests {
    @Test("A mistake is one clear line on stderr and a nonzero exit", arguments: mistakes)
    fileprivate func running(_ mistake: Mistake) throws {
        try check(mistake) { $0 + $1.options }
    }

    @Test("A mistake in a report's command is one clear line on stderr and a nonzero exit", arguments: reportMistakes)
    fileprivate func reporting(_ mistake: Mistake) throws {
        try check(mistake) { arguments, _ in arguments }
    }

    private func check(_ mistake: Mistake, _ complete: ([String], Workplace) -> [String]) throws {
        let place = try Workplace()
        try mistake.prepare(place)
        let typed = mistake.arguments.map { $0.replacingOccurrences(of: "$", with: place.path) }
        // An option that the mistake itself sets must not be set twice.
        let options = complete(typed, place)
        let arguments = typed.contains("--emulator") ? typed + place.options.dropFirst(2) : options
        let ran = try run(arguments, environment: mistake.environment)
        #expect(ran.code == 1)
        // The note on counters that the host lacks is no complaint.
        let complaints = ran.errorLines.filter { !$0.contains("those columns stay empty") }
        #expect(complaints.count == 1, "\(ran.errors)")
        for word in mistake.says { #expect(complaints.first?.contains(word) == true, "\(word) in: \(ran.errors)") }
        #expect(ran.output.split(separator: "\n").count <= 1)
    }

    @Test("What was measured before a failure stays on disk")
    func keepsRows() throws {
        let place = try Workplace()
        // The second workload's program is broken, the first one's is not.
        try place.write("toy * 1000 0x1111111111111111\nother * 1000 0x3333\n", to: "Guests/expected.txt")
        let ran = try run(
            ["--workload", "toy,other", "--runs", "2", "--out", place.path + "/results"] + place.options)
        #expect(ran.code == 1)
        #expect(ran.output.isEmpty)
        let csv = try #require(try place.files(in: "results").first { $0.hasSuffix(".csv") })
        let rows = try CSV.rows(try place.read("results/" + csv), from: csv)
        #expect(rows.count == 4)
        #expect(rows.allSatisfy { $0.cell.workload == "toy" })
    }
}
