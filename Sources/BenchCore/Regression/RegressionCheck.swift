/// A run against a baseline: deterministic counts exactly, speed by paired ratios.
package struct RegressionCheck {
    package enum CountVerdict: String, Sendable {
        case same
        /// More guest instructions, blocks or IR operations than before, or other guest instructions at all.
        case worse
        case better
        /// The baseline or this run has no count to compare.
        case unknown
    }

    package struct Line: Sendable {
        package let cell: Cell
        package let before: Baseline.Counts
        package let after: Baseline.Counts
        package let counts: CountVerdict
        package let speed: SpeedTest.Outcome?
    }

    package let lines: [Line]
    package let speed: SpeedTest
    private let baseline: Baseline
    private let sameProcessor: Bool
    /// Cells of the baseline that this run did not produce.
    package let missing: [Cell]

    /// Compares rows measured on `host`. On another processor than the baseline's, native code and the emulator change by
    /// different factors, so speed is not compared there, counts are.
    package init(
        _ rows: [Row], host: Host, against baseline: Baseline, limits: SpeedTest.Limits = SpeedTest.Limits()
    ) {
        let entries = Baseline.entries(rows)
        self.baseline = baseline
        sameProcessor = host.processorModel == baseline.processor
        let pairs = baseline.entries.compactMap { old in
            entries.first { $0.cell == old.cell }.map { (old: old, new: $0) }
        }
        let comparable = sameProcessor
        let speed = SpeedTest(pairs.map { comparable ? ($0.old.ratios, $0.new.ratios) : ([], []) }, limits: limits)
        self.speed = speed
        lines = zip(pairs, speed.cells).map { pair, outcome in
            Line(
                cell: pair.old.cell, before: pair.old.counts, after: pair.new.counts,
                counts: Self.judge(pair.old.counts, pair.new.counts), speed: outcome)
        }
        missing = baseline.entries.map(\.cell).filter { cell in !entries.contains { $0.cell == cell } }
    }

    /// Something is worse, or a cell of the baseline has no result.
    package var failed: Bool {
        speed.failed || !missing.isEmpty || lines.isEmpty || lines.contains { $0.counts == .worse }
    }

    /// The same program must execute the same guest instructions: any difference there is an error of ours.
    private static func judge(_ before: Baseline.Counts, _ after: Baseline.Counts) -> CountVerdict {
        var verdict = CountVerdict.unknown
        if let old = before.guestInstructions {
            guard let new = after.guestInstructions, old == new else { return .worse }
            verdict = .same
        }
        let pairs = [
            (before.blocks.map(Double.init), after.blocks.map(Double.init)),
            (before.irPerInstruction, after.irPerInstruction),
        ]
        for case (let old?, let new) in pairs {
            guard let new, new <= old else { return .worse }
            if new < old { verdict = .better } else if verdict == .unknown { verdict = .same }
        }
        return verdict
    }

    package var text: String {
        var table = TextTable(
            header: ["cell", "guest insns", "blocks", "IR/insn", "counts", "x native", "was", "change", "p", "speed"])
        for line in lines { table.add(cells(line)) }
        var out = "against \(baseline.commit) of \(baseline.date)\n\(table.text)"
        if let factor = speed.factor {
            let word = speed.slower ? "SLOWER" : "no regression"
            out += "all cells: \(Comparison.percent(factor)) (p=\(String(speed.p, significant: 2))): \(word)\n"
        }
        let busy = lines.count { $0.speed == nil && entry($0.cell)?.ratios.isEmpty == false }
        if sameProcessor, busy > 0 {
            out += "speed of \(busy) cells not compared: too few undisturbed runs, the machine is busy\n"
        }
        if !sameProcessor { out += "recorded on \(baseline.processor), another processor: speed not compared\n" }
        for cell in missing { out += "missing: \(cell.path) has no result in this run\n" }
        if lines.isEmpty { out += "no cell of the baseline was measured\n" }
        out += failed ? "REGRESSION\n" : "no regression\n"
        if lines.contains(where: { $0.counts == .better }) { out += "counts became better: record a new baseline\n" }
        return out
    }

    private func entry(_ cell: Cell) -> Baseline.Entry? { baseline.entries.first { $0.cell == cell } }

    private func cells(_ line: Line) -> [String] {
        func change<Value: Equatable>(_ old: Value?, _ new: Value?, _ text: (Value) -> String) -> String {
            guard let new else { return old.map { "\(text($0)) -> none" } ?? "" }
            guard let old, old != new else { return text(new) }
            return "\(text(old)) -> \(text(new))"
        }
        let entry = entry(line.cell)
        let was = entry.flatMap { $0.ratios.isEmpty ? nil : Sample.median($0.ratios) }
        let now = was.flatMap { was in line.speed.map { was * $0.shift.factor } }
        return [
            line.cell.subject,
            change(line.before.guestInstructions, line.after.guestInstructions) { String($0) },
            change(line.before.blocks, line.after.blocks) { String($0) },
            change(line.before.irPerInstruction, line.after.irPerInstruction) { String($0, decimals: 4) },
            line.counts == .worse ? "WORSE" : line.counts.rawValue,
            now.map { String($0, significant: 4) } ?? "", was.map { String($0, significant: 4) } ?? "",
            line.speed.map { Comparison.percent($0.shift.factor) } ?? "",
            line.speed.map { String($0.p, significant: 2) } ?? "",
            line.speed.map { $0.slower ? "SLOWER" : "ok" } ?? "not compared",
        ]
    }
}
