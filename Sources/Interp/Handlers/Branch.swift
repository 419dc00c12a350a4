import IR
import Support

// Branches on a truth value, and jumps. For the exit table see BranchCompare.swift.

// if a (an i1): word 2 begins the exits

@c func execBranch(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branch(f.get64(p.a) != 0, p + 16, f, m, t)
}

// if bit imm32 of a is set, or clear

@c func execBranchBitSet(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branch(f.get64(p.a) &>> p.imm32 & 1 != 0, p + 16, f, m, t)
}

@c func execBranchBitClear(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branch(f.get64(p.a) &>> p.imm32 & 1 == 0, p + 16, f, m, t)
}

// if a & b is zero, or not, after storing its flags in cell c

@inline(__always)
func branchTest<Word: MachineWord>(
    _ result: Word, zero: Bool, flags cell: Int, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    f.setFlags(cell, .logic(result))
    return branch((result == 0) == zero, p + 16, f, m, t)
}

@c func execBranchTestZero64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchTest((f.get(p.a) as UInt64) & f.get(p.b), zero: true, flags: p.c, f, p, m, t)
}
@c func execBranchTestNotZero64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchTest((f.get(p.a) as UInt64) & f.get(p.b), zero: false, flags: p.c, f, p, m, t)
}
@c func execBranchTestZero32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchTest((f.get(p.a) as UInt32) & f.get(p.b), zero: true, flags: p.c, f, p, m, t)
}
@c func execBranchTestNotZero32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchTest((f.get(p.a) as UInt32) & f.get(p.b), zero: false, flags: p.c, f, p, m, t)
}
@c func execBranchTestImmediateZero64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchTest(f.get64(p.a) & p.imm32, zero: true, flags: p.d, f, p, m, t)
}
@c func execBranchTestImmediateNotZero64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchTest(f.get64(p.a) & p.imm32, zero: false, flags: p.d, f, p, m, t)
}
@c func execBranchTestImmediateZero32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchTest((f.get(p.a) as UInt32) & UInt32(truncatingIfNeeded: p.imm32), zero: true, flags: p.d, f, p, m, t)
}
@c func execBranchTestImmediateNotZero32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchTest((f.get(p.a) as UInt32) & UInt32(truncatingIfNeeded: p.imm32), zero: false, flags: p.d, f, p, m, t)
}

// | handler | link | target pc | guest instructions |

@c func execJump(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    m.context.pointee.guestInstructions &+= p.word(3)
    m.context.pointee.blocks &+= 1
    return follow(p + 8, f, m, t)
}

// What an exit's link leads to until it is known: | handler | target pc | address of the link |

@c func execResolve(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    m.context.pointee.nextPC = p.word(1)
    m.context.pointee.linkCell = p.word(2)
    return leave(.lookup)
}

// What the link of an exit to another page always leads to, because the page may be mapped elsewhere the next time:
// | handler | target pc | byte offset in the jump cache |

@c func execResolveFar(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    jumpThroughCache(p.word(1), p.word(2), m.context.pointee.flags, f, p, m, t)
}

/// Goes on at guest address `pc` if the jump cache's line at `offset` knows the block there with `flags`.
@inline(__always)
func jumpThroughCache(
    _ pc: UInt64, _ offset: UInt64, _ flags: UInt64, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase,
    missed: () -> Void = {}
) -> UInt64 {
    let line = UnsafeRawPointer(m.context.pointee.jumpCache) + Int(truncatingIfNeeded: offset)
    if line.word(0) == pc && line.word(1) == flags {
        return enter(line.load(fromByteOffset: 16, as: UnsafeRawPointer.self), f, m, t)
    }
    missed()
    m.context.pointee.nextPC = pc
    m.context.pointee.linkCell = 0
    return leave(.lookup)
}

// What the link of a waiting loop's back edge always leads to: after some turns the core is offered to other threads; in
// each turn where the loop begins with another block.
// | handler | target pc | the block's code, 0 for another's |

@c func execSpin(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let turns = m.context.pointee.spins &+ 1
    m.context.pointee.spins = turns
    if turns & 15 != 0, let code = UnsafeRawPointer(bitPattern: UInt(p.word(2))) { return enter(code, f, m, t) }
    m.context.pointee.nextPC = p.word(1)
    m.context.pointee.linkCell = 0
    return leave(.yield)
}

/// Notes where a jump through a register stands that did not find its target in the jump cache; d is 0 for calls and returns.
@inline(__always)
private func noteJump(_ p: Cursor, _ m: Context) {
    if p.d != 0 { m.context.pointee.jumpSite = m.context.pointee.runningBlock.header.pointee.guestPC }
}

// Jump to the address in cell a: | handler | operands | guest instructions |

@c func execJumpIndirect(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    m.context.pointee.guestInstructions &+= p.word(2)
    m.context.pointee.blocks &+= 1
    let pc = f.get64(p.a)
    if m.isPending {
        m.context.pointee.nextPC = pc
        m.context.pointee.linkCell = 0
        return leave(.poll)
    }
    return jumpThroughCache(pc, JumpCacheEntry.offset(pc), m.context.pointee.flags, f, p, m, t) { noteJump(p, m) }
}

// The same with an entry mode: | handler | operands | guest instructions | entry mode, in its place in the flags |

@c func execJumpEntering(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    m.context.pointee.guestInstructions &+= p.word(2)
    m.context.pointee.blocks &+= 1
    let pc = f.get64(p.a)
    let entry = p.word(3)
    let isPending = m.isPending
    let offset = JumpCacheEntry.offset(pc, flags: entry)
    let line = UnsafeRawPointer(m.context.pointee.jumpCache) + Int(truncatingIfNeeded: offset)
    if !isPending && line.word(0) == pc && line.word(1) == m.context.pointee.flags | entry {
        let block = ThreadedBlock(code: line.load(fromByteOffset: 16, as: UnsafeRawPointer.self))
        // An invalid one could not say how it was entered.
        if !block.isInvalid { return enter(block.code, f, m, t) }
    }
    // Only where the run loop comes next: what a block that is entered here leaves by is another branch's doing.
    m.context.pointee.nextEntry = entry
    m.context.pointee.nextPC = pc
    m.context.pointee.linkCell = 0
    if !isPending { noteJump(p, m) }
    return leave(isPending ? .poll : .lookup)
}

// What the handler of a block's first operation is overwritten with when the block becomes invalid: goes on in the block
// that replaced it, once there is one. Links to the old block thus never need to be found.

@c func execInvalidated(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    if let replacement = ThreadedBlock(code: p).replacement { return enter(replacement.code, f, m, t) }
    m.context.pointee.exitCursor = p
    return leave(.invalidated)
}
