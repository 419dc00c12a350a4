/// Which A64 encodings are implemented and were run by the fuzzer: `results/instructions.csv`, summed by group.
package struct InstructionCoverage {
    private struct Group {
        var encodings = 0
        var implemented = 0
        var used = 0
    }

    private var groups: [(name: String, group: Group)] = []
    /// The names of encodings without an implementation, and of implemented ones that no random program has, by reason.
    private var missing: [String: [String]] = [:]
    private var unused: [String: [String]] = [:]

    private static let header = "group,encoding,implemented,used,remark"

    /// - Throws: ``BenchError`` naming the file and line that are not of the header's form.
    package init(file: String) throws {
        for (number, line) in try FileText.read(file).split(separator: "\n").enumerated().dropFirst() {
            let fields = line.split(separator: ",", maxSplits: 4, omittingEmptySubsequences: false)
            guard fields.count == 5, ["yes", "no"].contains(fields[2]), let used = Int(fields[3]) else {
                throw BenchError("\(file):\(number + 1): not \(Self.header)")
            }
            let remark = String(fields[4].filter { $0 != "\"" })
            add("\(fields[0])", "\(fields[1])", remark, isImplemented: fields[2] == "yes", isUsed: used > 0)
        }
    }

    private mutating func add(
        _ name: String, _ encoding: String, _ remark: String, isImplemented: Bool, isUsed: Bool
    ) {
        if groups.last?.name != name { groups.append((name, Group())) }
        groups[groups.count - 1].group.encodings += 1
        let reason = remark.isEmpty ? "not explained" : remark
        if isImplemented {
            groups[groups.count - 1].group.implemented += 1
            if !isUsed { unused[reason, default: []].append(encoding) }
        } else {
            missing[reason, default: []].append(encoding)
        }
        if isUsed { groups[groups.count - 1].group.used += 1 }
    }

    /// A table by group, then the encodings that are not implemented and those that the fuzzer leaves out, with why.
    package var text: String {
        var table = TextTable(header: ["group", "in the manual", "implemented", "in the fuzzer's run"])
        var total = Group()
        for (name, group) in groups {
            table.add([name, "\(group.encodings)", "\(group.implemented)", "\(group.used)"])
            total.encodings += group.encodings
            total.implemented += group.implemented
            total.used += group.used
        }
        table.add(["all", "\(total.encodings)", "\(total.implemented)", "\(total.used)"])
        return table.text + Self.list("not implemented", missing) + Self.list("not in the fuzzer's run", unused)
    }

    private static func list(_ title: String, _ reasons: [String: [String]]) -> String {
        if reasons.isEmpty { return "" }
        let count = reasons.values.reduce(0) { $0 + $1.count }
        let lines = reasons.sorted { $0.key < $1.key }.map { reason, names in
            "  \(reason), \(names.count): \(names.joined(separator: " "))\n"
        }
        return "\n\(title), \(count):\n" + lines.joined()
    }
}
