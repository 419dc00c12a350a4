import Glibc

/// Where the rows go: files in a directory, or standard output when that is a pipe and no directory was asked for.
package final class RunOutput {
    private let formats: [OutputFormat]
    private let terminal: Terminal
    /// Path without extension; nil for standard output.
    private let base: String?
    private let rows: AppendingFile?

    /// - Throws: ``BenchError`` when the directory cannot be written, before anything is measured.
    init(_ request: RunRequest, formats: [OutputFormat], terminal: Terminal, name: String) throws {
        self.formats = formats
        self.terminal = terminal
        if request.out != nil || terminal.outputIsTerminal {
            let directory = request.out ?? "out"
            try FileText.makeWritableDirectory(directory, option: "--out")
            let base = "\(directory)/\(name)-\(Host.compactDate())"
            self.base = base
            // Always kept: every other format can be made from it, and a broken run keeps what it had.
            rows = try AppendingFile(creating: "\(base).csv")
        } else {
            guard formats.count == 1 else {
                throw BenchError("--format: several formats do not fit into one pipe; add --out DIR")
            }
            base = nil
            rows = formats == [.csv] ? try AppendingFile(duplicating: STDOUT_FILENO, name: "standard output") : nil
        }
        try rows?.append(CSV.header)
    }

    var isStandardOutput: Bool { base == nil }

    /// Where the rows are, for messages.
    var place: String { base.map { " in \($0).csv" } ?? "" }

    func append(_ row: Row) throws { try rows?.append(CSV.line(row)) }

    /// Writes the other formats.
    func close(_ measured: [Row], host: Host) throws {
        for format in formats where format != .csv {
            let text = format.text(measured, host: host)
            if let base {
                try FileText.write(text, to: "\(base).\(format.fileExtension)")
            } else {
                try terminal.print(text)
            }
        }
        if let base, terminal.errorsAreTerminal { terminal.note("\(measured.count) rows in \(base).csv") }
    }

    /// Draws what has several processor counts, and bars of a suite, next to the rows, unless that is not `wanted`. Answers
    /// false when it was not possible; the reason has been printed.
    package func plots(
        _ measured: [Row], kind: ((String) -> String)?, wanted: Bool?, interruption: Interruption
    ) throws -> Bool {
        guard let base, wanted ?? true else { return true }
        do {
            var files = try ScalingPlot(measured).draw(base: base, interruption: interruption)
            if let kind { files += try BarPlot(measured, kind: kind).draw(base: base, interruption: interruption) }
            if terminal.errorsAreTerminal { for file in files { terminal.note("plot in \(file)") } }
            return true
        } catch let error as BenchError {
            terminal.note(error.description)
            return false
        }
    }
}
