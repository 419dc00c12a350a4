import Support

// Threaded code as it can be kept in a file: without addresses.
//
//     word 0      words of code, and from bit 32 on guest instructions marked
//     word 1      guest instructions, and from bit 32 on operations
//     word 2      guest bytes
//     from 3 on   the code; a set of its words that are handlers, and one of those that are places in it, a bit each; the marks
//
// A handler is kept as its distance from `execConstant`, which only the same executable can make an address of again; a place
// in the code as its distance from the first word, in bytes.

extension CodeGenerator {
    private static let fixedWords = 3
    private static var anchor: UInt64 {
        let handler: Handler = execConstant
        return UInt64(UInt(bitPattern: unsafeBitCast(handler, to: UnsafeRawPointer.self)))
    }
    private static func setWords(_ count: Int) -> Int { (count + 63) / 64 }

    /// Writes the block that `generate` has just made, and nobody has linked yet, to `out`; the words written, or 0 when
    /// there is room for fewer. Only with `Options.notesAddresses`.
    package func writePortable(_ block: ThreadedBlock, to out: UnsafeMutablePointer<UInt64>, room: Int) -> Int {
        let header = block.header.pointee
        let code = block.code.assumingMemoryBound(to: UInt64.self)
        let sets = Self.setWords(count)
        let total = Self.fixedWords + count + 2 * sets + header.tableCount
        guard total <= room else { return 0 }
        out[0] = UInt64(count) | UInt64(header.tableCount) << 32
        out[1] = UInt64(header.guestInstructions) | UInt64(header.operations) << 32
        out[2] = UInt64(header.guestBytes)
        let words = out + Self.fixedWords
        words.update(from: code, count: count)
        let (handlers, places) = (words + count, words + count + sets)
        handlers.update(repeating: 0, count: 2 * sets)
        for note in addresses {
            let index = Int(note >> 1)
            let base = note & 1 == 0 ? Self.anchor : UInt64(UInt(bitPattern: block.code))
            words[index] &-= base
            (note & 1 == 0 ? handlers : places)[index >> 6] |= 1 << UInt64(index & 63)
        }
        UnsafeMutableRawPointer(words + count + 2 * sets)
            .copyMemory(from: UnsafeRawPointer(header.table), byteCount: header.tableCount * 8)
        return total
    }

    /// Makes at the end of `buffer` the block that was written to the `available` words at `stored`; nil when the buffer is
    /// full, or when the words are not what `writePortable` writes.
    package mutating func makeBlock(
        _ stored: UnsafePointer<UInt64>, _ available: Int, guestPC: UInt64, physical: UInt64, flags: UInt64,
        into buffer: CodeBuffer
    ) -> ThreadedBlock? {
        guard available > Self.fixedWords else { return nil }
        let (count, marks) = (Int(stored[0] & 0xffff_ffff), Int(stored[0] >> 32))
        let sets = Self.setWords(count)
        let headerWords = MemoryLayout<BlockHeader>.stride / 8
        guard count > 2, Self.fixedWords + count + 2 * sets + marks == available,
            let base = buffer.reserve(headerWords + count + marks)
        else { return nil }
        let out = base + headerWords
        let words = stored + Self.fixedWords
        out.update(from: words, count: count)
        Self.add(Self.anchor, to: out, where: words + count, sets)
        Self.add(UInt64(UInt(bitPattern: out)), to: out, where: words + count + sets, sets)
        noteLinks(out, count, places: words + count + sets)
        let table = UnsafeMutableRawPointer(out + count)
        table.copyMemory(from: UnsafeRawPointer(words + count + 2 * sets), byteCount: marks * 8)
        let counts: Handler = execCount
        if let entries = options.hotAfter,
            out[0] == UInt64(UInt(bitPattern: unsafeBitCast(counts, to: UnsafeRawPointer.self)))
        {
            out[1] = UInt64(entries)
        }
        let block = ThreadedBlock(code: UnsafeRawPointer(out))
        block.header.initialize(
            to: BlockHeader(
                guestPC: guestPC, physical: physical, flags: flags,
                guestInstructions: UInt32(truncatingIfNeeded: stored[1]),
                table: UnsafePointer(table.assumingMemoryBound(to: InstructionMark.self)), tableCount: marks,
                operations: Int(stored[1] >> 32), guestBytes: Int(stored[2] & 0xffff_ffff)))
        buffer.commit(headerWords + count + marks)
        return block
    }

    /// The block made last is of no use.
    package mutating func forgetLinks() { openLinks.removeAll(keepingCapacity: true) }

    /// Finds the exits to the same page among the words whose bit is set: what a link leads to is an `execResolve`, which
    /// has the target and the link's address.
    private mutating func noteLinks(_ out: UnsafeMutablePointer<UInt64>, _ count: Int, places: UnsafePointer<UInt64>) {
        openLinks.removeAll(keepingCapacity: true)
        let resolve: Handler = execResolve
        let handler = UInt64(UInt(bitPattern: unsafeBitCast(resolve, to: UnsafeRawPointer.self)))
        for index in 2..<count where places[index >> 6] >> UInt64(index & 63) & 1 != 0 && out[index - 2] == handler {
            openLinks.append((out[index], out[index - 1]))
        }
    }

    /// Adds `base` to those of the words at `out` whose bit is set.
    private static func add(
        _ base: UInt64, to out: UnsafeMutablePointer<UInt64>, where bits: UnsafePointer<UInt64>, _ sets: Int
    ) {
        for set in 0..<sets {
            var rest = bits[set]
            while rest != 0 {
                out[set &<< 6 &+ rest.trailingZeroBitCount] &+= base
                rest &= rest &- 1
            }
        }
    }
}
