import Glibc

/// What the drawings share: gnuplot, its output files, colours.
enum Gnuplot {
    /// Runs a gnuplot program that writes `name`.svg and `name`.png; the files.
    ///
    /// - Throws: ``BenchError`` when gnuplot is missing or fails.
    static func draw(_ script: String, name: String, interruption: Interruption) throws -> [String] {
        guard let gnuplot = Search.program("gnuplot") else {
            throw BenchError("no plot: gnuplot is not installed; run: Scripts/setup (or apt install gnuplot-nox)")
        }
        let file = "\(name).gp"
        try FileText.write(script, to: file)
        let child = try ChildProcess.run(gnuplot, [file], timeout: 60, interruption: interruption)
        unlink(file)
        guard child.ending == .exited(code: 0) else {
            let reason = child.errors.split(separator: "\n").map(\.trimmed).first { !$0.isEmpty && $0 != "^" } ?? ""
            throw BenchError("\(file): gnuplot failed: \(reason)")
        }
        return ["\(name).svg", "\(name).png"]
    }

    /// The commands that choose each of the two files; the drawing follows each of them.
    static func terminals(name: String, width: Int, height: Int) -> [String] {
        [("svg", "svg", "font 'Helvetica,13' background 'white'"), ("pngcairo", "png", "font 'Helvetica,11'")].map {
            terminal, suffix, font in
            "set terminal \(terminal) size \(width),\(height) enhanced \(font)\n"
                + "set output '\(name.replacing("'", with: "''")).\(suffix)'\n"
        }
    }

    /// Text within single quotes, where underscores would lower what follows.
    static func escaped(_ text: String) -> String { text.replacing("'", with: "''").replacing("_", with: "\\_") }
}

extension Tier {
    /// Okabe and Ito's palette, which colour-blind readers can tell apart.
    var color: String {
        switch self {
        case .interp: "#0072B2"
        case .native: "#CC79A7"
        case .auto: "#56B4E9"
        case .qemu: "#D55E00"
        case .host: "#009E73"
        }
    }
}
