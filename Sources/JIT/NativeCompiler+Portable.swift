import Support
import X64

// Native code as it can be kept in a file and put to another place.
//
//     word 0      bytes of code and data, and from bit 32 on sites
//     word 1      offset of the entry, and from bit 32 on of what an invalid region goes on with
//     word 2      bytes that run when all goes well, and from bit 32 on those that are instructions
//     word 3      guest instructions, and from bit 32 on the place of the first byte in its 64
//     word 4      what the thunks' places were
//     from 5 on   the sites, 32 bits each; the code
//
// What depends on the place: displacements to the thunks of the slice, which are kept as the thunks' offsets in it; addresses
// of handlers, kept as their distance from that of a step; the address of the block's threaded code, kept as 0. All else is
// relative to itself or to the frame.

extension NativeCompiler {
    /// What code for this host may use, in one number.
    package static var hostFeatures: UInt32 { HostFeatures.detect().rawValue }

    private enum Site: UInt32 {
        case displacement, handler, code
    }
    private static let fixedWords = 5
    /// Code keeps its place in so many bytes: entries and jumps that are changed must not straddle words.
    private static let alignment: UInt64 = 64

    /// Where the thunks of a slice at `origin` are, in one number.
    static func thunkPlaces(_ thunks: Thunks, origin: UInt64) -> UInt64 {
        WordHash.of(thunks.names.map { $0.address &- origin })
    }

    /// Writes the region that `compile` has just made, and nobody has linked yet, to `out`; the words written, or 0 when
    /// there is room for fewer.
    package func writePortable(_ native: NativeCode, to out: UnsafeMutablePointer<UInt64>, room: Int) -> Int {
        let sites = self.sites(native)
        let siteWords = (sites.count + 1) / 2
        let total = Self.fixedWords + siteWords + (native.count + 7) / 8
        let offset = native.start &- slice.origin
        guard total <= room, offset &+ UInt64(native.count) <= UInt64(slice.writable.count),
            let source = slice.writable.baseAddress
        else { return 0 }
        out[total - 1] = 0
        out[0] = UInt64(native.count) | UInt64(sites.count) << 32
        out[1] = native.entry &- native.start | (native.whenInvalid &- native.start) << 32
        out[2] = UInt64(native.inlineCount) | UInt64(native.instructionCount) << 32
        out[3] = UInt64(native.guestInstructions) | (native.start & (Self.alignment - 1)) << 32
        out[4] = thunkPlaces
        for pair in 0..<siteWords {
            let second = pair * 2 + 1 < sites.count ? sites[pair * 2 + 1] : 0
            out[Self.fixedWords + pair] = UInt64(sites[pair * 2]) | UInt64(second) << 32
        }
        let code = UnsafeMutableRawPointer(out + Self.fixedWords + siteWords)
        code.copyMemory(from: source + Int(offset), byteCount: native.count)
        for site in sites { Self.change(site, in: code, from: values(at: offset), to: PlaceValues()) }
        return total
    }

    private func sites(_ native: NativeCode) -> [UInt32] {
        var sites = asm.outerDisplacements.map { UInt32(truncatingIfNeeded: $0) << 2 | Site.displacement.rawValue }
        for record in handlerRecords {
            let offset = UInt32(truncatingIfNeeded: asm.offset(of: records[record].label))
            for place in [offset, offset + 24] { sites.append(place << 2 | Site.handler.rawValue) }
        }
        // Behind the two bytes of its opcode.
        let address = UInt32(truncatingIfNeeded: native.whenInvalid &- native.start) + 2
        sites.append(address << 2 | Site.code.rawValue)
        return sites
    }

    /// What sites are counted from: where the code is.
    private struct PlaceValues {
        /// From the slice's first byte.
        var offset: UInt64 = 0
        var handler: UInt64 = 0
        var code: UInt64 = 0
    }

    private func values(at offset: UInt64, code: UInt64 = 0) -> PlaceValues {
        PlaceValues(offset: offset, handler: layout.handlers.step, code: code)
    }

    private static func change(
        _ site: UInt32, in code: UnsafeMutableRawPointer, from old: PlaceValues, to new: PlaceValues
    ) {
        let place = code + Int(site >> 2)
        switch Site(rawValue: site & 3) {
        case .displacement:
            let moved = Int32(truncatingIfNeeded: Int64(bitPattern: old.offset &- new.offset))
            place.storeBytes(of: place.loadUnaligned(as: Int32.self) &+ moved, as: Int32.self)
        case .handler:
            let address = place.loadUnaligned(as: UInt64.self) &- old.handler &+ new.handler
            place.storeBytes(of: address, as: UInt64.self)
        case .code: place.storeBytes(of: new.code, as: UInt64.self)
        case nil: break
        }
    }

    /// Makes in the slice the region that was written to the `available` words at `stored`, for the block whose threaded
    /// code is at `code`; nil when the slice is full, when the thunks are elsewhere, or when the words are not what
    /// `writePortable` writes.
    package mutating func makeCode(_ stored: UnsafePointer<UInt64>, _ available: Int, code: UInt64) -> NativeCode? {
        guard available > Self.fixedWords, stored[4] == thunkPlaces else { return nil }
        let (count, siteCount) = (Int(stored[0] & 0xffff_ffff), Int(stored[0] >> 32))
        let siteWords = (siteCount + 1) / 2
        guard count >= 16, Self.fixedWords + siteWords + (count + 7) / 8 == available else { return nil }
        let (memory, origin) = slice.rest
        let padding = Int(truncatingIfNeeded: (stored[3] >> 32 &- origin) & (Self.alignment - 1))
        guard padding + count + 16 <= memory.count, let base = memory.baseAddress else { return nil }
        let sites = UnsafeRawPointer(stored + Self.fixedWords)
        let target = base + padding
        target.copyMemory(from: stored + Self.fixedWords + siteWords, byteCount: count)
        let start = origin &+ UInt64(padding)
        let values = values(at: start &- slice.origin, code: code)
        for index in 0..<siteCount {
            let site = sites.load(fromByteOffset: index * 4, as: UInt32.self)
            guard Int(site >> 2) + 8 <= count || site & 3 == 0 && Int(site >> 2) + 4 <= count else { return nil }
            Self.change(site, in: target, from: PlaceValues(), to: values)
        }
        let (entry, whenInvalid) = (stored[1] & 0xffff_ffff, stored[1] >> 32)
        guard entry < UInt64(count), whenInvalid < UInt64(count) else { return nil }
        slice.used += padding + count
        return NativeCode(
            entry: start &+ entry, whenInvalid: start &+ whenInvalid, start: start, count: count,
            inlineCount: Int(stored[2] & 0xffff_ffff), instructionCount: Int(stored[2] >> 32),
            guestInstructions: Int(stored[3] & 0xffff_ffff))
    }
}
