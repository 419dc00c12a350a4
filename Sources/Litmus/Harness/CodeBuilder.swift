/// Assembly with labels, collected line by line and assembled at the end.
struct CodeBuilder {
    private struct Line {
        /// Empty for a NOP, of which there are many.
        let text: String
        let scope: Int
        let source: Int?
    }

    private var lines: [Line] = []
    /// Names of each scope, at which line they stand. Scope 0 is seen from everywhere.
    private var labels: [[String: Int]] = [[:]]
    /// Where new names go and are looked up first.
    private var scope = 0

    /// How many instructions there are.
    var count: Int { lines.count }

    /// Adds an instruction; `source` is its line in the test, if it is from there.
    mutating func emit(_ text: String, source: Int? = nil) {
        lines.append(Line(text: text, scope: scope, source: source))
    }

    /// Adds NOPs until there are `count` instructions.
    mutating func pad(to count: Int) {
        while lines.count < count { lines.append(Line(text: "", scope: scope, source: nil)) }
    }

    /// Names the next instruction; false if the scope has the name already.
    @discardableResult
    mutating func label(_ name: String) -> Bool {
        labels[scope].updateValue(lines.count, forKey: name.lowercased()) == nil
    }

    /// Runs `body` with names of its own.
    mutating func inScope<Failure: Error>(_ body: (inout CodeBuilder) throws(Failure) -> Void) throws(Failure) {
        labels.append([:])
        let outer = scope
        scope = labels.count - 1
        defer { scope = outer }
        try body(&self)
    }

    /// MOVZ and as many MOVK as `value` needs.
    mutating func move(_ register: String, _ value: UInt64) {
        emit("movz \(register), #\(value & 0xffff)")
        for part: UInt64 in 1..<4 where value >> (16 * part) & 0xffff != 0 {
            emit("movk \(register), #\(value >> (16 * part) & 0xffff), lsl #\(16 * part)")
        }
    }

    /// The words, the first at `base`, and the address of each name of scope 0.
    ///
    /// - Throws: `LitmusError` that names `file` and the line.
    func assemble(
        _ assembler: Assembler, at base: UInt64, file: String
    ) throws(LitmusError) -> (words: [UInt32], labels: [String: UInt64]) {
        let addresses = labels.map { names in names.mapValues { base + 4 * UInt64($0) } }
        let visible = addresses.map { addresses[0].merging($0) { _, inner in inner } }
        var words: [UInt32] = []
        words.reserveCapacity(lines.count)
        let nop: UInt32 = 0xd503_201f
        for (index, line) in lines.enumerated() {
            if line.text.isEmpty {
                words.append(nop)
                continue
            }
            do {
                words.append(
                    try assembler.assemble(line.text, at: base + 4 * UInt64(index), labels: visible[line.scope]))
            } catch {
                throw LitmusError(file, line.source ?? 1, error.reason)
            }
        }
        return (words, addresses[0])
    }
}
