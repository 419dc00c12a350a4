import IR
import Memory
import Support

// Two neighbouring words, as one access where they lie in 16 aligned bytes: LDP and STP of a CPU with FEAT_LSE2 (Arm ARM
// B2.2.1). | handler | d | a | imm32 | second register |
//
// MOVAPS and MOVDQA of 16 aligned bytes are one access on every host with AVX (Intel SDM volume 3, 10.1.1; AMD64 manual
// volume 2, 7.3.2). Scripts/check-handlers looks for them in the compiled handlers: nothing in the language promises
// that the compiler leaves a vector of two words whole.

extension UnsafeMutableRawPointer {
    /// Stores the 16 bytes here, which are aligned, by one access.
    @inline(__always)
    func storeWhole(_ both: SIMD2<UInt64>) { assumingMemoryBound(to: SIMD2<UInt64>.self).pointee = both }

    /// The two words in the 16 bytes here, which are aligned, by one access.
    ///
    /// They are put down in the context and read from there in an order that the compiler must keep: else it may load one
    /// of them from here once more, and then it is another one.
    @inline(__always)
    func loadWhole(_ context: UnsafeMutablePointer<ExecutionContext>) -> (low: UInt64, high: UInt64) {
        context.pointee.loadedPair = load(as: SIMD2<UInt64>.self)
        return withUnsafeMutablePointer(to: &context.pointee.loadedPair) { pair in
            let place = UnsafeMutableRawPointer(pair)
            return (UInt64.guestLoadAcquire(place), UInt64.guestLoadAcquire(place + 8))
        }
    }
}

@c func execLoadWhole64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let address = base(f, p)
    guard address & 15 == 0 else { return loadApart64(f, p, m, t) }
    guard let host = readHit(UInt64.self, address, m, t) else { return loadWholeSlow(f, p, m, t, address, wholeOf64) }
    let (low, high) = host.loadWhole(m.context)
    f.set(p.d, low)
    f.set(secondRegister(p), high)
    return next(f, p + 24, m, t)
}

@c func execStoreWhole64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let address = base(f, p)
    guard address & 15 == 0 else { return storeApart64(f, p, m, t) }
    guard let host = writeHit(UInt64.self, address, m, t) else { return storeWholeSlow(f, p, m, t, address, wholeOf64) }
    host.storeWhole(SIMD2(f.get64(p.d), f.get64(secondRegister(p))))
    return next(f, p + 24, m, t)
}

// Eight bytes that lie in 16 aligned ones, wherever there.

@c func execLoadWhole32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let address = base(f, p)
    guard address & 15 <= 8 else { return loadApart32(f, p, m, t) }
    guard let host = readHit(UInt64.self, address, m, t) else { return loadWholeSlow(f, p, m, t, address, wholeOf32) }
    let both = UInt64.guestLoad(host)
    f.set(p.d, UInt32(truncatingIfNeeded: both))
    f.set(secondRegister(p), both &>> 32)
    return next(f, p + 24, m, t)
}

@c func execStoreWhole32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    let address = base(f, p)
    guard address & 15 <= 8 else { return storeApart32(f, p, m, t) }
    guard let host = writeHit(UInt64.self, address, m, t) else { return storeWholeSlow(f, p, m, t, address, wholeOf32) }
    let (low, high): (UInt32, UInt32) = (f.get(p.d), f.get(secondRegister(p)))
    (UInt64(low) | UInt64(high) &<< 32).guestStore(host)
    return next(f, p + 24, m, t)
}

// Two accesses, out of line.

@inline(never)
private func loadApart64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadPair(UInt64.self, f, p, m, t)
}
@inline(never)
private func storeApart64(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storePair(UInt64.self, f, p, m, t)
}
@inline(never)
private func loadApart32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadPair(UInt32.self, f, p, m, t)
}
@inline(never)
private func storeApart32(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storePair(UInt32.self, f, p, m, t)
}

// Slow paths

@inline(__always) private var wholeOf32: UInt64 {
    AccessDescriptor(bytes: 4, words: 3, attributes: RuntimeCalls.pairAccess).rawValue
}
@inline(__always) private var wholeOf64: UInt64 {
    AccessDescriptor(bytes: 8, words: 3, attributes: RuntimeCalls.pairAccess).rawValue
}

/// A pair that missed the TLB. Neither register changes after a fault.
@c @inline(never)
func loadWholeSlow(
    _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase, _ address: UInt64, _ raw: UInt64
) -> UInt64 {
    let access = AccessDescriptor(rawValue: raw)
    guard m.context.pointee.calls.load(m, address, access.bytes, access.attributes) == 0 else {
        return leaveForFault(p, m)
    }
    f.set(p.d, m.context.pointee.slowValue)
    f.set(secondRegister(p), m.context.pointee.slowValueHigh)
    return next(f, p + access.length, m, m.context.pointee.tlbEntries)
}

@c @inline(never)
func storeWholeSlow(
    _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase, _ address: UInt64, _ raw: UInt64
) -> UInt64 {
    let access = AccessDescriptor(rawValue: raw)
    m.context.pointee.slowValue = f.get64(p.d)
    m.context.pointee.slowValueHigh = f.get64(secondRegister(p))
    guard m.context.pointee.calls.store(m, address, access.bytes, access.attributes) == 0 else {
        return leaveForFault(p, m)
    }
    return next(f, p + access.length, m, m.context.pointee.tlbEntries)
}

// Pairs whose alignment or permissions the engine checks: | handler | d | a | imm32 | second register | descriptor |

@c func execLoadPairByEngine(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    loadWholeSlow(f, p, m, t, base(f, p), p.word(3))
}
@c func execStorePairByEngine(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    storeWholeSlow(f, p, m, t, base(f, p), p.word(3))
}
