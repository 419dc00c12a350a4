import Guest
import IR
import Support

/// What follows a load-exclusive, as far as its store-exclusive cares.
///
/// A *closed* sequence goes from the load to the store without another memory access. What it stores depends only on the
/// value loaded and on registers, so if the location holds that value when the store comes, the whole sequence might as
/// well have run at that moment: comparing values is exact, also if the location changed and changed back. In an *open*
/// sequence other accesses lie between (a load through the loaded pointer), which the comparison does not cover: there
/// the store must fail after any write (Arm ARM B2.9.1). Docs/MemoryModel.md has the argument in full.
///
/// Sequences are looked at from the words of the page; what cannot be seen counts as open. One conditional branch may lie
/// in a closed sequence (the failed comparison of a compare-and-swap); the side that leads to no store-exclusive *leaves*
/// it: a store-exclusive that comes all the same is made to fail, as the architecture allows, and the sequence counts
/// as open from then on.
struct ExclusiveSequence: Equatable {
    enum Kind: Equatable {
        case closed
        case open
    }

    var kind: Kind
    /// The sequence is left wherever it goes: no store-exclusive follows.
    var isLeftAtOnce = false
    /// Byte offset from the load of the conditional branch that leaves the sequence, and on which side.
    var leavingBranch: (offset: Int, onTaken: Bool)?

    static func == (a: Self, b: Self) -> Bool {
        a.kind == b.kind && a.isLeftAtOnce == b.isLeftAtOnce && a.leavingBranch?.offset == b.leavingBranch?.offset
            && a.leavingBranch?.onTaken == b.leavingBranch?.onTaken
    }

    static let open = ExclusiveSequence(kind: .open)
    static let closed = ExclusiveSequence(kind: .closed)

    /// Of the load-exclusive at byte `offset` of `code`.
    static func following(_ offset: Int, in code: CodeWindow) -> ExclusiveSequence {
        var explorer = Explorer(code: code)
        guard let branch = explorer.firstBranch(after: offset) else {
            switch explorer.walk(from: offset + 4, sawMemory: false, branches: 0) {
            case .stores: return .closed
            case .storesAfterMemory: return .open
            case .neverStores: return ExclusiveSequence(kind: .closed, isLeftAtOnce: true)
            }
        }
        return explorer.split(at: branch, load: offset)
    }
}

/// Walks along the words of a page from a load-exclusive.
private struct Explorer {
    enum End {
        /// A store-exclusive, with no memory access before it.
        case stores
        /// One after a memory access, or what may come cannot be seen.
        case storesAfterMemory
        case neverStores
    }

    let code: CodeWindow
    /// Words that may still be looked at.
    private var budget = 64

    init(code: CodeWindow) { self.code = code }

    /// The conditional branch that comes before any memory access, store-exclusive or other end; nil if none does.
    func firstBranch(after load: Int) -> Int? {
        var offset = load + 4
        for _ in 0..<32 {
            guard let word = code.word(at: offset) else { return nil }
            switch ExclusiveStep(word) {
            case .branch: return offset
            case .jump(let distance): offset += distance
            case .register: offset += 4
            case .memory, .store, .end: return nil
            }
        }
        return nil
    }

    /// The sequence whose conditional branch is at `branch`.
    mutating func split(at branch: Int, load: Int) -> ExclusiveSequence {
        guard case .branch(let distance)? = code.word(at: branch).map(ExclusiveStep.init) else { return .open }
        let taken = walk(from: branch + distance, sawMemory: false, branches: 1)
        let other = walk(from: branch + 4, sawMemory: false, branches: 1)
        switch (taken, other) {
        case (.stores, .stores): return .closed
        case (.stores, .neverStores):
            return ExclusiveSequence(kind: .closed, leavingBranch: (branch - load, false))
        case (.neverStores, .stores):
            return ExclusiveSequence(kind: .closed, leavingBranch: (branch - load, true))
        case (.neverStores, .neverStores): return ExclusiveSequence(kind: .closed, isLeftAtOnce: true)
        default: return .open
        }
    }

    /// What the way from `start` leads to. `branches` conditional ones lie behind it.
    mutating func walk(from start: Int, sawMemory: Bool, branches: Int) -> End {
        var (offset, sawMemory) = (start, sawMemory)
        while budget > 0 {
            budget -= 1
            // Beyond the page nothing can be seen.
            guard let word = code.word(at: offset) else { return .storesAfterMemory }
            switch ExclusiveStep(word) {
            case .register: offset += 4
            case .memory:
                sawMemory = true
                offset += 4
            case .store: return sawMemory || branches > 1 ? .storesAfterMemory : .stores
            case .end: return .neverStores
            case .jump(let distance): offset += distance
            case .branch(let distance): return fork(offset, distance, sawMemory, branches + 1)
            }
        }
        return .neverStores
    }

    private mutating func fork(_ offset: Int, _ distance: Int, _ sawMemory: Bool, _ branches: Int) -> End {
        if branches > 3 { return .neverStores }
        let ends = [
            walk(from: offset + distance, sawMemory: sawMemory, branches: branches),
            walk(from: offset + 4, sawMemory: sawMemory, branches: branches),
        ]
        // A store behind two conditional branches is too far for the block that sees the first.
        return ends.allSatisfy { $0 == .neverStores } ? .neverStores : .storesAfterMemory
    }
}

/// What one word does on the way from a load-exclusive to its store-exclusive, from the encoding groups of Arm ARM C4.1.
private enum ExclusiveStep {
    case register, memory, store
    /// Another load-exclusive, CLREX, an exception, a call or a jump to somewhere else.
    case end
    /// Unconditional, and conditional, to this many bytes further.
    case jump(Int)
    case branch(Int)

    init(_ word: UInt32) {
        switch word >> 25 & 0xf {
        case 0b0100, 0b0110, 0b1100, 0b1110: self = Self.access(word)
        case 0b1010, 0b1011: self = Self.control(word)
        default: self = .register
        }
    }

    private static func access(_ word: UInt32) -> ExclusiveStep {
        // Load/store exclusive: bits 29 to 24 are 001000 and bit 23 is 0; the LSE compare-and-swap pairs share the group.
        guard word & 0x3f80_0000 == 0x0800_0000 else { return .memory }
        let isPair = word & 1 << 21 != 0
        if isPair && word & 1 << 31 == 0 { return .memory }
        return word & 1 << 22 == 0 ? .store : .end
    }

    private static func control(_ word: UInt32) -> ExclusiveStep {
        if word & 0xfc00_0000 == 0x1400_0000 { return .jump(distance(word, low: 0, width: 26)) }
        if word & 0xff00_0010 == 0x5400_0000 { return .branch(distance(word, low: 5, width: 19)) }
        if word & 0x7e00_0000 == 0x3400_0000 { return .branch(distance(word, low: 5, width: 19)) }
        if word & 0x7e00_0000 == 0x3600_0000 { return .branch(distance(word, low: 5, width: 14)) }
        // Hints and barriers but CLREX and, for what they wait for, WFE and WFI.
        let isHint = word & 0xffff_f01f == 0xd503_201f
        if isHint { return word == 0xd503_205f || word == 0xd503_207f ? .end : .register }
        if word & 0xffff_f01f == 0xd503_301f { return word >> 5 & 7 == 2 ? .end : .register }
        return .end
    }

    private static func distance(_ word: UInt32, low: UInt32, width: UInt32) -> Int {
        Int(word.signedBits(low, width)) * 4
    }
}

extension A64Translation {
    /// To be called before the load-exclusive at byte `offset` of `code` is translated.
    mutating func beginExclusiveSequence(_ offset: Int, in code: CodeWindow) {
        let sequence = code.isOpenSequence(at: pc) ? .open : ExclusiveSequence.following(offset, in: code)
        exclusive = OpenedExclusive(pc: pc, isTracked: sequence.kind == .open, sequence: sequence)
    }

    /// Marks where the sequence is left, after the instruction at `pc` has been translated.
    mutating func markLeavingOfExclusiveSequence() {
        guard let current = exclusive, !current.isTracked else { return }
        if current.sequence.isLeftAtOnce {
            exclusive = nil
            if !ir.isTerminated { ir.abandonExclusive(ir.constant(.i1, 1), linkedAt: current.pc) }
        } else if let leaving = current.sequence.leavingBranch {
            guard pc == current.pc &+ UInt64(bitPattern: Int64(leaving.offset)) else { return }
            exclusive = nil
            ir.abandonExclusive(onTaken: leaving.onTaken, linkedAt: current.pc)
        } else {
            exclusive = nil
        }
    }

    /// The block ends. A sequence whose leaving branch it does not reach counts as open after all.
    mutating func endExclusiveSequence() {
        guard let current = exclusive, !current.isTracked else { return }
        exclusive = nil
        ir.trackLoadLinked()
    }
}

/// The load-exclusive whose sequence is being translated.
struct OpenedExclusive {
    /// Of the load.
    let pc: UInt64
    let isTracked: Bool
    let sequence: ExclusiveSequence
}

extension UInt32 {
    /// Whether the word is a load-exclusive, of a register or a pair.
    var isLoadExclusive: Bool {
        self & 0x3fc0_0000 == 0x0840_0000 && (self & 1 << 21 == 0 || self & 1 << 31 != 0)
    }
}
