import IR

/// A comparison as a type, so that a handler is specialised for it.
protocol Relation {
    static func holds<Word: MachineWord>(_ a: Word, _ b: Word) -> Bool
}

enum Equal: Relation {
    @inline(__always) static func holds<Word: MachineWord>(_ a: Word, _ b: Word) -> Bool { a == b }
}

enum NotEqual: Relation {
    @inline(__always) static func holds<Word: MachineWord>(_ a: Word, _ b: Word) -> Bool { a != b }
}

enum UnsignedLess: Relation {
    @inline(__always) static func holds<Word: MachineWord>(_ a: Word, _ b: Word) -> Bool { a < b }
}

enum UnsignedLessOrEqual: Relation {
    @inline(__always) static func holds<Word: MachineWord>(_ a: Word, _ b: Word) -> Bool { a <= b }
}

enum UnsignedGreater: Relation {
    @inline(__always) static func holds<Word: MachineWord>(_ a: Word, _ b: Word) -> Bool { a > b }
}

enum UnsignedGreaterOrEqual: Relation {
    @inline(__always) static func holds<Word: MachineWord>(_ a: Word, _ b: Word) -> Bool { a >= b }
}

enum SignedLess: Relation {
    @inline(__always) static func holds<Word: MachineWord>(_ a: Word, _ b: Word) -> Bool { a.signed < b.signed }
}

enum SignedLessOrEqual: Relation {
    @inline(__always) static func holds<Word: MachineWord>(_ a: Word, _ b: Word) -> Bool { a.signed <= b.signed }
}

enum SignedGreater: Relation {
    @inline(__always) static func holds<Word: MachineWord>(_ a: Word, _ b: Word) -> Bool { a.signed > b.signed }
}

enum SignedGreaterOrEqual: Relation {
    @inline(__always) static func holds<Word: MachineWord>(_ a: Word, _ b: Word) -> Bool { a.signed >= b.signed }
}
