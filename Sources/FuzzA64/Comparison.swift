/// How two emulators' results of one run differ.
package enum Comparison {
    /// The runs of a batch whose results differ, and how; what one emulator did not come to differs.
    static func differences(_ ours: BatchOutput, _ theirs: BatchOutput) -> [(run: Int, lines: [String])] {
        let both = min(ours.count, theirs.count)
        var found: [(run: Int, lines: [String])] = []
        for run in 0..<both where ours[run] != theirs[run] {
            let lines = differences(ours.result(run), theirs.result(run))
            if !lines.isEmpty { found.append((run, lines)) }
        }
        if ours.count != theirs.count {
            found.append((both, ["only \(ours.count < both + 1 ? "theirs" : "ours") went on"]))
        }
        return found
    }

    /// One line per register; empty when the results agree.
    package static func differences(_ ours: FuzzResult, _ theirs: FuzzResult) -> [String] {
        registers(ours.state, theirs.state) + outside(ours, theirs)
    }

    private static func registers(_ ours: FuzzState, _ theirs: FuzzState) -> [String] {
        var lines: [String] = []
        for number in 0..<31 where ours.x[number] != theirs.x[number] {
            lines.append("x\(number) \(hex(ours.x[number])), theirs \(hex(theirs.x[number]))")
        }
        let named: [(String, KeyPath<FuzzState, UInt64>)] = [
            ("sp", \.sp), ("nzcv", \.flags), ("fpcr", \.floatControl), ("fpsr", \.floatStatus),
        ]
        for (name, path) in named where ours[keyPath: path] != theirs[keyPath: path] {
            lines.append("\(name) \(hex(ours[keyPath: path])), theirs \(hex(theirs[keyPath: path]))")
        }
        for number in 0..<32 where ours.v[number] != theirs.v[number] {
            lines.append("v\(number) \(hex(ours.v[number])), theirs \(hex(theirs.v[number]))")
        }
        return lines
    }

    /// Signals and memory. A store of several words that faults half-way may have written some of them: then memory does
    /// not count (Arm ARM B2.2.4).
    private static func outside(_ ours: FuzzResult, _ theirs: FuzzResult) -> [String] {
        var lines: [String] = []
        let signals = (ours.signals.comparable, theirs.signals.comparable)
        if signals.0 != signals.1 { lines.append("signals \(text(ours.signals)), theirs \(text(theirs.signals))") }
        let mayBePartial = signals.0 == signals.1 && (ours.signals.mayHaveStored || ours.signals.count > 2)
        if ours.memory != theirs.memory && !mayBePartial {
            lines.append("memory \(hex(ours.memory)), theirs \(hex(theirs.memory))")
        }
        return lines
    }

    private static func text(_ signals: FuzzResult.Signals) -> String {
        if signals.count == 0 { return "none" }
        let shown = [signals.first, signals.second].prefix(Int(min(signals.count, 2))).map {
            "\($0.number) code \($0.kind >> 32) at \(hex($0.address))"
        }
        return "\(signals.count): \(shown.joined(separator: ", "))"
    }
}

extension FuzzResult.Signals {
    /// Without what is not an instruction's doing but QEMU's (Docs/KnownDifferences.md).
    fileprivate var comparable: Self {
        var result = self
        result.first = first.comparable
        result.second = second.comparable
        return result
    }

    /// Whether one of the noted signals comes from an access to memory.
    fileprivate var mayHaveStored: Bool { [first, second].contains { $0.number == 7 || $0.number == 11 } }
}

extension FuzzResult.Signal {
    /// QEMU says of every SIGILL that it was an operand's fault, shows the tag of a misaligned address, and, as it runs the
    /// guest on host addresses, learns from the host's kernel no fault address that x86-64 cannot have.
    fileprivate var comparable: Self {
        var result = self
        if number == 4 { result.kind = number }
        if number == 7 { result.address &= 0x00ff_ffff_ffff_ffff }
        if number == 11 && address >> 47 != 0 { result.address = 0 }
        return result
    }
}
