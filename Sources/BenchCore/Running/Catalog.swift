/// The workloads there are, from `Guests/workloads.txt`.
///
/// One line per workload: name, class, variants separated by commas (the default first), a description to the end of the
/// line. A line that begins with `#` is a comment.
package struct Catalog: Sendable {
    package struct Workload: Equatable, Sendable {
        package let name: String
        /// `kernel`: integer work only, spread over the processors; `float`, `vector`: the same in floating point, and in
        /// 128-bit vectors; `sync`: the processors work together.
        package let kind: String
        package let variants: [String]
        package let summary: String
    }

    package let workloads: [Workload]

    /// - Throws: ``BenchError`` when a line is malformed.
    package init(parsing text: String, from what: String) throws {
        var workloads: [Workload] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let first = line.trimmed.first, first != "#" else { continue }
            let words = line.split(maxSplits: 3, whereSeparator: \.isWhitespace).map(String.init)
            guard words.count >= 3 else {
                throw BenchError("\(what):\(number + 1): needs a name, a class and variants")
            }
            workloads.append(
                Workload(
                    name: words[0], kind: words[1], variants: words[2].split(separator: ",").map(String.init),
                    summary: words.count > 3 ? words[3] : ""))
        }
        self.workloads = workloads
    }

    /// The workloads of a list of names and classes separated by commas, or `all`; throws ``BenchError`` naming the one that does not
    /// exist, and the nearest that does.
    package func select(_ names: String) throws -> [Workload] {
        if names == "all" { return workloads }
        return try names.split(separator: ",").flatMap { part in
            let name = String(part.trimmed)
            let ofClass = workloads.filter { $0.kind == name }
            if !ofClass.isEmpty { return ofClass }
            guard let workload = workloads.first(where: { $0.name == name }) else {
                let nearest = workloads.map(\.name).min { editDistance($0, name) < editDistance($1, name) }
                let hint = nearest.map { "; did you mean \($0)?" } ?? ""
                throw BenchError("--workload: no workload '\(name)'\(hint) See emu-bench --list")
            }
            return [workload]
        }
    }
}

extension Catalog.Workload {
    /// What is measured when no variant is asked for.
    ///
    /// `barrier` has too many to run them all in two minutes: one barrier, the three ways to wait.
    package var defaultVariants: [String] {
        guard name == "barrier" else { return variants }
        let chosen = variants.filter { $0.hasPrefix("sense-acqrel-") && $0.hasSuffix("-100k") }
        return chosen.isEmpty ? variants : chosen
    }

    /// - Parameter patterns: `all`, or names separated by commas in which `*` stands for anything.
    /// - Returns: the variants that match, in the catalogue's order; empty when none does.
    package func variants(matching patterns: String?) -> [String] {
        guard let patterns else { return defaultVariants }
        if patterns == "all" { return variants }
        let wanted = patterns.split(separator: ",").map { $0.trimmed }
        return variants.filter { variant in wanted.contains { matches(variant[...], pattern: $0) } }
    }

    private func matches(_ text: Substring, pattern: Substring) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return text.indices.contains { matches(text[$0...], pattern: pattern.dropFirst()) }
                || matches(text[text.endIndex...], pattern: pattern.dropFirst())
        }
        return text.first == first && matches(text.dropFirst(), pattern: pattern.dropFirst())
    }
}

/// How many characters must be inserted, removed or replaced to get from one word to the other (Levenshtein).
func editDistance(_ first: String, _ second: String) -> Int {
    let target = Array(second)
    var row = Array(0...target.count)
    for (index, character) in first.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for place in target.indices {
            let replaced = diagonal + (target[place] == character ? 0 : 1)
            diagonal = row[place + 1]
            row[place + 1] = min(replaced, row[place] + 1, diagonal + 1)
        }
    }
    return row[target.count]
}
