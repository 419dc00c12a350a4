/// What the user asked `emu-bench run` for, as it was typed; `Session` makes sense of it.
package struct RunRequest: Sendable {
    /// nil: the workloads of the bare machine; `linux`: programs of Linux.
    package var suite: String?
    package var workload: String?
    package var variant: String?
    package var smp: String?
    package var runs: Int?
    /// nil: `auto`, and beside it `interp` where a baseline is made or compared with.
    package var tier: String?
    package var native = false
    package var peer: String?
    package var out: String?
    package var format = "csv"
    package var quick = false
    package var baseline: String?
    /// Per cent that all cells together may lose against the baseline.
    package var speedTolerance: Double?
    package var saveBaseline: String?
    package var mmu = "on"
    package var scale: Int?
    package var timeout = 120.0
    package var plot: Bool?
    /// Instead of the programs beside the executable.
    package var emulator: String?
    package var qemu: String?
    package var build: String?
    package var sources: String?

    package init() {}
}

extension RunRequest {
    /// Runs that a verdict needs (design.md section 8), and runs that show a newcomer the picture.
    private static let fullRuns = 10
    private static let defaultRuns = 5
    /// The quick set does a tenth of the work.
    private static let quickScale = 100

    package var effectiveRuns: Int { runs ?? (quick ? Self.fullRuns : Self.defaultRuns) }
    var effectiveTier: String { tier ?? (quick || baseline != nil || saveBaseline != nil ? "interp,auto" : "auto") }
    package var effectiveScale: Int { scale ?? (quick ? Self.quickScale : 1000) }

    /// Runs that the user asked for are made, except of a peer that has collapsed.
    var patience: Campaign.Patience {
        runs == nil ? Campaign.Patience(ours: 3, others: 3) : Campaign.Patience(ours: .infinity, others: 15)
    }

    /// What counts as slower.
    func speedLimits() throws -> SpeedTest.Limits {
        var limits = SpeedTest.Limits()
        guard let speedTolerance else { return limits }
        guard baseline != nil else { throw BenchError("--speed-tolerance: it needs a --baseline to compare with") }
        guard speedTolerance.isFinite, speedTolerance > 0 else {
            throw BenchError("--speed-tolerance: \(speedTolerance) is not a positive number of per cent")
        }
        limits.overall = 1 + speedTolerance / 100
        limits.single = 1 + speedTolerance / 50
        return limits
    }

    /// The tiers of ours, then those beside them.
    func tiers() throws -> [Tier] {
        var tiers: [Tier] = []
        for part in effectiveTier.split(separator: ",", omittingEmptySubsequences: false) {
            guard let tier = Tier(rawValue: String(part.trimmed)), tier.isOurs else {
                throw BenchError("--tier: no tier '\(part)'; there are interp, native, auto")
            }
            if !tiers.contains(tier) { tiers.append(tier) }
        }
        if let peer {
            guard peer == "qemu" else { throw BenchError("--peer: no peer '\(peer)'; there is qemu") }
            tiers.append(.qemu)
        }
        // Speed is judged against native code of the same run, so a baseline needs it.
        if native || quick || baseline != nil || saveBaseline != nil { tiers.append(.host) }
        return tiers
    }

    /// The cells to run, for one tier.
    func subjects(_ catalog: Catalog) throws -> [Cell] {
        guard let names = workload ?? (quick ? "all" : nil) else {
            throw BenchError("--workload is missing: name one, several, or all; see emu-bench --list")
        }
        let counts = try IntegerList.parse(smp ?? "1", option: "--smp", limits: 1...64)
        guard mmu == "on" || mmu == "off" else { throw BenchError("--mmu: '\(mmu)' is neither on nor off") }
        let selected = try catalog.select(names)
        let cells = selected.flatMap { workload in
            workload.variants(matching: variant).flatMap { variant in
                counts.map { Cell(workload: workload.name, variant: variant, tier: .interp, mmu: mmu == "on", smp: $0) }
            }
        }
        guard !cells.isEmpty else {
            let known = selected.first.map { $0.variants.prefix(8).joined(separator: ", ") } ?? "none"
            throw BenchError("--variant: none matches '\(variant ?? "")'; \(names) has \(known)")
        }
        return cells
    }

    /// - Throws: ``BenchError`` naming the number that makes no sense.
    func checkNumbers() throws {
        guard effectiveRuns >= 1, effectiveRuns <= 10_000 else {
            throw BenchError("--runs: \(effectiveRuns) is outside 1..10000")
        }
        guard effectiveScale >= 1, effectiveScale <= 1_000_000 else {
            throw BenchError("--scale: \(effectiveScale) is outside 1..1000000 (permille of the default work)")
        }
        guard timeout > 0 else { throw BenchError("--timeout: must be more than 0 seconds") }
    }
}
