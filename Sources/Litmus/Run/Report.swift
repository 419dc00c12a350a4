/// The texts of an outcome, in the style of litmus7.
package struct OutcomeReport {
    private let outcome: Outcome
    private var test: LitmusTest { outcome.test }

    /// A report of `outcome`.
    package init(_ outcome: Outcome) { self.outcome = outcome }

    /// The whole report of one test.
    package var full: String {
        (heading + program + ["Test \(test.name) \(kind)"] + histogram + answer + [verdict].compactMap { $0 } + [""])
            .joined(separator: "\n")
    }

    /// One line: name, verdict, witnesses, time.
    package var brief: String {
        let judged = outcome.verdict.map { "\($0.rawValue)" } ?? "-"
        let seen = "\(outcome.positive)/\(outcome.positive + outcome.negative)"
        let result = outcome.isCorrect ? "ok" : "FAIL"
        return [pad(test.name, 32), pad(judged, 9), pad(seen, 20), pad(Self.seconds(outcome.seconds), 8), result]
            .joined(separator: " ")
    }

    // MARK: Parts

    private var heading: [String] {
        let line = String(repeating: "%", count: 40)
        return [line, "% Results for \(test.file)", line, "AArch64 \(test.name)"] + test.preamble
            + ["{" + test.initialText.joined(separator: " ") + "}"]
    }

    private var program: [String] {
        var columns = test.threads.enumerated().map { index, thread in
            ["P\(index)"] + thread.statements.map { $0.text ?? ($0.label ?? "") + ":" }
        }
        let height = columns.map(\.count).max() ?? 0
        for index in columns.indices {
            columns[index] += Array(repeating: "", count: height - columns[index].count)
            let width = columns[index].map(\.count).max() ?? 0
            columns[index] = columns[index].map { pad($0, width) }
        }
        return (0..<height).map { row in " " + columns.map { $0[row] }.joined(separator: " | ") + " ;" }
            + ["\(test.question.quantifier.rawValue) \(test.question.text)"]
    }

    private var kind: String {
        switch test.question.quantifier {
        case .exists: "Allowed"
        case .notExists: "Forbidden"
        case .forall: "Required"
        }
    }

    private var histogram: [String] {
        let rows = outcome.histogram.rows.sorted { Self.key($0) < Self.key($1) }
        return ["Histogram (\(rows.count) states)"]
            + rows.map { row in
                let mark = outcome.isPositive(row) == (test.question.quantifier != .forall) ? "*>" : ":>"
                return pad("\(row.count)", 8) + mark + state(row)
            }
    }

    private var answer: [String] {
        let (positive, negative) = (outcome.positive, outcome.negative)
        let observation = positive == 0 ? "Never" : negative == 0 ? "Always" : "Sometimes"
        let validated = outcome.isValidated ? "validated" : "NOT validated"
        return [
            outcome.isValidated ? "Ok" : "No", "", "Witnesses", "Positive: \(positive), Negative: \(negative)",
            "Condition \(test.question.quantifier.rawValue) \(test.question.text) is \(validated)",
            "Observation \(test.name) \(observation) \(positive) \(negative)",
            "Time \(test.name) \(Self.seconds(outcome.seconds))",
        ]
    }

    private var verdict: String? {
        outcome.verdict.map { verdict in
            "Verdict \(test.name) \(verdict.rawValue): \(outcome.isCorrect ? "kept" : "BROKEN")"
        }
    }

    // MARK: Texts

    private static func key(_ row: Histogram.Row) -> String {
        row.values.map { value in
            switch value {
            case .number(let bits): pad(String(bits &+ 1 << 63, radix: 16), 16, "0")
            case .address(let index): "~\(index)"
            }
        }.joined(separator: ";")
    }

    private func state(_ row: Histogram.Row) -> String {
        zip(test.observed, row.values).map { observable, value in
            "\(test.name(of: observable))=\(text(value, test.type(of: observable)));"
        }.joined(separator: " ")
    }

    private func text(_ value: LitmusValue, _ type: CellType) -> String {
        switch value {
        case .number(let bits): type.isSigned ? "\(Int64(bitPattern: bits))" : "\(bits)"
        case .address(let index): test.locations[index].name
        }
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func pad(_ text: String, _ width: Int, _ fill: String) -> String {
        String(repeating: fill, count: max(0, width - text.count)) + text
    }

    /// Seconds with two digits.
    private static func seconds(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100)." + pad("\(hundredths % 100)", 2, "0")
    }
}
