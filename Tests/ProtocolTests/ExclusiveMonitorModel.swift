/// The exclusive monitors of watched pages: `ExclusiveMonitors`, `ExclusiveGranule`, `VCPU.prepare`, `VCPU.store`,
/// `execLoadLinked`, `execStoreConditional`.
///
/// What only the model knows: `dirty` of each thread, set when another thread's write to the location reaches memory
/// after the thread's load-linked. A store-exclusive of an open sequence that succeeds all the same is what the
/// architecture forbids (Arm ARM B2.9.2).
struct ExclusiveMonitorModel {
    /// What a vCPU does.
    enum Role {
        /// LDXR, other accesses, STXR: once, whatever comes of it.
        case open
        /// LDXR, ADD, STXR without another access between them, until it succeeds: one compare-and-swap.
        case closed
        /// Stores of these values, one after the other.
        case stores([Int])
        /// LDXR, a store of its own to a granule that shares the version, STXR.
        case openAroundStore
    }

    /// Ways to get it wrong.
    enum Flaw {
        /// A page is watched while other vCPUs run: a store that has passed its TLB hit escapes.
        case watchesWithoutStopping
        /// The load-linked reads the value before the version.
        case versionAfterValue
        /// The store-exclusive compares values and nothing else (`exclusives=cas`).
        case comparesValues
        /// A writer advances the version before its write and holds nothing.
        case advancesBeforeWriting
        /// The granule is released by a plain store of a version noted earlier: fine on x86-64, hence not here. This one
        /// releases before the write is out, as if the host reordered stores.
        case releasesBeforeWriting
    }

    private enum Cell {
        static let location = 0, version = 1, watched = 2, failed = 3, succeeded = 4
    }
    private enum Register {
        /// A write entry in the software TLB; a monitor set; its version; its value; written by others since; between
        /// the begin and the end of an instruction.
        static let entry = 0, armed = 1, version = 2, value = 3, dirty = 4, inside = 5, before = 6, number = 7
    }

    let roles: [Role]
    var flaw: Flaw?

    var model: Model {
        var model = Model()
        model.programs = roles.map { role in
            switch role {
            case .open: openSequence(aroundStore: false)
            case .openAroundStore: openSequence(aroundStore: true)
            case .closed: closedSequence()
            case .stores(let values): values.enumerated().flatMap { store($0.element, number: $0.offset) }
            }
        }
        for thread in roles.indices { model.initial[thread, Register.entry] = 1 }
        let threads = roles.indices
        model.wrote = { world, writer, cell in
            guard cell == Cell.location else { return }
            for thread in threads where thread != writer { world[thread, Register.dirty] = 1 }
        }
        let onlyCounts = roles.allSatisfy { if case .stores = $0 { false } else { true } }
        model.violation = { world in
            if world[Cell.failed] != 0 { return "a store-exclusive succeeded after another's write" }
            if onlyCounts && world[Cell.location] != world[Cell.succeeded] { return "an update was lost" }
            return nil
        }
        return model
    }

    /// A write to memory in a locked step, in the model's books.
    private static func write(_ world: inout World, _ value: Int, _ thread: Int) {
        world[Cell.location] = value
        for other in 0..<World.mostThreads where other != thread { world[other, Register.dirty] = 1 }
    }

    // MARK: Holding a granule

    private static func hold(_ label: String) -> Step {
        .locked(label) { world, thread in
            guard world[Cell.version] & 1 == 0 else { return .blocked }
            world[thread, Register.before] = world[Cell.version]
            world[Cell.version] |= 1
            return .next
        }
    }

    /// `ExclusiveGranule.releaseHeld`: a vCPU's own write does not lose its own monitor.
    private static func release(_ label: String) -> Step {
        .locked(label) { world, thread in
            let before = world[thread, Register.before]
            if world[thread, Register.armed] == 1 && world[thread, Register.version] == before {
                world[thread, Register.version] = before + 2
            }
            world[Cell.version] = before + 2
            return .next
        }
    }

    // MARK: Stores

    private func store(_ value: Int, number: Int) -> [Step] {
        let name = "store \(number)"
        let end = "\(name): done"
        var steps: [Step] = [
            .plain("\(name): TLB") { world, thread in
                world[thread, Register.inside] = 1
                return world[thread, Register.entry] == 1 ? .next : .to("\(name): slow path")
            },
            .store("\(name): hit", Cell.location) { _, _ in value },
            .plain("\(name): after the hit") { _, _ in .to(end) },
            .plain("\(name): slow path") { world, thread in
                if world.load(Cell.watched, thread) != 0 { return .next }
                world[thread, Register.entry] = 1
                return .to("\(name): unwatched")
            },
        ]
        let write = Step.store("\(name): write", Cell.location) { _, _ in value }
        switch flaw {
        case .advancesBeforeWriting:
            steps.append(
                .locked("\(name): advance") { world, _ in
                    world[Cell.version] += 2
                    return .next
                })
            steps.append(write)
        case .releasesBeforeWriting:
            steps += [Self.hold("\(name): hold"), Self.release("\(name): release"), write]
        default:
            steps += [Self.hold("\(name): hold"), write, Self.release("\(name): release")]
        }
        steps += [
            .plain("\(name): after the write") { _, _ in .to(end) },
            .store("\(name): unwatched", Cell.location) { _, _ in value },
            .plain(end) { world, thread in
                world[thread, Register.inside] = 0
                return .next
            },
        ]
        return steps
    }

    // MARK: Sequences

    /// `VCPU.watch`: the world stops, which the stop's own model shows to mean that no other vCPU is inside an
    /// instruction and none has a store in its buffer.
    private func watch() -> Step {
        let (threads, stops) = (roles.indices, flaw != .watchesWithoutStopping)
        return .locked("watch the page") { world, thread in
            for other in threads where stops && other != thread {
                guard world[other, Register.inside] == 0, world.buffers[other] == 0 else { return .blocked }
            }
            world[Cell.watched] = 1
            for other in threads { world[other, Register.entry] = 0 }
            return .to("LDXR")
        }
    }

    private func loadLinked() -> [Step] {
        let probe = Step.plain("LDXR") { world, thread in
            world.load(Cell.watched, thread) != 0 ? .next : .to("watch the page")
        }
        let version = Step.plain("LDXR: version") { world, thread in
            let version = world.load(Cell.version, thread)
            guard version & 1 == 0 else { return .blocked }
            world[thread, Register.version] = version
            return .next
        }
        let value = Step.plain("LDXR: value") { world, thread in
            world[thread, Register.value] = world.load(Cell.location, thread)
            world[thread, Register.dirty] = 0
            world[thread, Register.armed] = 1
            return .next
        }
        return [probe] + (flaw == .versionAfterValue ? [value, version] : [version, value])
    }

    private func openSequence(aroundStore: Bool) -> [Step] {
        let comparesVersions = flaw != .comparesValues
        var steps = loadLinked()
        if aroundStore {
            // To another granule: the location's value stays.
            steps += [Self.hold("own store: hold"), Self.release("own store: release")]
        }
        steps += [
            Self.hold("STXR: hold"),
            .locked("STXR: store") { world, thread in
                let isCurrent =
                    world[thread, Register.before] == world[thread, Register.version]
                    && world[Cell.version] == world[thread, Register.before] | 1
                guard isCurrent || !comparesVersions, world[Cell.location] == world[thread, Register.value] else {
                    return .next
                }
                if world[thread, Register.dirty] != 0 { world[Cell.failed] = 1 }
                Self.write(&world, world[thread, Register.value] + 1, thread)
                world[Cell.succeeded] += 1
                return .next
            },
            .plain("STXR: lose the monitor") { world, thread in
                world[thread, Register.armed] = 0
                return .next
            },
            Self.release("STXR: release"),
            .plain("end") { _, _ in .end },
            watch(),
        ]
        return steps
    }

    private func closedSequence() -> [Step] {
        [
            .plain("LDXR") { world, thread in
                world[thread, Register.value] = world.load(Cell.location, thread)
                return .next
            },
            .plain("STXR: TLB") { world, thread in
                world[thread, Register.inside] = 1
                return world[thread, Register.entry] == 1 ? .to("STXR: hit") : .next
            },
            .plain("STXR: slow path") { world, thread in
                if world.load(Cell.watched, thread) != 0 { return .next }
                world[thread, Register.entry] = 1
                return .to("STXR: hit")
            },
            Self.hold("STXR: hold"),
            Self.compareAndSwap("STXR: held"),
            Self.release("STXR: release"),
            .plain("STXR: released") { _, _ in .to("STXR: done") },
            Self.compareAndSwap("STXR: hit"),
            .plain("STXR: done") { world, thread in
                world[thread, Register.inside] = 0
                return world[thread, Register.number] == 1 ? .end : .to("LDXR")
            },
        ]
    }

    private static func compareAndSwap(_ label: String) -> Step {
        .locked(label) { world, thread in
            guard world[Cell.location] == world[thread, Register.value] else { return .next }
            write(&world, world[thread, Register.value] + 1, thread)
            world[Cell.succeeded] += 1
            world[thread, Register.number] = 1
            return .next
        }
    }
}
