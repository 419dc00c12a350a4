package import Bus
import Support

/// Arm's Generic Interrupt Controller, architecture version 2, without the Security Extensions: a distributor and one
/// interface for each of up to 8 processors. Both groups exist; group 0 may signal FIQ.
///
/// Locks. A processor's interface, its private interrupts (SGIs and PPIs) included, has a lock of its own; so sending
/// and taking an inter-processor interrupt touches the receiver's lock only. The shared interrupts (SPIs) have one
/// lock, under which each change works out the most urgent SPI of the affected processors and hands it to their
/// interfaces. The order is: SPIs first, then one interface, never two interfaces at once.
///
/// Source: Arm IHI 0048B "Generic Interrupt Controller Architecture Specification", version 2.0; sizes and
/// identification are those of Arm's GIC-400 (DDI 0471).
package final class GICv2: Sendable {
    /// The most processors that this architecture version knows.
    package static let maximumProcessors = 8
    /// What IAR reads when there is nothing to take.
    static let spurious: UInt32 = 1023

    /// All that a snapshot must keep.
    package struct State: Sendable, Equatable {
        /// The distributor's shared part.
        package var shared: SharedInterrupts
        /// The processors' interfaces with their private interrupts.
        package var interfaces: [ProcessorInterface]
    }

    /// How many processors are connected.
    package let processors: Int
    let shared: Guarded<SharedInterrupts>
    private let interfaces: [Interface]

    /// One processor's interface and its inputs. A class, because a lock cannot move.
    private final class Interface: Sendable {
        let guarded = Guarded(ProcessorInterface())
        let inputs: InterruptInputs
        init(_ inputs: InterruptInputs) { self.inputs = inputs }
    }

    /// A controller with `spis` shared interrupts (a multiple of 32) whose interfaces drive these inputs, one pair
    /// for each processor.
    package init(spis: Int, outputs: [InterruptInputs]) {
        precondition((1...GICv2.maximumProcessors).contains(outputs.count), "a GICv2 serves 1 to 8 processors")
        precondition(spis % 32 == 0 && (32...960).contains(spis), "shared interrupts come in banks of 32, up to 960")
        processors = outputs.count
        shared = Guarded(SharedInterrupts(banks: spis / 32, processors: outputs.count))
        interfaces = outputs.map(Interface.init)
    }

    // MARK: Wires

    /// The input wire of shared interrupt `spi`, counted from 0 (interrupt 32).
    package func sharedLine(_ spi: Int) -> any InterruptLine {
        ClosureLine { [self] level in setShared(spi, level) }
    }

    /// The input wire of private interrupt `ppi` (16 to 31) of processor `cpu`.
    package func privateLine(_ ppi: Int, cpu: Int) -> any InterruptLine {
        ClosureLine { [self] level in
            withInterface(cpu) { $0.bank.setLevel(1 << UInt32(ppi), level) }
        }
    }

    private func setShared(_ spi: Int, _ level: Bool) {
        shared.withLock { state in
            let before = state.banks[spi / 32].pending
            state.banks[spi / 32].setLevel(1 << UInt32(spi % 32), level)
            if state.banks[spi / 32].pending != before { forward(state, to: state.targets(spi)) }
        }
    }

    // MARK: State

    /// The whole state. Setting it drives all outputs; no vCPU runs meanwhile.
    package var state: State {
        get {
            shared.withLock { shared in
                State(shared: shared, interfaces: interfaces.map { $0.guarded.withLock { $0 } })
            }
        }
        set {
            shared.withLock { shared in
                shared = newValue.shared
                for (cpu, value) in newValue.interfaces.enumerated() where cpu < processors {
                    withInterface(cpu) { interface in
                        let driven = interface.driven
                        interface = value
                        interface.driven = driven
                    }
                }
                forward(shared, to: shared.allProcessors)
            }
        }
    }

    /// Back to the state after power-on; the input wires keep their levels.
    package func reset() {
        shared.withLock { shared in
            shared.reset()
            for cpu in 0..<processors { withInterface(cpu) { $0.reset() } }
            forward(shared, to: shared.allProcessors)
        }
    }

    // MARK: Between distributor and interfaces

    /// Changes the interface of `cpu` under its lock, then drives its outputs where they changed.
    @discardableResult
    func withInterface<Result>(_ cpu: Int, _ body: (inout ProcessorInterface) -> Result) -> Result {
        let interface = interfaces[cpu]
        let (result, rose) = interface.guarded.withLock { state in
            let result = body(&state)
            let wanted = state.outputs
            if wanted == state.driven { return (result, false) }
            state.driven = wanted
            return (result, interface.inputs.drive(wanted.rawValue))
        }
        if rose { interface.inputs.wake() }
        return result
    }

    /// Hands each processor in the mask `cpus` its most urgent shared interrupt. Called with the SPIs locked.
    func forward(_ state: SharedInterrupts, to cpus: UInt8) {
        var rest = cpus
        while rest != 0 {
            let cpu = rest.trailingZeroBitCount
            rest &= rest &- 1
            let best = state.best(for: cpu)
            withInterface(cpu) { interface in
                interface.shared = best
                interface.forwarded = state.groups
            }
        }
    }

    /// Takes the most urgent interrupt for `cpu`: the value of IAR (`alias` false) or AIAR.
    func acknowledge(_ cpu: Int, alias: Bool) -> UInt32 {
        let taken = withInterface(cpu) { $0.acknowledge(alias: alias, mayTakeShared: false) }
        if let taken { return taken }
        // A shared interrupt. Another processor may have been faster by now, so ask again under the SPIs' lock.
        return shared.withLock { state in
            let value = withInterface(cpu) { $0.acknowledge(alias: alias, mayTakeShared: true) } ?? GICv2.spurious
            if (32..<1020).contains(value) {
                let spi = Int(value) - 32
                state.banks[spi / 32].acknowledge(1 << UInt32(spi % 32))
                forward(state, to: state.targets(spi) | 1 << UInt8(cpu))
            }
            return value
        }
    }

    /// EOIR, AEOIR and DIR: `drops` the running priority, `deactivates` interrupt `id`, each where it is asked for.
    func endOfInterrupt(_ cpu: Int, id: UInt32, isDeactivation: Bool) {
        guard id < 1020 else { return }
        if id < 32 {
            withInterface(cpu) { interface in
                let isGroup1 = interface.bank.group1 >> id & 1 != 0
                if interface.finish(isGroup1: isGroup1, isDeactivation: isDeactivation) {
                    interface.bank.active &= ~(1 << id)
                }
            }
            return
        }
        let spi = Int(id) - 32
        shared.withLock { state in
            guard spi / 32 < state.banks.count else { return }
            let bit: UInt32 = 1 << UInt32(spi % 32)
            let isGroup1 = state.banks[spi / 32].group1 & bit != 0
            let ends = withInterface(cpu) { $0.finish(isGroup1: isGroup1, isDeactivation: isDeactivation) }
            guard ends else { return }
            state.banks[spi / 32].active &= ~bit
            forward(state, to: state.targets(spi))
        }
    }
}
