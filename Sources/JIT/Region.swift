package import IR

/// A block that is to be part of a region.
package struct RegionBlock {
    package let block: Block
    /// The entry modes, a bit each, in which a jump through a register of the region may lead to the block as if it were a
    /// direct one; none where nobody has seen such a jump lead there.
    package let landings: UInt8

    package init(_ block: Block, landings: UInt8 = 0) {
        self.block = block
        self.landings = landings
    }
}

/// The IR blocks that become one piece of native code: the first is where it is entered, and the others are reached
/// from it by jumps within its page: direct ones, and those through registers that have been seen to lead there.
///
/// In a region with a loop some registers of the guest are pinned: they stay in host registers throughout. Their
/// cells are loaded where the region is entered and stored where it is left.
struct Region {
    struct Node {
        let block: Block
        /// Successors within the region, by position in `nodes`; nil: elsewhere.
        var taken: Int?
        var other: Int?
        /// For a jump through a register: the nodes that it may lead to, besides elsewhere.
        var landings: [Int] = []
        /// Loops around it.
        var depth = 0
        /// Whether the guest's flags may be looked at before they are set.
        var needsFlags = true
        /// Pinned slots, by number, whose cells may be out of date at its start.
        var dirty: UInt16 = 0
        /// Whether a direct jump of its closes a loop of direct jumps: then it polls. Jumps through registers do anyway.
        var loops = false

    }

    /// In the order in which their code is laid out.
    private(set) var nodes: [Node] = []
    /// Whether the guest's pc can go down inside. Then every exit polls: of a loop through several regions one must, and
    /// without this only those would whose target lies below them.
    private(set) var descends = false
    private(set) var hasLoops = false
    /// Subnormal numbers are flushed to zero.
    var flushes = false
    /// State offsets of the pinned registers: the general ones, then those of 128 bits.
    private(set) var pinned: [Int32] = []
    private(set) var pinnedVectors = 0

    /// `blocks`, the entry first; nothing is pinned.
    init(_ blocks: consuming [RegionBlock]) {
        if blocks.isEmpty { return }
        layOut(blocks)
        findLoops()
        // Jumps through registers poll.
        descends = nodes.contains { Self.descends($0) }
        findFlagNeeds()
    }

    /// Pins at most `pins` general registers and `vectors` of 128 bits, of a state of `cells` cells, where there are loops.
    mutating func pin(atMost pins: Int, vectors: Int, cells: Int) {
        (pinned, pinnedVectors) = ([], 0)
        for index in nodes.indices { nodes[index].dirty = 0 }
        guard pins + vectors > 0, hasLoops else { return }
        choosePinned(atMost: pins, vectors, cells: cells)
        findDirty()
    }

    /// Depth first, postorder reversed: loops come out as backward jumps, the likely way on falls through.
    private mutating func layOut(_ blocks: [RegionBlock]) {
        let starts = blocks.map(\.block.guestPC)
        let edges = blocks.map { part in
            Edges(
                Self.targets(part.block).map { target in starts.firstIndex(of: target) }, landings(part.block, blocks))
        }
        var position = [Int](repeating: -1, count: blocks.count)
        var postorder: [Int] = []
        var stack: [(block: Int, next: Int)] = [(0, 0)]
        var seen = [Bool](repeating: false, count: blocks.count)
        seen[0] = true
        while let top = stack.last {
            guard top.next < edges[top.block].count else {
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
            var node = Node(block: blocks[block].block)
            node.taken = edges[block].direct.taken.map { position[$0] }
            node.other = edges[block].direct.other.map { position[$0] }
            node.landings = edges[block].landings.map { position[$0] }
            nodes.append(node)
        }
    }

    /// The entry mode of a block's jump through a register; nil for one that ends otherwise. Calls and returns end a region.
    static func jumpMode(_ block: borrowing Block) -> UInt64? {
        guard let last = block.instructions.last, last.opcode == .jumpIndirect, last.branchKind == .jump else {
            return nil
        }
        return last.imm
    }

    /// Those of `blocks`, by position, that the jump through a register at the end of `block` may lead to.
    private func landings(_ block: borrowing Block, _ blocks: [RegionBlock]) -> [Int] {
        guard let mode = Self.jumpMode(block) else { return [] }
        return blocks.indices.filter { blocks[$0].landings >> UInt8(truncatingIfNeeded: mode) & 1 != 0 }
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

        func map(_ transform: (UInt64) -> Int?) -> (taken: Int?, other: Int?) {
            (taken.flatMap(transform), other.flatMap(transform))
        }
    }

    /// Where a block leads, as positions among the region's blocks; nil: elsewhere.
    private struct Edges {
        let direct: (taken: Int?, other: Int?)
        let landings: [Int]

        init(_ direct: (taken: Int?, other: Int?), _ landings: [Int]) {
            self.direct = direct
            self.landings = landings
        }

        var count: Int { 2 + landings.count }
        subscript(number: Int) -> Int? {
            number == 0 ? direct.taken : number == 1 ? direct.other : landings[number - 2]
        }
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

    /// Calls `body` with each node that the one at `index` leads to.
    @inline(__always)
    private func forEachSuccessor(of index: Int, _ body: (Int) -> Void) {
        if let taken = nodes[index].taken { body(taken) }
        if let other = nodes[index].other { body(other) }
        for landing in nodes[index].landings { body(landing) }
    }

    private mutating func findLoops() {
        // Most regions have none, and need no lists of who leads where.
        var hasBackEdge = false
        for index in nodes.indices {
            forEachSuccessor(of: index) { hasBackEdge = hasBackEdge || $0 <= index }
        }
        guard hasBackEdge else { return }
        var predecessors = [[Int]](repeating: [], count: nodes.count)
        var heads: [[Int]] = predecessors
        for index in nodes.indices {
            forEachSuccessor(of: index) { target in
                predecessors[target].append(index)
                if target <= index { heads[target].append(index) }
            }
        }
        for head in nodes.indices where !heads[head].isEmpty {
            hasLoops = true
            deepen(from: heads[head], to: head, predecessors)
        }
        for index in nodes.indices where heads.contains(where: { $0.contains(index) }) {
            nodes[index].loops = [nodes[index].taken, nodes[index].other].contains { target in
                target.map { $0 <= index && leadsDirectly(from: $0, to: index) } ?? false
            }
        }
    }

    /// One loop more around everything that leads to the jumps at `ends` without passing `head`.
    private mutating func deepen(from ends: [Int], to head: Int, _ predecessors: [[Int]]) {
        var isInside = [Bool](repeating: false, count: nodes.count)
        isInside[head] = true
        nodes[head].depth += 1
        var work = ends
        while let node = work.popLast() {
            if isInside[node] { continue }
            isInside[node] = true
            nodes[node].depth += 1
            work += predecessors[node]
        }
    }

    /// Whether direct jumps lead from `start` to `end`.
    private func leadsDirectly(from start: Int, to end: Int) -> Bool {
        var seen = [Bool](repeating: false, count: nodes.count)
        var work = [start]
        while let node = work.popLast() {
            if node == end { return true }
            if seen[node] { continue }
            seen[node] = true
            work += [nodes[node].taken, nodes[node].other].compactMap { $0 }
        }
        return false
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
                var reached: UInt16 = .max
                forEachSuccessor(of: index) { reached &= nodes[$0].dirty }
                guard out & ~reached != 0 else { continue }
                for target in [nodes[index].taken, nodes[index].other].compactMap({ $0 }) + nodes[index].landings {
                    nodes[target].dirty |= out
                }
                changed = true
            }
        }
    }
}
