import Support

// What a block begins with that is compiled once it is hot: | handler | entries left |

@c func execCount(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let cell = UnsafeMutableRawPointer(mutating: p) + 8
    // Threads may lose each other's counts: nobody needs them exactly.
    let left = UInt64.guestLoad(cell) &- 1
    left.guestStore(cell)
    if Int64(bitPattern: left) > 0 { return next(f, p + 16, m, t) }
    m.context.pointee.exitCursor = p
    return leave(.hot)
}

// In its place where there is nothing to count any more.

@c func execUncounted(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    next(f, p + 16, m, t)
}
