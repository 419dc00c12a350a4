/// The program of a cycle, in herd's format.
///
/// In each thread odd registers from X1 hold addresses, even ones from X0 the values read and written, X8 and above what
/// dependencies need.
struct CycleProgram {
    private let cycle: Cycle
    private var columns: [[String]] = []
    private var initial: [[String]] = []
    private var questions: [String] = []

    private static let names = ["x", "y", "z", "a", "b", "c", "d", "e"]

    init(_ cycle: Cycle) {
        self.cycle = cycle
        let threads = (cycle.accesses.map(\.thread).max() ?? 0) + 1
        for thread in 0..<threads { addThread(thread) }
        for location in 0..<cycle.locations {
            let writes = cycle.accesses.filter { $0.location == location && $0.direction == .write }
            if writes.count > 1 { questions.append("[\(name(location))]=\(writes.count)") }
        }
    }

    /// The whole file.
    func text(_ name: String) -> String {
        let height = columns.map(\.count).max() ?? 0
        let padded = columns.map { column in
            let width = column.map(\.count).max() ?? 0
            return (0..<height).map { row in
                let cell = row < column.count ? column[row] : ""
                return cell + String(repeating: " ", count: width - cell.count)
            }
        }
        let rows = (0..<height).map { row in " " + padded.map { $0[row] }.joined(separator: " | ") + " ;" }
        let lines =
            ["AArch64 \(name)", "\"\(cycle.edges.map(\.text).joined(separator: " "))\"", "{"]
            + initial.map { $0.joined(separator: " ") } + ["}"] + rows
            + ["exists (\(questions.joined(separator: " /\\ ")))", ""]
        return lines.joined(separator: "\n")
    }

    private func name(_ location: Int) -> String {
        location < Self.names.count ? Self.names[location] : "v\(location)"
    }

    // MARK: Threads

    private mutating func addThread(_ thread: Int) {
        let places = cycle.accesses.indices.filter { cycle.accesses[$0].thread == thread }
        var column = ["P\(thread)"]
        var addresses: [Int: Int] = [:]
        for (number, place) in places.enumerated() {
            let access = cycle.accesses[place]
            let next = addresses.count
            let address = addresses[access.location] ?? 2 * next + 1
            addresses[access.location] = address
            var scratch = Scratch(data: 2 * number, address: address, free: 8 + 4 * number)
            if number > 0, case .order(let order) = cycle.edges[place - 1].kind {
                column += scratch.lead(order, from: 2 * (number - 1), label: number)
            }
            column += scratch.access(access)
            if access.direction == .read { questions.append("\(thread):X\(2 * number)=\(access.value)") }
        }
        columns.append(column)
        initial.append(
            addresses.sorted { $0.value < $1.value }.map { "\(thread):X\($0.value)=\(name($0.key));" })
    }
}

/// The registers of one access and what leads to it.
private struct Scratch {
    let data: Int
    let address: Int
    /// The first of four registers for dependencies.
    let free: Int
    /// A register that is zero and depends on a read: for the address or for the data.
    private var addressZero: Int?
    private var dataZero: Int?

    init(data: Int, address: Int, free: Int) {
        self.data = data
        self.address = address
        self.free = free
    }

    /// The instructions between the access that read or wrote `from` and this one.
    mutating func lead(_ order: ProgramOrder, from: Int, label: Int) -> [String] {
        let zero = "EOR W\(free),W\(from),W\(from)"
        let branch = ["CBNZ W\(from),LC0\(label)", "LC0\(label):"]
        switch order {
        case .po: return []
        case .dmbSY: return ["DMB SY"]
        case .dmbLD: return ["DMB LD"]
        case .dmbST: return ["DMB ST"]
        case .dsbSY: return ["DSB SY"]
        case .control: return branch
        case .controlISB: return branch + ["ISB"]
        case .address:
            addressZero = free
            return [zero]
        case .data:
            dataZero = free
            return [zero]
        }
    }

    func access(_ access: Cycle.Access) -> [String] {
        var lines: [String] = []
        if access.direction == .write {
            lines.append(
                dataZero.map { "ADD W\(data),W\($0),#\(access.value)" } ?? "MOV W\(data),#\(access.value)")
        }
        let name =
            switch (access.direction, access.annotation) {
            case (.read, .acquire): "LDAR"
            case (.read, .acquirePC): "LDAPR"
            case (.read, _): "LDR"
            case (.write, .release): "STLR"
            case (.write, _): "STR"
            }
        guard let zero = addressZero else { return lines + ["\(name) W\(data),[X\(address)]"] }
        // Ordered accesses take no offset.
        if access.annotation == .plain { return lines + ["\(name) W\(data),[X\(address),W\(zero),SXTW]"] }
        return lines + ["ADD X\(free + 1),X\(address),W\(zero),SXTW", "\(name) W\(data),[X\(free + 1)]"]
    }
}
