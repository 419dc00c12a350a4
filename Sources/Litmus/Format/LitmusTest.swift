/// A litmus test as herd's AArch64 format describes it: threads of a few instructions over shared locations, and a
/// question about the final state.
package struct LitmusTest: Sendable {
    /// Where it was read from, for messages.
    package var file: String
    /// The name in its first line.
    package var name: String
    /// The lines between name and initial state: a description, `Key=Value`.
    package var preamble: [String] = []
    /// The initial state as written, for the report.
    package var initialText: [String] = []
    /// Shared memory, in order of first mention.
    package var locations: [Location] = []
    /// The threads, from P0.
    package var threads: [LitmusThread] = []
    /// The question.
    package var question: Question
    /// What a state shows: everything that the question or `locations [...]` names.
    package var observed: [Observable] = []
}

/// An integer type of C, as declarations name it.
package struct CellType: Sendable, Equatable {
    /// Bytes: 1, 2, 4 or 8.
    package let size: Int
    package let isSigned: Bool

    /// What is not declared is an `int`.
    package static let int = CellType(size: 4, isSigned: true)
    /// What holds an address.
    package static let address = CellType(size: 8, isSigned: false)

    init(size: Int, isSigned: Bool) {
        self.size = size
        self.isSigned = isSigned
    }

    /// The type called `name`, nil if there is none.
    init?(_ name: String) {
        switch name {
        case "int": self = .int
        case "char", "int8_t": self.init(size: 1, isSigned: true)
        case "int16_t": self.init(size: 2, isSigned: true)
        case "int32_t": self.init(size: 4, isSigned: true)
        case "long", "int64_t", "intptr_t": self.init(size: 8, isSigned: true)
        case "uint8_t": self.init(size: 1, isSigned: false)
        case "uint16_t": self.init(size: 2, isSigned: false)
        case "uint32_t": self.init(size: 4, isSigned: false)
        case "uint64_t", "uintptr_t": self = .address
        default: return nil
        }
    }

    /// The low bytes of `bits` as a value of this type, widened to 64 bits.
    package func normalized(_ bits: UInt64) -> UInt64 {
        let shift = UInt64(64 - 8 * size)
        let high = bits << shift
        return isSigned ? UInt64(bitPattern: Int64(bitPattern: high) >> Int64(shift)) : high >> shift
    }
}

/// A value of an initial state or a question.
package enum LitmusValue: Sendable, Equatable {
    case number(UInt64)
    /// The address of the location with this index.
    case address(Int)
}

/// A variable, or an array of them.
package struct Location: Sendable, Equatable {
    package let name: String
    package var type: CellType
    /// One for each element.
    package var initial: [LitmusValue] = [.number(0)]
    package var isArray = false

    /// Bytes that it takes.
    package var size: Int { type.size * initial.count }
}

/// One column of the program.
package struct LitmusThread: Sendable, Equatable {
    /// An instruction or labels, and their line.
    package struct Statement: Sendable, Equatable {
        package let label: String?
        package let text: String?
        package let line: Int
    }

    package var statements: [Statement] = []
    /// Initial values by register number; others begin as zero.
    package var registers: [Int: LitmusValue] = [:]
    /// Declared types by register number.
    package var types: [Int: CellType] = [:]
}

/// Something that a state shows.
package enum Observable: Sendable, Hashable {
    case register(thread: Int, number: Int)
    case memory(location: Int, element: Int)
}

/// What is asked about the final states.
package struct Question: Sendable, Equatable {
    package enum Quantifier: String, Sendable {
        case exists = "exists"
        case notExists = "~exists"
        case forall = "forall"
    }

    package var quantifier: Quantifier
    package var condition: Condition
    /// Its text, with the words as written.
    package var text: String
    /// States that do not satisfy it are left out of the histogram.
    package var filter: Condition?

    /// What the quantifier alone says must be: nothing for `exists`.
    package var impliedVerdict: Verdict? {
        switch quantifier {
        case .exists: nil
        case .notExists: .forbidden
        case .forall: .required
        }
    }
}

extension LitmusTest {
    /// The type that an observed value is shown and compared in.
    package func type(of observable: Observable) -> CellType {
        switch observable {
        case .register(let thread, let number):
            if let type = threads[thread].types[number] { return type }
            if case .address? = threads[thread].registers[number] { return .address }
            return holdsAddresses(observable) ? .address : .int
        case .memory(let location, _): return locations[location].type
        }
    }

    /// As the report writes it: `0:X1`, `[x]`, `x[1]`.
    package func name(of observable: Observable) -> String {
        switch observable {
        case .register(let thread, let number): return "\(thread):X\(number)"
        case .memory(let index, let element):
            let location = locations[index]
            return location.isArray ? "\(location.name)[\(element)]" : "[\(location.name)]"
        }
    }

    /// Whether the question compares it with an address.
    private func holdsAddresses(_ observable: Observable) -> Bool {
        question.condition.atoms.contains { atom in
            guard case .address = atom.value else { return false }
            return atom.observable == observable
        }
    }
}
