import IR

/// What each value of a block became in the next, filled in order.
///
/// "No operand" maps to itself without a branch: its index plus one is zero, where the map keeps it. Which operands an
/// operation has is as good as random to a branch predictor, and the walks ask for all three of each operation.
struct ValueMap: ~Copyable {
    private var values: ScratchArray<Value>

    init() { values = ScratchArray(capacity: 4096) }

    private init(values: consuming ScratchArray<Value>) { self.values = values }

    /// As `ScratchArray.take`.
    mutating func take() -> ValueMap { ValueMap(values: values.take()) }

    mutating func reset() {
        values.removeAll()
        values.append(.none)
    }

    /// The first `count` values became themselves.
    mutating func reset(identityTo count: Int) {
        reset()
        for index in 0..<count { values.append(Value(index)) }
    }

    /// The value that the next operation of the old block became.
    @inline(__always)
    mutating func append(_ value: Value) { values.append(value) }

    @inline(__always)
    subscript(index: UInt32) -> UInt32 { values[Int(truncatingIfNeeded: index &+ 1)].index }
}
