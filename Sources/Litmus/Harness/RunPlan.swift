import Support

/// What one run draws at random: where the cells are, who runs where, who waits how long.
struct RunPlan {
    /// By instance and location: the address of the cell of iteration 0, 1, ...
    let cells: [[CellRow]]
    /// By vCPU: its instance and thread; nil stays off.
    let placement: [(instance: Int, thread: Int)?]
    /// The most turns that a thread waits before its body.
    let delay: Int
    /// It does before each so manyth iteration, counted from the last: those before which threads meet.
    let delayEvery: Int

    /// Cells of one location through the iterations.
    struct CellRow {
        let base: UInt64
        let stride: UInt64
        /// Which cell each iteration has.
        let slots: [UInt32]

        func address(_ iteration: Int) -> UInt64 { base + stride * UInt64(slots[iteration]) }
    }

    init(
        _ test: LitmusTest, _ layout: GuestLayout, _ options: HarnessOptions, seats: Seats, _ random: inout SplitMix64
    ) {
        let shape = CellShape(test, options, &random)
        cells = (0..<layout.instances).map { instance in
            Self.rows(test, layout, shape, options, arena: layout.arena(instance), &random)
        }
        placement = seats.placed(instances: layout.instances, threads: test.threads.count, &random)
        delayEvery = options.barrier == .pairs ? GuestLayout.pairSpan : 1
        switch options.delay {
        case .fixed(let turns): delay = turns
        case .random: delay = [0, 3, 10, 40, 150][random.below(5)]
        }
    }

    private static func rows(
        _ test: LitmusTest, _ layout: GuestLayout, _ shape: CellShape, _ options: HarnessOptions, arena: UInt64,
        _ random: inout SplitMix64
    ) -> [CellRow] {
        let window = options.shuffles ? shape.window : 1
        let slots = Self.shuffled(layout.iterations, window, &random)
        let order = Array(test.locations.indices).shuffled(using: &random)
        return test.locations.indices.map { location in
            let place = UInt64(order.firstIndex(of: location) ?? 0)
            if shape.isPacked {
                return CellRow(base: arena + shape.skew(0) + place * shape.room, stride: shape.stride, slots: slots)
            }
            return CellRow(
                base: arena + place * layout.arenaSize + shape.skew(location), stride: shape.stride,
                slots: Self.shuffled(layout.iterations, window, &random))
        }
    }

    /// The numbers below `count`, shuffled within each `window` of them.
    private static func shuffled(_ count: Int, _ window: Int, _ random: inout SplitMix64) -> [UInt32] {
        var slots = (0..<UInt32(count)).map { $0 }
        for start in stride(from: 0, to: count, by: window) where window > 1 {
            slots[start..<min(start + window, count)].shuffle(using: &random)
        }
        return slots
    }

    /// Bytes that the cells of one location may take, whatever is drawn.
    static func arenaSize(_ test: LitmusTest, _ options: HarnessOptions) -> UInt64 {
        let largest = UInt64(CellShape.maximumStride(test, options))
        return (UInt64(options.size) * largest + CellShape.maximumSkew + 8191) & ~4095
    }
}

/// How the cells of a run lie to each other.
struct CellShape {
    /// From one iteration's cell to the next slot's.
    let stride: UInt64
    /// Room of one location in a packed cell.
    let room: UInt64
    /// All locations of an iteration lie side by side, mostly in one cache line; else each has an array of its own.
    let isPacked: Bool
    /// Cells are shuffled among so many neighbours. In small windows the pages stay in the software TLB and threads are
    /// close together; in large ones each access may take a slow path.
    let window: Int
    /// Multiples of 16 by which arrays begin behind a page's start.
    private let skews: [UInt64]

    static let maximumSkew: UInt64 = 4096

    init(_ test: LitmusTest, _ options: HarnessOptions, _ random: inout SplitMix64) {
        let room = Self.room(test)
        let packedSize = Self.powerOfTwo(room * test.locations.count)
        self.room = UInt64(room)
        switch options.stride {
        case .fixed(let bytes):
            isPacked = false
            stride = UInt64(max(bytes, Self.powerOfTwo(room)))
        case .random:
            isPacked = random.below(3) == 0
            let least = isPacked ? packedSize : Self.powerOfTwo(room)
            stride = UInt64(max(least, [16, 32, 64, 64, 128][random.below(5)]))
        }
        window = [8, 32, 256, options.size][random.below(4)]
        skews = test.locations.map { _ in UInt64(16 * random.below(256)) }
    }

    func skew(_ location: Int) -> UInt64 { skews.isEmpty ? 0 : skews[location] }

    /// Of one location: 16-byte units, so that whatever is aligned in the test is aligned in memory.
    private static func room(_ test: LitmusTest) -> Int {
        test.locations.map { max(16, ($0.size + 15) / 16 * 16) }.max() ?? 16
    }

    /// The largest stride that may be drawn. Packed cells of all locations may go over all their arrays.
    static func maximumStride(_ test: LitmusTest, _ options: HarnessOptions) -> Int {
        switch options.stride {
        case .fixed(let bytes): max(bytes, powerOfTwo(room(test)))
        case .random: max(128, powerOfTwo(room(test) * max(test.locations.count, 1)))
        }
    }

    private static func powerOfTwo(_ size: Int) -> Int {
        var result = 16
        while result < size { result *= 2 }
        return result
    }
}
