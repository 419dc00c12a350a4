import Counters

/// `emu-bench run`: from what the user typed to files, tables and an exit code.
package struct Session {
    private let request: RunRequest
    private let terminal: Terminal
    private let interruption: Interruption
    private let installation: Installation

    package init(_ request: RunRequest, terminal: Terminal, interruption: Interruption) {
        self.request = request
        self.terminal = terminal
        self.interruption = interruption
        var installation = Installation(executable: Search.ownExecutable())
        if let emulator = request.emulator { installation.emulator = emulator }
        if let qemu = request.qemu { installation.qemu = qemu }
        if let sources = request.sources { installation.sources = sources }
        if let build = request.build {
            installation.guests = build + "/guests"
            installation.native = build + "/native"
            installation.linuxWorkloads = build + "/linux"
        }
        self.installation = installation
    }

    /// The table of `--list`: of the workloads, or of the instructions.
    ///
    /// - Throws: ``BenchError`` for any other subject.
    package func list(_ subject: String) throws {
        switch subject {
        case "workloads": try listWorkloads()
        case "instructions": try terminal.print(InstructionCoverage(file: installation.instructions).text)
        default: throw BenchError("--list \(subject): there are workloads and instructions")
        }
    }

    private func listWorkloads() throws {
        if let suite = try linuxSuite() { return try terminal.print(suite.table.text) }
        let catalog = try catalog()
        var table = TextTable(header: ["workload", "class", "variants", "what it does"], leftColumns: 4)
        for workload in catalog.workloads {
            let chosen = workload.defaultVariants.joined(separator: " ")
            let more = workload.variants.count - workload.defaultVariants.count
            let names = more > 0 ? "\(chosen) (and \(more) more: --variant)" : chosen
            table.add([workload.name, workload.kind, names, workload.summary])
        }
        try terminal.print(table.text)
    }

    /// - Returns: the exit code: 0, 1 when a cell of ours failed or regressed, 128 + signal when interrupted.
    /// - Throws: ``BenchError`` for what the user can put right; rows measured until then stay where they went.
    package func run() throws -> Int32 {
        try request.checkNumbers()
        let formats = try OutputFormat.parse(request.format)
        let suite = try linuxSuite()
        let subjects =
            try suite?.subjects(request.workload, variants: request.variant) ?? request.subjects(try catalog())
        let plan = Plan(subjects: subjects, tiers: try request.tiers(), runs: request.effectiveRuns)
        let limits = try request.speedLimits()
        let baseline = try request.baseline.map { try Baseline(file: $0) }
        try baseline?.check(scale: request.effectiveScale)
        if let suite { try suite.check(for: plan.cells) } else { try installation.check(for: plan.cells) }
        let host = Host(tree: directory(of: Search.ownExecutable()), interruption: interruption)
        let output = try RunOutput(request, formats: formats, terminal: terminal, name: name(of: plan))
        if plan.cells.contains(where: \.tier.isOurs) { noteCounters() }
        noteLoad(host)

        let launcher = Launcher(
            installation: installation, host: host, checksums: try checksums(), scale: request.effectiveScale,
            timeout: request.timeout, interruption: interruption, suite: suite)
        let campaign = Campaign(
            plan: plan, launcher: launcher, progress: Progress(visible: terminal.errorsAreTerminal),
            patience: request.patience)
        var summary = try campaign.run(sink: output.append)
        if let suite { summary.failures += suite.disagreements(summary.rows) }
        return try finish(summary, output, host, suite, baseline, limits)
    }

    /// Everything that comes after the last row.
    private func finish(
        _ summary: Campaign.Summary, _ output: RunOutput, _ host: Host, _ suite: LinuxSuite?, _ baseline: Baseline?,
        _ limits: SpeedTest.Limits
    ) throws -> Int32 {
        for line in summary.notes { terminal.note("note: \(line)") }
        for line in summary.failures { terminal.note(line) }
        try output.close(summary.rows, host: host)
        if terminal.outputIsTerminal, !summary.rows.isEmpty {
            try terminal.print(Verdict(summary.rows, kind: suite?.kind).text)
        }
        if let signal = summary.interruptedBy {
            terminal.note("interrupted after \(summary.rows.count) rows\(output.place)")
            return 128 + Int32(signal)
        }
        var code: Int32 = summary.failures.isEmpty ? 0 : 1
        if let path = request.saveBaseline {
            try FileText.write(Baseline(recording: summary.rows, host: host).json.text + "\n", to: path)
            terminal.note("baseline in \(path)")
        }
        if let baseline {
            let check = RegressionCheck(summary.rows, host: host, against: baseline, limits: limits)
            try terminal.report(check.text, dataOnOutput: output.isStandardOutput)
            if check.failed { code = 1 }
        }
        if try output.plots(summary.rows, kind: suite?.kind, wanted: request.plot, interruption: interruption) == false
        {
            code = 1
        }
        return code
    }

    private func linuxSuite() throws -> LinuxSuite? {
        guard let name = request.suite else { return nil }
        guard name == "linux" else { throw BenchError("--suite: no suite '\(name)'; there is linux") }
        return try LinuxSuite(installation)
    }

    private func catalog() throws -> Catalog {
        let file = "\(installation.sources)/workloads.txt"
        return try Catalog(parsing: try FileText.read(file), from: file)
    }

    private func checksums() throws -> Checksums {
        let file = "\(installation.sources)/expected.txt"
        return try Checksums(parsing: try FileText.read(file), from: file)
    }

    private func name(of plan: Plan) -> String {
        let names = Set(plan.cells.map(\.workload))
        if request.suite != nil, names.count > 1 { return "linux" }
        return names.count == 1 ? names.first ?? "bench" : request.quick ? "quick" : "bench"
    }

    private func directory(of path: String) -> String {
        String(path.lastIndex(of: "/").map { path[..<$0] } ?? ".")
    }

    /// A line for people when others use the machine: what they see then is no property of the emulator.
    private func noteLoad(_ host: Host) {
        guard terminal.errorsAreTerminal, let load = Host.load(), load > 0.5 * Double(host.processors) else { return }
        terminal.note("the machine is busy (load \(String(load, decimals: 1))): times and scaling will suffer")
    }

    /// One line when the host lacks some of the counters, so that empty columns are no riddle.
    private func noteCounters() {
        if let reason = ThreadCounters().unavailable { terminal.note("\(reason); those columns stay empty") }
    }
}
