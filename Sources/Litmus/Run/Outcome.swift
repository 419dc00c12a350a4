/// What came of a test.
package struct Outcome: Sendable {
    package let test: LitmusTest
    package let histogram: Histogram
    /// What must be, if that is known.
    package let verdict: Verdict?
    /// How long the machines ran, without what the host did around them.
    package let seconds: Double
    /// How many machines that were.
    package let runs: Int

    package init(test: LitmusTest, histogram: Histogram, verdict: Verdict?, seconds: Double, runs: Int) {
        self.test = test
        self.histogram = histogram
        self.verdict = verdict
        self.seconds = seconds
        self.runs = runs
    }

    /// Whether `row` satisfies the question's condition.
    package func isPositive(_ row: Histogram.Row) -> Bool {
        test.question.condition.holds { observable, value in
            guard let index = test.observed.firstIndex(of: observable) else { return false }
            return row.values[index] == test.normalized(value, observable)
        }
    }

    /// States that satisfy the condition, counted.
    package var positive: Int { histogram.rows.filter(isPositive).reduce(0) { $0 + $1.count } }
    /// The others.
    package var negative: Int { histogram.total - positive }

    /// Whether the verdict, where there is one, is kept.
    package var isCorrect: Bool { verdict?.accepts(positive: positive, negative: negative) ?? true }

    /// Whether the question is answered as its quantifier puts it.
    package var isValidated: Bool {
        switch test.question.quantifier {
        case .exists: positive > 0
        case .notExists: positive == 0
        case .forall: negative == 0
        }
    }
}

extension LitmusTest {
    /// `value` in the type that `observable` is compared in.
    package func normalized(_ value: LitmusValue, _ observable: Observable) -> LitmusValue {
        guard case .number(let bits) = value else { return value }
        return .number(type(of: observable).normalized(bits))
    }
}
