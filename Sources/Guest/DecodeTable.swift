/// A decoder built from one statement per instruction: manual's name, bit pattern, assembly text, meaning.
///
/// In a pattern `0` and `1` are fixed bits; a letter is a field bit that the translation reads itself; blanks are for
/// the eye. Out of the same rows come decoder, disassembler, coverage list and random programs.
///
/// Make one per guest and keep it for good: a sealed table holds memory that is never given back, so that looking an
/// instruction up touches no reference count.
@usableFromInline package struct DecodeTable<Context: ~Copyable>: Sendable {
    /// Emits the instruction's IR; false refuses the encoding (reserved, or a feature the CPU lacks), and must then
    /// have emitted nothing.
    @usableFromInline package typealias Translate = @Sendable (UInt32, inout Context) -> Bool

    package struct Row: Sendable {
        package let name: StaticString
        package let mask: UInt32
        package let value: UInt32
        package let pattern: StaticString
        /// Disassembly: text with `{field}` references, see the guest's disassembler.
        package let text: StaticString
        package let translate: Translate
        /// Stated to be a special case of rows with fewer fixed bits, which it takes precedence over.
        package let overlapping: Bool
    }

    package private(set) var rows: [Row] = []
    /// The table as look-ups read it, once sealed.
    @usableFromInline private(set) var index: DecodeIndex?
    @usableFromInline private(set) var translations = RowTranslations<Context>([])

    package init() {}

    @inline(never)
    package mutating func define(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, overlapping: Bool = false,
        _ translate: @escaping Translate
    ) {
        let bits = PatternBits(pattern)
        precondition(bits.width == 32, "\(name): the pattern has \(bits.width) bits")
        rows.append(
            Row(
                name: name, mask: bits.mask, value: bits.value, pattern: pattern, text: text, translate: translate,
                overlapping: overlapping))
    }

    /// Call once after the last `define`.
    package mutating func seal() {
        precondition(index == nil, "a decode table is sealed once")
        index = DecodeIndex(rows.map { ($0.mask, $0.value) })
        translations = RowTranslations(rows)
    }

    package func row(for word: UInt32) -> Row? {
        index?.find(word).map { rows[$0] }
    }

    /// Emits the IR of `word`; false when no row takes it or its row refuses it. Inlined into the guest's translator,
    /// where `Context` is known: unspecialised it would cost more than the translation itself.
    @inlinable
    package func translate(_ word: UInt32, _ context: inout Context) -> Bool {
        guard let row = index?.find(word) else { return false }
        return translations.translate(row, word, &context)
    }
}

/// The fixed bits of a pattern.
package struct PatternBits: Sendable {
    package private(set) var mask: UInt32 = 0
    package private(set) var value: UInt32 = 0
    package private(set) var width = 0

    package init(_ pattern: StaticString) {
        for index in 0..<pattern.utf8CodeUnitCount {
            let character = unsafe pattern.utf8Start[index]
            if character == UInt8(ascii: " ") { continue }
            let isOne = character == UInt8(ascii: "1")
            mask = mask << 1 | (isOne || character == UInt8(ascii: "0") ? 1 : 0)
            value = value << 1 | (isOne ? 1 : 0)
            width += 1
        }
    }
}

/// The rows' translations alone, read without reference counting; their memory is never given back.
@usableFromInline struct RowTranslations<Context: ~Copyable>: @unchecked Sendable {
    /// In a struct of its own a function is stored as what it is; as a bare element it would be wrapped in another.
    @usableFromInline struct Entry {
        @usableFromInline let translate: DecodeTable<Context>.Translate
    }

    @usableFromInline let base: UnsafeMutablePointer<Entry>
    @usableFromInline let count: Int

    init(_ rows: [DecodeTable<Context>.Row]) {
        count = rows.count
        unsafe base = .allocate(capacity: max(count, 1))
        for (index, row) in rows.enumerated() {
            unsafe (base + index).initialize(to: Entry(translate: row.translate))
        }
    }

    @inlinable
    func translate(_ row: Int, _ word: UInt32, _ context: inout Context) -> Bool {
        precondition(row >= 0 && row < count, "no such row")
        return unsafe base[row].translate(word, &context)
    }
}
