import Counters

/// A column of the CSV: its name and both directions between a row and text.
///
/// Writer, reader and header all walk this one list.
package struct Column: Sendable {
    package let name: String
    let write: @Sendable (Row) -> String
    let read: @Sendable (inout Row, String) -> Bool

    /// The columns that every file must have, in the order that the header has.
    package static let required: [Column] = [
        Column(name: "workload", write: { $0.cell.workload }, read: { set(&$0.cell.workload, $1) }),
        Column(name: "variant", write: { $0.cell.variant }, read: { set(&$0.cell.variant, $1) }),
        Column(name: "guest", write: { $0.cell.guest }, read: { set(&$0.cell.guest, $1) }),
        Column(name: "tier", write: { $0.cell.tier.rawValue }, read: { set(&$0.cell.tier, Tier(rawValue: $1)) }),
        Column(name: "mmu", write: { $0.cell.mmu.map { $0 ? "on" : "off" } ?? "" }, read: readMMU),
        Column(name: "smp", write: { String($0.cell.smp) }, read: { set(&$0.cell.smp, Int($1)) }),
        Column(name: "run", write: { String($0.run) }, read: { set(&$0.run, Int($1)) }),
        Column(name: "wall_s", write: { seconds($0.wallSeconds) }, read: { set(&$0.wallSeconds, Double($1)) }),
        Column(name: "cpu_s", write: { seconds($0.cpuSeconds) }, read: { set(&$0.cpuSeconds, Double($1)) }),
        count("guest_insns", \.guestInstructions),
        count("blocks", \.blocks),
        Column(name: "host_cpus", write: { String($0.hostCPUs) }, read: { set(&$0.hostCPUs, Int($1)) }),
        // Follows from smp and host_cpus; there for readers without arithmetic.
        Column(name: "oversubscribed", write: { String($0.oversubscribed) }, read: { Bool($1) != nil && $0.run > 0 }),
        Column(name: "commit", write: { $0.commit }, read: { set(&$0.commit, $1) }),
        Column(name: "date", write: { $0.date }, read: { set(&$0.date, $1) }),
    ]

    /// Host events by libpfm4, then what the guest and the emulator say of themselves. A reader may miss any of them.
    package static let optional: [Column] =
        CounterEvent.allCases.map(counter) + [
            Column(name: "checksum", write: { $0.checksum ?? "" }, read: { set(&$0.checksum, $1.isEmpty ? nil : $1) }),
            count("elapsed_ns", \.elapsedNanoseconds),
            count("work", \.work),
            count("crossings", \.crossings),
            count("scale", \.scale),
            duration("startup_s", \.startupSeconds),
            duration("vcpu_cpu_s", \.vcpuSeconds),
            duration("user_s", \.userSeconds),
            duration("system_s", \.systemSeconds),
            count("translated_blocks", \.translatedBlocks),
            count("translated_guest_insns", \.translatedInstructions),
            count("ir_ops", \.irOperations),
        ]

    package static let all = required + optional

    private static func set<Value>(_ field: inout Value, _ value: Value?) -> Bool {
        guard let value else { return false }
        field = value
        return true
    }

    private static func set(_ field: inout String?, _ value: String?) -> Bool {
        field = value
        return true
    }

    /// Microseconds: finer than any of the clocks is steady.
    private static func seconds(_ value: Double) -> String { String(value, decimals: 6) }

    private static func count(_ name: String, _ field: WritableKeyPath<Row, UInt64?> & Sendable) -> Column {
        Column(name: name, write: { $0[keyPath: field].map(String.init) ?? "" }) { row, text in
            row[keyPath: field] = UInt64(text)
            return text.isEmpty || row[keyPath: field] != nil
        }
    }

    private static func duration(_ name: String, _ field: WritableKeyPath<Row, Double?> & Sendable) -> Column {
        Column(name: name, write: { $0[keyPath: field].map(seconds) ?? "" }) { row, text in
            row[keyPath: field] = Double(text)
            return text.isEmpty || row[keyPath: field] != nil
        }
    }

    private static func counter(_ event: CounterEvent) -> Column {
        Column(name: event.csvName, write: { $0.counters[event].map(String.init) ?? "" }) { row, text in
            row.counters[event] = UInt64(text)
            return text.isEmpty || row.counters[event] != nil
        }
    }

    private static func readMMU(_ row: inout Row, _ text: String) -> Bool {
        row.cell.mmu = text == "on" ? true : text == "off" ? false : nil
        return ["on", "off", ""].contains(text)
    }
}
