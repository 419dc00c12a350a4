package import Bus
package import Counters
package import Devices
package import Engine
import Glibc
package import Guest
package import GuestA64
package import Interp
package import Memory
import Support
import Synchronization

/// How the processors of a machine run.
package struct ProcessorOptions: Sendable {
    package var driver = CodeGenerator.Driver.threaded
    package var model: CPUModel
    /// Keep each vCPU's thread on one core of the host.
    package var binds = false
    /// Count host events on each vCPU's thread.
    package var counts = false
    /// The most guest instructions in a block.
    package var blockLimit = 128
    /// Run the optimiser; off only to compare.
    package var optimizes = true
    package var exclusives = ExclusiveScheme.exact
    /// Sees every block that is translated.
    package var observer: (any TranslationObserver)?
    /// The native tier, and who sees its code.
    package var native: NativeOptions?
    package var nativeObserver: (any NativeObserver)?

    package init(model: CPUModel) { self.model = model }
}

/// The vCPUs of a machine, each on a host thread of its own.
///
/// A processor's thread lives as long as the machine; while the processor is powered off it waits to be switched on.
package final class Processors: @unchecked Sendable {
    /// What the vCPUs are wired to.
    package struct Wiring {
        package let memory: PhysicalMemory
        package let bus: Bus
        package let timers: [GenericTimer]
        package let inputs: [InterruptInputs]
        package let psci: PSCI
        package let gicRegisters: (any SystemRegisterInterface)?
        package let clock: any Clock

        package init(
            memory: PhysicalMemory, bus: Bus, timers: [GenericTimer], inputs: [InterruptInputs], psci: PSCI,
            gicRegisters: (any SystemRegisterInterface)?, clock: any Clock
        ) {
            self.memory = memory
            self.bus = bus
            self.timers = timers
            self.inputs = inputs
            self.psci = psci
            self.gicRegisters = gicRegisters
            self.clock = clock
        }
    }

    /// How a machine's run ended.
    package enum End: Sendable, Equatable {
        case systemOff
        case systemReset
        /// Somebody outside asked.
        case stopped
        /// The guest cannot go on; the text is for the user.
        case guestDied(String)
    }

    let wiring: Wiring
    private let options: ProcessorOptions
    private let group = ProcessorGroup()
    private var vcpus: [VCPU<A64>] = []
    private var slots: [ProcessorSlot] = []
    private var threads: [HostThread] = []
    private let end = Guarded<End?>(nil)
    private let firstInstruction = Atomic<UInt64>(0)

    package init(_ wiring: Wiring, _ options: ProcessorOptions) {
        self.wiring = wiring
        self.options = options
        var vcpuOptions = VCPUOptions()
        vcpuOptions.generator.driver = options.driver
        vcpuOptions.blockLimit = options.blockLimit
        vcpuOptions.optimizes = options.optimizes
        vcpuOptions.exclusives = options.exclusives
        vcpuOptions.observer = options.observer
        vcpuOptions.native = options.native
        vcpuOptions.native?.codeBytes = (options.native?.sliceBytes ?? 0) * wiring.inputs.count
        vcpuOptions.native?.isAlone = wiring.inputs.count == 1
        vcpuOptions.nativeObserver = options.nativeObserver
        vcpuOptions.timesTranslations = options.counts
        for index in wiring.inputs.indices {
            let vcpu = VCPU<A64>(
                index: index, group: group, port: self, memory: wiring.memory, options: vcpuOptions)
            vcpus.append(vcpu)
            slots.append(ProcessorSlot())
            // Not weak: an object that somebody refers to weakly counts its references elsewhere, which takes several
            // times as long, and the engine counts them often. `join` ends the calls before the vCPUs go.
            wiring.inputs[index].onRise { [unowned vcpu] in vcpu.interruptLineRose() }
            wiring.psci.attach(ProcessorSwitch(self, index), index: index)
        }
        group.install(vcpus)
    }

    // MARK: Running

    /// Starts all threads; processor 0 begins at `entry` with `argument` in X0.
    package func start(entry: UInt64, argument: UInt64) throws(MachineError) {
        powerOn(0, entry: entry, context: argument)
        for index in vcpus.indices {
            guard let thread = HostThread(name: "vcpu\(index)", { [self] in runThread(index) }) else {
                finish(.stopped)
                _ = join()
                throw MachineError(
                    "the host has no thread left for vCPU \(index); use a smaller -smp or raise ulimit -u")
            }
            threads.append(thread)
        }
    }

    /// Waits until the machine has ended and all threads are gone.
    package func join() -> End {
        for thread in threads { thread.join() }
        group.endBackground(forever: true)
        for input in wiring.inputs { input.onRise {} }
        return end.withLock { $0 } ?? .stopped
    }

    /// Gives the vCPUs up after `join`, when nobody needs their figures any more: each refers to its group and to this
    /// object, which refer to it, so that all of a machine's memory would stay.
    package func dismantle() {
        group.install([])
        vcpus = []
    }

    /// Ends the run, from any thread. The first reason stays.
    package func finish(_ reason: End) {
        end.withLock { if $0 == nil { $0 = reason } }
        group.quit()
        for slot in slots { slot.wake() }
    }

    private var hasEnded: Bool { end.withLock { $0 != nil } }

    private func runThread(_ index: Int) {
        if options.binds { HostCore.bind(to: index) }
        HostTurn.shorten()
        let counters = options.counts ? ThreadCounters() : nil
        counters?.start()
        while !hasEnded {
            guard let start = slots[index].takeStart() else {
                slots[index].wait()
                continue
            }
            reset(vcpus[index], entry: start.entry, context: start.context)
            _ = firstInstruction.compareExchange(expected: 0, desired: wiring.clock.now, ordering: .relaxed)
            if !hasEnded { vcpus[index].run() }
        }
        counters?.stop()
        slots[index].keep(cpu: Self.threadTime(), counters: counters?.read() ?? [:], unavailable: counters?.unavailable)
    }

    private func reset(_ vcpu: VCPU<A64>, entry: UInt64, context: UInt64) {
        A64.setModel(options.model, vcpu.state)
        A64.reset(vcpu.state, environment: vcpu)
        vcpu.pc = entry
        vcpu.state[A64State.x(0)] = context
        vcpu.discardStaleRequests()
    }

    private static func threadTime() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    // MARK: Power

    fileprivate func powerOn(_ index: Int, entry: UInt64, context: UInt64) {
        slots[index].requestStart(entry: entry, context: context)
    }

    /// Runs a PSCI call; the values that X0 to X3 have after it.
    private func callPSCI(_ vcpu: Int, _ x: [UInt64]) -> [UInt64] {
        switch wiring.psci.call(vcpu, x[0], x[1], x[2], x[3]) {
        case .return(let value): return [value, x[1], x[2], x[3]]
        case .standby:
            vcpus[vcpu].standBy()
            return [0, x[1], x[2], x[3]]
        case .powerOff: vcpus[vcpu].quit()
        case .systemOff: finish(.systemOff)
        case .systemReset: finish(.systemReset)
        }
        return Array(x.prefix(4))
    }

    // MARK: Figures

    /// What both tiers did, all vCPUs together. After `join`.
    package var tierStatistics: TierStatistics { TierStatistics(vcpus) }

    /// Nanoseconds on the machine's clock when the first vCPU began.
    package var startedAt: UInt64 { firstInstruction.load(ordering: .relaxed) }

    /// What each vCPU did. After `join`.
    package var figures: [ProcessorFigures] {
        vcpus.indices.map { index in
            let vcpu = vcpus[index]
            let kept = slots[index].kept
            return ProcessorFigures(
                guestInstructions: vcpu.guestInstructions, blocks: vcpu.blocks,
                translatedBlocks: vcpu.translatedBlocks,
                translatedGuestInstructions: vcpu.translatedGuestInstructions,
                nativeBlocks: vcpu.nativeBlocks, nativeGuestInstructions: vcpu.nativeGuestInstructions,
                nativeBytes: vcpu.nativeBytes, operations: vcpu.translatedOperations, cpu: kept.cpu,
                counters: kept.counters,
                countersUnavailable: kept.unavailable)
        }
    }
}

/// What one vCPU did.
package struct ProcessorFigures: Sendable {
    package let guestInstructions: UInt64
    /// Blocks executed.
    package let blocks: UInt64
    package let translatedBlocks: Int
    package let translatedGuestInstructions: Int
    /// Regions compiled to native code, their guest instructions, and the bytes of host code.
    package let nativeBlocks: Int
    package let nativeGuestInstructions: Int
    package let nativeBytes: Int
    /// IR operations of the translated blocks, after optimising.
    package let operations: Int
    /// CPU time of the thread in nanoseconds.
    package let cpu: UInt64
    package let counters: [CounterEvent: UInt64]
    package let countersUnavailable: String?
}

/// Registers of an interrupt controller that a processor reaches by system instructions.
package protocol SystemRegisterInterface: AnyObject, Sendable {
    /// `register` is op0:op1:CRn:CRm:op2 as MRS encodes it; nil or false when there is none.
    func readRegister(_ register: UInt32, cpu: Int) -> UInt64?
    func writeRegister(_ register: UInt32, _ value: UInt64, cpu: Int) -> Bool
}

extension Processors: MachinePort {
    package func read(physical: UInt64, size: Int, vcpu: Int) -> UInt64? {
        wiring.bus.read(physical, size: size, cpu: vcpu)
    }
    package func write(physical: UInt64, _ value: UInt64, size: Int, vcpu: Int) -> Bool {
        wiring.bus.write(physical, value, size: size, cpu: vcpu)
    }

    package func readTimer(_ register: TimerRegister, vcpu: Int) -> UInt64 {
        wiring.timers[vcpu].read(GenericTimer.Register(register))
    }
    package func writeTimer(_ register: TimerRegister, _ value: UInt64, vcpu: Int) {
        wiring.timers[vcpu].write(GenericTimer.Register(register), value)
    }

    package func readInterruptController(_ register: UInt32, vcpu: Int) -> UInt64? {
        wiring.gicRegisters?.readRegister(register, cpu: vcpu)
    }
    package func writeInterruptController(_ register: UInt32, _ value: UInt64, vcpu: Int) -> Bool {
        wiring.gicRegisters?.writeRegister(register, value, cpu: vcpu) ?? false
    }

    package func interruptLines(vcpu: Int) -> InterruptLines { InterruptLines(rawValue: wiring.inputs[vcpu].levels) }

    package func nextEventStreamTick(vcpu: Int) -> UInt64? {
        // One look at the clock: at a second one the tick may be past.
        let now = wiring.clock.now
        return wiring.timers[vcpu].nextEvent.map { tick in tick > now ? tick - now : 0 }
    }

    package func callFirmware(_ conduit: FirmwareConduit, _ arguments: [UInt64], vcpu: Int) -> [UInt64]? {
        guard arguments.count >= 4 else { return nil }
        return callPSCI(vcpu, arguments)
    }

    package func guestDied(_ report: GuestDeath, vcpu: Int) {
        let place = "vCPU \(vcpu), pc 0x\(String(report.pc, radix: 16))"
        finish(.guestDied("\(report.reason) (\(place)\(report.instruction.map { ", " + $0 } ?? ""))"))
    }
}

/// The switch by which the PSCI turns one processor on.
private final class ProcessorSwitch: ProcessorPower {
    private unowned let processors: Processors
    private let index: Int

    init(_ processors: Processors, _ index: Int) {
        self.processors = processors
        self.index = index
    }

    func powerOn(entry: UInt64, context: UInt64) { processors.powerOn(index, entry: entry, context: context) }
}

/// What a processor's thread waits for while the processor is off, and what it leaves behind.
private final class ProcessorSlot: @unchecked Sendable {
    private let parker = Parker()
    private let start = Guarded<(entry: UInt64, context: UInt64)?>(nil)
    private(set) var kept: (cpu: UInt64, counters: [CounterEvent: UInt64], unavailable: String?) = (0, [:], nil)

    func requestStart(entry: UInt64, context: UInt64) {
        start.withLock { $0 = (entry, context) }
        parker.wake()
    }

    func takeStart() -> (entry: UInt64, context: UInt64)? {
        start.withLock { start in
            defer { start = nil }
            return start
        }
    }

    func wait() { parker.park() }
    func wake() { parker.wake() }

    func keep(cpu: UInt64, counters: [CounterEvent: UInt64], unavailable: String?) {
        kept = (cpu, counters, unavailable)
    }
}
