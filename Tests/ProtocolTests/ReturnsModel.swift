/// The stack of returns that native code expects, while others change mappings and throw all code away:
/// `ExecutionContext.forgetReturns`, `Processor.completeInvalidations`, `drainQueue`, `forgetJumps`, `tryToFlush`.
///
/// T0's native code calls a function of the guest, which the stack expects to return to the code behind the call, and that
/// executes a DSB: a helper, in the middle of a block, that waits for T1's answer to a broadcast of T0's. Then it returns. T1
/// runs; changes the mapping behind the return address, broadcasts that, waits for T0, and from then on the page is
/// another's; then it throws all code away, again and again until that succeeds, and the memory is another's.
struct ReturnsModel {
    enum Flaw {
        /// Whoever throws code away does not look whether somebody stands still inside a block.
        case flushesUnderWaiters
        /// A vCPU that waits says that it is inside a block after it has said that it does not run.
        case saysInsideLate
        /// It takes that back before it runs again.
        case takesBackEarly
        /// A change of mappings leaves the expected returns as they are.
        case keepsReturns
        /// The helper does not say where the stack ends: nobody can find its entries.
        case hidesTop
        /// The vCPU goes on after its wait without doing what has been asked of it meanwhile.
        case drainsNothing
        /// Who waits counts as running: two that wait for each other wait for ever.
        case waitsWhileRunning
    }

    private enum Cell {
        static let failed = 0, stopping = 1, waitsInside = 2, top = 3
        /// T0's expected return: to the code behind the call, or to the look-up.
        static let entry = 4
        static let gone = 5, freed = 6, changed = 7
        static func running(_ thread: Int) -> Int { 8 + thread }
        static func queued(_ thread: Int) -> Int { 12 + thread }
        static func done(_ thread: Int) -> Int { 16 + thread }
    }
    private enum Entry { static let code = 1, lookUp = 2 }
    private enum Failure { static let mapping = 1, memory = 2 }
    private enum Register { static let items = 0, awaited = 1, turns = 2 }

    static let mapping = "a return led to what is mapped no more"
    static let memory = "a return led to memory that is another's"

    var flaw: Flaw?

    var model: Model {
        var model = Model()
        model.programs = [caller(), changer()]
        model.violation = { world in
            switch world[Cell.failed] {
            case Failure.mapping: Self.mapping
            case Failure.memory: Self.memory
            default: nil
            }
        }
        return model
    }

    // MARK: What both do

    private func enter(_ thread: Int, _ name: String, drains: Bool = true) -> [Step] {
        let forgets = flaw != .keepsReturns
        let drain: [Step] = [
            .plain("\(name): queue") { world, thread in
                world[thread, Register.items] = world.load(Cell.queued(thread), thread)
                return world[thread, Register.items] == world.load(Cell.done(thread), thread)
                    ? .to("\(name): drained") : .next
            },
            // The TLB, the jump cache and, where native code stands still in a helper, the expected returns.
            .plain("\(name): forget") { world, thread in
                if thread == 0 && forgets && world.load(Cell.top, thread) != 0 { world[Cell.entry] = Entry.lookUp }
                return .next
            },
            .locked("\(name): done") { world, thread in
                world[Cell.done(thread)] = world[thread, Register.items]
                return .next
            },
        ]
        return [
            .locked("\(name): running") { world, thread in
                world[Cell.running(thread)] = 1
                return .next
            },
            .plain("\(name): stopping?") { world, thread in
                world.load(Cell.stopping, thread) == 0 ? .to("\(name): queue?") : .next
            },
            .locked("\(name): not running after all") { world, thread in
                world[Cell.running(thread)] = 0
                return .next
            },
            .plain("\(name): wait") { world, thread in
                world.load(Cell.stopping, thread) == 0 ? .to("\(name): running") : .blocked
            },
            .plain("\(name): queue?") { _, _ in .next },
        ] + (drains ? drain : []) + [.plain("\(name): drained") { _, _ in .next }]
    }

    private func leave(_ name: String) -> Step {
        .locked("\(name): not running") { world, thread in
            world[Cell.running(thread)] = 0
            return .next
        }
    }

    private func broadcast(to other: Int, _ name: String) -> Step {
        .locked("\(name): queue for T\(other)") { world, thread in
            world[Cell.queued(other)] += 1
            world[thread, Register.awaited] = world[Cell.queued(other)]
            return .next
        }
    }

    private func settled(_ other: Int, _ name: String) -> Step {
        .plain("\(name): T\(other) settled?") { world, thread in
            let isDone = world.load(Cell.done(other), thread) >= world[thread, Register.awaited]
            return isDone || world.load(Cell.running(other), thread) == 0 ? .next : .blocked
        }
    }

    // MARK: T0

    private func caller() -> [Step] {
        let sayInside = Step.locked("DSB: waits inside") { world, _ in
            world[Cell.waitsInside] = 1
            return .next
        }
        let takeBack = Step.locked("DSB: no longer waits inside") { world, _ in
            world[Cell.waitsInside] = 0
            return .next
        }
        let stops: [Step] = flaw == .waitsWhileRunning ? [] : [leave("DSB")]
        let before = flaw == .saysInsideLate ? stops + [sayInside] : [sayInside] + stops
        let back = enter(0, "DSB's return", drains: flaw != .drainsNothing)
        let hides = flaw == .hidesTop
        return enter(0, "A") + [
            .plain("changed already?") { world, thread in
                // Then the page has no native code to call from.
                world.load(Cell.changed, thread) != 0 ? .to("end") : .next
            },
            .plain("call") { world, _ in
                world[Cell.entry] = Entry.code
                return .next
            },
            broadcast(to: 1, "TLBI"),
            .plain("say where the stack ends") { world, _ in
                if !hides { world[Cell.top] = 1 }
                return .next
            },
        ] + before + [settled(1, "DSB")] + (flaw == .takesBackEarly ? [takeBack] + back : back + [takeBack]) + [
            .plain("the helper returns") { world, thread in
                // Its caller is in code memory as well.
                if world.load(Cell.freed, thread) != 0 { world[Cell.failed] = Failure.memory }
                world[Cell.top] = 0
                return .next
            },
            .plain("return") { world, thread in
                guard world[Cell.entry] == Entry.code else { return .next }
                if world.load(Cell.gone, thread) != 0 { world[Cell.failed] = Failure.mapping }
                if world.load(Cell.freed, thread) != 0 { world[Cell.failed] = Failure.memory }
                return .next
            },
            .plain("end") { _, _ in .next },
            leave("end"),
        ]
    }

    // MARK: T1

    private func changer() -> [Step] {
        let looks = flaw != .flushesUnderWaiters
        let stops: [Step] = flaw == .waitsWhileRunning ? [] : [leave("DSB")]
        return enter(1, "A") + [
            .store("change the mapping", Cell.changed) { _, _ in 1 }, broadcast(to: 0, "TLBI"),
        ] + stops + [settled(0, "DSB")]
            + enter(1, "DSB's return") + [
                .store("the page is another's", Cell.gone) { _, _ in 1 },
                leave("flush"),
                .locked("stop") { world, _ in
                    world[Cell.stopping] = 1
                    return .next
                },
                .plain("T0 outside?") { world, thread in
                    world.load(Cell.running(0), thread) == 0 ? .next : .blocked
                },
                .plain("does T0 wait inside?") { world, thread in
                    world.load(Cell.waitsInside, thread) == 0 || !looks ? .next : .to("try again")
                },
                .locked("throw away") { world, _ in
                    world[Cell.freed] = 1
                    return .to("over")
                },
                .locked("try again") { world, thread in
                    world[Cell.stopping] = 0
                    return .next
                },
                .plain("T0 goes on") { world, thread in
                    world.load(Cell.waitsInside, thread) == 0 ? .to("stop") : .blocked
                },
                .locked("over") { world, _ in
                    world[Cell.stopping] = 0
                    return .next
                },
                leave("end"),
            ]
    }
}
