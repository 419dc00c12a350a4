/// From a hot block to native code while its guest code changes: `NativeEntry.claim` and `install`, `VCPU.publish`,
/// `ThreadedCode.invalidate`, `NativeTier.divert`, `VCPU.linkNative`, `ThreadedBlock.nativeEntry`, `TranslationCache.invalidate`.
///
/// The block's threaded code is there already. T0 and T2 find it hot and compile; T1 changes the code, invalidates, and
/// says so. T2 had found the block before and links a jump of its own native code to what is native of it. After the word
/// (and its ISB) it takes that jump and enters the block again: it must not run old code.
struct PromotionModel {
    enum Flaw {
        /// The first word of an invalid block is written by a plain store: the look for native code may pass it, and
        /// the store may come after `install`.
        case plainInvalidation
        /// Whoever links a jump to native code does not look whether the block is invalid by then: its native code may be
        /// on the way to be diverted.
        case linksUnlooked
        /// Whoever finds the block hot compiles: the second's code takes the place of the first's, which then nobody
        /// makes invalid.
        case claimsNothing
        /// The entry is noted after it was installed.
        case notesEntryLate
        /// No flaw: failing to install is no reason to divert, since nobody links what is invalid.
        case leavesUninstalled
        /// No flaw: nobody looks whether guest code has changed since the block was claimed, which only saves work.
        case ignoresEpoch
    }

    private enum Cell {
        static let code = 0, told = 1, epoch = 2, failed = 3
        /// The block's first word: what a run of it begins with.
        static let first = 4
        /// Whose native code the header names: thread plus 1.
        static let native = 5
        /// T2's jump: whose native code it leads to; 0, to the run loop.
        static let link = 6
        static func content(_ thread: Int) -> Int { 8 + thread }
        static func diverted(_ thread: Int) -> Int { 12 + thread }
    }
    private enum First { static let counts = 0, uncounted = 1, enters = 2, invalid = 3 }
    private enum Register { static let epoch = 0, native = 1 }

    var flaw: Flaw?

    var model: Model {
        var model = Model()
        model.programs = [promote(), change(), promote() + link() + follow()]
        model.violation = { $0[Cell.failed] != 0 ? "old code ran after its invalidation" : nil }
        return model
    }

    private func promote() -> [Step] {
        let (claims, checks) = (flaw != .claimsNothing, flaw != .ignoresEpoch)
        let compile: [Step] = [
            .plain("note the epoch") { world, thread in
                world[thread, Register.epoch] = world.load(Cell.epoch, thread)
                return .next
            },
            .plain("compile") { world, thread in
                world[Cell.content(thread)] = world.load(Cell.code, thread)
                return .next
            },
            .plain("epoch still?") { world, thread in
                world.load(Cell.epoch, thread) == world[thread, Register.epoch] || !checks ? .next : .to("count anew")
            },
        ]
        let note = Step.store("note the entry", Cell.native) { _, thread in thread + 1 }
        let install = Step.locked("install") { world, _ in
            guard world[Cell.first] == First.uncounted || !claims && world[Cell.first] != First.invalid else {
                return .next
            }
            world[Cell.first] = First.enters
            return .to("promoted")
        }
        let diverts = flaw != .leavesUninstalled
        let divert = Step.locked("divert what was not installed") { world, thread in
            if diverts { world[Cell.diverted(thread)] = 1 }
            return .to("promoted")
        }
        let publish = flaw == .notesEntryLate ? noteLate(install) : [note, install, divert]
        return [
            .locked("claim") { world, _ in
                guard world[Cell.first] == First.counts else { return .to("promoted") }
                if claims { world[Cell.first] = First.uncounted }
                return .next
            }
        ] + compile + publish + [
            .locked("count anew") { world, _ in
                if world[Cell.first] == First.uncounted { world[Cell.first] = First.counts }
                return .next
            },
            .plain("promoted") { _, _ in .next },
        ]
    }

    private func noteLate(_ install: Step) -> [Step] {
        [
            .locked("install") { world, _ in
                guard world[Cell.first] == First.uncounted else { return .to("promoted") }
                world[Cell.first] = First.enters
                return .next
            },
            .store("note the entry", Cell.native) { _, thread in thread + 1 },
            .plain("noted") { _, _ in .to("promoted") },
        ]
    }

    private func change() -> [Step] {
        let invalidate: Step =
            flaw == .plainInvalidation
            ? .store("invalidate", Cell.first) { _, _ in First.invalid }
            : .locked("invalidate") { world, _ in
                world[Cell.first] = First.invalid
                return .next
            }
        return [
            .store("new code", Cell.code) { _, _ in 1 },
            .locked("raise the epoch") { world, _ in
                world[Cell.epoch] += 1
                return .next
            },
            invalidate,
            .plain("native code?") { world, thread in
                world[thread, Register.native] = world.load(Cell.native, thread)
                return world[thread, Register.native] == 0 ? .to("tell") : .next
            },
            .locked("divert") { world, thread in
                world[Cell.diverted(world[thread, Register.native] - 1)] = 1
                return .next
            },
            .store("tell", Cell.told) { _, _ in 1 },
        ]
    }

    /// `linkNative`: the block was found while it was valid, however long ago; here, before all this began.
    private func link() -> [Step] {
        let looks = flaw != .linksUnlooked
        return [
            .plain("look for native code to link") { world, thread in
                world[thread, Register.native] = world.load(Cell.native, thread)
                return world[thread, Register.native] == 0 ? .to("told?") : .next
            },
            .plain("is the block valid still?") { world, thread in
                world.load(Cell.first, thread) == First.invalid && looks ? .to("told?") : .next
            },
            .store("link", Cell.link) { world, thread in world[thread, Register.native] },
        ]
    }

    private func follow() -> [Step] {
        [
            .plain("told?") { world, thread in world.load(Cell.told, thread) != 0 ? .next : .blocked },
            .plain("take the jump") { world, thread in
                let native = world.load(Cell.link, thread)
                guard native != 0 else { return .next }
                if world.load(Cell.diverted(native - 1), thread) == 0 && world[Cell.content(native - 1)] == 0 {
                    world[Cell.failed] = 1
                }
                return .next
            },
            .plain("enter the block") { world, thread in
                if world.load(Cell.first, thread) != First.invalid { world[Cell.failed] = 1 }
                return .end
            },
        ]
    }
}
