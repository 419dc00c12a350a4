import Support
import Bus

/// What the PSCI needs of one processor.
package protocol ProcessorPower: AnyObject, Sendable {
    /// Leaves the power-off state: starts at `entry` in EL1 as after reset (MMU and caches off, all exceptions masked)
    /// with `context` in X0. Called by another vCPU's thread under the PSCI's lock: it must only leave the request and
    /// wake the processor's thread, which may still be on its way out of the CPU_OFF before.
    func powerOn(entry: UInt64, context: UInt64)
}

/// The Power State Coordination Interface: which processors run, and the calls by which a guest changes that.
///
/// Any vCPU thread may call at any time; a lock of its own orders the calls. A processor is ON from the moment that
/// CPU_ON succeeds, not from its first instruction on, so ON_PENDING never shows: on an oversubscribed host that state
/// would last for milliseconds, and guests that were written against KVM, which does the same, do not expect it.
///
/// Source: Arm DEN 0022 "Power State Coordination Interface", version 1.0.
package final class PSCI: Sendable {
    /// Version 1.0, as PSCI_VERSION answers it.
    package static let version: UInt64 = 0x1_0000

    /// What the calling processor does next.
    package enum Outcome: Sendable, Equatable {
        /// Continue with this in X0 (W0 for a 32-bit call; sign-extended all the same).
        case `return`(UInt64)
        /// Wait for an interrupt as WFI does, then continue with SUCCESS in X0.
        case standby
        /// Stop and wait for `ProcessorPower.powerOn`.
        case powerOff
        /// Stop the machine.
        case systemOff
        /// Reset the machine.
        case systemReset
    }

    /// The state of one processor, as AFFINITY_INFO numbers it.
    package enum Power: UInt64, Sendable { case on = 0, off = 1 }

    /// Return codes, section 5.2.2.
    package enum Status: Int64, Sendable {
        case success = 0
        case notSupported = -1
        case invalidParameters = -2
        case denied = -3
        case alreadyOn = -4
        case internalFailure = -6
        case invalidAddress = -9
    }

    private struct State {
        var power: [Power]
        var processors: [(any ProcessorPower)?]
    }

    private let affinities: [UInt64]
    private let isExecutable: @Sendable (UInt64) -> Bool
    private let guarded: Guarded<State>

    /// An interface for the processors whose MPIDR affinity values (fields Aff3..Aff0 in their MPIDR places) are
    /// `affinities`; processor 0 is on, the others are off. Entry points must satisfy `isExecutable`.
    package init(affinities: [UInt64], isExecutable: @escaping @Sendable (UInt64) -> Bool) {
        self.affinities = affinities
        self.isExecutable = isExecutable
        guarded = Guarded(
            State(
                power: PSCI.powerOnReset(affinities.count), processors: Array(repeating: nil, count: affinities.count)))
    }

    /// Tells which object runs processor `index`. Call for each before the first of them runs.
    package func attach(_ processor: any ProcessorPower, index: Int) {
        guarded.withLock { $0.processors[index] = processor }
    }

    /// The present state of processor `index`.
    package func power(of index: Int) -> Power { guarded.withLock { $0.power[index] } }

    /// Processor 0 on, the others off. No processor runs meanwhile.
    package func reset() { guarded.withLock { $0.power = PSCI.powerOnReset($0.power.count) } }

    /// Whether `function` (W0 of an HVC or SMC) is a call of this interface; the others answer NOT_SUPPORTED too, but
    /// a processor may want to look elsewhere first.
    package static func isCall(_ function: UInt64) -> Bool {
        Function(rawValue: UInt32(truncatingIfNeeded: function)) != nil
    }

    /// Runs the call that processor `caller` makes by HVC or SMC with these values of X0 to X3.
    package func call(_ caller: Int, _ x0: UInt64, _ x1: UInt64, _ x2: UInt64, _ x3: UInt64) -> Outcome {
        let number = UInt32(truncatingIfNeeded: x0)
        guard let function = Function(rawValue: number) else { return .return(Status.notSupported) }
        let arguments = function.is64Bit ? (x1, x2, x3) : (x1 & 0xffff_ffff, x2 & 0xffff_ffff, x3 & 0xffff_ffff)
        switch function {
        case .version: return .return(PSCI.version)
        case .features: return .return(features(UInt32(truncatingIfNeeded: x1)))
        case .migrateInfoType: return .return(2)  // no trusted operating system that would have to migrate
        case .cpuSuspend32, .cpuSuspend64, .cpuSuspendV01: return .standby
        case .cpuOff, .cpuOffV01: return powerOff(caller)
        case .cpuOn32, .cpuOn64, .cpuOnV01: return .return(powerOn(arguments.0, arguments.1, arguments.2))
        case .affinityInfo32, .affinityInfo64: return .return(affinityInfo(arguments.0, level: arguments.1))
        case .systemOff: return .systemOff
        case .systemReset: return .systemReset
        case .migrate32, .migrate64, .migrateV01, .migrateInfoUpCPU32, .migrateInfoUpCPU64:
            return .return(Status.notSupported)
        }
    }

    // MARK: Calls

    /// CPU_ON, section 5.6.
    private func powerOn(_ target: UInt64, _ entry: UInt64, _ context: UInt64) -> Status {
        guard let index = affinities.firstIndex(of: target) else { return .invalidParameters }
        guard entry & 3 == 0, isExecutable(entry) else { return .invalidAddress }
        return guarded.withLock { state in
            guard state.power[index] == .off else { return .alreadyOn }
            guard let processor = state.processors[index] else { return .internalFailure }
            state.power[index] = .on
            processor.powerOn(entry: entry, context: context)
            return .success
        }
    }

    /// CPU_OFF, section 5.5. The calling thread is the one that stops, so the state may change before it has.
    private func powerOff(_ caller: Int) -> Outcome {
        guarded.withLock { $0.power[caller] = .off }
        return .powerOff
    }

    /// AFFINITY_INFO, section 5.7. Level 0 names one processor; a higher level all that share the affinity fields from
    /// that level up, and is ON when one of them is.
    private func affinityInfo(_ target: UInt64, level: UInt64) -> UInt64 {
        guard level <= 3 else { return Status.invalidParameters.bits }
        let ignored = PSCI.affinityBelow[Int(level)]
        let matches = affinities.indices.filter { affinities[$0] & ~ignored == target & ~ignored }
        guard !matches.isEmpty else { return Status.invalidParameters.bits }
        let isOn = guarded.withLock { state in matches.contains { state.power[$0] == .on } }
        return (isOn ? Power.on : Power.off).rawValue
    }

    /// PSCI_FEATURES, section 5.15: 0 for what exists (and SMCCC_VERSION does not).
    private func features(_ number: UInt32) -> Status {
        switch Function(rawValue: number) {
        case nil, .migrate32, .migrate64, .migrateV01, .migrateInfoUpCPU32, .migrateInfoUpCPU64: .notSupported
        default: .success
        }
    }

    private static func powerOnReset(_ count: Int) -> [Power] {
        (0..<count).map { $0 == 0 ? .on : .off }
    }

    /// The affinity fields below each level, in their MPIDR places.
    private static let affinityBelow: [UInt64] = [0, 0xff, 0xffff, 0xff_ffff]
}

extension PSCI {
    /// Function identifiers: the 32-bit and 64-bit ranges of 0.2 and later, and the numbers that boards without fixed
    /// ones (0.1) gave in their device trees.
    private enum Function: UInt32 {
        case version = 0x8400_0000
        case cpuSuspend32 = 0x8400_0001
        case cpuOff = 0x8400_0002
        case cpuOn32 = 0x8400_0003
        case affinityInfo32 = 0x8400_0004
        case migrate32 = 0x8400_0005
        case migrateInfoType = 0x8400_0006
        case migrateInfoUpCPU32 = 0x8400_0007
        case systemOff = 0x8400_0008
        case systemReset = 0x8400_0009
        case features = 0x8400_000a
        case cpuSuspend64 = 0xc400_0001
        case cpuOn64 = 0xc400_0003
        case affinityInfo64 = 0xc400_0004
        case migrate64 = 0xc400_0005
        case migrateInfoUpCPU64 = 0xc400_0007
        case cpuSuspendV01 = 0x95c1_ba5e
        case cpuOffV01 = 0x95c1_ba5f
        case cpuOnV01 = 0x95c1_ba60
        case migrateV01 = 0x95c1_ba61

        var is64Bit: Bool { rawValue & 0x4000_0000 != 0 }
    }
}

extension PSCI.Status {
    /// As X0 carries it.
    package var bits: UInt64 { UInt64(bitPattern: rawValue) }
}

extension PSCI.Outcome {
    /// Continue with `status` in X0.
    package static func `return`(_ status: PSCI.Status) -> PSCI.Outcome { .return(status.bits) }
}
