import Machine

/// Reads a run's final states out of the guest's memory.
struct StateReader {
    private let test: LitmusTest
    private let layout: GuestLayout
    private let plan: RunPlan
    private let instance: Int
    private let sources: [Source]
    private let logs: [[UInt8]]
    private let cells: [UInt8]

    /// Where an observable's value is.
    private enum Source {
        case log(thread: Int, word: Int, CellType)
        case cell(location: Int, offset: UInt64, CellType)
    }

    init(
        _ machine: Machine, _ test: LitmusTest, _ layout: GuestLayout, _ plan: RunPlan, instance: Int
    ) throws(MachineError) {
        self.test = test
        self.layout = layout
        self.plan = plan
        self.instance = instance
        var words = Array(repeating: 0, count: test.threads.count)
        var sources: [Source] = []
        for observable in test.observed {
            switch observable {
            case .register(let thread, _):
                sources.append(.log(thread: thread, word: words[thread], test.type(of: observable)))
                words[thread] += 1
            case .memory(let location, let element):
                let type = test.locations[location].type
                sources.append(.cell(location: location, offset: UInt64(element * type.size), type))
            }
        }
        self.sources = sources
        var logs: [[UInt8]] = []
        for thread in test.threads.indices {
            let size = 8 * layout.logWords[thread] * layout.iterations
            logs.append(try machine.contents(size, at: layout.log(instance, thread)))
        }
        self.logs = logs
        let readsCells = test.observed.contains { if case .memory = $0 { true } else { false } }
        let arena = layout.arena(instance)
        cells = readsCells ? try machine.contents(Int(layout.arena(instance + 1) - arena), at: arena) : []
    }

    /// Counts all iterations whose state `filter` lets through.
    func count(into histogram: inout Histogram) {
        var values = Array(repeating: LitmusValue.number(0), count: sources.count)
        for iteration in 0..<layout.iterations {
            for (index, source) in sources.enumerated() { values[index] = value(source, iteration) }
            if let filter = test.question.filter, !holds(filter, values) { continue }
            histogram.add(values)
        }
    }

    private func holds(_ condition: Condition, _ values: [LitmusValue]) -> Bool {
        condition.holds { observable, value in
            test.observed.firstIndex(of: observable).map { values[$0] } == test.normalized(value, observable)
        }
    }

    private func value(_ source: Source, _ iteration: Int) -> LitmusValue {
        switch source {
        case .log(let thread, let word, let type):
            let place = 8 * (iteration * layout.logWords[thread] + word)
            return named(read(logs[thread], place, 8), type, iteration)
        case .cell(let location, let offset, let type):
            let address = plan.cells[instance][location].address(iteration) + offset
            return named(read(cells, Int(address - layout.arena(instance)), type.size), type, iteration)
        }
    }

    private func read(_ bytes: [UInt8], _ place: Int, _ size: Int) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            switch size {
            case 1: UInt64(bytes[place])
            case 2: UInt64(bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self).littleEndian)
            case 4: UInt64(bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self).littleEndian)
            default: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian
            }
        }
    }

    /// An address is shown as the location that lies there in this iteration.
    private func named(_ bits: UInt64, _ type: CellType, _ iteration: Int) -> LitmusValue {
        if type == .address, bits >= GuestLayout.base {
            let rows = plan.cells[instance]
            if let index = rows.indices.first(where: { rows[$0].address(iteration) == bits }) { return .address(index) }
        }
        return .number(type.normalized(bits))
    }
}
