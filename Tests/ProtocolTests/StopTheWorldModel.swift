/// Stopping the world: `ProcessorGroup.stopTheWorld`, `Processor.enterRunning`, `leaveRunning`, `parkUntil`, `wake`,
/// `attract`, `answerAttention`, `Parker`.
struct StopTheWorldModel {
    enum Role {
        /// Runs blocks, polls between them, waits for an interrupt that never comes in between, and ends.
        case runs
        /// Runs a block, then stops the world, then runs another.
        case stops
        /// As `stops`, but what it does meanwhile is a fork; the rest is the child, where no other thread exists. Then it
        /// stops the world again.
        case forks
    }

    enum Flaw {
        /// `running` is set by a plain store, which the look at `stopping` may pass.
        case plainRunning
        /// A vCPU enters its blocks without a look at `stopping`.
        case entersBlindly
        /// Parked vCPUs are woken before the stop is over.
        case wakesTooEarly
        /// A vCPU looks whether the stop is over before it says that it is parked.
        case parksLate
        /// The child keeps what it has inherited of threads that do not exist there.
        case keepsVanished
    }

    private enum Cell {
        /// The lock of `oneStopAtATime`; `stopping`; `working` is the model's: somebody does what the world stops for.
        static let lock = 0, stopping = 1, working = 2
        static func running(_ thread: Int) -> Int { 4 + thread }
        static func pending(_ thread: Int) -> Int { 8 + thread }
        static func parked(_ thread: Int) -> Int { 12 + thread }
        static func token(_ thread: Int) -> Int { 16 + thread }
    }
    /// `inside` a block.
    private enum Register { static let inside = 0 }

    let roles: [Role]
    var flaw: Flaw?

    var model: Model {
        var model = Model()
        model.programs = roles.enumerated().map { thread, role in
            switch role {
            case .runs: runner(thread)
            case .stops:
                enter(thread, "A") + block("A") + stop(thread, "S", forks: false) + block("B") + leave(thread, "end")
            case .forks:
                enter(thread, "A") + stop(thread, "S", forks: true) + block("B") + stop(thread, "T", forks: false)
                    + block("C") + leave(thread, "end")
            }
        }
        let threads = roles.indices
        model.violation = { world in
            guard world[Cell.working] != 0 else { return nil }
            for thread in threads where thread != world[Cell.working] - 1 && world[thread, Register.inside] != 0 {
                return "T\(thread) is inside a block while the world is stopped"
            }
            return nil
        }
        return model
    }

    // MARK: A vCPU's life

    private func runner(_ thread: Int) -> [Step] {
        enter(thread, "A") + block("A") + poll(thread, "P") + block("B")
            + leave(thread, "WFI")
            + park(thread, "WFI", until: { $0[Cell.pending($1)] != 0 || $0[Cell.stopping] == 0 })
            + enter(thread, "C") + block("C") + leave(thread, "end")
    }

    private func block(_ name: String) -> [Step] {
        [
            .plain("block \(name)") { world, thread in
                world[thread, Register.inside] = 1
                return .next
            },
            .plain("block \(name) ends") { world, thread in
                world[thread, Register.inside] = 0
                return .next
            },
        ]
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
        let (isPlain, isBlind) = (flaw == .plainRunning, flaw == .entersBlindly)
        let set: Step =
            isPlain
            ? .store("\(name): running", Cell.running(thread)) { _, _ in 1 }
            : .locked("\(name): running") { world, thread in
                world[Cell.running(thread)] = 1
                return .next
            }
        return [
            set,
            .plain("\(name): stopping?") { world, thread in
                world.load(Cell.stopping, thread) == 0 || isBlind ? .to("\(name): entered") : .next
            },
            .locked("\(name): not running after all") { world, thread in
                world[Cell.running(thread)] = 0
                return .next
            },
        ] + park(thread, name, until: { world, thread in world.load(Cell.stopping, thread) == 0 }) + [
            .plain("\(name): again") { _, _ in .to("\(name): running") },
            .plain("\(name): entered") { _, _ in .next },
        ]
    }

    /// `parkUntil`: the parker's token is taken and given under its mutex.
    private func park(_ thread: Int, _ name: String, until condition: @escaping (World, Int) -> Bool) -> [Step] {
        let say = Step.locked("\(name): parked") { world, thread in
            world[Cell.parked(thread)] = 1
            return .next
        }
        let look = Step.plain("\(name): park?") { world, thread in
            condition(world, thread) ? .to("\(name): unpark") : .next
        }
        return (flaw == .parksLate ? [look, say] : [say, look]) + [
            .locked("\(name): park") { world, thread in
                guard world[Cell.token(thread)] != 0 else { return .blocked }
                world[Cell.token(thread)] = 0
                return .next
            },
            .locked("\(name): unpark") { world, thread in
                world[Cell.parked(thread)] = 0
                return .next
            },
        ]
    }

    /// `answerAttention`.
    private func poll(_ thread: Int, _ name: String) -> [Step] {
        [
            .locked("\(name): attention?") { world, thread in
                defer { world[Cell.pending(thread)] = 0 }
                return world[Cell.pending(thread)] != 0 ? .next : .to("\(name): answered")
            }
        ] + leave(thread, name) + enter(thread, name)
            + [.plain("\(name): answered") { _, _ in .next }]
    }

    // MARK: The stop

    private func stop(_ thread: Int, _ name: String, forks: Bool) -> [Step] {
        let others = roles.indices.filter { $0 != thread }
        var steps =
            leave(thread, name) + [
                .locked("\(name): lock") { world, _ in
                    guard world[Cell.lock] == 0 else { return .blocked }
                    world[Cell.lock] = 1
                    return .next
                },
                .locked("\(name): stopping") { world, _ in
                    world[Cell.stopping] = 1
                    return .next
                },
            ]
        for other in others { steps += attract(other, name) }
        for other in others {
            steps.append(
                .plain("\(name): T\(other) outside?") { world, thread in
                    world.load(Cell.running(other), thread) == 0 ? .next : .blocked
                })
        }
        steps.append(
            .plain("\(name): work") { world, thread in
                world[Cell.working] = thread + 1
                return .next
            })
        if forks { steps.append(fork(name, others)) }
        steps.append(
            .plain("\(name): work done") { world, _ in
                world[Cell.working] = 0
                return .next
            })
        let over = Step.locked("\(name): over") { world, _ in
            world[Cell.stopping] = 0
            return .next
        }
        let wakes = others.flatMap { wake($0, name) }
        steps += flaw == .wakesTooEarly ? wakes + [over] : [over] + wakes
        steps.append(
            .locked("\(name): unlock") { world, _ in
                world[Cell.lock] = 0
                return .next
            })
        return steps + enter(thread, "\(name)'s return")
    }

    private func attract(_ other: Int, _ name: String) -> [Step] {
        [
            .locked("\(name): attract T\(other)") { world, _ in
                world[Cell.pending(other)] = 1
                return .next
            },
            wakeStep(other, "\(name): wake for attention T\(other)"),
        ]
    }

    private func wake(_ other: Int, _ name: String) -> [Step] { [wakeStep(other, "\(name): wake T\(other)")] }

    /// `Processor.wake`: the look at `parked` and the token are two steps in truth; a token that comes late only ends a
    /// later wait early, and every wait looks again.
    private func wakeStep(_ other: Int, _ label: String) -> Step {
        .locked(label) { world, _ in
            if world[Cell.parked(other)] != 0 { world[Cell.token(other)] = 1 }
            return .next
        }
    }

    /// The child goes on with the memory as it is; the other threads are gone, wherever they were
    /// (`LinuxProcess.forgetOtherThreads`, `Processor.abandon`).
    private func fork(_ name: String, _ others: [Int]) -> Step {
        let forgets = flaw != .keepsVanished
        return .locked("\(name): fork") { world, _ in
            for other in others {
                world.places[other] = .max
                world.buffers[other] = 0
                guard forgets else { continue }
                world[Cell.running(other)] = 0
                world[Cell.parked(other)] = 0
                world[Cell.token(other)] = 0
            }
            return .next
        }
    }
}
