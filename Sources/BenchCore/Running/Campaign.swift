/// Walks a plan: every result goes to the sink at once, a cell that fails is not tried again, and an interruption ends
/// it with everything kept.
package struct Campaign {
    package struct Summary: Sendable {
        package var rows: [Row] = []
        /// One line for each of our cells that gave no result.
        package var failures: [String] = []
        /// Failures of the peer and host code, and cells that were not repeated: reported, but no fault of ours.
        package var notes: [String] = []
        package var interruptedBy: Int?
    }

    /// Which cells are not repeated because one run says enough: collapses take minutes.
    package struct Patience: Sendable {
        /// Seconds of a run of ours after which it is not repeated.
        package var ours: Double
        /// Likewise for the peer and host code.
        package var others: Double

        package init(ours: Double, others: Double) {
            self.ours = ours
            self.others = others
        }

        func isExhausted(by row: Row) -> Bool { row.wallSeconds > (row.cell.tier.isOurs ? ours : others) }
    }

    private let plan: Plan
    private let launcher: Launcher
    private let progress: Progress
    private let patience: Patience

    package init(plan: Plan, launcher: Launcher, progress: Progress, patience: Patience) {
        self.plan = plan
        self.patience = patience
        self.launcher = launcher
        self.progress = progress
    }

    /// Walks the whole plan; the sink takes each row as soon as it is measured, and what it throws ends the walk.
    package func run(sink: (Row) throws -> Void) throws -> Summary {
        var summary = Summary()
        var done: Set<Cell> = []
        defer { progress.clear() }
        for (index, step) in plan.steps.enumerated() where !done.contains(step.cell) {
            progress.show(step, index: index, of: plan.steps.count)
            switch launcher.run(step.cell, number: step.run) {
            case .row(let row):
                summary.rows.append(row)
                try sink(row)
                if patience.isExhausted(by: row), step.run < plan.runs {
                    done.insert(step.cell)
                    summary.notes.append("\(step.cell.path): took \(durationText(row.wallSeconds)), not repeated")
                }
            case .failure(let reason):
                done.insert(step.cell)
                if step.cell.tier.isOurs { summary.failures.append(reason) } else { summary.notes.append(reason) }
            case .interrupted(let signal):
                summary.interruptedBy = signal
                return summary
            }
        }
        return summary
    }
}
