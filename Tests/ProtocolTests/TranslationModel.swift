/// From changed guest code to a new translation: `TranslationCache.insert`, `lookup`, `invalidate(page:)`,
/// `invalidateAll`, `VCPU.translate`, `ThreadedBlock.isInvalid`.
///
/// T0 translates and knows nothing. T1 changes the code, invalidates, and then says so. T2 waits for the word, looks the
/// block up, translates it where there is none, and must run the new code (Arm ARM B2.3.12: after IC IVAU, DSB and its own
/// ISB).
struct TranslationModel {
    enum Flaw {
        /// A block is in the table before the epoch is looked at: somebody finds it before it is taken out again.
        case publishesBeforeChecking
        /// Nobody looks at the epoch.
        case ignoresEpoch
        /// The epoch is raised after the walk.
        case raisesEpochLate
        /// The walk goes through the table, where a block that is about to be published is not yet.
        case walksTable
        /// Invalid blocks are found like others: a block that was invalidated before it was published.
        case findsInvalid
    }

    private enum Cell {
        static let code = 0, told = 1, epoch = 2, failed = 3
        /// Places of the table that the block's key leads to, one after the other; numbers of blocks.
        static func slot(_ number: Int) -> Int { 4 + number }
        static let slots = 3
        static func listed(_ block: Int) -> Int { 8 + block }
        static func invalid(_ block: Int) -> Int { 12 + block }
        static func content(_ block: Int) -> Int { 16 + block }
    }
    private enum Register { static let epoch = 0, block = 1, turns = 2, found = 3, walked = 4 }
    /// A table word of a block that was taken out.
    private static let removed = 99

    var flaw: Flaw?

    var model: Model {
        var model = Model()
        model.programs = [
            translate("T", own: 1) + run("T", own: 1, mustBeNew: false), change(),
            [.plain("told?") { world, thread in world.load(Cell.told, thread) != 0 ? .next : .blocked }]
                + translate("T", own: 2) + run("T", own: 2, mustBeNew: true),
        ]
        model.violation = { $0[Cell.failed] != 0 ? "old code ran after its invalidation" : nil }
        return model
    }

    /// Looks a block up, or translates the code as `own` and publishes that.
    private func translate(_ name: String, own: Int) -> [Step] {
        let (flaw, skipsInvalid) = (flaw, flaw != .findsInvalid)
        let lookUp = Step.plain("\(name): look up") { world, thread in
            world[thread, Register.block] = Self.find(world, thread, skipsInvalid)
            return world[thread, Register.block] != 0 ? .to("\(name): have") : .next
        }
        let check = Step.plain("\(name): epoch still?") { world, thread in
            world.load(Cell.epoch, thread) == world[thread, Register.epoch] || flaw == .ignoresEpoch
                ? .next : .to("\(name): again")
        }
        let publish: [Step] = [
            .locked("\(name): into the table") { world, thread in
                for slot in 0..<Cell.slots {
                    let other = world[Cell.slot(slot)]
                    if other == 0 {
                        world[Cell.slot(slot)] = own
                        world[thread, Register.block] = own
                        return .next
                    }
                    if other != Self.removed && !(skipsInvalid && world[Cell.invalid(other)] != 0) {
                        world[thread, Register.block] = other
                        return .to("\(name): have")
                    }
                }
                // Fuller than any way through this model makes it.
                world[Cell.failed] = 1
                return .end
            }
        ]
        let push = Step.locked("\(name): onto the page's list") { world, _ in
            world[Cell.listed(own)] = 1
            return .next
        }
        let checkAfter: [Step] = [
            .plain("\(name): epoch still, after?") { world, thread in
                world.load(Cell.epoch, thread) == world[thread, Register.epoch] || flaw == .ignoresEpoch
                    ? .to("\(name): have") : .next
            },
            .locked("\(name): out of the table") { world, _ in
                for slot in 0..<Cell.slots where world[Cell.slot(slot)] == own { world[Cell.slot(slot)] = Self.removed }
                return .next
            },
            .locked("\(name): invalid") { world, _ in
                world[Cell.invalid(own)] = 1
                return .next
            },
        ]
        return [
            lookUp,
            .plain("\(name): note epoch") { world, thread in
                world[thread, Register.epoch] = world.load(Cell.epoch, thread)
                return .next
            },
            .plain("\(name): read code") { world, thread in
                world[Cell.content(own)] = world.load(Cell.code, thread)
                return .next
            },
            push,
        ] + (flaw == .publishesBeforeChecking ? [] : [check]) + publish + checkAfter + [
            // A second translation is a block of its own; one try is enough here: whoever must run new code has it at once.
            .plain("\(name): again") { world, thread in
                world[thread, Register.turns] += 1
                return world[thread, Register.turns] > 1 || own == 1 ? .end : .to("\(name): look up")
            },
            .plain("\(name): have") { _, _ in .next },
        ]
    }

    private static func find(_ world: World, _ thread: Int, _ skipsInvalid: Bool) -> Int {
        for slot in 0..<Cell.slots {
            let block = world.load(Cell.slot(slot), thread)
            if block == 0 { return 0 }
            if block != removed && !(skipsInvalid && world.load(Cell.invalid(block), thread) != 0) { return block }
        }
        return 0
    }

    /// Enters the block: its first word says whether it is invalid.
    private func run(_ name: String, own: Int, mustBeNew: Bool) -> [Step] {
        [
            .plain("\(name): enter") { world, thread in
                let block = world[thread, Register.block]
                guard world.load(Cell.invalid(block), thread) == 0 else {
                    world[thread, Register.turns] += 1
                    // An invalid block is found again and again only by the flaw.
                    if world[thread, Register.turns] > 2 && mustBeNew { world[Cell.failed] = 1 }
                    return own == 1 || world[thread, Register.turns] > 2 ? .end : .to("\(name): look up")
                }
                if mustBeNew && world[Cell.content(block)] == 0 { world[Cell.failed] = 1 }
                return .end
            }
        ]
    }

    private func change() -> [Step] {
        let raise = Step.locked("raise the epoch") { world, _ in
            world[Cell.epoch] += 1
            return .next
        }
        let walksTable = flaw == .walksTable
        let walk: [Step] =
            [
                .locked("take the list") { world, thread in
                    world[thread, Register.walked] = 0
                    for block in 1...2 {
                        let isThere =
                            walksTable
                            ? (0..<Cell.slots).contains { world[Cell.slot($0)] == block }
                            : world[Cell.listed(block)] != 0
                        if isThere { world[thread, Register.walked] |= 1 << block }
                        world[Cell.listed(block)] = 0
                    }
                    return .next
                }
            ]
            + (1...2).flatMap { block -> [Step] in
                [
                    .locked("take block \(block) out of the table") { world, thread in
                        guard world[thread, Register.walked] & 1 << block != 0 else {
                            return .to("block \(block) done")
                        }
                        for slot in 0..<Cell.slots where world[Cell.slot(slot)] == block {
                            world[Cell.slot(slot)] = Self.removed
                        }
                        return .next
                    },
                    .locked("make block \(block) invalid") { world, _ in
                        world[Cell.invalid(block)] = 1
                        return .next
                    },
                    .plain("block \(block) done") { _, _ in .next },
                ]
            }
        let invalidate = flaw == .raisesEpochLate ? walk + [raise] : [raise] + walk
        return [.store("new code", Cell.code) { _, _ in 1 }] + invalidate + [.store("tell", Cell.told) { _, _ in 1 }]
    }
}
