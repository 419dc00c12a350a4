import JIT

/// One instruction of host code, as a disassembler tells it.
struct HostInstruction {
    let address: UInt64
    /// Without the address that it jumps to or takes.
    let text: String
    /// The address that it jumps to, calls or takes.
    var target: UInt64?

    /// From a line such as ` 7f00: \tjmp\t0x7f10 <.text+0x10>`; nil for a line that is no instruction.
    init?(line: Substring) {
        guard let colon = line.firstIndex(of: ":"),
            let address = UInt64(line[..<colon].drop { $0 == " " }, radix: 16)
        else { return nil }
        self.address = address
        let code = line[line.index(after: colon)...].prefix { $0 != "#" && $0 != "<" }
        let words = code.split { $0 == " " || $0 == "\t" }
        guard let mnemonic = words.first else { return nil }
        let isJump = mnemonic.hasPrefix("j") || mnemonic == "call"
        if isJump, words.count == 2, words[1].hasPrefix("0x") {
            target = UInt64(words[1].dropFirst(2), radix: 16)
            text = String(mnemonic)
        } else {
            text = words.joined(separator: " ")
        }
    }

    /// Operands relative to rip become a target; `next` is the address of the instruction behind.
    func resolved(next: UInt64) -> HostInstruction {
        guard let match = text.firstMatch(of: /\[rip ([+-]) (0x[0-9a-f]+|[0-9]+)\]/) else { return self }
        let digits = match.2
        let size = digits.hasPrefix("0x") ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits)
        guard let size else { return self }
        return HostInstruction(
            address: address, text: text.replacing(match.0, with: "[]"),
            target: match.1 == "+" ? next &+ size : next &- size)
    }

    private init(address: UInt64, text: String, target: UInt64?) {
        (self.address, self.text, self.target) = (address, text, target)
    }
}

/// The code of one guest instruction: what runs when all goes well, what is out of line, without what every block has.
struct HostListing {
    private var inline: [HostInstruction]
    private var outOfLine: [HostInstruction]
    private let end: UInt64

    init(_ code: NativeCode, _ instructions: ArraySlice<HostInstruction>) {
        let boundary = code.start &+ UInt64(code.inlineCount)
        let end = code.start &+ UInt64(code.instructionCount)
        // What only fills up tells nothing, and depends on where the code lies.
        let real = instructions.filter {
            !$0.text.hasPrefix("nop") && !$0.text.hasSuffix("nop") && $0.text != "xchg ax, ax"
        }
        self.end = end
        inline = real.filter { $0.address < boundary }
        outOfLine = real.filter { $0.address >= boundary && $0.address < end }
    }

    /// Leaves out the way in and the way out that the code of a NOP has as well.
    mutating func remove(_ frame: HostListing) {
        let start = zip(inline, frame.inline).prefix { $0.text == $1.text }.count
        inline.removeFirst(min(start, frame.inline.count - 1))
        inline.removeLast(Self.commonEnd(inline, frame.inline))
        outOfLine.removeLast(Self.commonEnd(outOfLine, frame.outOfLine))
    }

    private static func commonEnd(_ a: [HostInstruction], _ b: [HostInstruction]) -> Int {
        zip(a.reversed(), b.reversed()).prefix { $0.text == $1.text }.count
    }

    /// The count and the code, a line each.
    func lines(_ names: HostNames) -> [String] {
        let all = inline + outOfLine
        let known = Set(all.map(\.address))
        let targets = Set(all.compactMap(\.target)).filter { known.contains($0) }.sorted()
        let labels = Dictionary(uniqueKeysWithValues: targets.enumerated().map { ($1, "L\($0 + 1)") })
        func text(_ instruction: HostInstruction) -> String {
            let label = labels[instruction.address].map { "\($0):" } ?? ""
            let indented = label + String(repeating: " ", count: max(8 - label.count, 1))
            return indented + operands(instruction, labels, names)
        }
        return ["= \(inline.count) + \(outOfLine.count)"] + inline.map(text)
            + (outOfLine.isEmpty ? [] : ["    --"]) + outOfLine.map(text)
    }

    private func operands(_ instruction: HostInstruction, _ labels: [UInt64: String], _ names: HostNames) -> String {
        var text = instruction.text
        if let target = instruction.target {
            let name = labels[target] ?? names.sharedCode(at: target) ?? place(target)
            text = text.contains("[]") ? text.replacing("[]", with: "[\(name)]") : "\(text) \(name)"
        }
        guard let match = text.firstMatch(of: /\[rbp(?: ([+-]) ([0-9]+))?\]/) else { return text }
        let size = match.2.flatMap { Int($0) } ?? 0
        guard let cell = names.cell(match.1 == "-" ? -size : size) else { return text }
        return text.replacing(match.0, with: "[\(cell)]")
    }

    /// An address that no instruction of the listing has.
    private func place(_ target: UInt64) -> String {
        if target >= end { return "record" }
        if let jump = (inline + outOfLine).last(where: { $0.address < target }), target - jump.address < 8 {
            return "jump"
        }
        return "next"
    }
}
