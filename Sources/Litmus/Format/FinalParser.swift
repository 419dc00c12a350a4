/// Reads what follows the program: `locations [...]`, `filter`, and the question.
struct FinalParser {
    private var tokens: TokenStream
    private let lines: [(number: Int, text: String)]
    private var builder: TestBuilder
    private var shown: [Observable] = []

    init(_ lines: [(number: Int, text: String)], file: String, end: Int, builder: TestBuilder) throws(LitmusError) {
        self.lines = lines
        tokens = try TokenStream(lines, file: file, end: end)
        self.builder = builder
    }

    mutating func test() throws(LitmusError) -> LitmusTest {
        if tokens.take("locations") { try locations() }
        var filter: Condition?
        if tokens.take("filter") { filter = try implication() }
        let quantifier = try quantifier()
        let condition = try implication()
        if !tokens.isAtEnd { throw tokens.wrong("the end of the test") }
        let question = Question(
            quantifier: quantifier, condition: condition, text: text(behind: quantifier), filter: filter)
        var test = LitmusTest(file: builder.file, name: builder.name, question: question)
        test.preamble = builder.preamble
        test.initialText = builder.initialText
        test.locations = builder.locations
        test.threads = builder.threads
        let seen = Set(shown + condition.atoms.map(\.observable) + (filter?.atoms.map(\.observable) ?? []))
        test.observed = seen.sorted(by: Self.precedes)
        return test
    }

    private mutating func quantifier() throws(LitmusError) -> Question.Quantifier {
        if tokens.take("exists") { return .exists }
        if tokens.take("forall") { return .forall }
        if tokens.take("~") {
            try tokens.expect("exists")
            return .notExists
        }
        throw tokens.wrong("exists, ~exists or forall")
    }

    /// The question without its quantifier, on one line.
    private func text(behind quantifier: Question.Quantifier) -> String {
        let whole = lines.map(\.text.trimmed).filter { !$0.isEmpty }.joined(separator: " ")
        let word = quantifier == .forall ? "forall" : "exists"
        guard let range = whole.ranges(of: word).last else { return whole }
        return whole[range.upperBound...].trimmed
    }

    /// Registers first, by thread, then memory.
    private static func precedes(_ left: Observable, _ right: Observable) -> Bool { key(left) < key(right) }

    private static func key(_ observable: Observable) -> Int {
        switch observable {
        case .register(let thread, let number): thread << 8 | number
        case .memory(let location, let element): 1 << 32 | location << 8 | element
        }
    }

    /// `[1:X6; x; y[1];]`
    private mutating func locations() throws(LitmusError) {
        try tokens.expect("[")
        while !tokens.take("]") {
            if tokens.take(";") { continue }
            shown.append(try observable())
        }
    }

    // MARK: Conditions, loosest first

    private mutating func implication() throws(LitmusError) -> Condition {
        let left = try disjunction()
        return tokens.take("=>") ? .implies(left, try implication()) : left
    }

    private mutating func disjunction() throws(LitmusError) -> Condition {
        var result = try conjunction()
        while tokens.take("\\/") { result = .or(result, try conjunction()) }
        return result
    }

    private mutating func conjunction() throws(LitmusError) -> Condition {
        var result = try negation()
        while tokens.take("/\\") { result = .and(result, try negation()) }
        return result
    }

    private mutating func negation() throws(LitmusError) -> Condition {
        if tokens.take("~") || tokens.take("not") { return .not(try negation()) }
        if tokens.take("(") {
            let inner = try implication()
            try tokens.expect(")")
            return inner
        }
        if tokens.take("true") { return .constant(true) }
        if tokens.take("false") { return .constant(false) }
        let observable = try observable()
        try tokens.expect("=")
        return .equal(observable, try value())
    }

    private mutating func value() throws(LitmusError) -> LitmusValue {
        guard let token = tokens.take() else { throw tokens.wrong("a value") }
        if let number = token.number { return .number(number) }
        guard let index = builder.locations.firstIndex(where: { $0.name == token.text }) else {
            throw tokens.error("'\(token.text)' is no number and no location of the initial state")
        }
        return .address(index)
    }

    private mutating func observable() throws(LitmusError) -> Observable {
        if tokens.second?.text == ":" { return try register() }
        let isBracketed = tokens.take("[")
        guard let name = tokens.next, name.isWord else { throw tokens.wrong("a register such as 0:X1, or a location") }
        _ = tokens.take()
        guard let index = builder.locations.firstIndex(where: { $0.name == name.text }) else {
            throw tokens.error("the initial state has no location '\(name.text)'")
        }
        var element = 0
        if tokens.take("[") {
            guard let number = tokens.take()?.number, number < UInt64(builder.locations[index].initial.count) else {
                throw tokens.error("'\(name.text)' has no such element")
            }
            element = Int(number)
            try tokens.expect("]")
        }
        if isBracketed { try tokens.expect("]") }
        return .memory(location: index, element: element)
    }

    private mutating func register() throws(LitmusError) -> Observable {
        guard let token = tokens.take(), let thread = TestBuilder.thread(token),
            builder.threads.indices.contains(thread)
        else { throw tokens.error("there is no such thread") }
        try tokens.expect(":")
        guard let name = tokens.take(), let number = TestBuilder.register(name.text) else {
            throw tokens.error("a register is X0 to X30")
        }
        return .register(thread: thread, number: number)
    }
}
