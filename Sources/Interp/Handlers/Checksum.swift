import IR
import Support

// d = the CRC a updated with the bytes of b; their number is c

@c func execCRC32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, Checksum.update(f.get(p.a), f.get64(p.b), bytes: p.c, polynomial: Checksum.ieee))
    return next(f, p + 16, m, t)
}

@c func execCRC32C(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    f.set(p.d, Checksum.update(f.get(p.a), f.get64(p.b), bytes: p.c, polynomial: Checksum.castagnoli))
    return next(f, p + 16, m, t)
}
