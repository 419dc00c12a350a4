import IR

/// Fences and guards: operations that say something about everything after them.
extension ForwardSweep {
    /// Fence merging. Two fences without a memory operation between them order the same accesses, so the first can do
    /// the work of both; nor may the block be left between them, so that every exit has seen the fences it should have
    /// and no others. Nothing else is removed: an acquire load orders only itself against what follows, a fence all
    /// accesses before it (Arm ARM B2.3), so neither makes the other redundant; nor is a release store made plain
    /// after a fence, since a later acquire load must still not pass it.
    mutating func placeFence() -> Value {
        guard steps.contains(.fences) else { return append(op) }
        let bits = op.attribute
        if bits == 0 { return .none }
        if pendingFence >= 0 {
            output[pendingFence].attribute |= bits
            return .none
        }
        pendingFence = output.count
        return append(op)
    }

    /// A guard that cannot fail is dropped: on a constant, or on bits that an earlier guard has seen clear.
    /// One on the low bits of x + c looks at x itself when c has none of them.
    mutating func placeGuard() -> Value {
        if steps.contains(.rules) {
            let mask = op.imm
            while let (base, addend) = addOfConstant(op.a), mask & (mask &+ 1) == 0, addend & mask == 0 {
                op.a = base
            }
            let value = op.a
            if let bits = constantBits(value), bits & mask == 0 { return .none }
            if guarded.value.index == value.index && mask & ~guarded.mask == 0 { return .none }
            guarded = (value, mask)
        }
        pendingFence = -1
        return append(op)
    }
}
