import GuestA64

/// How two emulators' results of one program differ.
package enum Comparison {
    /// One line per register; empty when the results agree. A store of several words that faults half-way may have
    /// written some of them: then memory does not count (Arm ARM B2.2.4).
    package static func differences(_ ours: FuzzResult, _ theirs: FuzzResult) -> [String] {
        var lines: [String] = []
        for number in 0..<31 where ours.state.x[number] != theirs.state.x[number] {
            lines.append("x\(number) \(hex(ours.state.x[number])), theirs \(hex(theirs.state.x[number]))")
        }
        let named: [(String, KeyPath<FuzzState, UInt64>)] = [
            ("sp", \.sp), ("nzcv", \.flags), ("fpcr", \.floatControl), ("fpsr", \.floatStatus),
        ]
        for (name, path) in named where ours.state[keyPath: path] != theirs.state[keyPath: path] {
            lines.append("\(name) \(hex(ours.state[keyPath: path])), theirs \(hex(theirs.state[keyPath: path]))")
        }
        for number in 0..<32 where ours.state.v[number] != theirs.state.v[number] {
            lines.append("v\(number) \(hex(ours.state.v[number])), theirs \(hex(theirs.state.v[number]))")
        }
        if ours.signals != theirs.signals { lines.append("signals \(text(ours)), theirs \(text(theirs))") }
        let mayBePartial = ours.signals == theirs.signals && ours.signals.count > 0
        if ours.memory != theirs.memory && !mayBePartial {
            lines.append("memory \(hex(ours.memory)), theirs \(hex(theirs.memory))")
        }
        return lines
    }

    private static func text(_ result: FuzzResult) -> String {
        let signals = result.signals
        if signals.count == 0 { return "none" }
        return
            "\(signals.count): \(signals.first.number) code \(signals.first.kind >> 32) at \(hex(signals.first.address))"
    }

    static func hex(_ value: UInt64) -> String { String(value, radix: 16) }
    static func hex(_ value: SIMD2<UInt64>) -> String {
        let low = hex(value.x)
        return value.y == 0 ? low : hex(value.y) + String(repeating: "0", count: 16 - low.count) + low
    }
}
