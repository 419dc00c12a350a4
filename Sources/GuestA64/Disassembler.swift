import Guest
import IR

/// Writes one instruction as LLVM's assembler would, from the text in its row.
///
/// A row's text holds references `{name}`, each replaced by what the encoding has there:
///
/// * registers: a width, a place, and perhaps `+1` (the next register) and `|SP` (31 is SP, not zero), such as `{Xd}`,
///   `{Rn|SP}`, `{Ws+1}`. Widths: `W`, `X`, `R` (bit 31 tells), `Z` (bit 30 tells). Places: `d` and `t` bit 0, `n` bit 5,
///   `a` and `u` bit 10, `m` and `s` bit 16. Vector registers: `V`, or `Q`, `D`, `S`, `H`, `B`, or `F`, for which bits 23 and 22
///   tell (`Disassembler+Registers.swift`);
/// * vector registers with lanes, lists of them: `Disassembler+Vectors.swift`;
/// * immediates, conditions, modifiers: `Disassembler+Immediates.swift`;
/// * what follows the base register in brackets: `Disassembler+Addresses.swift`.
///
/// `Disassembler+Aliases.swift` holds the texts that the manual prefers to an instruction's own in special cases.
package struct Disassembler {
    let word: UInt32
    /// Address of the instruction: branch targets are written as addresses.
    let pc: UInt64

    package init(word: UInt32, pc: UInt64) {
        self.word = word
        self.pc = pc
    }

    /// The instruction's text; `.inst` and the word where no row takes it.
    package var text: String {
        guard A64.isDefined(word), let row = A64.table.row(for: word) else { return ".inst 0x" + hex(UInt64(word)) }
        return expand(Alias.preferred(for: word)?.text ?? row.text)
    }

    /// What `{name}` stands for; nil when there is no such reference.
    package func operand(_ name: Substring) -> String? {
        register(name) ?? immediate(name) ?? address(name) ?? system(name) ?? vector(name) ?? list(name)
            ?? vectorImmediate(name)
    }

    private func expand(_ text: StaticString) -> String {
        var result = ""
        var rest = Substring("\(text)")
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = rest[rest.index(after: open)..<close]
            result += rest[..<open] + (operand(name) ?? "<no operand \(name)>")
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    func hex(_ value: UInt64) -> String { String(value, radix: 16) }

    /// An immediate: `#0x1f`, `#-0x8`.
    func literal(_ value: Int64) -> String { (value < 0 ? "#-0x" : "#0x") + String(value.magnitude, radix: 16) }
    func literal(_ value: UInt32) -> String { literal(Int64(value)) }
}

extension A64 {
    /// Whether some row takes `word` and does not refuse it, at EL1 of a CPU that has everything.
    package static func isDefined(_ word: UInt32) -> Bool {
        var context = A64Translation(ir: Builder(capacity: 64), flags: .everything)
        return table.translate(word, &context)
    }

    /// Assembly text of the instruction `word` at `pc`, for traces.
    package static func disassemble(_ word: UInt32, pc: UInt64) -> String {
        Disassembler(word: word, pc: pc).text
    }
}
