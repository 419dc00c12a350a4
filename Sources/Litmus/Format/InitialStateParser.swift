/// Reads `0:X1=x; uint32_t 0:X3; uint16_t x; x=1; int y[2]={1,2};`.
struct InitialStateParser {
    private var tokens: TokenStream

    init(_ tokens: TokenStream) { self.tokens = tokens }

    mutating func parse(into builder: inout TestBuilder) throws(LitmusError) {
        while !tokens.isAtEnd {
            if tokens.take(";") { continue }
            try entry(&builder)
            if !tokens.isAtEnd { try tokens.expect(";") }
        }
    }

    private mutating func entry(_ builder: inout TestBuilder) throws(LitmusError) {
        var type: CellType?
        if let word = tokens.next, word.isWord, let second = tokens.second, !["=", ":", ";", "["].contains(second.text)
        {
            guard let known = CellType(word.text) else { throw tokens.wrong("a type such as uint32_t") }
            type = known
            _ = tokens.take()
            if tokens.take("*") { type = .address }
        }
        if tokens.second?.text == ":" { try register(type, &builder) } else { try location(type, &builder) }
    }

    private mutating func register(_ type: CellType?, _ builder: inout TestBuilder) throws(LitmusError) {
        guard let token = tokens.next, let thread = TestBuilder.thread(token) else { throw tokens.wrong("a thread") }
        _ = tokens.take()
        try tokens.expect(":")
        guard let name = tokens.next, let number = TestBuilder.register(name.text) else {
            throw tokens.wrong("a register X0 to X30")
        }
        _ = tokens.take()
        builder.addThread(thread)
        if let type { builder.threads[thread].types[number] = type }
        if tokens.take("=") { builder.threads[thread].registers[number] = try value(&builder) }
    }

    private mutating func location(_ type: CellType?, _ builder: inout TestBuilder) throws(LitmusError) {
        let isBracketed = tokens.take("[")
        guard let name = tokens.next, name.isWord else { throw tokens.wrong("a location or a register") }
        _ = tokens.take()
        if isBracketed { try tokens.expect("]") }
        let index = builder.location(name.text)
        if !isBracketed && tokens.take("[") { return try array(index, type, &builder) }
        let initial: LitmusValue? = tokens.take("=") ? try value(&builder) : nil
        builder.declare(index, type: type, initial: initial.map { [$0] }, isArray: false)
    }

    /// `[n]` of a declaration with its `={...}`, or `[i]=value` of an element.
    private mutating func array(
        _ index: Int, _ type: CellType?, _ builder: inout TestBuilder
    ) throws(LitmusError) {
        guard let number = tokens.next?.number, number <= 64 else { throw tokens.wrong("a number up to 64") }
        _ = tokens.take()
        try tokens.expect("]")
        let count = Int(number)
        guard type != nil else {
            try tokens.expect("=")
            guard builder.set(index, element: count, try value(&builder)) else {
                throw tokens.error("there is no element \(count)")
            }
            return
        }
        guard count > 0 else { throw tokens.error("an array has at least one element") }
        var initial: [LitmusValue] = []
        if tokens.take("=") {
            try tokens.expect("{")
            repeat { initial.append(try value(&builder)) } while tokens.take(",")
            try tokens.expect("}")
            guard initial.count <= count else { throw tokens.error("more values than elements") }
        }
        initial += Array(repeating: .number(0), count: count - initial.count)
        builder.declare(index, type: type, initial: initial, isArray: true)
    }

    private mutating func value(_ builder: inout TestBuilder) throws(LitmusError) -> LitmusValue {
        guard let token = tokens.next else { throw tokens.wrong("a value") }
        if let number = token.number {
            _ = tokens.take()
            return .number(number)
        }
        guard token.isWord else { throw tokens.wrong("a number or a location") }
        _ = tokens.take()
        return .address(builder.location(token.text))
    }
}
