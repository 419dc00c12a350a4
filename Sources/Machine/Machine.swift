import Bus
package import Devices
package import Engine
import Glibc
import GuestA64
import Interp
import Memory
import Support

/// A machine: the board `virt` with its RAM and devices, a guest loaded into it, and processors that run it.
///
/// Made once and run once; a guest's reset is part of the run. `stop` may be called from any thread.
package final class Machine: @unchecked Sendable {
    /// What the machine was made from.
    package let configuration: MachineConfiguration
    /// The serial port.
    package let uart: PL011
    /// The pins, of which one is the power key.
    package let gpio: PL061

    private let memory: PhysicalMemory
    private let wiring: Processors.Wiring
    private let image: BootImage
    private let running = Guarded(Running())

    private struct Running {
        var processors: Processors?
        var stops = false
    }

    /// How a run ended and what the processors did in it.
    package struct Report: Sendable {
        /// Why it ended.
        package var end: Processors.End
        /// One row for each vCPU, of the time since the last reset.
        package var figures: [ProcessorFigures]
        /// When the first guest instruction ran, on the machine's clock.
        package var startedAfter: UInt64
        /// What both tiers did.
        package var tiers: TierStatistics
    }

    /// Makes the machine and loads the guest, without running it. Output of the serial port goes to `sink`.
    ///
    /// - Throws: `MachineError` for a configuration that cannot be, or files that cannot be loaded.
    package init(_ configuration: MachineConfiguration, sink: any CharacterSink) throws(MachineError) {
        try configuration.validate()
        self.configuration = configuration
        let range = PhysicalRange(VirtMap.ram, configuration.ramSize)
        let tree = try Machine.boardTree(configuration)
        image = try KernelLoader(ram: range, deviceTree: tree, configuration: configuration).load()
        do {
            memory = try PhysicalMemory(base: range.base, size: range.size, hugePages: configuration.usesHugePages)
        } catch { throw MachineError(error.description) }
        let board = VirtBoard(configuration, memory: memory, sink: sink)
        wiring = board.wiring
        uart = board.uart
        gpio = board.gpio
    }

    /// The device tree that a guest would get, without the RAM disk's place.
    ///
    /// - Throws: `MachineError` as `init` does.
    package static func deviceTree(_ configuration: MachineConfiguration) throws(MachineError) -> [UInt8] {
        try configuration.validate()
        let range = PhysicalRange(VirtMap.ram, configuration.ramSize)
        let tree = try boardTree(configuration)
        return try KernelLoader(ram: range, deviceTree: tree, configuration: configuration).finishTree(nil)
    }

    /// The board's tree, or the one that the user brought.
    private static func boardTree(_ configuration: MachineConfiguration) throws(MachineError) -> [UInt8] {
        if let path = configuration.deviceTree { return try readHostFile(path, option: "-dtb") }
        let tree = VirtDeviceTree(
            processors: configuration.processors, gic: configuration.gic, cpu: configuration.cpu,
            ramSize: configuration.ramSize)
        do { return try tree.build() } catch {
            throw MachineError("the board's device tree cannot be built: \(error)")
        }
    }

    /// The machine's clock, in nanoseconds since it was made.
    package var now: UInt64 { wiring.clock.now }

    /// A copy of the `count` bytes of RAM at guest physical `address`, for whoever reads a guest's results. What vCPUs
    /// write meanwhile may be in it or not.
    ///
    /// - Throws: `MachineError` when some of them are not RAM.
    package func contents(_ count: Int, at address: UInt64) throws(MachineError) -> [UInt8] {
        do { return try memory.copyOut(count, at: address) } catch { throw MachineError(error.description) }
    }

    // MARK: Running

    /// Runs the guest until it powers off, dies, or `stop` is called; a reset starts it again, unless the
    /// configuration says that it ends the run. `counting` counts the host's events on the vCPUs' threads, `observer`
    /// sees what is translated.
    package func run(
        counting: Bool = false, observer: TranslationLog? = nil
    ) throws(MachineError) -> Report {
        var options = ProcessorOptions(model: configuration.cpu)
        options.driver = configuration.loop == .threaded ? .threaded : .plain
        options.optimizes = configuration.optimizes
        options.exclusives = configuration.exclusives
        options.binds = configuration.bindsProcessors
        options.counts = counting
        options.observer = observer?.seesTranslations == true ? observer : nil
        options.native = configuration.native
        var nativeObservers = try profiles()
        if let observer, observer.seesNative { nativeObservers.append(observer) }
        options.nativeObserver = NativeObservers(nativeObservers)
        while true {
            try loadImage()
            let processors = Processors(wiring, options)
            defer { processors.dismantle() }
            let stops = running.withLock { state in
                state.processors = processors
                return state.stops
            }
            if stops { processors.finish(.stopped) }
            try processors.start(entry: image.entry, argument: image.deviceTree)
            let end = processors.join()
            if end == .systemReset && !configuration.endsOnReset {
                reset()
                continue
            }
            return Report(
                end: end, figures: processors.figures, startedAfter: processors.startedAt,
                tiers: processors.tierStatistics)
        }
    }

    /// What the configuration wants to be written for profilers.
    private func profiles() throws(MachineError) -> [any NativeObserver] {
        do throws(ProfileFile.Failure) {
            let map: [any NativeObserver] = configuration.perfMap ? [try PerfMap()] : []
            return map + (configuration.jitDump ? [try JITDump()] : [])
        } catch {
            throw MachineError(error.message)
        }
    }

    /// Ends the run, from any thread, also before it has begun.
    package func stop() {
        let processors = running.withLock { state in
            state.stops = true
            return state.processors
        }
        processors?.finish(.stopped)
    }

    /// Power-on state of everything, with no processor running.
    private func reset() {
        wiring.psci.reset()
        for timer in wiring.timers { timer.reset() }
        wiring.bus.reset()
        memory.clear()
    }

    private func loadImage() throws(MachineError) {
        do {
            for blob in image.blobs { try blob.bytes.withUnsafeBytes(copier(to: blob.base)) }
        } catch { throw MachineError("the guest does not fit its memory: \(error)") }
    }

    private func copier(to base: UInt64) -> (UnsafeRawBufferPointer) throws(PhysicalMemoryError) -> Void {
        { [memory] bytes throws(PhysicalMemoryError) in try memory.copyIn(bytes, at: base) }
    }
}
