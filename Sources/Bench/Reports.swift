import ArgumentParser
import BenchCore

/// `emu-bench compare A B`.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare two CSV files cell by cell: Mann-Whitney U, smallest effect, Hodges-Lehmann interval.")

    @Argument(help: "CSV before.") var before: String
    @Argument(help: "CSV after.") var after: String
    @Option(help: "time, wall, cpu, guest-insns or blocks.") var metric = "time"
    @Option(help: "The chance of calling a difference where there is none.") var alpha = 0.05
    @Option(help: "The smallest difference of interest, in per cent.") var effect = 1.0
    @Flag(help: "Exit with 1 when a cell is slower.") var check = false

    func run() throws {
        try reporting { terminal in
            guard let metric = Comparison.Metric(rawValue: metric) else {
                let known = Comparison.Metric.allCases.map(\.rawValue).joined(separator: ", ")
                throw BenchError("--metric: no metric '\(self.metric)'; there are \(known)")
            }
            guard alpha > 0, alpha < 1 else { throw BenchError("--alpha: \(alpha) is outside 0..1") }
            let comparison = Comparison(
                try CSV.rows(try FileText.read(before), from: before),
                try CSV.rows(try FileText.read(after), from: after), metric: metric,
                thresholds: Comparison.Thresholds(alpha: alpha, smallestEffect: effect))
            guard !comparison.lines.isEmpty else {
                throw BenchError("\(before) and \(after) have no cell in common; measure the same workloads")
            }
            try terminal.print(comparison.text)
            return check && comparison.lines.contains { $0.outcome == .slower } ? 1 : 0
        }
    }
}

/// `emu-bench history`.
struct ShowHistory: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show how speed went over the dated baselines of a directory.")

    @Argument(help: "Directory with baselines.") var directory = "results"

    func run() throws {
        try reporting { terminal in
            try terminal.print(try History(directory: directory).text)
            return 0
        }
    }
}

/// `emu-bench plot FILE`.
struct Plot: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw throughput and efficiency over guest processors from a CSV, as SVG and PNG.")

    @Argument(help: "CSV that emu-bench wrote.") var file: String
    @Option(help: "Path of the drawings without extension (default: the CSV's).") var output: String?

    func run() throws {
        try reporting { terminal in
            let plot = ScalingPlot(try CSV.rows(try FileText.read(file), from: file))
            guard !plot.isEmpty else {
                throw BenchError("\(file): nothing to draw; measure several processor counts, such as --smp 1..8")
            }
            let base = output ?? (file.hasSuffix(".csv") ? String(file.dropLast(4)) : file)
            let files = try plot.draw(base: base, interruption: Interruption())
            try terminal.print(files.map { $0 + "\n" }.joined())
            return 0
        }
    }
}
