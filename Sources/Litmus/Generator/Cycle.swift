/// A test that a generator made.
package struct GeneratedTest: Sendable, Equatable {
    package let name: String
    /// In herd's format.
    package let text: String
    package let verdict: Verdict
}

/// A cycle of relations between accesses, as in diy (Alglave, Maranget et al.): the test asks whether an execution with
/// all of them exists. It does not exist exactly if each order within a thread is one that the architecture keeps,
/// because communication between threads is always seen by all at once (Arm ARM B2.3.2: other-multi-copy atomic).
package struct Cycle: Sendable {
    /// An access of the cycle.
    struct Access {
        let direction: Direction
        let annotation: Annotation
        let thread: Int
        let location: Int
        /// What is written, or must be read.
        var value = 0
    }

    /// The relation at `index` leads from the access at `index` to the next.
    let edges: [Edge]
    private(set) var accesses: [Access] = []
    /// How many locations.
    let locations: Int

    /// The cycle of the relations in `text`, separated by blanks.
    ///
    /// - Throws: `LitmusError` when they do not fit together.
    package init(_ text: String) throws(LitmusError) {
        var edges: [Edge] = []
        for word in text.split(whereSeparator: \.isWhitespace) { edges.append(try Edge(String(word))) }
        try self.init(edges)
    }

    init(_ given: [Edge]) throws(LitmusError) {
        let orders = given.count { $0.kind != .communication }
        guard orders >= 2, orders < given.count else {
            throw LitmusError("--cycle: at least two orders within threads and one relation between threads are needed")
        }
        // The first access shall be a thread's first, in a thread that goes on if there is one.
        var edges = given
        for _ in edges where edges.last?.kind != .communication { edges.append(edges.removeFirst()) }
        self.edges = edges
        locations = orders
        try place()
        try giveValues()
    }

    private mutating func place() throws(LitmusError) {
        var thread = 0
        var location = 0
        for (index, edge) in edges.enumerated() {
            let before = edges[(index + edges.count - 1) % edges.count]
            guard before.to.direction == edge.from.direction else {
                throw LitmusError("--cycle: \(before.text) does not end where \(edge.text) begins")
            }
            let marks = [before.to.annotation, edge.from.annotation].filter { $0 != .plain }
            if marks.count == 2 && marks[0] != marks[1] {
                throw LitmusError("--cycle: \(before.text) and \(edge.text) want different accesses")
            }
            accesses.append(
                Access(
                    direction: edge.from.direction, annotation: marks.first ?? .plain, thread: thread,
                    location: location % locations))
            if edge.kind == .communication { thread += 1 } else { location += 1 }
        }
    }

    /// The accesses of a location follow each other in the cycle, in coherence order.
    private mutating func giveValues() throws(LitmusError) {
        for start in edges.indices where edges[(start + edges.count - 1) % edges.count].kind != .communication {
            var writes = 0
            var place = start
            while true {
                if accesses[place].direction == .write { writes += 1 }
                accesses[place].value = writes
                guard edges[place].kind == .communication else { break }
                place = (place + 1) % edges.count
            }
            guard writes <= 2 else {
                throw LitmusError("--cycle: a location with more than two writes needs an observer, which is not made")
            }
        }
    }

    /// Whether the execution is forbidden, or allowed.
    package var verdict: Verdict { edges.allSatisfy(\.isOrdered) ? .forbidden : .allowed }

    /// The test; without a name the relations are it.
    package func test(name: String?) -> GeneratedTest {
        let title = name ?? edges.map(\.text).joined(separator: "-")
        return GeneratedTest(name: title, text: CycleProgram(self).text(title), verdict: verdict)
    }
}
