import Foundation
import GuestA64
import Testing

extension Probe {
    /// Runs the cases here and under QEMU and expects the same results.
    static func compare(
        _ model: CPUModel, _ cases: [ProbeCase], leaves: [UInt64] = []
    ) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let probe = Probe(cases: cases)
        let tables = ProbeTables(leaves: leaves)
        let program = try Probe.buildProgram(in: directory)
        // Without being told, QEMU's `max` signs pointers by an algorithm of its own.
        let cpu = model == .max ? "max,pauth-qarma5=on" : model.name
        let theirs = try probe.runPeer(cpu: cpu, program: program, tables: tables, in: directory)
        let ours = try probe.runOurs(model: model, program: program, tables: tables)
        #expect(theirs.count == cases.count, "QEMU")
        #expect(ours.count == cases.count)
        var report: [String] = []
        for (index, (our, their)) in zip(ours, theirs).enumerated() {
            if our.comparable == their.comparable { continue }
            report.append("\(cases[index].name)\n  ours:   \(our)\n  theirs: \(their)")
        }
        #expect(report.isEmpty, "\(report.count) of \(cases.count):\n\(report.prefix(400).joined(separator: "\n"))")
    }
}
