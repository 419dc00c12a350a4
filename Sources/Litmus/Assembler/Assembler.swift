import Guest
import GuestA64

/// Why one line of assembly is refused.
package struct AssemblyError: Error, Equatable {
    /// What is wrong, without the place.
    package let reason: String
}

/// Assembles A64 text by the rows of the decode table, read backwards: what the disassembler writes for a word, this
/// takes back, and so each row is the one statement of its encoding.
///
/// A line is matched against each row's text (and each alias's); literal parts must be there, and each reference puts
/// what it reads into the word (`Encoder`). The first row wins whose word means something and is written as the line
/// says. References to what litmus tests do not use (vectors) match nothing.
package struct Assembler: Sendable {
    /// Where names of branch targets are looked up.
    package typealias Labels = [String: UInt64]

    private let forms: [AssemblyForm]

    /// An assembler of everything in the guest's decode table.
    package init() {
        forms =
            A64.table.rows.map { AssemblyForm($0.text, mask: $0.mask, value: $0.value) }
            + Alias.all.map { AssemblyForm($0.text, mask: $0.bits.mask, value: $0.bits.value, condition: $0.condition) }
    }

    /// Whether it takes instructions whose row has this text.
    package static func reads(_ text: StaticString) -> Bool { AssemblyForm(text, mask: 0, value: 0).isReadable }

    /// The word of the instruction `text` at address `pc`.
    ///
    /// - Throws: `AssemblyError` when there is no such instruction, or an operand that it does not take.
    package func assemble(_ text: String, at pc: UInt64 = 0, labels: Labels = [:]) throws(AssemblyError) -> UInt32 {
        let line = CanonicalText(text)
        if let word = match(line, pc, labels) { return word }
        if let other = line.unscaled, let word = match(other, pc, labels) { return word }
        let known = forms.contains { $0.begins(line) }
        throw AssemblyError(
            reason: known
                ? "'\(text)': an operand is missing, too many, out of range or unknown"
                : "'\(text)': no such instruction")
    }

    private func match(_ line: CanonicalText, _ pc: UInt64, _ labels: Labels) -> UInt32? {
        let bytes = line.bytes
        for form in forms {
            if let word = form.match(bytes, pc, labels) { return word }
        }
        return nil
    }
}

/// Assembly in one spelling: lower case, one blank behind the mnemonic and none elsewhere.
struct CanonicalText: Equatable {
    let mnemonic: String
    let operands: String

    init(_ text: some StringProtocol) {
        let parts = text.lowercased().split(maxSplits: 1, whereSeparator: \.isWhitespace)
        mnemonic = parts.first.map(String.init) ?? ""
        operands = parts.count > 1 ? String(parts[1].filter { !$0.isWhitespace }) : ""
    }

    private init(mnemonic: String, operands: String) {
        self.mnemonic = mnemonic
        self.operands = operands
    }

    var bytes: [UInt8] { Array((operands.isEmpty ? mnemonic : mnemonic + " " + operands).utf8) }

    /// A load or store whose offset needs the unscaled form, which assemblers choose by themselves.
    var unscaled: CanonicalText? {
        guard mnemonic.hasPrefix("ldr") || mnemonic.hasPrefix("str") else { return nil }
        return CanonicalText(mnemonic: mnemonic.prefix(2) + "u" + mnemonic.dropFirst(2), operands: operands)
    }
}
