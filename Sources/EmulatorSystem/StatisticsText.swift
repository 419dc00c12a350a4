import Counters
import Engine
import Machine

/// The file of `--stats`: what the vCPUs did, as JSON of schema `emu-stats-1`, which `emu-bench` reads.
struct StatisticsText {
    /// How the run ended and what the vCPUs did.
    let report: Machine.Report
    /// Seconds from the process's start to the first guest instruction.
    let startup: Double

    var json: String {
        let rows = report.figures
        let fields = [
            "\"schema\": \"emu-stats-1\"",
            "\"end\": \(quoted(end))",
            "\"startup_s\": \(startup)",
            "\"guest_insns\": \(sum(rows.map(\.guestInstructions)))",
            "\"blocks\": \(sum(rows.map(\.blocks)))",
            "\"translated_blocks\": \(rows.map(\.translatedBlocks).reduce(0, +))",
            "\"translated_guest_insns\": \(rows.map(\.translatedGuestInstructions).reduce(0, +))",
            "\"native_blocks\": \(rows.map(\.nativeBlocks).reduce(0, +))",
            "\"native_guest_insns\": \(rows.map(\.nativeGuestInstructions).reduce(0, +))",
            "\"native_bytes\": \(rows.map(\.nativeBytes).reduce(0, +))",
            "\"ir_ops\": \(rows.map(\.operations).reduce(0, +))",
            "\"tiers\": {\n    \(report.tiers.fields.joined(separator: ",\n    "))\n  }",
            "\"vcpus\": [\n\(rows.map(row).joined(separator: ",\n"))\n  ]",
        ]
        return "{\n  " + fields.joined(separator: ",\n  ") + "\n}\n"
    }

    private var end: String {
        switch report.end {
        case .systemOff: "off"
        case .systemReset: "reset"
        case .stopped: "stopped"
        case .guestDied(let reason): "died: " + reason
        }
    }

    private func row(_ figures: ProcessorFigures) -> String {
        var fields = [
            "\"guest_insns\": \(figures.guestInstructions)", "\"blocks\": \(figures.blocks)",
            "\"cpu_ns\": \(figures.cpu)",
        ]
        // An event that the host cannot count is absent, never zero.
        let counted = CounterEvent.allCases.compactMap { event in
            figures.counters[event].map { "\"\(event.csvName)\": \($0)" }
        }
        fields.append("\"counters\": {\(counted.joined(separator: ", "))}")
        if let reason = figures.countersUnavailable { fields.append("\"counters_unavailable\": \(quoted(reason))") }
        return "    {\(fields.joined(separator: ", "))}"
    }

    private func sum(_ values: [UInt64]) -> UInt64 { values.reduce(0, &+) }

    /// `text` as a JSON string.
    private func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case _ where scalar.value < 0x20: " "
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
