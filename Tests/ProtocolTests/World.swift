/// A state of a protocol's model: shared memory, and each thread's place, registers and store buffer.
///
/// Small numbers throughout. A thread's stores wait in its buffer, oldest first, until the explorer lets one reach
/// memory; its own loads see them before. That is how x86-64 orders accesses (Intel SDM volume 3, 9.2.3). A locked
/// operation waits until the buffer is empty.
struct World: Hashable {
    static let mostThreads = 4
    static let registersPerThread = 12
    /// Stores that a buffer holds.
    static let bufferDepth: UInt64 = 4

    var cells = SIMD32<Int8>()
    var registers = SIMD64<Int8>()
    /// Of each thread, the number of its next step.
    var places = SIMD4<UInt8>()
    /// Of each thread, up to four stores of 16 bits: the cell plus 1 and the value, the oldest lowest.
    var buffers = SIMD4<UInt64>()

    func hash(into hasher: inout Hasher) {
        let (cells, registers) = (
            unsafeBitCast(cells, to: SIMD4<UInt64>.self), unsafeBitCast(registers, to: SIMD8<UInt64>.self)
        )
        var mixed = buffers[0] &* 3 ^ buffers[1] &* 5 ^ buffers[2] &* 7 ^ buffers[3]
        for index in 0..<4 {
            mixed = (mixed ^ cells[index] ^ UInt64(places[index])) &* 0x9e37_79b9_7f4a_7c15 ^ mixed >> 29
        }
        for index in 0..<8 { mixed = (mixed ^ registers[index]) &* 0x9e37_79b9_7f4a_7c15 ^ mixed >> 31 }
        hasher.combine(mixed)
    }

    // MARK: Registers

    subscript(thread: Int, register: Int) -> Int {
        get { Int(registers[thread * Self.registersPerThread + register]) }
        set { registers[thread * Self.registersPerThread + register] = Int8(newValue) }
    }

    // MARK: Memory

    /// What is in memory, whoever may have another value in his buffer.
    subscript(cell: Int) -> Int {
        get { Int(cells[cell]) }
        set { cells[cell] = Int8(newValue) }
    }

    /// What `thread` loads.
    func load(_ cell: Int, _ thread: Int) -> Int {
        var newest: Int?
        var rest = buffers[thread]
        while rest != 0 {
            if Int(rest & 0xff) == cell + 1 { newest = Int(Int8(truncatingIfNeeded: rest >> 8)) }
            rest >>= 16
        }
        return newest ?? self[cell]
    }

    /// Puts a store into `thread`'s buffer; false when that is full.
    mutating func store(_ cell: Int, _ value: Int, _ thread: Int) -> Bool {
        var count: UInt64 = 0
        while count < Self.bufferDepth && buffers[thread] >> (16 * count) != 0 { count += 1 }
        guard count < Self.bufferDepth else { return false }
        let entry = UInt64(UInt8(truncatingIfNeeded: value)) << 8 | UInt64(cell + 1)
        buffers[thread] |= entry << (16 * count)
        return true
    }

    /// Lets the oldest store of `thread` reach memory; the cell.
    mutating func drain(_ thread: Int) -> Int {
        let entry = buffers[thread]
        buffers[thread] = entry >> 16
        let cell = Int(entry & 0xff) - 1
        self[cell] = Int(Int8(truncatingIfNeeded: entry >> 8))
        return cell
    }
}
