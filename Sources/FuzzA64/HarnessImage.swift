/// A static AArch64 ELF executable that runs fuzz programs: the same file for every emulator.
package struct HarnessImage {
    /// The file.
    package let bytes: [UInt8]

    /// The results are those of `FuzzResult`, one after the other; in `brief` mode only the signals.
    package init(_ programs: [FuzzProgram], brief: Bool = false) {
        // The address of the state's x30, the instructions, the way out, and the literal, aligned to 8.
        let longest = programs.map(\.words.count).max() ?? 0
        let words = (longest + 2 + 2 + 1) / 2 * 2
        let harness = HarnessCode(programs: programs.count, programBytes: words * 4, brief: brief)
        var code: [UInt32] = []
        for (index, program) in programs.enumerated() {
            code += Self.body(program, index: index, words: words, dump: harness.dump)
        }
        let master = (0..<HarnessLayout.windowBytes).map(HarnessLayout.masterByte)
        let states = programs.flatMap(\.state.encoded)
        bytes = Self.file(
            entry: HarnessLayout.code + UInt64(harness.entry),
            [
                Segment(address: HarnessLayout.code, flags: 5, bytes: Self.bytes(harness.code.words)),
                Segment(address: HarnessLayout.programs, flags: 5, bytes: Self.bytes(code)),
                Segment(address: HarnessLayout.master, flags: 4, bytes: master),
                Segment(address: HarnessLayout.states, flags: 4, bytes: Self.bytes(states)),
                Segment(address: HarnessLayout.window, flags: 6, bytes: master),
            ])
    }

    /// `ldr x30, literal`, the instructions, a branch to the harness.
    private static func body(_ program: FuzzProgram, index: Int, words: Int, dump: Int) -> [UInt32] {
        let literal = words - 2
        var code = GuestCode()
        code.emit(0x5800_0000 | UInt32(literal) << 5 | 30)
        code.emit(program.words)
        let here = HarnessLayout.programs + UInt64((index * words + code.count) * 4)
        code.branch(Int(Int64(bitPattern: HarnessLayout.code &+ UInt64(dump) &- here) / 4))
        let x30 = program.state.x[30]
        return code.words + [UInt32](repeating: 0xd503_201f, count: literal - code.count)
            + [UInt32(truncatingIfNeeded: x30), UInt32(truncatingIfNeeded: x30 >> 32)]
    }

    /// Where the first instruction of program `index` of `count` words each lies.
    package static func address(ofProgram index: Int, longest: Int) -> UInt64 {
        let words = (longest + 5) / 2 * 2
        return HarnessLayout.programs + UInt64((index * words + 1) * 4)
    }

    // MARK: ELF

    private struct Segment {
        let address: UInt64
        let flags: UInt32
        let bytes: [UInt8]
    }

    /// ELF header, program headers, then each segment on a page of its own.
    private static func file(entry: UInt64, _ segments: [Segment]) -> [UInt8] {
        var header: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
        header += little(2, 2) + little(183, 2) + little(1, 4) + little(entry, 8) + little(64, 8) + little(0, 8)
        header += little(0, 4) + little(64, 2) + little(56, 2) + little(UInt64(segments.count), 2)
        header += little(64, 2) + little(0, 2) + little(0, 2)
        var place = 0x1000
        var contents: [UInt8] = []
        for segment in segments {
            let size = UInt64(segment.bytes.count)
            header += little(1, 4) + little(UInt64(segment.flags), 4) + little(UInt64(place), 8)
            header += little(segment.address, 8) + little(segment.address, 8) + little(size, 8) + little(size, 8)
            header += little(0x1000, 8)
            let padded = (segment.bytes.count + 0xfff) & ~0xfff
            contents += segment.bytes + [UInt8](repeating: 0, count: padded - segment.bytes.count)
            place += padded
        }
        return header + [UInt8](repeating: 0, count: 0x1000 - header.count) + contents
    }

    private static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }

    private static func bytes<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(words.count * MemoryLayout<Word>.size)
        for word in words { withUnsafeBytes(of: word.littleEndian) { result.append(contentsOf: $0) } }
        return result
    }
}
