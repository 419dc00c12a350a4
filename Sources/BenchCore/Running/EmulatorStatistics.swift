package import Counters

/// What our emulator says of a run: the file of its `--stats` option, schema `emu-stats-1`.
package struct EmulatorStatistics: Sendable {
    package static let schema = "emu-stats-1"

    package let guestInstructions: UInt64?
    package let blocks: UInt64?
    package let startupSeconds: Double?
    package let translatedBlocks: UInt64?
    package let translatedInstructions: UInt64?
    package let irOperations: UInt64?
    /// Processor time of the vCPU threads, all together.
    package let vcpuSeconds: Double?
    /// Summed over the vCPU threads; an event that any of them could not count is absent, not a partial sum.
    package let counters: [CounterEvent: UInt64]
    package let hasCounters: Bool

    /// Reads the text of the file called `name`; throws ``BenchError`` when it is no JSON or of another schema.
    package init(_ text: String, from name: String) throws {
        let json = try JSON(parsing: text, from: name)
        guard json["schema"]?.asString == Self.schema else {
            let found = json["schema"]?.asString ?? "none"
            throw BenchError("\(name): schema '\(found)' where '\(Self.schema)' is expected; build both programs anew")
        }
        guestInstructions = json["guest_insns"]?.asCount
        blocks = json["blocks"]?.asCount
        startupSeconds = json["startup_s"]?.asDouble
        translatedBlocks = json["translated_blocks"]?.asCount
        translatedInstructions = json["translated_guest_insns"]?.asCount
        irOperations = json["ir_ops"]?.asCount
        let times = (json["vcpus"]?.asArray ?? []).compactMap { vcpu in
            vcpu["cpu_ns"]?.asDouble.map { $0 / 1e9 } ?? vcpu["cpu_s"]?.asDouble
        }
        vcpuSeconds = times.isEmpty ? nil : times.reduce(0, +)
        let readings = (json["vcpus"]?.asArray ?? []).compactMap { $0["counters"] }
        hasCounters = !readings.isEmpty
        counters = Self.sum(readings)
    }

    private static func sum(_ readings: [JSON]) -> [CounterEvent: UInt64] {
        var sums: [CounterEvent: UInt64] = [:]
        guard !readings.isEmpty else { return sums }
        for event in CounterEvent.allCases {
            let values = readings.compactMap { $0[event.csvName]?.asCount }
            if values.count == readings.count { sums[event] = values.reduce(0, &+) }
        }
        return sums
    }
}
