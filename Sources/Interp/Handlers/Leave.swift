import IR
import Support

// | handler | operands: a ExitReason | next pc | guest instructions |

@c func execExit(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    m.context.pointee.guestInstructions &+= p.word(3)
    m.context.pointee.blocks &+= 1
    m.context.pointee.nextPC = p.word(2)
    m.context.pointee.linkCell = 0
    return UInt64(p.a)
}

// | handler | operands: a kind, b guest instructions before it | payload | pc |

@c func execRaise(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    m.context.pointee.guestInstructions &+= UInt64(p.b)
    m.context.pointee.blocks &+= 1
    m.context.pointee.exceptionKind = UInt64(p.a)
    m.context.pointee.exceptionPayload = p.word(2)
    m.context.pointee.exceptionPC = p.word(3)
    return leave(.raise)
}

// Goes on if a & mask is 0: | handler | operands: a, b kind, c guest instructions before it | mask | payload | pc |

@c func execGuardClear(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    if f.get64(p.a) & p.word(2) == 0 { return next(f, p + 40, m, t) }
    m.context.pointee.guestInstructions &+= UInt64(p.c)
    m.context.pointee.blocks &+= 1
    m.context.pointee.exceptionKind = UInt64(p.b)
    m.context.pointee.exceptionPayload = p.word(3)
    m.context.pointee.exceptionPC = p.word(4)
    return leave(.raise)
}

// d = helper(a, b, c): | handler | operands | number | pc | guest instructions before it |

@c func execHelper(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let outcome = m.context.pointee.calls.helper(
        m, p.word(2), f.get64(p.a), f.get64(p.b), f.get64(p.c), p.word(3))
    if outcome != 0 {
        m.context.pointee.guestInstructions &+= p.word(4)
        m.context.pointee.blocks &+= 1
        return outcome
    }
    f.set(p.d, m.context.pointee.slowValue)
    return next(f, p + 40, m, m.context.pointee.tlbEntries)
}

// The plain loop's operation between two others.

@c func execStep(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    m.context.pointee.exitCursor = p + 8
    return leave(.step)
}
