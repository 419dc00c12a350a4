package import Bus
import Support

/// Arm's Generic Interrupt Controller, architecture version 3, with one security state (GICD_CTLR.DS is 1), affinity
/// routing always on, and the CPU interfaces in system registers. No message-based interrupts: neither LPIs nor an ITS.
///
/// Locks are those of `GICv2`: each processor's redistributor and interface have one lock, the shared interrupts have
/// another, which is always taken first.
///
/// Source: Arm IHI 0069 "GIC Architecture Specification, version 3 and version 4".
package final class GICv3: Sendable {
    /// What IAR reads when there is nothing to take.
    static let spurious: UInt32 = 1023

    /// All that a snapshot must keep.
    package struct State: Sendable, Equatable {
        /// The distributor.
        package var shared: SharedInterrupts
        /// The processors' redistributors and interfaces.
        package var interfaces: [ProcessorInterface]
    }

    /// MPIDR's affinity fields of each processor.
    let affinities: [UInt64]
    let shared: Guarded<SharedInterrupts>
    private let interfaces: [Interface]

    /// One processor's interface and its inputs. A class, because a lock cannot move.
    private final class Interface: Sendable {
        let guarded = Guarded(ProcessorInterface())
        let inputs: InterruptInputs
        init(_ inputs: InterruptInputs) { self.inputs = inputs }
    }

    /// A controller with `spis` shared interrupts (a multiple of 32). Processor n has affinity `affinities[n]` (fields
    /// in MPIDR's places) and its inputs are `outputs[n]`.
    package init(
        spis: Int, affinities: [UInt64], outputs: [InterruptInputs]
    ) {
        precondition(!outputs.isEmpty && outputs.count == affinities.count, "each processor has one affinity")
        precondition(spis % 32 == 0 && (32...960).contains(spis), "shared interrupts come in banks of 32, up to 960")
        self.affinities = affinities
        shared = Guarded(SharedInterrupts(banks: spis / 32, affinities: affinities))
        interfaces = outputs.map(Interface.init)
    }

    /// How many processors are connected.
    package var processors: Int { interfaces.count }

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
                forwardAll(shared)
            }
        }
    }

    /// Back to the state after power-on; the input wires keep their levels.
    package func reset() {
        shared.withLock { shared in
            shared.reset()
            for cpu in 0..<processors { withInterface(cpu) { $0.reset() } }
            forwardAll(shared)
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

    /// Hands `cpu` its most urgent shared interrupt; nobody, when the interrupt that changed goes to nobody. Called
    /// with the SPIs locked.
    func forward(_ state: SharedInterrupts, to cpu: Int?) {
        guard let cpu else { return }
        let best = state.best(for: cpu)
        withInterface(cpu) { interface in
            interface.shared = best
            interface.forwarded = state.groups
        }
    }

    /// Hands each processor its most urgent shared interrupt. Called with the SPIs locked.
    func forwardAll(_ state: SharedInterrupts) {
        for cpu in interfaces.indices { forward(state, to: cpu) }
    }

    /// ICC_IAR0_EL1 and ICC_IAR1_EL1.
    func acknowledge(_ cpu: Int, isGroup1: Bool) -> UInt32 {
        let taken = withInterface(cpu) { $0.acknowledge(isGroup1: isGroup1, mayTakeShared: false) }
        if let taken { return taken }
        // A shared interrupt, which needs the other lock; look again, for it may be gone by now.
        return shared.withLock { state in
            let value =
                withInterface(cpu) { $0.acknowledge(isGroup1: isGroup1, mayTakeShared: true) } ?? GICv3.spurious
            if (32..<1020).contains(value) {
                let spi = Int(value) - 32
                state.banks[spi / 32].acknowledge(1 << UInt32(spi % 32))
                forward(state, to: cpu)
            }
            return value
        }
    }

    /// ICC_EOIR0_EL1 and ICC_EOIR1_EL1.
    func endOfInterrupt(_ cpu: Int, id: UInt32, isGroup1: Bool) {
        guard id < 1020 else { return }
        if withInterface(cpu, { $0.finish(id, isGroup1: isGroup1) }) { deactivateShared(id) }
    }

    /// ICC_DIR_EL1.
    func deactivate(_ cpu: Int, id: UInt32) {
        guard id < 1020 else { return }
        if withInterface(cpu, { $0.deactivate(id) }) { deactivateShared(id) }
    }

    private func deactivateShared(_ id: UInt32) {
        let spi = Int(id) - 32
        shared.withLock { state in
            guard state.banks.indices.contains(spi / 32) else { return }
            state.banks[spi / 32].active &= ~(1 << UInt32(spi % 32))
            forward(state, to: state.target(spi))
        }
    }
}

extension GICv3: InterruptController {
    package func sharedLine(_ spi: Int) -> any InterruptLine {
        ClosureLine { [self] level in
            shared.withLock { state in
                let before = state.banks[spi / 32].pending
                state.banks[spi / 32].setLevel(1 << UInt32(spi % 32), level)
                if state.banks[spi / 32].pending != before { forward(state, to: state.target(spi)) }
            }
        }
    }

    package func privateLine(_ ppi: Int, cpu: Int) -> any InterruptLine {
        ClosureLine { [self] level in
            withInterface(cpu) { $0.bank.setLevel(1 << UInt32(ppi), level) }
        }
    }
}
