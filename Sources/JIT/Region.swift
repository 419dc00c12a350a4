import IR

/// The IR blocks that become one piece of native code: the first is where it is entered, and the others are reached
/// from it by direct jumps within its page.
///
/// In a region with a loop some registers of the guest are pinned: they stay in host registers throughout. Their
/// cells are loaded where the region is entered and stored where it is left.
struct Region {
    struct Node {
        let block: Block
        /// Successors within the region, by position in `nodes`; nil: elsewhere.
        var taken: Int?
        var other: Int?
        /// Loops around it.
        var depth = 0
        /// Whether the guest's flags may be looked at before they are set.
        var needsFlags = true
        /// Pinned slots, by number, whose cells may be out of date at its start.
        var dirty: UInt16 = 0
        /// Whether a jump of its leads backwards: to itself or to a node before it.
        var loops = false
        /// Whether somebody jumps to it who does not stand right before it.
        var isTarget = false
    }

    /// In the order in which their code is laid out.
    private(set) var nodes: [Node] = []
    /// Whether the guest's pc can go down inside. Then every exit polls: of a loop through several regions one must, and
    /// without this only those would whose target lies below them.
    private(set) var descends = false
    /// Subnormal numbers are flushed to zero.
    var flushes = false
    /// State offsets of the pinned registers: the general ones, then those of 128 bits.
    private(set) var pinned: [Int32] = []
    private(set) var pinnedVectors = 0

    /// `blocks`, the entry first; nothing is pinned.
    init(_ blocks: consuming [Block]) {
        if blocks.isEmpty { return }
        layOut(blocks)
        findLoops()
        descends = nodes.contains { Self.descends($0) }
        findFlagNeeds()
    }

    /// Pins at most `pins` general registers and `vectors` of 128 bits, of a state of `cells` cells, where there are loops.
    mutating func pin(atMost pins: Int, vectors: Int, cells: Int) {
        (pinned, pinnedVectors) = ([], 0)
        for index in nodes.indices { nodes[index].dirty = 0 }
        guard pins + vectors > 0, nodes.contains(where: \.loops) else { return }
        choosePinned(atMost: pins, vectors, cells: cells)
        findDirty()
    }

    /// Depth first, postorder reversed: loops come out as backward jumps, the likely way on falls through.
    private mutating func layOut(_ blocks: [Block]) {
        let starts = blocks.map(\.guestPC)
        let edges = blocks.map { Self.targets($0).map { target in starts.firstIndex(of: target) } }
        var position = [Int](repeating: -1, count: blocks.count)
        var postorder: [Int] = []
        var stack: [(block: Int, next: Int)] = [(0, 0)]
        var seen = [Bool](repeating: false, count: blocks.count)
        seen[0] = true
        while let top = stack.last {
            guard top.next < 2 else {
                postorder.append(top.block)
                stack.removeLast()
                continue
            }
            stack[stack.count - 1].next += 1
            guard let target = edges[top.block][top.next], !seen[target] else { continue }
            seen[target] = true
            stack.append((target, 0))
        }
        for (place, block) in postorder.reversed().enumerated() { position[block] = place }
        nodes.reserveCapacity(blocks.count)
        for block in postorder.reversed() {
            var node = Node(block: blocks[block])
            node.taken = edges[block][0].map { position[$0] }
            node.other = edges[block][1].map { position[$0] }
            nodes.append(node)
        }
    }

    /// Where the block's direct jump leads; calls end a region.
    static func targets(_ block: borrowing Block) -> Targets {
        guard let last = block.instructions.last else { return Targets() }
        switch last.opcode {
        case .branch: return Targets(taken: last.imm, other: last.imm2)
        case .jump where last.branchKind == .jump: return Targets(taken: last.imm)
        default: return Targets()
        }
    }

    /// Where a block's direct jump leads: asked for often, so no array.
    struct Targets {
        var taken: UInt64?
        /// Of a conditional one, where it leads when its condition does not hold.
        var other: UInt64?

        var count: Int { (taken == nil ? 0 : 1) + (other == nil ? 0 : 1) }

        func map(_ transform: (UInt64) -> Int?) -> Edges {
            Edges(taken: taken.flatMap(transform), other: other.flatMap(transform))
        }
    }

    /// The same as positions among the region's blocks; nil: elsewhere.
    struct Edges {
        var taken: Int?
        var other: Int?

        subscript(number: Int) -> Int? { number == 0 ? taken : other }
    }

    /// Whether a followed jump of the node's block, or an edge to another node, leads to a lower pc.
    private static func descends(_ node: Node) -> Bool {
        var last: UInt64 = 0
        for instruction in node.block.instructions where instruction.opcode == .guestInstruction {
            if instruction.imm < last { return true }
            last = instruction.imm
        }
        let targets = targets(node.block)
        func leadsDown(_ target: UInt64?, _ inside: Int?) -> Bool {
            guard let target else { return false }
            return target <= last && inside != nil
        }
        return leadsDown(targets.taken, node.taken) || leadsDown(targets.other, node.other)
    }

    private mutating func findLoops() {
        for index in nodes.indices {
            for target in [nodes[index].taken, nodes[index].other] {
                guard let target else { continue }
                if target != index + 1 { nodes[target].isTarget = true }
                guard target <= index else { continue }
                nodes[index].loops = true
                deepen(from: index, to: target)
            }
        }
    }

    /// One loop more around everything that leads to the jump at `end` without passing `head`.
    private mutating func deepen(from end: Int, to head: Int) {
        var body = Set([head])
        var work = [end]
        while let node = work.popLast() {
            guard body.insert(node).inserted else { continue }
            for index in nodes.indices where nodes[index].taken == node || nodes[index].other == node {
                work.append(index)
            }
        }
        for node in body { nodes[node].depth += 1 }
    }

    // MARK: Flags

    private mutating func findFlagNeeds() {
        let kinds = nodes.map { Self.flagUse($0) }
        for index in nodes.indices { nodes[index].needsFlags = kinds[index] == .looks }
        var changed = true
        while changed {
            changed = false
            for index in nodes.indices.reversed() where kinds[index] == .passes && !nodes[index].needsFlags {
                if flagsNeeded(after: index) {
                    nodes[index].needsFlags = true
                    changed = true
                }
            }
        }
    }

    private func flagsNeeded(after index: Int) -> Bool {
        let node = nodes[index]
        let count = Self.targets(node.block).count
        if count == 0 || node.taken == nil || count == 2 && node.other == nil { return true }
        return [node.taken, node.other].contains { $0.map { nodes[$0].needsFlags } ?? false }
    }

    private enum FlagUse { case looks, sets, passes }

    private static func flagUse(_ node: Node) -> FlagUse {
        for instruction in node.block.instructions {
            if instruction.mayFault || instruction.readsState || instruction.writesState { return .looks }
            if instruction.opcode == .getState && instruction.type == .flags { return .looks }
            if instruction.opcode == .setState && instruction.type == .flags { return .sets }
        }
        // Where a loop polls, the flags must be known.
        return node.loops ? .looks : .passes
    }

    // MARK: Pinned registers

    private mutating func choosePinned(atMost limit: Int, _ vectorLimit: Int, cells: Int) {
        // One a cell, of registers of 64 bits, and of those of 128 that begin there.
        var weights = [Int32](repeating: 0, count: cells + 1)
        var vectorWeights = weights
        // Cells that are used otherwise than as one register of 64 bits, and other than as part of one of 128.
        var (unfit, scalar) = ([Bool](repeating: false, count: cells + 1), [Bool](repeating: false, count: cells + 1))
        for node in nodes {
            let weight: Int32 = node.depth == 0 ? 0 : 1 << Int32(3 * min(node.depth, 4))
            for instruction in node.block.instructions
            where instruction.opcode == .getState || instruction.opcode == .setState {
                let cell = Int(truncatingIfNeeded: instruction.imm >> 3)
                if instruction.type == .i128 {
                    vectorWeights[cell] &+= weight
                    (unfit[cell], unfit[cell + 1]) = (true, true)
                    continue
                }
                scalar[cell] = true
                if fits(instruction) { weights[cell] &+= weight } else { unfit[cell] = true }
            }
        }
        for cell in 0..<cells {
            if unfit[cell] { weights[cell] = 0 }
            if scalar[cell] || scalar[cell + 1] { vectorWeights[cell] = 0 }
        }
        let vectors = Self.heaviest(vectorWeights, atMost: vectorLimit)
        pinned = Self.heaviest(weights, atMost: limit) + vectors
        pinnedVectors = vectors.count
    }

    /// State offsets of the cells with the largest weights, of several alike the first.
    private static func heaviest(_ weights: [Int32], atMost limit: Int) -> [Int32] {
        var best: [Int] = []
        for (cell, weight) in weights.enumerated() where weight > 0 {
            if best.count == limit, limit == 0 || weights[best[limit - 1]] >= weight { continue }
            if best.count == limit { best.removeLast() }
            best.insert(cell, at: best.firstIndex { weights[$0] < weight } ?? best.count)
        }
        return best.sorted().map { Int32(truncatingIfNeeded: $0 * 8) }
    }

    /// Whether the slot can be a 64-bit register by what this access does with it.
    private func fits(_ access: Instruction) -> Bool {
        guard access.imm & 7 == 0 else { return false }
        return access.type == .i64
            || access.opcode == .getState && (access.type == .i32 || access.type == .i16 || access.type == .i8)
    }

    private mutating func findDirty() {
        if pinned.isEmpty { return }
        let sets = nodes.map { node in
            node.block.instructions.reduce(into: UInt16(0)) { mask, instruction in
                guard instruction.opcode == .setState else { return }
                if let number = pinned.firstIndex(of: Int32(truncatingIfNeeded: instruction.imm)) {
                    mask |= 1 << number
                }
            }
        }
        var changed = true
        while changed {
            changed = false
            for index in nodes.indices {
                let out = nodes[index].dirty | sets[index]
                for target in [nodes[index].taken, nodes[index].other] {
                    guard let target, nodes[target].dirty | out != nodes[target].dirty else { continue }
                    nodes[target].dirty |= out
                    changed = true
                }
            }
        }
    }
}
