import Support

/// The bytes of a run's guest: the code, and what the plan says.
struct GuestImage {
    private var bytes: [UInt8]
    private let layout: GuestLayout

    /// The image of `test` under `plan`, with `code` assembled for `layout`.
    static func build(
        _ test: LitmusTest, _ layout: GuestLayout, _ plan: RunPlan, registers: [ThreadRegisters],
        code: (words: [UInt32], labels: [String: UInt64]), _ random: inout SplitMix64
    ) -> [UInt8] {
        let needsCells = test.locations.contains { $0.initial.contains { $0 != .number(0) } }
        let end = needsCells ? layout.arena(layout.instances) : layout.log(0, 0)
        var image = GuestImage(bytes: Array(repeating: 0, count: Int(end - GuestLayout.base)), layout: layout)
        for (index, word) in code.words.enumerated() { image.store(word, at: GuestLayout.base + 4 * UInt64(index)) }
        // A 1 GiB block of normal memory: attribute 1, inner shareable, accessed, for EL1 to read, write and execute.
        image.store(GuestLayout.base & ~0x3fff_ffff | 0x705, at: GuestLayout.table + 8)
        for (processor, who) in plan.placement.enumerated() {
            guard let who, let entry = code.labels[HarnessCode.entry(who.instance, who.thread)] else { continue }
            image.store(entry, at: GuestLayout.starts + 8 * UInt64(processor))
        }
        for instance in 0..<layout.instances {
            for thread in test.threads.indices {
                image.script(instance, thread, plan, registers[thread], &random)
            }
            if needsCells { image.cells(test, plan.cells[instance]) }
        }
        return image.bytes
    }

    private mutating func store<T: FixedWidthInteger>(_ value: T, at address: UInt64) {
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: value.littleEndian, toByteOffset: Int(address - GuestLayout.base), as: T.self)
        }
    }

    /// For each iteration: the addresses in the order in which the thread loads them, and how long it waits.
    private mutating func script(
        _ instance: Int, _ thread: Int, _ plan: RunPlan, _ registers: ThreadRegisters, _ random: inout SplitMix64
    ) {
        let rows = registers.addresses.map { plan.cells[instance][$0.location] }
        var place = Int(layout.script(instance, thread) - GuestLayout.base)
        bytes.withUnsafeMutableBytes { bytes in
            for iteration in 0..<layout.iterations {
                for row in rows {
                    bytes.storeBytes(of: row.address(iteration).littleEndian, toByteOffset: place, as: UInt64.self)
                    place += 8
                }
                let waits = (layout.iterations - iteration) % plan.delayEvery == 0
                let turns = waits ? UInt64(random.below(plan.delay + 1)) : 0
                bytes.storeBytes(of: turns.littleEndian, toByteOffset: place, as: UInt64.self)
                place += 8
            }
        }
    }

    /// The initial values.
    private mutating func cells(_ test: LitmusTest, _ rows: [RunPlan.CellRow]) {
        for (location, row) in zip(test.locations, rows) {
            for (element, value) in location.initial.enumerated() {
                for iteration in 0..<layout.iterations {
                    let bits =
                        switch value {
                        case .number(let number): number
                        case .address(let index): rows[index].address(iteration)
                        }
                    let address = row.address(iteration) + UInt64(element * location.type.size)
                    switch location.type.size {
                    case 1: store(UInt8(truncatingIfNeeded: bits), at: address)
                    case 2: store(UInt16(truncatingIfNeeded: bits), at: address)
                    case 4: store(UInt32(truncatingIfNeeded: bits), at: address)
                    default: store(bits, at: address)
                    }
                }
            }
        }
    }
}
