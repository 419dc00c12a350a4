/// Visits every state that a model's threads can bring about, in whatever order they run and their stores reach memory.
struct Explorer {
    enum Verdict {
        /// Nothing bad in that many states, from each of which all threads can come to their end.
        case holds(states: Int)
        /// What is wrong, and the shortest way there.
        case fails(reason: String, path: [String])
    }

    /// More states than a test has time for.
    static let mostStates = 4_000_000

    private let model: Model
    private let places: [[String: Int]]
    private var states: [World] = []
    private var numbers: [World: Int32] = [:]
    /// Of each state, the one before it and who made the step.
    private var parents: [(state: Int32, step: UInt16)] = []
    private var edges: [(from: Int32, to: Int32)] = []

    static func explore(_ model: Model) -> Verdict {
        var explorer = Explorer(model)
        return explorer.run()
    }

    private init(_ model: Model) {
        self.model = model
        places = model.programs.map { program in
            var places: [String: Int] = [:]
            for (index, step) in program.enumerated() {
                precondition(places.updateValue(index, forKey: step.label) == nil, "two steps '\(step.label)'")
            }
            return places
        }
    }

    // MARK: Steps

    private static let draining: UInt16 = 0x100
    private static let ended: UInt8 = .max

    private func name(_ state: Int, _ step: UInt16) -> String {
        let (thread, world) = (Int(step & 0xff), states[state])
        guard step & Self.draining == 0 else {
            return "T\(thread): a store reaches memory (cell \((world.buffers[thread] & 0xff) - 1))"
        }
        return "T\(thread): \(model.programs[thread][Int(world.places[thread])].label)"
    }

    /// The state after the next step of `thread`; nil when it cannot make one.
    private func step(_ world: World, _ thread: Int) -> World? {
        guard world.places[thread] != Self.ended else { return nil }
        let place = Int(world.places[thread])
        let step = model.programs[thread][place]
        if step.isLocked && world.buffers[thread] != 0 { return nil }
        var next = world
        switch step.run(&next, thread) {
        case .next: next.places[thread] = place + 1 < model.programs[thread].count ? UInt8(place + 1) : Self.ended
        case .to(let label):
            guard let target = places[thread][label] else { preconditionFailure("no step '\(label)'") }
            next.places[thread] = UInt8(target)
        case .blocked: return nil
        case .end: next.places[thread] = Self.ended
        }
        return next
    }

    private func hasEnded(_ world: World) -> Bool {
        model.programs.indices.allSatisfy { world.places[$0] == Self.ended && world.buffers[$0] == 0 }
    }

    // MARK: Search

    private mutating func run() -> Verdict {
        add(model.initial, from: 0, 0)
        var next = 0
        while next < states.count {
            precondition(states.count < Self.mostStates, "the model has too many states")
            let world = states[next]
            if let reason = model.violation(world) { return .fails(reason: reason, path: path(to: next)) }
            let before = edges.count
            for thread in model.programs.indices {
                if let after = step(world, thread) { add(after, from: next, UInt16(thread)) }
                if world.buffers[thread] != 0 {
                    var after = world
                    let cell = after.drain(thread)
                    model.wrote(&after, thread, cell)
                    add(after, from: next, UInt16(thread) | Self.draining)
                }
            }
            if edges.count == before && !hasEnded(world) {
                return .fails(reason: "nobody can go on", path: path(to: next))
            }
            next += 1
        }
        return ending()
    }

    private mutating func add(_ world: World, from state: Int, _ step: UInt16) {
        if let known = numbers[world] {
            edges.append((Int32(state), known))
            return
        }
        let number = Int32(states.count)
        numbers[world] = number
        states.append(world)
        parents.append((Int32(state), step))
        if number > 0 { edges.append((Int32(state), number)) }
    }

    private func path(to state: Int) -> [String] {
        var names: [String] = []
        var at = state
        while at != 0 {
            let (before, step) = parents[at]
            names.append(name(Int(before), step))
            at = Int(before)
        }
        return names.reversed()
    }

    /// Looks for a state from which the threads never end, however they run.
    private func ending() -> Verdict {
        var starts = [Int32](repeating: 0, count: states.count + 1)
        for edge in edges { starts[Int(edge.to) + 1] += 1 }
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
        var fill = starts
        var sources = [Int32](repeating: 0, count: edges.count)
        for edge in edges {
            sources[Int(fill[Int(edge.to)])] = edge.from
            fill[Int(edge.to)] += 1
        }
        var ends = [Bool](repeating: false, count: states.count)
        var queue = states.indices.filter { hasEnded(states[$0]) }
        for state in queue { ends[state] = true }
        while let state = queue.popLast() {
            for source in sources[Int(starts[state])..<Int(starts[state + 1])] where !ends[Int(source)] {
                ends[Int(source)] = true
                queue.append(Int(source))
            }
        }
        guard let stuck = ends.firstIndex(of: false) else { return .holds(states: states.count) }
        return .fails(reason: "from here the threads never end", path: path(to: stuck))
    }
}
