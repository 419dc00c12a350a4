import Bus

extension GICv2 {
    /// The wires to a processor, as its inputs number them.
    package struct Outputs: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let irq = Outputs(rawValue: InterruptInputs.irq)
        package static let fiq = Outputs(rawValue: InterruptInputs.fiq)
    }

    /// What belongs to one processor: its private interrupts and its CPU interface.
    package struct ProcessorInterface: Sendable, Equatable {
        /// Interrupts 0 to 31.
        package var bank = InterruptBank()
        /// For each software-generated interrupt the processors that have sent it and wait to be heard.
        package var sources = SIMD16<UInt8>()
        /// The most urgent shared interrupt, as the distributor last told.
        package var shared = PendingInterrupt.none
        /// GICD_CTLR: the groups that the distributor forwards.
        package var forwarded: GroupEnables = []
        /// GICC_CTLR.
        package var control: UInt32 = 0
        /// GICC_PMR.
        package var priorityMask: UInt8 = 0
        /// GICC_BPR, GICC_ABPR, GICC_APR0 and GICC_NSAPR0.
        package var priorities = PriorityStack()
        /// What the wires show.
        package var driven: Outputs = []

        /// The writable bits of GICC_CTLR: EnableGrp0, EnableGrp1, AckCtl, FIQEn, CBPR, EOImode.
        static let controlMask: UInt32 = 0x61f

        /// After power-on: software-generated interrupts are always enabled and edge-triggered.
        init() {
            bank.enabled = 0xffff
            bank.edge = 0xffff
        }

        mutating func reset() {
            let kept = self
            self = ProcessorInterface()
            bank.level = kept.bank.level
            driven = kept.driven
        }
    }
}

extension GICv2.ProcessorInterface {
    // MARK: Control

    private var acknowledgesGroup1: Bool { control & 4 != 0 }
    private var group0IsFIQ: Bool { control & 8 != 0 }
    /// EOIR only drops the priority; DIR deactivates.
    private var splitsEndOfInterrupt: Bool { control & 0x200 != 0 }

    /// Writes GICC_CTLR.
    mutating func setControl(_ value: UInt32) {
        control = value & Self.controlMask
        priorities.isCommon = control & 0x10 != 0
    }

    /// The most urgent pending interrupt, whatever the priority mask says.
    var highestPending: PendingInterrupt { min(shared, bank.best(of: bank.candidates(forwarded), first: 0)) }

    /// The interrupt that is signalled to the processor: unmasked, its group enabled, and more urgent than what runs.
    private var signalled: PendingInterrupt {
        let next = highestPending
        guard !next.isNone, next.priority < priorityMask, priorities.admits(next) else { return .none }
        let group: GroupEnables = next.isGroup1 ? .group1 : .group0
        return GroupEnables(rawValue: control).contains(group) ? next : .none
    }

    /// What the wires should show.
    var outputs: GICv2.Outputs {
        let next = signalled
        if next.isNone { return [] }
        return !next.isGroup1 && group0IsFIQ ? .fiq : .irq
    }

    // MARK: Taking and ending interrupts

    /// The number that a read of IAR or HPPIR (`alias` false) or of their aliases may see of `interrupt`: 1022 says
    /// that it is in the other group, 1023 that there is none.
    private func visible(_ interrupt: PendingInterrupt, alias: Bool) -> UInt32 {
        if interrupt.isNone { return GICv2.spurious }
        if alias { return interrupt.isGroup1 ? interrupt.id : GICv2.spurious }
        return interrupt.isGroup1 && !acknowledgesGroup1 ? 1022 : interrupt.id
    }

    /// HPPIR (`alias` false) or AHPPIR.
    func pendingNumber(alias: Bool) -> UInt32 {
        let next = highestPending
        let number = visible(next, alias: alias)
        return number < 16 ? number | firstSource(Int(number)) << 10 : number
    }

    /// IAR (`alias` false) or AIAR: the most urgent interrupt becomes active. Nil when that is a shared one, which
    /// needs the distributor's lock, and `mayTakeShared` is false.
    mutating func acknowledge(alias: Bool, mayTakeShared: Bool) -> UInt32? {
        let next = signalled
        let number = visible(next, alias: alias)
        guard number < 1020 else { return number }
        if number >= 32 && !mayTakeShared { return nil }
        priorities.push(next)
        if number >= 32 {
            shared = .none  // the distributor tells the next one
            return number
        }
        return number < 16 ? takeSoftware(Int(number)) : takePrivate(number)
    }

    private mutating func takePrivate(_ number: UInt32) -> UInt32 {
        bank.acknowledge(1 << number)
        return number
    }

    /// Takes one sender's software-generated interrupt; it stays pending while other senders wait.
    private mutating func takeSoftware(_ number: Int) -> UInt32 {
        let source = firstSource(number)
        let bit: UInt32 = 1 << UInt32(number)
        sources[number] &= ~(1 << UInt8(source))
        bank.active |= bit
        if sources[number] == 0 { bank.latched &= ~bit }
        return UInt32(number) | source << 10
    }

    private func firstSource(_ number: Int) -> UInt32 {
        sources[number] == 0 ? 0 : UInt32(sources[number].trailingZeroBitCount)
    }

    /// A write to EOIR or AEOIR drops the priority of the most urgent active interrupt of the group; one to DIR
    /// (`isDeactivation`) does not. True when the interrupt itself shall be deactivated.
    mutating func finish(isGroup1: Bool, isDeactivation: Bool) -> Bool {
        if isDeactivation { return splitsEndOfInterrupt }
        return priorities.pop(isGroup1: isGroup1) && !splitsEndOfInterrupt
    }

    /// Makes software-generated interrupt `number` pending from the processors in the mask `senders`.
    mutating func send(_ number: Int, from senders: UInt8) {
        sources[number] |= senders
        if sources[number] != 0 { bank.latched |= 1 << UInt32(number) }
    }

    /// Takes back software-generated interrupt `number` from the processors in the mask `senders`.
    mutating func withdraw(_ number: Int, from senders: UInt8) {
        sources[number] &= ~senders
        if sources[number] == 0 { bank.latched &= ~(1 << UInt32(number)) }
    }
}
