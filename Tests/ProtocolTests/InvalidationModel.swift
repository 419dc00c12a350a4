/// A broadcast TLB invalidation: `Processor.invalidateTLB`, `enqueue`, `completeInvalidations`, `hasSettled`,
/// `drainQueue`, `enterRunning`.
///
/// T0 takes a page away, broadcasts, waits (DSB), and from then on the page is another's. T1 uses the page through its
/// software TLB, polls, waits for an event, and uses it again. T2 broadcasts as well, at the same time.
struct InvalidationModel {
    enum Flaw {
        /// A vCPU empties its queue before it says that it runs.
        case drainsBeforeRunning
        /// The DSB waits for nobody.
        case waitsForNobody
        /// Who waits for its own broadcast still counts as running: two that wait for each other wait for ever.
        case waitsWhileRunning
    }

    private enum Cell {
        static let gone = 0, failed = 1
        static func running(_ thread: Int) -> Int { 4 + thread }
        static func pending(_ thread: Int) -> Int { 8 + thread }
        static func queued(_ thread: Int) -> Int { 12 + thread }
        static func done(_ thread: Int) -> Int { 16 + thread }
    }
    private enum Register {
        static let entry = 0, items = 1
        static func awaited(_ thread: Int) -> Int { 2 + thread }
    }

    var flaw: Flaw?

    var model: Model {
        var model = Model()
        model.programs = [
            enter(0, "A") + broadcast(0, to: [1, 2]) + [
                .store("the page is another's", Cell.gone) { _, _ in 1 }
            ] + leave(0, "end"),
            enter(1, "A") + use("U") + poll(1, "P") + use("V") + leave(1, "wait") + enter(1, "B") + use("W")
                + leave(1, "end"),
            enter(2, "A") + broadcast(2, to: [0, 1]) + leave(2, "end"),
        ]
        for thread in 0..<3 { model.initial[thread, Register.entry] = 1 }
        model.violation = { $0[Cell.failed] != 0 ? "a page was used that is another's" : nil }
        return model
    }

    private func leave(_ thread: Int, _ name: String) -> [Step] {
        [
            .locked("\(name): not running") { world, thread in
                world[Cell.running(thread)] = 0
                return .next
            }
        ]
    }

    private func enter(_ thread: Int, _ name: String) -> [Step] {
        let running = Step.locked("\(name): running") { world, thread in
            world[Cell.running(thread)] = 1
            return .next
        }
        return flaw == .drainsBeforeRunning ? drain(thread, name) + [running] : [running] + drain(thread, name)
    }

    private func drain(_ thread: Int, _ name: String) -> [Step] {
        let invalidate = Step.plain("\(name): invalidate") { world, thread in
            world[thread, Register.entry] = 0
            return .next
        }
        let count = Step.locked("\(name): done") { world, thread in
            world[Cell.done(thread)] = world[thread, Register.items]
            return .next
        }
        return [
            .plain("\(name): queue") { world, thread in
                world[thread, Register.items] = world.load(Cell.queued(thread), thread)
                return world[thread, Register.items] == world.load(Cell.done(thread), thread)
                    ? .to("\(name): drained") : .next
            }
        ] + [
            invalidate, count,
            .plain("\(name): drained") { _, _ in .next },
        ]
    }

    private func poll(_ thread: Int, _ name: String) -> [Step] {
        [
            .locked("\(name): attention?") { world, thread in
                defer { world[Cell.pending(thread)] = 0 }
                return world[Cell.pending(thread)] != 0 ? .next : .to("\(name): answered")
            }
        ] + drain(thread, name) + [.plain("\(name): answered") { _, _ in .next }]
    }

    /// A block with an access: a hit, or a walk that finds no page any more once that is visible.
    private func use(_ name: String) -> [Step] {
        [
            .plain("\(name): use the page") { world, thread in
                if world[thread, Register.entry] != 0 && world[Cell.gone] != 0 { world[Cell.failed] = 1 }
                return .next
            }
        ]
    }

    private func broadcast(_ thread: Int, to others: [Int]) -> [Step] {
        var steps: [Step] = [
            .plain("TLBI: own TLB") { world, thread in
                world[thread, Register.entry] = 0
                return .next
            }
        ]
        for other in others {
            steps += [
                .locked("TLBI: queue for T\(other)") { world, thread in
                    world[Cell.queued(other)] += 1
                    world[thread, Register.awaited(other)] = world[Cell.queued(other)]
                    return .next
                },
                .locked("TLBI: attract T\(other)") { world, _ in
                    world[Cell.pending(other)] = 1
                    return .next
                },
            ]
        }
        if flaw != .waitsWhileRunning { steps += leave(thread, "DSB") }
        for other in others where flaw != .waitsForNobody {
            steps.append(
                .plain("DSB: T\(other) settled?") { world, thread in
                    let isDone = world.load(Cell.done(other), thread) >= world[thread, Register.awaited(other)]
                    return isDone || world.load(Cell.running(other), thread) == 0 ? .next : .blocked
                })
        }
        return steps + enter(thread, "DSB's return")
    }
}
