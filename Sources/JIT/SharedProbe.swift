import IR

/// One probe of the TLB for several accesses of a block at constant distances from one base: fields of a structure,
/// registers on the stack, the vectors of an unrolled loop.
///
/// The first access probes for the bytes of all; a hit says that they are in one page. What it leaves is a value of the
/// block: the host's address of the base, or 0 where it missed, and then each access probes for itself, out of line. Pages
/// change only while a vCPU is in the engine: a slow path makes the addresses 0 again, and other calls end the sharing.
struct SharedProbe {
    /// Root of the base, and the value that the host's address is.
    let base: Int
    let value: Int
    /// The bytes of all accesses, from the base.
    let low: Int32
    let high: Int32
    /// What the base has to be aligned to, for accesses that must be aligned.
    let alignment: Int
    /// Whether there is a store among them; what can be written can be read.
    let writes: Bool
    /// Whether the first access has been emitted.
    var isMade = false

    /// The most probes of a block, and bytes of one.
    static let limit = 16
    static let span = 1024
}

extension NativeCompiler {
    private struct Candidate {
        let base: Int
        var low: Int64
        var high: Int64
        var alignment: Int64
        var writes: Bool
        var accesses: [(index: Int, offset: Int64)]
    }

    /// Finds the accesses of the block that can share a probe.
    mutating func planProbes(_ block: borrowing Block) {
        probes.removeAll(keepingCapacity: true)
        guard sharesProbes, !isDirect, strip == nil else { return }
        var open: [Candidate] = []
        for (index, access) in block.instructions.enumerated() {
            switch access.opcode {
            case .load, .store, .loadPair, .storePair:
                // Others make no probe, or one of their own.
                if canShare(access), let (base, offset) = base(index, access, block) {
                    join(&open, index, access, base, offset, block)
                }
            case .guardClear: break
            default:
                guard access.mayFault || access.readsState || access.writesState else { continue }
                for candidate in open { close(candidate, block) }
                open.removeAll(keepingCapacity: true)
            }
        }
        for candidate in open { close(candidate, block) }
    }

    /// Whether the access is one of those that look into the TLB inline.
    private func canShare(_ access: Instruction) -> Bool {
        if access.memory.isSimple { return true }
        let isSingle = (access.opcode == .load || access.opcode == .store) && access.type != .i128
        return isSingle && !access.memory.unprivileged && access.memory.elements == nil
    }

    /// What the base must be aligned to for the access, which lies at `offset` from it; nil if that does not say enough.
    private func alignment(_ access: Instruction, _ offset: Int64) -> Int64? {
        guard hasToBeAligned(access) else { return 1 }
        let bytes = Int64(access.type.bytes)
        return offset & (bytes - 1) == 0 ? bytes : nil
    }

    private func base(_ index: Int, _ access: Instruction, _ block: borrowing Block) -> (Int, Int64)? {
        var (value, offset) = (access.a, Int64(bitPattern: access.imm))
        for _ in 0..<4 {
            let sum = block.instructions[Int(table[value].root)]
            guard sum.opcode == .add, sum.type == .i64, let step = constant(sum.b, block) else { break }
            (value, offset) = (sum.a, offset &+ Int64(bitPattern: step))
        }
        let root = Int(table[value].root)
        let source = block.instructions[root]
        // A sum that is part of the access is nobody else's.
        guard source.opcode != .constant, source.resultType == .i64, !table[root].isFolded, abs(offset) < 1 << 20 else {
            return nil
        }
        return (root, offset)
    }

    private func join(
        _ open: inout [Candidate], _ index: Int, _ access: Instruction, _ base: Int, _ offset: Int64,
        _ block: borrowing Block
    ) {
        guard let alignment = alignment(access, offset) else { return }
        let isPair = access.opcode == .loadPair || access.opcode == .storePair
        let end = offset + Int64(access.type.bytes * (isPair ? 2 : 1))
        let writes = access.opcode == .store || access.opcode == .storePair
        for number in open.indices where open[number].base == base {
            let (low, high) = (min(open[number].low, offset), max(open[number].high, end))
            guard high - low <= Int64(SharedProbe.span) else { continue }
            (open[number].low, open[number].high) = (low, high)
            open[number].alignment = max(open[number].alignment, alignment)
            open[number].writes = open[number].writes || writes
            open[number].accesses.append((index, offset))
            return
        }
        open.append(
            Candidate(
                base: base, low: offset, high: end, alignment: alignment, writes: writes, accesses: [(index, offset)]))
    }

    private mutating func close(_ candidate: Candidate, _ block: borrowing Block) {
        guard candidate.accesses.count > 1, probes.count < SharedProbe.limit, let last = candidate.accesses.last else {
            return
        }
        let value = block.instructions.count + probes.count
        for (index, offset) in candidate.accesses {
            table[index].probe = Int32(truncatingIfNeeded: probes.count)
            table[index].probeOffset = Int32(truncatingIfNeeded: offset)
        }
        // The base is wanted where the probe has missed.
        let end = Int32(truncatingIfNeeded: last.index)
        table[candidate.base].lastUse = max(table[candidate.base].lastUse, end)
        table[value].lastUse = end
        probes.append(
            SharedProbe(
                base: candidate.base, value: value, low: Int32(truncatingIfNeeded: candidate.low),
                high: Int32(truncatingIfNeeded: candidate.high), alignment: Int(candidate.alignment),
                writes: candidate.writes))
    }

    /// What stands for the host's addresses among the block's values.
    mutating func appendHostBases() {
        for _ in probes { block.instructions.append(Instruction(.add, .i64)) }
    }
}
