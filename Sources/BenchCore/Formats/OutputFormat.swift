/// What results are written as.
package enum OutputFormat: String, CaseIterable, Sendable {
    case csv
    /// google-benchmark's JSON.
    case json
    /// github-action-benchmark's `customSmallerIsBetter`.
    case github
    /// hyperfine's `--export-json`.
    case hyperfine
    /// Go's benchmark text, which benchstat reads.
    case gobench

    package var fileExtension: String {
        switch self {
        case .csv: "csv"
        case .json: "json"
        case .github: "github.json"
        case .hyperfine: "hyperfine.json"
        case .gobench: "txt"
        }
    }

    package func text(_ rows: [Row], host: Host) -> String {
        switch self {
        case .csv: CSV.text(rows)
        case .json: GoogleBenchmark.json(rows, host: host).text + "\n"
        case .github: GitHubAction.json(rows).text + "\n"
        case .hyperfine: Hyperfine.json(rows).text + "\n"
        case .gobench: GoBenchmark.text(rows, host: host)
        }
    }

    /// - Throws: ``BenchError`` naming the one that does not exist.
    package static func parse(_ list: String) throws -> [OutputFormat] {
        var formats: [OutputFormat] = []
        for part in list.split(separator: ",", omittingEmptySubsequences: false) {
            guard let format = OutputFormat(rawValue: String(part.trimmed)) else {
                let known = allCases.map(\.rawValue).joined(separator: ", ")
                throw BenchError("--format: no format '\(part)'; there are \(known)")
            }
            if !formats.contains(format) { formats.append(format) }
        }
        return formats
    }
}
