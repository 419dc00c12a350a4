/// Which cells are run in which order.
package struct Plan: Sendable {
    package struct Step: Equatable, Sendable {
        package let cell: Cell
        /// From 1.
        package let run: Int

        package init(cell: Cell, run: Int) {
            self.cell = cell
            self.run = run
        }
    }

    package let cells: [Cell]
    package let steps: [Step]
    /// Runs of each cell.
    package let runs: Int

    /// Run by run, cell by cell, and within a cell tier by tier: what is compared runs within seconds of each other, so
    /// that a machine that slows down or warms up does the same to all of them. Every other run goes backwards, so that
    /// nobody is always first.
    ///
    /// The subjects are cells of one tier; each is run on all the tiers. Host code has no MMU, whatever the subject says.
    package init(subjects: [Cell], tiers: [Tier], runs: Int) {
        cells = subjects.flatMap { subject in
            tiers.map { tier in
                var cell = subject.with(tier: tier)
                if tier == .host { cell.mmu = nil }
                return cell
            }
        }
        var steps: [Step] = []
        for run in 1...max(1, runs) {
            let order = run.isMultiple(of: 2) ? cells.reversed() : cells
            steps += order.map { Step(cell: $0, run: run) }
        }
        self.steps = steps
        self.runs = max(1, runs)
    }
}
