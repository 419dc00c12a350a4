/// A dated state to compare with: the deterministic counts of single-processor cells, and their times relative to
/// native code. Kept in `results/` as JSON.
package struct Baseline: Sendable {
    package static let schema = "emu-baseline-1"

    /// What must not change from run to run: each is nil when the runs did not agree, or nobody counted.
    package struct Counts: Equatable, Sendable {
        package var guestInstructions: UInt64?
        package var blocks: UInt64?
        package var irOperations: UInt64?
        package var translatedInstructions: UInt64?

        /// What the optimiser leaves of a guest instruction.
        package var irPerInstruction: Double? {
            guard let irOperations, let translatedInstructions, translatedInstructions > 0 else { return nil }
            return Double(irOperations) / Double(translatedInstructions)
        }
    }

    package struct Entry: Sendable {
        package let cell: Cell
        package let counts: Counts
        /// Time over native code's time in the same run, one per run.
        package let ratios: [Double]
    }

    package let date: String
    package let commit: String
    package let processor: String
    package let scale: Int
    package let entries: [Entry]

    /// Takes the single-processor cells of ours from a run.
    package init(recording rows: [Row], host: Host) {
        date = rows.first?.date ?? Host.date()
        commit = host.commit
        processor = host.processorModel
        scale = rows.first?.scale.map { Int($0) } ?? 1000
        entries = Baseline.entries(rows)
    }

    package static func entries(_ rows: [Row]) -> [Entry] {
        let measurements = Measurements(rows)
        return measurements.cells.filter { $0.tier.isOurs && $0.smp == 1 }.map { cell in
            Entry(cell: cell, counts: counts(measurements[cell], cell.tier), ratios: ratios(cell, measurements))
        }
    }

    private static func counts(_ rows: [Row], _ tier: Tier) -> Counts {
        func agreed(_ field: KeyPath<Row, UInt64?>) -> UInt64? {
            let values = Set(rows.map { $0[keyPath: field] })
            return values.count == 1 ? values.first ?? nil : nil
        }
        return Counts(
            guestInstructions: agreed(\.guestInstructions), blocks: tier.repeatsBlocks ? agreed(\.blocks) : nil,
            irOperations: agreed(\.irOperations), translatedInstructions: agreed(\.translatedInstructions))
    }

    /// Native code that is done sooner was not measured but started.
    private static let shortestNative = 0.002

    /// Each run over the native run beside it: what slows the machine down slows both. In processor time, of which a busy
    /// machine takes less away than of real time, and the vCPU's own, without the start-up of the process. Pairs that
    /// were disturbed are left out: on a busy machine there is no verdict on speed, rather than a wrong one.
    private static func ratios(_ cell: Cell, _ measurements: Measurements) -> [Double] {
        let native = measurements[measurements.host(of: cell)]
        return measurements[cell].compactMap { row in
            guard let base = native.first(where: { $0.run == row.run }), base.seconds >= shortestNative,
                row.undisturbed, base.undisturbed
            else {
                return nil
            }
            let ours = (row.vcpuSeconds ?? row.cpuSeconds) / Double(max(1, row.work ?? 1))
            return ours / (base.cpuSeconds / Double(max(1, base.work ?? 1)))
        }
    }

    /// - Throws: ``BenchError`` when the counts of that much work cannot be compared.
    package func check(scale wanted: Int) throws {
        guard scale == wanted else {
            throw BenchError("--baseline: recorded with --scale \(scale), this run has \(wanted); use the same")
        }
    }
}

extension Baseline {
    /// - Throws: ``BenchError`` when the file is missing, malformed, or of another schema.
    package init(file: String) throws {
        let text = try FileText.read(file)
        let json = try JSON(parsing: text, from: file)
        let found = json["schema"]?.asString ?? "none"
        guard found == Self.schema else {
            throw BenchError("\(file): schema '\(found)' where '\(Self.schema)' is expected; record a new baseline")
        }
        guard let date = json["date"]?.asString, let commit = json["commit"]?.asString,
            let scale = json["scale"]?.asInteger, let cells = json["cells"]?.asArray
        else { throw BenchError("\(file): date, commit, scale or cells are missing; record a new baseline") }
        self.date = date
        self.commit = commit
        self.scale = scale
        processor = json["processor"]?.asString ?? "unknown"
        entries = try cells.map { try Self.entry($0, from: file) }
    }

    private static func entry(_ json: JSON, from file: String) throws -> Entry {
        guard let workload = json["workload"]?.asString, let variant = json["variant"]?.asString,
            let guest = json["guest"]?.asString, let tier = json["tier"]?.asString.flatMap(Tier.init),
            let smp = json["smp"]?.asInteger, let ratios = json["ratios"]?.asArray?.compactMap(\.asDouble)
        else { throw BenchError("\(file): a cell lacks its name or its ratios; record a new baseline") }
        let mmu = json["mmu"]?.asString.map { $0 == "on" }
        return Entry(
            cell: Cell(workload: workload, variant: variant, guest: guest, tier: tier, mmu: mmu, smp: smp),
            counts: Counts(
                guestInstructions: json["guest_insns"]?.asCount,
                blocks: tier.repeatsBlocks ? json["blocks"]?.asCount : nil,
                irOperations: json["ir_ops"]?.asCount,
                translatedInstructions: json["translated_guest_insns"]?.asCount),
            ratios: ratios.filter { $0 > 0 })
    }

    package var json: JSON {
        .object([
            JSON.Member("schema", .string(Self.schema)),
            JSON.Member("date", .string(date)),
            JSON.Member("commit", .string(commit)),
            JSON.Member("processor", .string(processor)),
            JSON.Member("scale", .integer(scale)),
            JSON.Member("cells", .array(entries.map(Self.json))),
        ])
    }

    private static func json(_ entry: Entry) -> JSON {
        let cell = entry.cell
        return .object([
            JSON.Member("workload", .string(cell.workload)),
            JSON.Member("variant", .string(cell.variant)),
            JSON.Member("guest", .string(cell.guest)),
            JSON.Member("tier", .string(cell.tier.rawValue)),
            JSON.Member("mmu", cell.mmu.map { .string($0 ? "on" : "off") } ?? .null),
            JSON.Member("smp", .integer(cell.smp)),
            JSON.Member("guest_insns", .count(entry.counts.guestInstructions)),
            JSON.Member("blocks", .count(entry.counts.blocks)),
            JSON.Member("ir_ops", .count(entry.counts.irOperations)),
            JSON.Member("translated_guest_insns", .count(entry.counts.translatedInstructions)),
            JSON.Member("ratios", .array(entry.ratios.map { .number(($0 * 1e5).rounded() / 1e5) })),
        ])
    }
}
