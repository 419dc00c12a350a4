import Litmus

/// One call of the command: collects the tests, then runs or writes them.
struct Session {
    private let command: EmulatorLitmus

    init(_ command: EmulatorLitmus) { self.command = command }

    /// Returns whether all verdicts were kept.
    ///
    /// - Throws: `LitmusError` for what cannot be run.
    func run() throws -> Bool {
        let options = try command.harness()
        let items = try collect().filter { item in command.only.map { matches(item.test.name, $0) } ?? true }
        guard !items.isEmpty else {
            throw LitmusError("no test: name .litmus files or folders of them, --cycle or --families (--help)")
        }
        if let folder = command.write {
            try TestFiles.write(items.map { ($0.test.name, $0.text, $0.verdict) }, folder: folder)
            return true
        }
        let assembler = Assembler()
        var broken: [String] = []
        for item in items {
            var options = options
            if item.verdict == .allowed, let allowed = command.allowed { options.iterations = allowed }
            let outcome = try LitmusRunner(item.test, options, assembler).run(verdict: item.verdict)
            let report = OutcomeReport(outcome)
            say(command.brief ? report.brief : report.full)
            if !outcome.isCorrect { broken.append(item.test.name) }
        }
        if items.count > 1 { say(summary(items.count, broken, options)) }
        return broken.isEmpty
    }

    private func summary(_ count: Int, _ broken: [String], _ options: HarnessOptions) -> String {
        let result = broken.isEmpty ? "all verdicts kept" : "BROKEN: " + broken.joined(separator: " ")
        return "\(count) tests, \(amount(options)), seed \(options.seed): \(result)"
    }

    private func amount(_ options: HarnessOptions) -> String {
        guard let iterations = options.iterations else {
            return "\(options.size * options.runs) iterations of each instance"
        }
        return "\(iterations) iterations of each" + (command.allowed.map { " (\($0) of those allowed)" } ?? "")
    }

    /// A test, its text and what must come of it.
    private struct Item {
        let test: LitmusTest
        let text: String
        let verdict: Verdict?
    }

    private func collect() throws(LitmusError) -> [Item] {
        var items: [Item] = []
        for path in try TestFiles.expand(command.paths) {
            let text = try TestFiles.read(path)
            let test = try LitmusParser.parse(text, file: path)
            items.append(Item(test: test, text: text, verdict: try verdicts(for: path)[test.name]))
        }
        var generated: [GeneratedTest] = []
        for words in command.cycle { generated.append(try Cycle(words).test(name: nil)) }
        if command.families { generated += Families.all }
        for test in generated {
            items.append(
                Item(
                    test: try LitmusParser.parse(test.text, file: test.name), text: test.text, verdict: test.verdict))
        }
        return items
    }

    private func verdicts(for path: String) throws(LitmusError) -> VerdictList {
        if let kinds = command.kinds { return try VerdictList(try TestFiles.read(kinds), file: kinds) }
        let beside = TestFiles.folder(of: path) + "kinds.txt"
        guard TestFiles.exists(beside) else { return VerdictList() }
        return try VerdictList(try TestFiles.read(beside), file: beside)
    }

    /// Whether `name` is what `pattern`, with * and ?, describes.
    private func matches(_ name: String, _ pattern: String) -> Bool {
        func match(_ name: Substring, _ pattern: Substring) -> Bool {
            guard let first = pattern.first else { return name.isEmpty }
            if first == "*" {
                return match(name, pattern.dropFirst()) || (!name.isEmpty && match(name.dropFirst(), pattern))
            }
            guard let character = name.first, first == "?" || first == character else { return false }
            return match(name.dropFirst(), pattern.dropFirst())
        }
        return match(name[...], pattern[...])
    }
}
