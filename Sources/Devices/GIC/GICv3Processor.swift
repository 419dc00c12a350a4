extension GICv3 {
    /// What belongs to one processor: its redistributor with the private interrupts, and its CPU interface.
    package struct ProcessorInterface: Sendable, Equatable {
        /// Interrupts 0 to 31.
        package var bank = InterruptBank()
        /// The most urgent shared interrupt, as the distributor last told.
        package var shared = PendingInterrupt.none
        /// The groups that the distributor forwards.
        package var forwarded: GroupEnables = []
        /// GICR_WAKER.ProcessorSleep. It is only kept: an interrupt that comes while it is set is signalled all the
        /// same, and wakes the processor.
        package var sleeps = true
        /// ICC_PMR_EL1.
        package var priorityMask: UInt8 = 0
        /// ICC_BPR0/1_EL1, ICC_AP0R0/AP1R0_EL1 and ICC_CTLR_EL1.CBPR.
        package var priorities = PriorityStack()
        /// ICC_CTLR_EL1.EOImode: EOIR only drops the priority, DIR deactivates.
        package var splitsEndOfInterrupt = false
        /// ICC_IGRPEN0_EL1 and ICC_IGRPEN1_EL1.
        package var enabled: GroupEnables = []
        /// What the wires show.
        package var driven: GICv2.Outputs = []

        /// After power-on. Software-generated interrupts are edge-triggered.
        init() { bank.edge = 0xffff }

        mutating func reset() {
            let kept = self
            self = ProcessorInterface()
            bank.level = kept.bank.level
            driven = kept.driven
        }
    }
}

extension GICv3.ProcessorInterface {
    /// The most urgent pending interrupt of those whose group both distributor and interface let through.
    var highestPending: PendingInterrupt {
        let candidates = bank.candidates(forwarded.intersection(enabled))
        let own = bank.best(of: candidates, first: 0)
        let group: GroupEnables = shared.isGroup1 ? .group1 : .group0
        return !shared.isNone && enabled.contains(group) ? min(shared, own) : own
    }

    /// The interrupt that is signalled to the processor: unmasked and more urgent than what runs.
    private var signalled: PendingInterrupt {
        let next = highestPending
        return !next.isNone && next.priority < priorityMask && priorities.admits(next) ? next : .none
    }

    /// What the wires should show: group 0 by FIQ, group 1 by IRQ (IHI 0069 section 4.6.2).
    var outputs: GICv2.Outputs {
        let next = signalled
        if next.isNone { return [] }
        return next.isGroup1 ? .irq : .fiq
    }

    /// ICC_HPPIR0_EL1 and ICC_HPPIR1_EL1.
    func pendingNumber(isGroup1: Bool) -> UInt32 {
        let next = highestPending
        return !next.isNone && next.isGroup1 == isGroup1 ? next.id : GICv3.spurious
    }

    /// ICC_IAR0_EL1 and ICC_IAR1_EL1: the most urgent interrupt, if it is one of the group, becomes active. Nil when
    /// that is a shared one, which needs the distributor's lock, and `mayTakeShared` is false.
    mutating func acknowledge(isGroup1: Bool, mayTakeShared: Bool) -> UInt32? {
        let next = signalled
        guard !next.isNone, next.isGroup1 == isGroup1 else { return GICv3.spurious }
        if next.id >= 32 && !mayTakeShared { return nil }
        priorities.push(next)
        if next.id < 32 {
            bank.acknowledge(1 << next.id)
        } else {
            shared = .none  // the distributor tells the next one
        }
        return next.id
    }

    /// ICC_EOIR0_EL1 and ICC_EOIR1_EL1: drops the priority if the most urgent active one is of the group. True when
    /// shared interrupt `id` shall be deactivated as well; a private one is.
    mutating func finish(_ id: UInt32, isGroup1: Bool) -> Bool {
        guard priorities.runsGroup1 == isGroup1, priorities.pop(isGroup1: isGroup1) else { return false }
        return splitsEndOfInterrupt ? false : end(id)
    }

    /// ICC_DIR_EL1, which does nothing while EOIR deactivates. True as for `finish`.
    mutating func deactivate(_ id: UInt32) -> Bool { splitsEndOfInterrupt ? end(id) : false }

    private mutating func end(_ id: UInt32) -> Bool {
        if id >= 32 { return true }
        bank.active &= ~(1 << id)
        return false
    }

    /// Makes software-generated interrupt `number` pending if it is in the group that it was sent for.
    mutating func send(_ number: UInt32, isGroup1: Bool) {
        if bank.group1 >> number & 1 == (isGroup1 ? 1 : 0) { bank.latched |= 1 << number }
    }
}
