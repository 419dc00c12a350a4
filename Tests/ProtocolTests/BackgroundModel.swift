/// A thread that compiles beside the vCPUs: `VCPU.promote`, `BackgroundCompiler`, `RegionCompiler.publish`,
/// `ThreadedCode.invalidate`, `Processor.flushTranslations`.
///
/// T0 is a vCPU that finds a block hot, hands it over, starting the thread with the first one, and goes on. T1 is the
/// thread. T2 changes the code, invalidates, and says so; then the page itself goes away, and then all code is thrown away,
/// after which the block's memory is something else. T0 waits for the word and enters the block by a jump of its native
/// code, which it has linked before.
struct BackgroundModel {
    enum Flaw {
        /// The thread does not say that it is inside.
        case comesUnannounced
        /// It says so by a plain store, which its look at `stopping` may pass.
        case plainInside
        /// It takes from the ring, and then says that it is inside.
        case takesOutside
        /// What is thrown away stays in the ring.
        case keepsRing
        /// Whoever stops the world waits for the thread first and then for the vCPUs, one of which may start it meanwhile.
        case looksTooEarly
        /// The thread reads the guest's page when the block's turn comes.
        case readsPageLate
        /// No flaw, other than where a vCPU compiles for itself (`PromotionModel`): the entry of the native code is noted
        /// after it was installed. Only whoever notes it could find it while it is still on its way to memory.
        case notesEntryLate
        /// No flaw here: a thread that is started says itself that it is inside. But a fork would not wait for it.
        case startsOutside
        /// No flaw: whether the block has become invalid is looked at to save work alone.
        case compilesInvalid
    }

    private enum Cell {
        static let code = 0, told = 1, failed = 2, first = 3, native = 4, diverted = 5, content = 6, link = 7
        /// The ring: the copied page plus 1, 0 for none.
        static let ring = 8
        static let inside = 9, running = 10, stopping = 11, freed = 12, gone = 13, started = 14, settled = 15
    }
    private enum First { static let counts = 0, uncounted = 1, enters = 2, invalid = 3 }
    private enum Register { static let page = 0, native = 1 }
    private enum Failure { static let freed = 1, page = 2, old = 3 }

    static let freed = "a block was touched after it was thrown away"
    static let page = "a page was read that is gone"
    static let old = "old code ran after its invalidation"

    /// Whether the thread has been started by another block before; else T0 starts it.
    var isStarted = false
    /// Whether the page goes away before all code is thrown away.
    var unmaps = false
    var flaw: Flaw?

    var model: Model {
        var model = Model()
        model.programs = [vcpu(), compiler(), change() + flush()]
        model.violation = { world in
            switch world[Cell.failed] {
            case Failure.freed: Self.freed
            case Failure.page: Self.page
            case Failure.old: Self.old
            default: nil
            }
        }
        return model
    }

    private static func touch(_ world: inout World, _ thread: Int) {
        if world.load(Cell.freed, thread) != 0 { world[Cell.failed] = Failure.freed }
    }

    // MARK: The vCPU

    private func enter(_ name: String) -> [Step] {
        [
            .locked("\(name): running") { world, _ in
                world[Cell.running] = 1
                return .next
            },
            .plain("\(name): stopping?") { world, thread in
                world.load(Cell.stopping, thread) == 0 ? .to("\(name): entered") : .next
            },
            .locked("\(name): not running after all") { world, _ in
                world[Cell.running] = 0
                return .next
            },
            .plain("\(name): wait") { world, thread in
                world.load(Cell.stopping, thread) == 0 ? .to("\(name): running") : .blocked
            },
            .plain("\(name): entered") { _, _ in .next },
        ]
    }

    private func leave(_ name: String) -> Step {
        .locked("\(name): not running") { world, _ in
            world[Cell.running] = 0
            return .next
        }
    }

    private func vcpu() -> [Step] {
        let (starts, announces) = (!isStarted, flaw != .startsOutside)
        return enter("A") + [
            .plain("thrown away?") { world, thread in world.load(Cell.freed, thread) != 0 ? .to("end") : .next },
            .locked("claim") { world, thread in
                Self.touch(&world, thread)
                guard world[Cell.first] == First.counts else { return .to("handed over") }
                world[Cell.first] = First.uncounted
                return .next
            },
            .plain("copy the page") { world, thread in
                if world.load(Cell.gone, thread) != 0 { world[Cell.failed] = Failure.page }
                world[thread, Register.page] = world.load(Cell.code, thread)
                return .next
            },
            .locked("hand over") { world, thread in
                world[Cell.ring] = world[thread, Register.page] + 1
                return .next
            },
            .locked("start the thread") { world, _ in
                guard starts else { return .next }
                if announces { world[Cell.inside] = 1 }
                world[Cell.started] = 1
                return .next
            },
            .plain("handed over") { _, _ in .next },
            leave("between"),
            .store("settled", Cell.settled) { _, _ in 1 },
        ] + enter("B") + [
            .plain("thrown away by now?") { world, thread in
                world.load(Cell.freed, thread) != 0 ? .to("end") : .next
            },
            .plain("look for native code to link") { world, thread in
                world[thread, Register.native] = world.load(Cell.native, thread)
                return world[thread, Register.native] == 0 ? .to("linked") : .next
            },
            .plain("is the block valid still?") { world, thread in
                world.load(Cell.first, thread) == First.invalid ? .to("linked") : .next
            },
            .store("link", Cell.link) { _, _ in 1 },
            .plain("linked") { _, _ in .next },
            .plain("told?") { world, thread in world.load(Cell.told, thread) != 0 ? .next : .to("leave") },
            .plain("take the jump") { world, thread in
                guard world.load(Cell.link, thread) != 0 else { return .next }
                let isOld = world[Cell.content] == 0
                if isOld && world.load(Cell.diverted, thread) == 0 { world[Cell.failed] = Failure.old }
                return .next
            },
            .plain("enter the block") { world, thread in
                if world.load(Cell.first, thread) != First.invalid { world[Cell.failed] = Failure.old }
                return .next
            },
            .plain("leave") { _, _ in .next },
            .plain("end") { _, _ in .next },
            leave("end"),
            .store("settled at last", Cell.settled) { _, _ in 1 },
        ]
    }

    // MARK: The thread

    private func compiler() -> [Step] {
        let (flaw, late) = (flaw, flaw == .readsPageLate)
        let take = Step.plain("take from the ring") { world, thread in
            world[thread, Register.page] = world.load(Cell.ring, thread)
            return world[thread, Register.page] == 0 ? .to("leave") : .next
        }
        let say: Step =
            switch flaw {
            case .plainInside: .store("inside", Cell.inside) { _, _ in 1 }
            case .comesUnannounced: .plain("inside") { _, _ in .next }
            default:
                .locked("inside") { world, _ in
                    world[Cell.inside] = 1
                    return .next
                }
            }
        let enter: [Step] = [
            .plain("work?") { world, thread in
                // Nothing more comes once the vCPU has left its block.
                if world.load(Cell.ring, thread) == 0 {
                    return world.load(Cell.settled, thread) != 0 ? .end : .blocked
                }
                return world.load(Cell.stopping, thread) == 0 ? .next : .blocked
            },
            say,
            .plain("stopping?") { world, thread in
                world.load(Cell.stopping, thread) == 0 ? .to("begin") : .next
            },
            .locked("outside again") { world, _ in
                world[Cell.inside] = 0
                return .to("work?")
            },
        ]
        let isStarted = isStarted
        let start = Step.plain("started?") { world, thread in
            if isStarted { return .next }
            guard world.load(Cell.started, thread) != 0 else {
                return world.load(Cell.settled, thread) != 0 ? .end : .blocked
            }
            return flaw == .startsOutside ? .next : .to("begin")
        }
        let begin = Step.plain("begin") { _, _ in .next }
        let takesEarly = flaw == .takesOutside
        let enterAndTake = takesEarly ? [enter[0], take] + enter.dropFirst() + [begin] : enter + [begin, take]
        return [start] + enterAndTake + [
            .plain("stopping by now?") { world, thread in
                world.load(Cell.stopping, thread) == 0 ? .next : .to("leave for now")
            },
            .plain("invalid?") { world, thread in
                Self.touch(&world, thread)
                return world.load(Cell.first, thread) == First.invalid && flaw != .compilesInvalid
                    ? .to("done with") : .next
            },
            .plain("compile") { world, thread in
                if late && world.load(Cell.gone, thread) != 0 { world[Cell.failed] = Failure.page }
                world[Cell.content] = late ? world.load(Cell.code, thread) : world[thread, Register.page] - 1
                return .next
            },
        ] + publish() + [
            .locked("done with") { world, _ in
                world[Cell.ring] = 0
                return .next
            },
            .locked("leave") { world, _ in
                world[Cell.inside] = 0
                return .end
            },
            .locked("leave for now") { world, _ in
                world[Cell.inside] = 0
                return .to("work?")
            },
        ]
    }

    private func publish() -> [Step] {
        let note = Step.store("note the entry", Cell.native) { _, _ in 1 }
        let (isLate, next) = (flaw == .notesEntryLate, flaw == .notesEntryLate ? "note the entry" : "done with")
        let install: [Step] = [
            .locked("install") { world, thread in
                Self.touch(&world, thread)
                guard world[Cell.first] == First.uncounted else { return .next }
                world[Cell.first] = First.enters
                return .to(next)
            },
            .locked("divert what was not installed") { world, _ in
                world[Cell.diverted] = 1
                return .to("done with")
            },
        ]
        return isLate ? install + [note] : [note] + install
    }

    // MARK: The change, and the end of all code

    private func change() -> [Step] {
        [
            .store("new code", Cell.code) { _, _ in 1 },
            .locked("invalidate") { world, _ in
                world[Cell.first] = First.invalid
                return .next
            },
            .plain("native code?") { world, thread in world.load(Cell.native, thread) == 0 ? .to("tell") : .next },
            .locked("divert") { world, _ in
                world[Cell.diverted] = 1
                return .next
            },
            .store("tell", Cell.told) { _, _ in 1 },
        ] + (unmaps ? unmap() : [])
    }

    private func unmap() -> [Step] {
        [
            // As after a broadcast TLB invalidation: whoever ran has left its block, or does not run.
            .plain("vCPU settled?") { world, thread in world.load(Cell.settled, thread) != 0 ? .next : .blocked },
            .store("the page is gone", Cell.gone) { _, _ in 1 },
        ]
    }

    private func flush() -> [Step] {
        let keeps = flaw == .keepsRing
        let vcpu = Step.plain("vCPU outside?") { world, thread in
            world.load(Cell.running, thread) == 0 ? .next : .blocked
        }
        let compiler = Step.plain("thread outside?") { world, thread in
            world.load(Cell.inside, thread) == 0 ? .next : .blocked
        }
        return [
            .locked("stop") { world, _ in
                world[Cell.stopping] = 1
                return .next
            }
        ] + (flaw == .looksTooEarly ? [compiler, vcpu] : [vcpu, compiler]) + [
            .locked("throw away") { world, _ in
                world[Cell.freed] = 1
                world[Cell.native] = 0
                world[Cell.link] = 0
                if !keeps { world[Cell.ring] = 0 }
                return .next
            },
            .locked("over") { world, _ in
                world[Cell.stopping] = 0
                return .end
            },
        ]
    }
}
