import IR
import Support
import Synchronization

// Branches on a comparison. Behind the operands each has an exit table of five words:
//
//     taken link | taken pc | fall-through link | fall-through pc | guest instructions
//
// A link is the code to go on with: the next block's, or a stub that asks the run loop for it.

/// Counts the block and goes on at one of the two exits of the table at `exits`.
@inline(__always)
func branch(_ taken: Bool, _ exits: Cursor, _ f: Frame, _ m: Context, _ t: TLBBase) -> UInt64 {
    m.context.pointee.guestInstructions &+= exits.word(4)
    m.context.pointee.blocks &+= 1
    return follow(taken ? exits : exits + 16, f, m, t)
}

/// Goes on at the exit whose link and pc are at `exit`.
@inline(__always)
func follow(_ exit: Cursor, _ f: Frame, _ m: Context, _ t: TLBBase) -> UInt64 {
    if m.isPending { return leaveForPoll(f, exit, m, t) }
    return enter(link(exit), f, m, t)
}

/// Goes on with the block, or the stub, at `code`.
@inline(__always)
func enter(_ code: Cursor, _ f: Frame, _ m: Context, _ t: TLBBase) -> UInt64 {
    m.context.pointee.current = code
    return run(first(code), f, code, m, t)
}

/// The first handler of the block at `code`, which another thread may be invalidating.
@inline(__always)
func first(_ code: Cursor) -> UInt {
    let cell = UnsafeMutableRawPointer(mutating: code).assumingMemoryBound(to: Atomic<UInt>.self)
    return cell.pointee.load(ordering: .relaxed)
}

/// The code behind the link at `exit`, which other threads may be setting: with it comes everything that they wrote
/// before (on x86-64 any load does that).
@inline(__always)
func link(_ exit: Cursor) -> Cursor {
    let cell = UnsafeMutableRawPointer(mutating: exit).assumingMemoryBound(to: Atomic<UInt>.self)
    return UnsafeRawPointer(bitPattern: cell.pointee.load(ordering: .acquiring)).unsafelyUnwrapped
}

@c @inline(never)
func leaveForPoll(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    m.context.pointee.nextPC = p.word(1)
    m.context.pointee.linkCell = 0
    return leave(.poll)
}

// if a relation b: word 2 begins the exits

@inline(__always)
func branchCompare<Op: Relation, Word: MachineWord>(
    _: Op.Type, _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    branch(Op.holds(f.get(p.a) as Word, f.get(p.b)), p + 16, f, m, t)
}

@inline(__always)
func branchCompareImmediate<Op: Relation, Word: MachineWord>(
    _: Op.Type, _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    branch(Op.holds(f.get(p.a) as Word, Word(truncatingIfNeeded: p.imm32)), p + 16, f, m, t)
}

// The same after storing the flags of a - b in cell c, or in the cell that word 2 names

@inline(__always)
func branchFlags<Op: Relation, Word: MachineWord>(
    _: Op.Type, _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let (a, b): (Word, Word) = (f.get(p.a), f.get(p.b))
    f.setFlags(p.c, .subtracting(a, b))
    return branch(Op.holds(a, b), p + 16, f, m, t)
}

@inline(__always)
func branchFlagsImmediate<Op: Relation, Word: MachineWord>(
    _: Op.Type, _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let (a, b): (Word, Word) = (f.get(p.a), Word(truncatingIfNeeded: p.imm32))
    f.setFlags(p.d, .subtracting(a, b))
    return branch(Op.holds(a, b), p + 16, f, m, t)
}

// The same after also storing a - b in cell d; the flags' cell is the low half of word 2, the exits begin at word 3

@inline(__always)
func branchSubtract<Op: Relation, Word: MachineWord>(
    _: Op.Type, _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let (a, b): (Word, Word) = (f.get(p.a), f.get(p.b))
    f.setFlags(Int(p.load(fromByteOffset: 16, as: UInt16.self)), .subtracting(a, b))
    f.set(p.d, a &- b)
    return branch(Op.holds(a, b), p + 24, f, m, t)
}

@inline(__always)
func branchSubtractImmediate<Op: Relation, Word: MachineWord>(
    _: Op.Type, _: Word.Type, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase
) -> UInt64 {
    let (a, b): (Word, Word) = (f.get(p.a), Word(truncatingIfNeeded: p.imm32))
    f.setFlags(Int(p.load(fromByteOffset: 16, as: UInt16.self)), .subtracting(a, b))
    f.set(p.d, a &- b)
    return branch(Op.holds(a, b), p + 24, f, m, t)
}

@c func execBranchCompareEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(Equal.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareImmediateEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(Equal.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(Equal.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareImmediateEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(Equal.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareNotEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(NotEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareImmediateNotEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(NotEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareNotEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(NotEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareImmediateNotEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(NotEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareUnsignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(UnsignedLess.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareImmediateUnsignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(UnsignedLess.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareUnsignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(UnsignedLess.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareImmediateUnsignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(UnsignedLess.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareUnsignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(UnsignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareImmediateUnsignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(UnsignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareUnsignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(UnsignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareImmediateUnsignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(UnsignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareUnsignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(UnsignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareImmediateUnsignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(UnsignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareUnsignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(UnsignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareImmediateUnsignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(UnsignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareUnsignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(UnsignedGreaterOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareImmediateUnsignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase)
    -> UInt64
{ branchCompareImmediate(UnsignedGreaterOrEqual.self, UInt64.self, f, p, m, t) }
@c func execBranchCompareUnsignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(UnsignedGreaterOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareImmediateUnsignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase)
    -> UInt64
{ branchCompareImmediate(UnsignedGreaterOrEqual.self, UInt32.self, f, p, m, t) }
@c func execBranchCompareSignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(SignedLess.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareImmediateSignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(SignedLess.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareSignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(SignedLess.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareImmediateSignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(SignedLess.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareSignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(SignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareImmediateSignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(SignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareSignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(SignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareImmediateSignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(SignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareSignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(SignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareImmediateSignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(SignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareSignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(SignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareImmediateSignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompareImmediate(SignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareSignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(SignedGreaterOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchCompareImmediateSignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64
{ branchCompareImmediate(SignedGreaterOrEqual.self, UInt64.self, f, p, m, t) }
@c func execBranchCompareSignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchCompare(SignedGreaterOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchCompareImmediateSignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64
{ branchCompareImmediate(SignedGreaterOrEqual.self, UInt32.self, f, p, m, t) }
@c func execBranchFlagsEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(Equal.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsImmediateEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(Equal.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(Equal.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsImmediateEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(Equal.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsNotEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(NotEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsImmediateNotEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(NotEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsNotEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(NotEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsImmediateNotEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(NotEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsUnsignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(UnsignedLess.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsImmediateUnsignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(UnsignedLess.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsUnsignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(UnsignedLess.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsImmediateUnsignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(UnsignedLess.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsUnsignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(UnsignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsImmediateUnsignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(UnsignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsUnsignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(UnsignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsImmediateUnsignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(UnsignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsUnsignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(UnsignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsImmediateUnsignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(UnsignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsUnsignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(UnsignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsImmediateUnsignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(UnsignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsUnsignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(UnsignedGreaterOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsImmediateUnsignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64
{ branchFlagsImmediate(UnsignedGreaterOrEqual.self, UInt64.self, f, p, m, t) }
@c func execBranchFlagsUnsignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(UnsignedGreaterOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsImmediateUnsignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64
{ branchFlagsImmediate(UnsignedGreaterOrEqual.self, UInt32.self, f, p, m, t) }
@c func execBranchFlagsSignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(SignedLess.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsImmediateSignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(SignedLess.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsSignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(SignedLess.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsImmediateSignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(SignedLess.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsSignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(SignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsImmediateSignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(SignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsSignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(SignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsImmediateSignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(SignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsSignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(SignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsImmediateSignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(SignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsSignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(SignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsImmediateSignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(SignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsSignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(SignedGreaterOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsImmediateSignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(SignedGreaterOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchFlagsSignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlags(SignedGreaterOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchFlagsImmediateSignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchFlagsImmediate(SignedGreaterOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(Equal.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractImmediateEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(Equal.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(Equal.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractImmediateEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(Equal.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractNotEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(NotEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractImmediateNotEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(NotEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractNotEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(NotEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractImmediateNotEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(NotEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractUnsignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(UnsignedLess.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractImmediateUnsignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(UnsignedLess.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractUnsignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(UnsignedLess.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractImmediateUnsignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(UnsignedLess.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractUnsignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(UnsignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractImmediateUnsignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64
{ branchSubtractImmediate(UnsignedLessOrEqual.self, UInt64.self, f, p, m, t) }
@c func execBranchSubtractUnsignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(UnsignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractImmediateUnsignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64
{ branchSubtractImmediate(UnsignedLessOrEqual.self, UInt32.self, f, p, m, t) }
@c func execBranchSubtractUnsignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(UnsignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractImmediateUnsignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(UnsignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractUnsignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(UnsignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractImmediateUnsignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(UnsignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractUnsignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(UnsignedGreaterOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractImmediateUnsignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase)
    -> UInt64
{ branchSubtractImmediate(UnsignedGreaterOrEqual.self, UInt64.self, f, p, m, t) }
@c func execBranchSubtractUnsignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(UnsignedGreaterOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractImmediateUnsignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase)
    -> UInt64
{ branchSubtractImmediate(UnsignedGreaterOrEqual.self, UInt32.self, f, p, m, t) }
@c func execBranchSubtractSignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(SignedLess.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractImmediateSignedLess64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(SignedLess.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractSignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(SignedLess.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractImmediateSignedLess32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(SignedLess.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractSignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(SignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractImmediateSignedLessOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(SignedLessOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractSignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(SignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractImmediateSignedLessOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(SignedLessOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractSignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(SignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractImmediateSignedGreater64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(SignedGreater.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractSignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(SignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractImmediateSignedGreater32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtractImmediate(SignedGreater.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractSignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(SignedGreaterOrEqual.self, UInt64.self, f, p, m, t)
}
@c func execBranchSubtractImmediateSignedGreaterOrEqual64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64
{ branchSubtractImmediate(SignedGreaterOrEqual.self, UInt64.self, f, p, m, t) }
@c func execBranchSubtractSignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    branchSubtract(SignedGreaterOrEqual.self, UInt32.self, f, p, m, t)
}
@c func execBranchSubtractImmediateSignedGreaterOrEqual32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64
{ branchSubtractImmediate(SignedGreaterOrEqual.self, UInt32.self, f, p, m, t) }

func branchCompareHandlers(_ comparison: Comparison, wide: Bool) -> (cells: Handler, immediate: Handler) {
    switch comparison {
    case .equal:
        wide
            ? (execBranchCompareEqual64, execBranchCompareImmediateEqual64)
            : (execBranchCompareEqual32, execBranchCompareImmediateEqual32)
    case .notEqual:
        wide
            ? (execBranchCompareNotEqual64, execBranchCompareImmediateNotEqual64)
            : (execBranchCompareNotEqual32, execBranchCompareImmediateNotEqual32)
    case .unsignedLess:
        wide
            ? (execBranchCompareUnsignedLess64, execBranchCompareImmediateUnsignedLess64)
            : (execBranchCompareUnsignedLess32, execBranchCompareImmediateUnsignedLess32)
    case .unsignedLessOrEqual:
        wide
            ? (execBranchCompareUnsignedLessOrEqual64, execBranchCompareImmediateUnsignedLessOrEqual64)
            : (execBranchCompareUnsignedLessOrEqual32, execBranchCompareImmediateUnsignedLessOrEqual32)
    case .unsignedGreater:
        wide
            ? (execBranchCompareUnsignedGreater64, execBranchCompareImmediateUnsignedGreater64)
            : (execBranchCompareUnsignedGreater32, execBranchCompareImmediateUnsignedGreater32)
    case .unsignedGreaterOrEqual:
        wide
            ? (execBranchCompareUnsignedGreaterOrEqual64, execBranchCompareImmediateUnsignedGreaterOrEqual64)
            : (execBranchCompareUnsignedGreaterOrEqual32, execBranchCompareImmediateUnsignedGreaterOrEqual32)
    case .signedLess:
        wide
            ? (execBranchCompareSignedLess64, execBranchCompareImmediateSignedLess64)
            : (execBranchCompareSignedLess32, execBranchCompareImmediateSignedLess32)
    case .signedLessOrEqual:
        wide
            ? (execBranchCompareSignedLessOrEqual64, execBranchCompareImmediateSignedLessOrEqual64)
            : (execBranchCompareSignedLessOrEqual32, execBranchCompareImmediateSignedLessOrEqual32)
    case .signedGreater:
        wide
            ? (execBranchCompareSignedGreater64, execBranchCompareImmediateSignedGreater64)
            : (execBranchCompareSignedGreater32, execBranchCompareImmediateSignedGreater32)
    case .signedGreaterOrEqual:
        wide
            ? (execBranchCompareSignedGreaterOrEqual64, execBranchCompareImmediateSignedGreaterOrEqual64)
            : (execBranchCompareSignedGreaterOrEqual32, execBranchCompareImmediateSignedGreaterOrEqual32)
    }
}

func branchFlagsHandlers(_ comparison: Comparison, wide: Bool) -> (cells: Handler, immediate: Handler) {
    switch comparison {
    case .equal:
        wide
            ? (execBranchFlagsEqual64, execBranchFlagsImmediateEqual64)
            : (execBranchFlagsEqual32, execBranchFlagsImmediateEqual32)
    case .notEqual:
        wide
            ? (execBranchFlagsNotEqual64, execBranchFlagsImmediateNotEqual64)
            : (execBranchFlagsNotEqual32, execBranchFlagsImmediateNotEqual32)
    case .unsignedLess:
        wide
            ? (execBranchFlagsUnsignedLess64, execBranchFlagsImmediateUnsignedLess64)
            : (execBranchFlagsUnsignedLess32, execBranchFlagsImmediateUnsignedLess32)
    case .unsignedLessOrEqual:
        wide
            ? (execBranchFlagsUnsignedLessOrEqual64, execBranchFlagsImmediateUnsignedLessOrEqual64)
            : (execBranchFlagsUnsignedLessOrEqual32, execBranchFlagsImmediateUnsignedLessOrEqual32)
    case .unsignedGreater:
        wide
            ? (execBranchFlagsUnsignedGreater64, execBranchFlagsImmediateUnsignedGreater64)
            : (execBranchFlagsUnsignedGreater32, execBranchFlagsImmediateUnsignedGreater32)
    case .unsignedGreaterOrEqual:
        wide
            ? (execBranchFlagsUnsignedGreaterOrEqual64, execBranchFlagsImmediateUnsignedGreaterOrEqual64)
            : (execBranchFlagsUnsignedGreaterOrEqual32, execBranchFlagsImmediateUnsignedGreaterOrEqual32)
    case .signedLess:
        wide
            ? (execBranchFlagsSignedLess64, execBranchFlagsImmediateSignedLess64)
            : (execBranchFlagsSignedLess32, execBranchFlagsImmediateSignedLess32)
    case .signedLessOrEqual:
        wide
            ? (execBranchFlagsSignedLessOrEqual64, execBranchFlagsImmediateSignedLessOrEqual64)
            : (execBranchFlagsSignedLessOrEqual32, execBranchFlagsImmediateSignedLessOrEqual32)
    case .signedGreater:
        wide
            ? (execBranchFlagsSignedGreater64, execBranchFlagsImmediateSignedGreater64)
            : (execBranchFlagsSignedGreater32, execBranchFlagsImmediateSignedGreater32)
    case .signedGreaterOrEqual:
        wide
            ? (execBranchFlagsSignedGreaterOrEqual64, execBranchFlagsImmediateSignedGreaterOrEqual64)
            : (execBranchFlagsSignedGreaterOrEqual32, execBranchFlagsImmediateSignedGreaterOrEqual32)
    }
}

func branchSubtractHandlers(_ comparison: Comparison, wide: Bool) -> (cells: Handler, immediate: Handler) {
    switch comparison {
    case .equal:
        wide
            ? (execBranchSubtractEqual64, execBranchSubtractImmediateEqual64)
            : (execBranchSubtractEqual32, execBranchSubtractImmediateEqual32)
    case .notEqual:
        wide
            ? (execBranchSubtractNotEqual64, execBranchSubtractImmediateNotEqual64)
            : (execBranchSubtractNotEqual32, execBranchSubtractImmediateNotEqual32)
    case .unsignedLess:
        wide
            ? (execBranchSubtractUnsignedLess64, execBranchSubtractImmediateUnsignedLess64)
            : (execBranchSubtractUnsignedLess32, execBranchSubtractImmediateUnsignedLess32)
    case .unsignedLessOrEqual:
        wide
            ? (execBranchSubtractUnsignedLessOrEqual64, execBranchSubtractImmediateUnsignedLessOrEqual64)
            : (execBranchSubtractUnsignedLessOrEqual32, execBranchSubtractImmediateUnsignedLessOrEqual32)
    case .unsignedGreater:
        wide
            ? (execBranchSubtractUnsignedGreater64, execBranchSubtractImmediateUnsignedGreater64)
            : (execBranchSubtractUnsignedGreater32, execBranchSubtractImmediateUnsignedGreater32)
    case .unsignedGreaterOrEqual:
        wide
            ? (execBranchSubtractUnsignedGreaterOrEqual64, execBranchSubtractImmediateUnsignedGreaterOrEqual64)
            : (execBranchSubtractUnsignedGreaterOrEqual32, execBranchSubtractImmediateUnsignedGreaterOrEqual32)
    case .signedLess:
        wide
            ? (execBranchSubtractSignedLess64, execBranchSubtractImmediateSignedLess64)
            : (execBranchSubtractSignedLess32, execBranchSubtractImmediateSignedLess32)
    case .signedLessOrEqual:
        wide
            ? (execBranchSubtractSignedLessOrEqual64, execBranchSubtractImmediateSignedLessOrEqual64)
            : (execBranchSubtractSignedLessOrEqual32, execBranchSubtractImmediateSignedLessOrEqual32)
    case .signedGreater:
        wide
            ? (execBranchSubtractSignedGreater64, execBranchSubtractImmediateSignedGreater64)
            : (execBranchSubtractSignedGreater32, execBranchSubtractImmediateSignedGreater32)
    case .signedGreaterOrEqual:
        wide
            ? (execBranchSubtractSignedGreaterOrEqual64, execBranchSubtractImmediateSignedGreaterOrEqual64)
            : (execBranchSubtractSignedGreaterOrEqual32, execBranchSubtractImmediateSignedGreaterOrEqual32)
    }
}
