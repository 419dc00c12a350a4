/// Which A64 encodings are implemented and were run by the fuzzer: `results/instructions.csv`, summed by group.
package struct InstructionCoverage {
    private struct Group {
        var encodings = 0
        var implemented = 0
        var used = 0
        var missing: [String] = []
    }

    private var groups: [(name: String, group: Group)] = []

    /// - Throws: ``BenchError`` naming the file and line that are no `group,encoding,implemented,used`.
    package init(file: String) throws {
        for (number, line) in try FileText.read(file).split(separator: "\n").enumerated().dropFirst() {
            let fields = line.split(separator: ",")
            guard fields.count == 4, ["yes", "no"].contains(fields[2]), let used = Int(fields[3]) else {
                throw BenchError("\(file):\(number + 1): not group,encoding,yes or no,count")
            }
            add("\(fields[0])", "\(fields[1])", isImplemented: fields[2] == "yes", isUsed: used > 0)
        }
    }

    private mutating func add(_ name: String, _ encoding: String, isImplemented: Bool, isUsed: Bool) {
        if groups.last?.name != name { groups.append((name, Group())) }
        groups[groups.count - 1].group.encodings += 1
        if isImplemented {
            groups[groups.count - 1].group.implemented += 1
        } else {
            groups[groups.count - 1].group.missing.append(encoding)
        }
        if isUsed { groups[groups.count - 1].group.used += 1 }
    }

    /// A table by group, and the encodings that are not implemented.
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
        let missing = groups.filter { !$0.group.missing.isEmpty }.map {
            "\nnot implemented, \($0.name): \($0.group.missing.joined(separator: " "))\n"
        }
        return table.text + missing.joined()
    }
}
