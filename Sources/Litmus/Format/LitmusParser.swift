/// Reads a test in herd's format:
///
/// ```
/// AArch64 NAME
/// "description" and Key=Value lines
/// { 0:X1=x; uint64_t y; x=1; }
///  P0          | P1          ;
///  MOV W0,#1   | LDR W0,[X1] ;
/// locations [1:X2;]
/// exists (1:X0=1 /\ [x]=2)
/// ```
package struct LitmusParser {
    private let file: String
    private let lines: [String]
    private var place = 0

    private init(_ text: String, file: String) {
        self.file = file
        lines = Self.withoutComments(text)
    }

    /// The test that `text` describes; `file` is named in messages.
    ///
    /// - Throws: `LitmusError` with file and line.
    package static func parse(_ text: String, file: String) throws(LitmusError) -> LitmusTest {
        var parser = LitmusParser(text, file: file)
        return try parser.test()
    }

    private mutating func test() throws(LitmusError) -> LitmusTest {
        let name = try header()
        var builder = TestBuilder(file: file, name: name)
        while let line = current, !line.trimmed.hasPrefix("{") {
            if !line.trimmed.isEmpty { builder.preamble.append(line.trimmed) }
            place += 1
        }
        try initialState(&builder)
        let declared = builder.threads.count
        try program(&builder)
        if builder.threads.count < declared {
            throw error(
                "the initial state names thread \(declared - 1), but there are \(builder.threads.count) threads")
        }
        let rest = (place..<lines.count).map { (number: $0 + 1, text: lines[$0]) }
        var final = try FinalParser(rest, file: file, end: lines.count, builder: builder)
        return try final.test()
    }

    private var current: String? { place < lines.count ? lines[place] : nil }
    private func error(_ reason: String) -> LitmusError { LitmusError(file, min(place, lines.count - 1) + 1, reason) }

    // MARK: Sections

    private mutating func header() throws(LitmusError) -> String {
        while let line = current, line.trimmed.isEmpty { place += 1 }
        let words = (current ?? "").split(whereSeparator: \.isWhitespace)
        guard words.count == 2, words[0] == "AArch64" else {
            throw error("a test begins with 'AArch64 NAME'")
        }
        place += 1
        return String(words[1])
    }

    /// Everything between the braces.
    private mutating func initialState(_ builder: inout TestBuilder) throws(LitmusError) {
        var inside: [(number: Int, text: String)] = []
        var depth = 0
        let start = place
        repeat {
            guard let line = current else {
                place = start
                throw error("the initial state has no closing '}'")
            }
            var kept = ""
            for character in line {
                if character == "}" { depth -= 1 }
                if depth > 0 { kept.append(character) }
                if character == "{" { depth += 1 }
            }
            inside.append((place + 1, kept))
            place += 1
        } while depth > 0
        builder.initialText = inside.map(\.text.trimmed).filter { !$0.isEmpty }
        var parser = InitialStateParser(try TokenStream(inside, file: file, end: place))
        try parser.parse(into: &builder)
    }

    /// The columns, up to the question.
    private mutating func program(_ builder: inout TestBuilder) throws(LitmusError) {
        while let line = current, line.trimmed.isEmpty { place += 1 }
        let names = try row()
        for (index, name) in names.enumerated() where name != "P\(index)" {
            throw error("column \(index + 1) is thread 'P\(index)', not '\(name)'")
        }
        place += 1
        var columns = Array(repeating: [LitmusThread.Statement](), count: names.count)
        while let line = current, !Self.beginsQuestion(line) {
            if !line.trimmed.isEmpty {
                let cells = try row()
                guard cells.count == names.count else {
                    throw error("\(cells.count) columns where there are \(names.count) threads")
                }
                for (index, cell) in cells.enumerated() { columns[index] += statements(cell) }
            }
            place += 1
        }
        for index in builder.threads.count..<max(names.count, builder.threads.count) { builder.addThread(index) }
        if builder.threads.count > names.count {
            throw error("the initial state names thread \(builder.threads.count - 1); the program has \(names.count)")
        }
        for (index, column) in columns.enumerated() { builder.threads[index].statements = column }
    }

    private func row() throws(LitmusError) -> [String] {
        let line = (current ?? "").trimmed
        guard line.hasSuffix(";") else { throw error("a row of the program ends with ';'") }
        return line.dropLast().split(separator: "|", omittingEmptySubsequences: false).map(\.trimmed)
    }

    /// `label: instruction`, either of which may be missing.
    private func statements(_ cell: String) -> [LitmusThread.Statement] {
        var result: [LitmusThread.Statement] = []
        var rest = cell[...]
        while let colon = rest.firstIndex(of: ":") {
            result.append(.init(label: rest[..<colon].trimmed, text: nil, line: place + 1))
            rest = rest[rest.index(after: colon)...]
        }
        if !rest.trimmed.isEmpty { result.append(.init(label: nil, text: rest.trimmed, line: place + 1)) }
        return result
    }

    private static func beginsQuestion(_ line: String) -> Bool {
        let start = line.trimmed
        return ["exists", "~exists", "~ exists", "forall", "locations", "filter"].contains { start.hasPrefix($0) }
    }

    // MARK: Comments

    /// The lines of `text` with blanks in place of `(* ... *)`, which nest.
    private static func withoutComments(_ text: String) -> [String] {
        var kept = ""
        var depth = 0
        var rest = Substring(text)
        while let character = rest.first {
            if rest.hasPrefix("(*") {
                depth += 1
                rest = rest.dropFirst(2)
            } else if depth > 0 && rest.hasPrefix("*)") {
                depth -= 1
                rest = rest.dropFirst(2)
            } else {
                if depth == 0 || character.isNewline { kept.append(character) }
                rest = rest.dropFirst()
            }
        }
        return kept.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
