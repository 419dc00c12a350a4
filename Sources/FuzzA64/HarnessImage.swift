/// A static AArch64 ELF executable that runs fuzz programs: the same file for every emulator.
package struct HarnessImage {
    /// The file.
    package let bytes: [UInt8]

    /// What one run leaves behind, in words.
    package let resultWords: Int

    /// The results are those of `FuzzResult`, one after the other, or in `brief` mode only their signals. Every program has
    /// the same number of states, a power of two. In brief mode they need none: all start with their way out in every
    /// register, so that branches through one lead there.
    package init(_ programs: [FuzzProgram], brief: Bool = false) {
        // `ldr x30`, the instructions, the way out, and the literal, aligned to 8.
        let longest = programs.map(\.words.count).max() ?? 0
        let words = (longest + 2 + 2 + 1) / 2 * 2
        let states = brief ? 1 : programs.first?.states.count ?? 1
        precondition(states.nonzeroBitCount == 1 && (brief || programs.allSatisfy { $0.states.count == states }))
        let layout = HarnessLayout(programBytes: words * 4, programs: programs.count)
        let harness = HarnessCode(
            HarnessCode.Shape(
                programs: programs.count, programBytes: words * 4, repeatShift: states.trailingZeroBitCount,
                brief: brief), layout)
        resultWords = (brief ? HarnessLayout.signalBytes : FuzzState.bytes) / 8
        var content: [UInt32] = harness.code.words
        content.reserve(upTo: layout.programs)
        let common = Self.briefState(HarnessLayout.code + UInt64(harness.dump))
        for program in programs {
            let state = brief ? common : program.states.first ?? common
            Self.append(program, x30: state.x[30], words: words, dump: harness.dump, to: &content)
        }
        content.reserve(upTo: layout.master)
        for offset in stride(from: 0, to: HarnessLayout.windowBytes, by: 4) {
            content.append((0..<4).reduce(0) { $0 | UInt32(HarnessLayout.masterByte(offset + $1)) << UInt32($1 * 8) })
        }
        if brief { content.append(common) }
        for program in programs where !brief { for state in program.states { content.append(state) } }
        bytes = Self.file(entry: HarnessLayout.code + UInt64(harness.entry), content)
    }

    private static func briefState(_ wayOut: UInt64) -> FuzzState {
        var state = FuzzState()
        state.x = Array(repeating: wayOut, count: 31)
        state.sp = HarnessLayout.window + 0x800
        return state
    }

    /// `ldr x30, literal`, the instructions, a branch to the harness.
    private static func append(
        _ program: FuzzProgram, x30: UInt64, words: Int, dump: Int, to content: inout [UInt32]
    ) {
        let end = content.count + words
        content.append(0x5800_0000 | UInt32(words - 2) << 5 | 30)
        content += program.words
        content.append(0x1400_0000 | UInt32(truncatingIfNeeded: dump / 4 - content.count) & 0x3ff_ffff)
        while content.count < end - 2 { content.append(0xd503_201f) }
        content.append(doubleword: x30)
    }

    /// ELF header, one program header, and from the next page on the content, readable and executable.
    private static func file(entry: UInt64, _ content: [UInt32]) -> [UInt8] {
        let size = UInt64(content.count * 4)
        var header: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
        header += little(2, 2) + little(183, 2) + little(1, 4) + little(entry, 8) + little(64, 8) + little(0, 8)
        header += little(0, 4) + little(64, 2) + little(56, 2) + little(1, 2)
        header += little(64, 2) + little(0, 2) + little(0, 2)
        header += little(1, 4) + little(5, 4) + little(0x1000, 8)
        header += little(HarnessLayout.code, 8) + little(HarnessLayout.code, 8) + little(size, 8) + little(size, 8)
        header += little(0x1000, 8)
        header += [UInt8](repeating: 0, count: 0x1000 - header.count)
        return header + content.withUnsafeBytes(Array.init)
    }

    private static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }
}

extension [UInt32] {
    fileprivate mutating func append(doubleword value: UInt64) {
        append(UInt32(truncatingIfNeeded: value))
        append(UInt32(truncatingIfNeeded: value >> 32))
    }

    fileprivate mutating func append(_ state: FuzzState) {
        for value in state.encoded { append(doubleword: value) }
    }

    /// Zeros up to `address`, where the first word is that of the harness's code.
    fileprivate mutating func reserve(upTo address: UInt64) {
        let wanted = Int(address - HarnessLayout.code) / 4
        precondition(wanted >= count, "the harness's code is longer than its place")
        append(contentsOf: repeatElement(0, count: wanted - count))
    }
}
