import Support
import BenchCore
import Foundation
import Testing

/// Sessions of the quick kernels on a shared machine, all of one build: `Fixtures/recorded-ratios.csv`, made by
/// `Scripts/record-ratios` on a machine on which other work ran (it ran at real-time priority). What one session measures differs from the next one's, as it will in CI.
private struct RecordedSessions {
    /// session -> cell -> ratios to native code, one per run.
    let sessions: [[String: [Double]]]
    let cells: [String]

    init() throws {
        let text = try String(contentsOfFile: Workplace.fixtures + "/recorded-ratios.csv", encoding: .utf8)
        var sessions: [String: [String: [Double]]] = [:]
        for line in text.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",")
            let ratio = try #require(Double(fields[3]))
            sessions[String(fields[0]), default: [:]][String(fields[1]), default: []].append(ratio)
        }
        self.sessions = sessions.sorted { $0.key < $1.key }.map(\.value)
        cells = Set(self.sessions.flatMap(\.keys)).sorted()
    }

    /// Two different sessions, of each as many runs as it had, drawn again with replacement.
    func pair(using random: inout SplitMix64) -> [(before: [Double], after: [Double])] {
        let first = Int.random(in: sessions.indices, using: &random)
        let second = (first + Int.random(in: 1..<sessions.count, using: &random)) % sessions.count
        return cells.map { cell in
            let before = random.resample(sessions[first][cell] ?? [])
            return (before, random.resample(sessions[second][cell] ?? []))
        }
    }
}

@Suite struct RegressionTests {
    @Test("200 comparisons of a build with itself raise at most two alarms")
    func falseAlarms() throws {
        let recorded = try RecordedSessions()
        #expect(recorded.sessions.count >= 8)
        #expect(recorded.cells.count >= 8)
        var random = SplitMix64(seed: 200)
        let alarms = (0..<200).count { _ in SpeedTest(recorded.pair(using: &random)).failed }
        #expect(alarms <= 2)
    }

    @Test("A planted slowdown of 5 % is caught in at least 95 of 100 comparisons")
    func planted() throws {
        let recorded = try RecordedSessions()
        var random = SplitMix64(seed: 5)
        let caught = (0..<200).count { _ in
            let pair = recorded.pair(using: &random).map { ($0.before, $0.after.map { $0 * 1.05 }) }
            return SpeedTest(pair).slower
        }
        #expect(caught >= 190)
    }

    @Test("The limits of CI let a tenth pass and catch a half")
    func tolerance() throws {
        let recorded = try RecordedSessions()
        var limits = SpeedTest.Limits()
        (limits.overall, limits.single) = (1.25, 1.5)
        func verdict(_ factor: Double) -> Bool {
            var random = SplitMix64(seed: 25)
            let pair = recorded.pair(using: &random).map { ($0.before, $0.after.map { $0 * factor }) }
            return SpeedTest(pair, limits: limits).failed
        }
        #expect(!verdict(1.1))
        #expect(verdict(1.5))
    }

    @Test("A cell that alone becomes a tenth slower is caught and named")
    func single() throws {
        let recorded = try RecordedSessions()
        var random = SplitMix64(seed: 9)
        var caught = 0
        for round in 0..<100 {
            var pair = recorded.pair(using: &random)
            let cell = round % pair.count
            pair[cell].after = pair[cell].after.map { $0 * 1.1 }
            if SpeedTest(pair).cells[cell]?.slower == true { caught += 1 }
        }
        #expect(caught >= 90)
    }

    @Test("A faster build is no regression")
    func faster() throws {
        let recorded = try RecordedSessions()
        var random = SplitMix64(seed: 13)
        for _ in 0..<50 {
            let pair = recorded.pair(using: &random).map { ($0.before, $0.after.map { $0 * 0.9 }) }
            #expect(!SpeedTest(pair).failed)
        }
    }

    private func rows(
        instructions: UInt64 = 1000, blocks: UInt64 = 100, operations: UInt64 = 80, time: Double = 1
    ) -> [Row] {
        (1...10).flatMap { run -> [Row] in
            var ours = sampleRow(smp: 1, run: run, seconds: time * (1 + 0.001 * Double(run)))
            ours.guestInstructions = instructions
            ours.blocks = blocks
            ours.irOperations = operations
            ours.vcpuSeconds = ours.seconds
            return [ours, sampleRow(tier: .host, smp: 1, run: run, seconds: 0.1)]
        }
    }

    private func check(_ rows: [Row]) -> RegressionCheck {
        let host = Host(tree: "/", interruption: Interruption())
        return RegressionCheck(rows, host: host, against: Baseline(recording: self.rows(), host: host))
    }

    @Test("The same counts and times pass")
    func same() {
        let check = check(rows())
        #expect(!check.failed)
        #expect(check.lines.map(\.counts) == [.same])
        #expect(check.text.hasSuffix("no regression\n"))
    }

    @Test("One guest instruction more or less is a regression")
    func instructions() {
        #expect(check(rows(instructions: 1001)).failed)
        #expect(check(rows(instructions: 999)).failed)
    }

    @Test("More blocks or more IR operations are a regression, fewer are not")
    func blocks() {
        #expect(check(rows(blocks: 101)).failed)
        #expect(check(rows(operations: 81)).failed)
        let better = check(rows(blocks: 99, operations: 79))
        #expect(!better.failed)
        #expect(better.lines.map(\.counts) == [.better])
        #expect(better.text.contains("record a new baseline"))
    }

    @Test("A slower interpreter is a regression that the table shows")
    func slower() {
        let check = check(rows(time: 1.05))
        #expect(check.failed)
        #expect(check.text.contains("+5.00%"))
        #expect(check.text.contains("SLOWER"))
    }

    @Test("A cell of the baseline without a result is a regression")
    func missing() {
        let check = check([])
        #expect(check.failed)
        #expect(check.text.contains("has no result"))
    }

    @Test("Counts that differ between the runs of a recording are not recorded")
    func unsteady() {
        var rows = rows()
        rows[0].blocks = 77
        let entry = Baseline.entries(rows).first
        #expect(entry?.counts.blocks == nil)
        #expect(entry?.counts.guestInstructions == 1000)
    }

    @Test("On another processor counts are compared, speed is not")
    func otherProcessor() throws {
        let place = try Workplace()
        let host = Host(tree: "/", interruption: Interruption())
        let text = Baseline(recording: rows(), host: host).json.text
        try place.write(text.replacingOccurrences(of: host.processorModel, with: "Z80"), to: "base.json")
        let baseline = try Baseline(file: place.path + "/base.json")
        let slower = RegressionCheck(rows(time: 2), host: host, against: baseline)
        #expect(!slower.failed)
        #expect(slower.text.contains("recorded on Z80"))
        #expect(RegressionCheck(rows(blocks: 101), host: host, against: baseline).failed)
    }

    @Test("A baseline comes back from its file as it was")
    func file() throws {
        let place = try Workplace()
        let host = Host(tree: "/", interruption: Interruption())
        let baseline = Baseline(recording: rows(), host: host)
        try place.write(baseline.json.text, to: "base.json")
        let read = try Baseline(file: place.path + "/base.json")
        #expect(read.json == baseline.json)
        #expect(read.entries.first?.ratios.count == 10)
    }

    @Test("History shows each baseline and what the whole way made of it")
    func history() {
        let host = Host(tree: "/", interruption: Interruption())
        func dated(_ date: String, _ time: Double) -> Baseline {
            var rows = rows(time: time)
            rows[0].date = date
            return Baseline(recording: rows, host: host)
        }
        let text = History([dated("2026-11-21T00:00:00Z", 0.5), dated("2026-11-20T00:00:00Z", 1)]).text
        #expect(text.contains("2026-11-20  2026-11-21"))
        #expect(text.contains("-50.00%"))
    }
}

@Suite struct ComparisonTests {
    private func rows(_ factor: Double, runs: Int = 10) -> [Row] {
        (1...runs).map { sampleRow(smp: 1, run: $0, seconds: factor * (1 + 0.003 * Double($0 * 7 % 10))) }
    }

    private func outcome(_ factor: Double, runs: Int = 10) -> Comparison.Outcome? {
        Comparison(rows(1), rows(factor, runs: runs), metric: .time, thresholds: Comparison.Thresholds())
            .lines.first?.outcome
    }

    @Test("Slower, faster, alike, and too few runs to tell")
    func outcomes() {
        #expect(outcome(1.05) == .slower)
        #expect(outcome(0.95) == .faster)
        #expect(outcome(1) == .same)
        #expect(outcome(1.05, runs: 9) == .tooFewRuns)
    }

    @Test("A difference that is certain but small is none")
    func smallEffect() {
        let exact = (1...10).map { sampleRow(smp: 1, run: $0, seconds: 1 + 1e-6 * Double($0)) }
        let shifted = (1...10).map { sampleRow(smp: 1, run: $0, seconds: 1.005 + 1e-6 * Double($0)) }
        let line = Comparison(exact, shifted, metric: .time, thresholds: Comparison.Thresholds()).lines.first
        #expect((line?.p ?? 1) < 0.001)
        #expect(line?.outcome == .same)
    }

    @Test("Cells of one side only are named")
    func oneSided() {
        let other = [sampleRow(workload: "other", smp: 1, run: 1, seconds: 1)]
        let text = Comparison(rows(1) + other, rows(1), metric: .time, thresholds: Comparison.Thresholds()).text
        #expect(text.contains("only in A: other/"))
    }
}

@Suite struct VerdictTests {
    @Test("The verdict has efficiency, factors over native and peer, and the law")
    func text() {
        let text = Verdict(scalingRows()).text
        #expect(text.contains("scales: efficiency 1.00 at 2 vCPUs on 2 host processors"))
        #expect(text.contains("no collapse: 1.00 of that throughput at 4 vCPUs"))
        #expect(text.contains("interp at smp 1: 8 x native"))
        #expect(text.contains("interp at smp 1: 2 x QEMU's time"))
        #expect(text.contains("contention 0.0000"))
    }

    @Test("A collapse is called one")
    func collapse() {
        let rows = [(1, 1.0), (2, 0.5), (8, 100)].map { sampleRow(smp: $0.0, run: 1, seconds: $0.1) }
        #expect(Verdict(rows).text.contains("collapses: 0.01 of that throughput at 8 vCPUs"))
    }
}

@Suite struct ProgressTests {
    @Test("The line says where the run is and how long it takes")
    func line() {
        let step = Plan.Step(cell: Cell(workload: "toy", variant: "", tier: .qemu, mmu: true, smp: 2), run: 3)
        #expect(Progress.line(step, index: 4, of: 10, secondsLeft: 65) == "[5/10] toy QEMU smp 2 run 3  1:05 left")
    }
}
