/// Writes x86-64 machine code into memory that the caller owns.
///
/// The code is assembled for the place where it will run, which may be another view of the same memory than the one
/// written to. When the memory is too small the code is worthless and `overflowed` says so; nothing is written outside.
package struct Assembler: ~Copyable {
    /// A place in the code, known or to come.
    package struct Label: BitwiseCopyable, Sendable { let index: Int32 }

    private struct Fixup {
        let label: Label
        /// Offset of the displacement's four bytes.
        let at: Int32
    }

    private var bytes: UnsafeMutablePointer<UInt8>
    private var limit: Int
    /// Host address at which byte 0 will run.
    package private(set) var origin: UInt64 = 0
    /// Bytes written.
    package private(set) var count = 0
    package private(set) var overflowed = false
    private var labels: [Int32] = []
    private var fixups: [Fixup] = []
    /// Where the displacements of jumps and calls are that lead out of this code: what to change when it is moved.
    package private(set) var outerDisplacements: [Int32] = []

    /// Instructions since `begin`; data counts as well.
    package private(set) var instructions = 0

    /// No instruction is longer, not even with an immediate of 64 bits.
    package static let longest = 16

    package init() {
        bytes = UnsafeMutablePointer(bitPattern: 8).unsafelyUnwrapped
        limit = 0
    }

    /// Starts anew, in `memory`, for code that will run at `origin`.
    package mutating func begin(_ memory: UnsafeMutableRawBufferPointer, origin: UInt64) {
        bytes = memory.assumingMemoryBound(to: UInt8.self).baseAddress.unsafelyUnwrapped
        limit = memory.count - Self.longest
        self.origin = origin
        (count, instructions) = (0, 0)
        overflowed = limit <= 0
        labels.removeAll(keepingCapacity: true)
        fixups.removeAll(keepingCapacity: true)
        outerDisplacements.removeAll(keepingCapacity: true)
    }

    /// Where the next instruction will run.
    package var address: UInt64 { origin &+ UInt64(count) }

    // MARK: Bytes

    /// Makes sure that one more instruction fits.
    @inline(__always)
    mutating func reserve() {
        if count > limit {
            overflowed = true
            count = 0
        }
        instructions &+= 1
    }

    /// What was taken for an instruction is a prefix of the next.
    mutating func joinNext() { instructions &-= 1 }

    /// Replaces the four bytes at `offset`.
    package mutating func replace(at offset: Int, with value: Int32) {
        guard !overflowed else { return }
        UnsafeMutableRawPointer(bytes + offset).storeBytes(of: value, as: Int32.self)
    }

    @inline(__always)
    mutating func byte(_ value: UInt8) {
        bytes[count] = value
        count &+= 1
    }

    @inline(__always)
    mutating func store<Word: FixedWidthInteger>(_ value: Word) {
        UnsafeMutableRawPointer(bytes + count).storeBytes(of: value, as: Word.self)
        count &+= MemoryLayout<Word>.size
    }

    /// Appends 64 bits of data.
    package mutating func data(_ value: UInt64) {
        reserve()
        if !overflowed { store(value) }
    }

    // MARK: Labels

    package mutating func label() -> Label {
        labels.append(-1)
        return Label(index: Int32(truncatingIfNeeded: labels.count - 1))
    }

    package mutating func bind(_ label: Label) { labels[Int(label.index)] = Int32(truncatingIfNeeded: count) }

    package func isBound(_ label: Label) -> Bool { labels[Int(label.index)] >= 0 }

    /// Offset of a bound label.
    package func offset(of label: Label) -> Int {
        precondition(isBound(label), "a label without a place")
        return Int(labels[Int(label.index)])
    }

    /// Fills in all displacements. The last thing to do, once every label that is used has its place.
    package mutating func resolve() {
        guard !overflowed else { return }
        for fixup in fixups {
            let distance = offset(of: fixup.label) - (Int(fixup.at) + 4)
            UnsafeMutableRawPointer(bytes + Int(fixup.at))
                .storeBytes(of: Int32(truncatingIfNeeded: distance), as: Int32.self)
        }
        fixups.removeAll(keepingCapacity: true)
    }

    /// Four bytes that hold the distance to `label` once all is known.
    private mutating func distance(to label: Label) {
        fixups.append(Fixup(label: label, at: Int32(truncatingIfNeeded: count)))
        store(0 as Int32)
    }

    /// Four bytes that hold the distance to `target`, which is not part of this code.
    private mutating func distance(to target: UInt64) {
        outerDisplacements.append(Int32(truncatingIfNeeded: count))
        store(Int32(truncatingIfNeeded: Int64(bitPattern: target &- (address &+ 4))))
    }

    /// Distance to a bound label from the end of an instruction of `length` bytes, where it fits a byte.
    private func shortDistance(to label: Label, length: Int) -> Int8? {
        let target = Int(labels[Int(label.index)])
        return target < 0 ? nil : Int8(exactly: target - count - length)
    }

    // MARK: Jumps and calls

    package mutating func jump(_ label: Label) {
        reserve()
        if let distance = shortDistance(to: label, length: 2) {
            byte(0xeb)
            byte(UInt8(bitPattern: distance))
        } else {
            byte(0xe9)
            distance(to: label)
        }
    }

    package mutating func jump(_ condition: Condition, _ label: Label) {
        reserve()
        if let distance = shortDistance(to: label, length: 2) {
            byte(0x70 | condition.rawValue)
            byte(UInt8(bitPattern: distance))
        } else {
            byte(0x0f)
            byte(0x80 | condition.rawValue)
            distance(to: label)
        }
    }

    /// A jump to a label whose displacement can be replaced while other threads run it: it lies within 8 aligned bytes.
    /// Returns the offset of the displacement.
    package mutating func patchableJump(_ label: Label) -> Int {
        patchable([0xe9], label)
    }

    /// The conditional form.
    package mutating func patchableJump(_ condition: Condition, _ label: Label) -> Int {
        patchable([0x0f, 0x80 | condition.rawValue], label)
    }

    /// A call to a label that can be made to lead elsewhere in the same way.
    package mutating func patchableCall(_ label: Label) -> Int { patchable([0xe8], label) }

    private mutating func patchable<let bytes: Int>(_ opcode: InlineArray<bytes, UInt8>, _ label: Label) -> Int {
        alignBefore(opcode: bytes)
        reserve()
        for index in opcode.indices { byte(opcode[index]) }
        let at = count
        distance(to: label)
        return at
    }

    /// Pads so that the four bytes behind an opcode of `opcode` bytes do not cross an 8-byte boundary.
    private mutating func alignBefore(opcode: Int) {
        let start = Int(truncatingIfNeeded: address & 7) + opcode & 7
        if start > 4 { nop(8 - start) }
    }

    package mutating func jump(to target: UInt64) {
        reserve()
        byte(0xe9)
        distance(to: target)
    }

    package mutating func jump(_ condition: Condition, to target: UInt64) {
        reserve()
        byte(0x0f)
        byte(0x80 | condition.rawValue)
        distance(to: target)
    }

    package mutating func call(to target: UInt64) {
        reserve()
        byte(0xe8)
        distance(to: target)
    }

    package mutating func call(_ label: Label) {
        reserve()
        byte(0xe8)
        distance(to: label)
    }

    /// The address of `label` into `register`.
    package mutating func address(of label: Label, into register: GPR) {
        reserve()
        byte(0x48 | (register.rawValue & 8) >> 1)
        byte(0x8d)
        byte(0x05 | (register.rawValue & 7) << 3)
        distance(to: label)
    }

    // MARK: Padding

    /// Pads with no-operations until the next instruction's address is a multiple of `boundary`, a power of two.
    package mutating func align(_ boundary: Int) {
        nop(Int(truncatingIfNeeded: 0 &- address) & (boundary - 1))
    }

    /// No-operations of `length` bytes in all (SDM vol. 2, NOP: the recommended sequences).
    package mutating func nop(_ length: Int) {
        var rest = length
        while rest > 0 {
            reserve()
            let part = min(rest, 9)
            emitNop(part)
            rest -= part
        }
    }

    private mutating func emitNop(_ length: Int) {
        switch length {
        case 1: byte(0x90)
        case 2: store(0x9066 as UInt16)
        case 3:
            store(0x1f0f as UInt16)
            byte(0)
        case 4: store(0x0040_1f0f as UInt32)
        case 5:
            store(0x0044_1f0f as UInt32)
            byte(0)
        case 6:
            byte(0x66)
            emitNop(5)
        case 7:
            store(0x0080_1f0f as UInt32)
            store(0 as UInt16)
            byte(0)
        case 8: store(0x0000_0000_0084_1f0f as UInt64)
        default:
            byte(0x66)
            emitNop(8)
        }
    }
}
