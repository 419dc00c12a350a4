import BenchCore
import Foundation
import Testing

private let host = Host(tree: "/", interruption: Interruption())

@Suite struct CSVTests {
    @Test("The header is the one that was promised, counters after it")
    func header() {
        let promised =
            "workload,variant,guest,tier,mmu,smp,run,wall_s,cpu_s,guest_insns,blocks,host_cpus,oversubscribed,commit,"
            + "date,cycles,instructions,branches,branch_misses,l1d_misses,llc_misses,task_clock_ns,context_switches,"
            + "cpu_migrations,page_faults,"
        #expect(CSV.header.hasPrefix(promised))
    }

    @Test("Rows come back as they were written")
    func roundTrip() throws {
        let read = try CSV.rows(scalingCSV(), from: "test")
        #expect(CSV.text(read) == scalingCSV())
        // Seconds are written to the microsecond; these have no more digits.
        let row = sampleRow(smp: 2, run: 3, seconds: 0.25)
        #expect(try CSV.rows(CSV.text([row]), from: "test") == [row])
    }

    @Test("What was not counted is an empty field, never zero")
    func emptyFields() throws {
        let row = sampleRow(tier: .qemu, smp: 4, run: 2, seconds: 1)
        let names = CSV.header.dropLast().split(separator: ",").map(String.init)
        let fields = CSV.line(row).dropLast().split(separator: ",", omittingEmptySubsequences: false)
        let values = Dictionary(uniqueKeysWithValues: zip(names, fields))
        #expect(names.count == fields.count)
        for name in ["guest_insns", "blocks", "cycles", "llc_misses", "ir_ops"] { #expect(values[name] == "") }
        #expect(values["oversubscribed"] == "true")
        #expect(values["guest"] == "aarch64")
        #expect(values["tier"] == "qemu")
    }

    @Test("Files with other columns or without the optional ones can be read")
    func otherColumns() throws {
        let required = Column.required.map(\.name).joined(separator: ",")
        let text = "colour,\(required)\nblue,toy,one,aarch64,interp,on,1,1,0.5,0.4,,,2,false,abc,2026-11-20\n"
        let rows = try CSV.rows(text, from: "test")
        #expect(rows.count == 1)
        #expect(rows.first?.wallSeconds == 0.5)
        #expect(rows.first?.seconds == 0.5)
        #expect(rows.first?.guestInstructions == nil)
    }
}

@Suite struct JSONTests {
    @Test("Foundation reads what we write, with all that a string can hold")
    func foundation() throws {
        let json = JSON.object([
            JSON.Member("text", .string("quote \" backslash \\ newline \n bell \u{7} umlaut ü pi π 🥧")),
            JSON.Member("large", .integer(9_007_199_254_740_993)),
            JSON.Member("real", .number(1e-9)), JSON.Member("nothing", .real(.infinity)),
            JSON.Member("list", .array([.bool(true), .array([]), .object([])])),
        ])
        let read = try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any]
        #expect(read?["text"] as? String == "quote \" backslash \\ newline \n bell \u{7} umlaut ü pi π 🥧")
        #expect(read?["large"] as? Int == 9_007_199_254_740_993)
        #expect(read?["nothing"] is NSNull)
        #expect(try JSON(parsing: json.text, from: "test").text == json.text)
    }

    @Test("Escapes and surrogate pairs are understood")
    func escapes() throws {
        let json = try JSON(parsing: #"{"a":"\u00e4\ud83e\udd67\n\/","b":-1.5e3}"#, from: "test")
        #expect(json["a"]?.asString == "ä🥧\n/")
        #expect(json["b"]?.asDouble == -1500)
    }

    @Test(
        "Malformed text is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "tru", "1 2", "\"\\x\"", "\"\\ud83e\"", "01x", "+1", "--1", "1.",
            "\"\u{1}\"", String(repeating: "[", count: 100), "nan", "{a:1}",
        ])
    func malformed(text: String) {
        #expect(throws: BenchError.self) { try JSON(parsing: text, from: "test") }
    }
}

/// Fields and types of a JSON object: enough of a schema for formats that are flat lists of records.
private func expectFields(_ object: JSON, _ fields: [String: String], optional: Set<String> = []) {
    let names = Set(object.members.map(\.name))
    for (name, type) in fields {
        guard let value = object[name] else {
            #expect(optional.contains(name), "\(name) is missing")
            continue
        }
        let right =
            switch type {
            case "string": value.asString != nil
            case "number": value.asDouble != nil
            case "integer": value.asInteger != nil
            case "array": value.asArray != nil
            case "number or null": value.asDouble != nil || value == .null
            default: value.members.isEmpty == false
            }
        #expect(right, "\(name) is no \(type)")
    }
    #expect(names.isSubset(of: fields.keys), "unexpected: \(names.subtracting(fields.keys))")
}

@Suite struct OtherFormatTests {
    @Test("hyperfine: the fields of its export, times and exit codes alike in number")
    func hyperfine() throws {
        let json = try JSON(parsing: OutputFormat.hyperfine.text(scalingRows(), host: host), from: "test")
        let results = try #require(json["results"]?.asArray)
        #expect(results.count == 9)
        for result in results {
            expectFields(
                result,
                [
                    "command": "string", "mean": "number", "stddev": "number or null", "median": "number",
                    "user": "number", "system": "number", "min": "number", "max": "number", "times": "array",
                    "exit_codes": "array", "parameters": "object",
                ])
            #expect(result["times"]?.asArray?.count == 3)
            #expect(result["exit_codes"]?.asArray?.count == 3)
            for parameter in result["parameters"]?.members ?? [] { #expect(parameter.value.asString != nil) }
        }
    }

    @Test("github-action-benchmark: custom values with unit, range and extra")
    func github() throws {
        let json = try JSON(parsing: OutputFormat.github.text(scalingRows(), host: host), from: "test")
        let entries = try #require(json.asArray)
        #expect(entries.count == 9)
        for entry in entries {
            expectFields(
                entry, ["name": "string", "unit": "string", "value": "number", "range": "string", "extra": "string"])
        }
        let first = try #require(entries.first)
        #expect(abs(try #require(first["value"]?.asDouble) - 0.8 * 1.02e9) < 1)
    }

    /// golang.org/design/14313-benchmark-format: `Benchmark` and an upper-case letter, no blanks in the name, a positive
    /// count, then pairs of a number and a unit without blanks; `key: value` lines whose key begins in lower case.
    @Test("Go benchmark text keeps to the grammar that benchstat reads")
    func goBenchmark() throws {
        let configuration = /[a-z][^\sA-Z:]*: \S.*/
        let result = /Benchmark[A-Z0-9_]\S*-[1-9][0-9]*\t[1-9][0-9]*(?:\t[0-9]+(?:\.[0-9]+)? [^\s]+)+/
        let lines = OutputFormat.gobench.text(scalingRows(), host: host).split(separator: "\n")
        var results = 0
        for line in lines {
            if line.wholeMatch(of: result) != nil {
                results += 1
                #expect(line.contains(" ns/op"))
            } else {
                #expect(line.wholeMatch(of: configuration) != nil, "\(line)")
            }
        }
        #expect(results == 27)
    }

    @Test("google-benchmark: the fields of its reporter, repetitions and aggregates")
    func googleBenchmark() throws {
        let json = try JSON(parsing: OutputFormat.json.text(scalingRows(), host: host), from: "test")
        let context = try #require(json["context"])
        for name in ["date", "host_name", "executable", "num_cpus", "mhz_per_cpu", "caches", "library_build_type"] {
            #expect(context[name] != nil, "\(name) is missing")
        }
        let entries = try #require(json["benchmarks"]?.asArray)
        #expect(entries.count == 9 * (3 + 4))
        for entry in entries {
            #expect(["iteration", "aggregate"].contains(entry["run_type"]?.asString))
            expectFields(
                entry,
                [
                    "name": "string", "family_index": "integer", "per_family_instance_index": "integer",
                    "run_name": "string", "run_type": "string", "repetitions": "integer",
                    "repetition_index": "integer", "threads": "integer", "iterations": "integer",
                    "real_time": "number", "cpu_time": "number", "time_unit": "string", "aggregate_name": "string",
                    "aggregate_unit": "string", "guest_insns": "number", "blocks": "number",
                ], optional: ["repetition_index", "aggregate_name", "aggregate_unit", "guest_insns", "blocks"])
        }
    }

    /// Debian packages google-benchmark's tools (libbenchmark-tools); compare.py needs Python's numpy and scipy. Where
    /// either is missing the fields above are what is checked.
    @Test(
        "google-benchmark's own compare.py reads it",
        .enabled(if: FileManager.default.fileExists(atPath: comparePy) && pythonHasScipy()))
    func compareTool() throws {
        let place = try Workplace()
        try place.write(OutputFormat.json.text(scalingRows(), host: host), to: "a.json")
        let slower = scalingRows().map { row in
            var row = row
            row.elapsedNanoseconds = row.elapsedNanoseconds.map { $0 * 2 }
            return row
        }
        try place.write(OutputFormat.json.text(slower, host: host), to: "b.json")
        let ran = try runProgram("python3", [comparePy, "benchmarks", place.path + "/a.json", place.path + "/b.json"])
        #expect(ran.code == 0, "\(ran.errors)")
        let line = try #require(
            ran.output.split(separator: "\n").first { $0.contains("tier=interp") && $0.contains("smp=1_median") })
        // Columns: name, time and processor-time differences as fractions, then the four values.
        #expect(line.contains("+1.0000"), "\(line)")
    }
}

private let comparePy = "/usr/share/benchmark/compare.py"

private func pythonHasScipy() -> Bool { (try? runProgram("python3", ["-c", "import numpy, scipy"]).code) == 0 }

private func runProgram(_ program: String, _ arguments: [String]) throws -> ChildProcessResult {
    let path = try #require(Search.program(program))
    let child = try ChildProcess.run(path, arguments, timeout: 60, interruption: Interruption())
    guard case .exited(let code) = child.ending else { return ChildProcessResult(code: -1, child: child) }
    return ChildProcessResult(code: code, child: child)
}

private struct ChildProcessResult {
    let code: Int
    let child: ChildProcess

    var output: String { child.output }
    var errors: String { child.errors }
}
