/// Names of state slots for reading and writing IR as text. The guest's layout supplies them; the IR knows no guest.
package struct StateNames: Sendable {
    /// By offset, so that a slot's name is found.
    private let byOffset: [(offset: Int, name: String)]

    package static let none = StateNames([])

    /// `names` with their byte offsets into the CPU state. Names begin with a letter.
    package init(_ names: [(name: String, offset: Int)]) {
        byOffset = names.map { (offset: $0.offset, name: $0.name) }.sorted { $0.offset < $1.offset }
    }

    /// `@x2`, `@v3+8` for a byte within the 16 after a name, and `@16` where nothing is named.
    package func text(_ offset: UInt64) -> String {
        guard let offset = Int(exactly: offset), let entry = byOffset.last(where: { $0.offset <= offset }) else {
            return "@\(offset)"
        }
        let distance = offset - entry.offset
        return distance == 0 ? "@\(entry.name)" : distance < 16 ? "@\(entry.name)+\(distance)" : "@\(offset)"
    }

    /// The offset that `text` printed, without its `@`; nil for an unknown name.
    package func offset(_ text: Substring) -> UInt64? {
        if let plain = UInt64(text) { return plain }
        let parts = text.split(separator: "+", maxSplits: 1)
        guard let name = parts.first, let entry = byOffset.first(where: { $0.name == name }) else { return nil }
        guard parts.count == 2 else { return UInt64(entry.offset) }
        return UInt64(parts[1]).map { UInt64(entry.offset) + $0 }
    }
}
