import JIT
import Support

/// What both tiers did, for `--stats`: of one vCPU, or of several together.
package struct TierStatistics: Sendable {
    /// Blocks translated to threaded code, and their guest instructions.
    private var translatedBlocks = 0
    private var translatedGuestInstructions = 0
    private var translationTimes = WorkTimes()
    /// Blocks run as threaded code.
    private var interpretedBlocks: UInt64 = 0
    private var guestInstructions: UInt64 = 0
    private var native = NativeFigures()
    /// By `NativeCount`.
    private var counts = [UInt64](repeating: 0, count: NativeCount.allCases.count)
    private var flushes = 0
    /// Blocks and regions that were not translated, because an earlier run had kept them.
    private var storedBlocks = 0
    private var storedRegions = 0

    private var background = BackgroundFigures()

    private struct NativeFigures {
        var code = CompilationFigures()
        var failed = 0
        /// Of all threads.
        var processor: UInt64 = 0
        var stalls = WorkTimes()
    }

    private struct BackgroundFigures {
        var code = CompilationFigures()
        var dropped = 0
        var processor: UInt64 = 0
        var waits = DurationHistogram()
    }

    package init() {}

    /// Of `vcpus`, none of which may run.
    package init(_ vcpus: [Processor]) {
        for vcpu in vcpus { add(vcpu) }
        if let group = vcpus.first?.group { add(group.background) }
    }

    private mutating func add(_ compiler: BackgroundCompiler) {
        background.code = compiler.figures
        background.dropped = compiler.dropped
        background.processor = compiler.times.processor
        background.waits = compiler.waits
        native.code.add(compiler.figures)
        native.failed += compiler.failed
        native.processor &+= compiler.times.processor
    }

    private mutating func add(_ vcpu: Processor) {
        translatedBlocks += vcpu.translatedBlocks
        translatedGuestInstructions += vcpu.translatedGuestInstructions
        translationTimes.add(vcpu.translationTimes)
        interpretedBlocks &+= vcpu.blocks
        guestInstructions &+= vcpu.guestInstructions
        flushes += vcpu.flushes
        storedBlocks += vcpu.storedBlocks
        storedRegions += vcpu.storedRegions
        native.code.add(vcpu.compiled)
        native.failed += vcpu.failedPromotions
        native.processor &+= vcpu.promotionTimes.processor
        native.stalls.add(vcpu.promotionTimes)
        for count in NativeCount.allCases { counts[count.rawValue] &+= vcpu.nativeCount(count) }
    }

    /// The fields of a JSON object, one a line, as `Docs/NativeTier.md` explains them.
    package var fields: [String] {
        let translating = Self.speed(translatedGuestInstructions, translationTimes.processor)
        let compiling = Self.speed(native.code.guestInstructions, native.processor)
        var fields = [
            "\"interpreter\": {\"blocks\": \(interpretedBlocks), \"translated_blocks\": \(translatedBlocks), "
                + "\"translated_guest_insns\": \(translatedGuestInstructions), \(translating)}",
            "\"native\": {\"promotions\": \(native.code.regions), \"failed_promotions\": \(native.failed), "
                + "\"compiled_guest_insns\": \(native.code.guestInstructions), \"bytes\": \(native.code.bytes), "
                + "\"inline_bytes\": \(native.code.inlineBytes), "
                + "\"bytes_per_guest_insn\": \(Self.ratio(native.code.bytes, native.code.guestInstructions)), "
                + "\"inline_bytes_per_guest_insn\": \(Self.ratio(native.code.inlineBytes, native.code.guestInstructions)), "
                + "\(compiling)}",
            "\"stall_us\": \(Self.quantiles(native.stalls.lengths))",
            "\"stall_cpu_us\": \(Self.quantiles(native.stalls.processorLengths))",
            "\"flushes\": \(flushes)",
        ]
        if background.code.regions > 0 { fields.append(beside) }
        if storedBlocks > 0 {
            fields.append("\"cache\": {\"blocks\": \(storedBlocks), \"regions\": \(storedRegions)}")
        }
        if self[.blocks] > 0 { fields.append(nativeRuns) }
        return fields
    }

    private var beside: String {
        "\"background\": {\"promotions\": \(background.code.regions), \"dropped\": \(background.dropped), "
            + "\"cpu_ns\": \(background.processor), \"wait_us\": \(Self.quantiles(background.waits))}"
    }

    private subscript(count: NativeCount) -> UInt64 { counts[count.rawValue] }

    private var nativeRuns: String {
        // What was entered neither from outside nor through the jump cache came by a jump from other native code.
        let found = self[.cachedJumps] &- min(self[.cacheMisses], self[.cachedJumps])
        let chained = self[.regions] &- min(self[.regions], self[.enters] &+ found)
        let hits = self[.accesses] &- min(self[.slowAccesses], self[.accesses])
        return "\"native_runs\": {\"guest_insns\": \(self[.guestInstructions]), \"blocks\": \(self[.blocks]), "
            + "\"host_insns\": \(self[.hostInstructions]), "
            + "\"host_insns_per_guest_insn\": \(Self.ratio(Int(self[.hostInstructions]), Int(self[.guestInstructions]))), "
            + "\"regions\": \(self[.regions]), \"enters\": \(self[.enters]), \"chain_hits\": \(chained), "
            + "\"jump_cache_hits\": \(found), \"jump_cache_misses\": \(self[.cacheMisses]), "
            + "\"return_hits\": \(self[.returns] &- min(self[.returnMisses], self[.returns])), "
            + "\"return_misses\": \(self[.returnMisses]), "
            + "\"tlb_hits\": \(hits), \"tlb_misses\": \(self[.slowAccesses])}"
    }

    private static func speed(_ instructions: Int, _ processor: UInt64) -> String {
        let perSecond = processor == 0 ? 0 : Double(instructions) * 1e9 / Double(processor)
        return "\"translation_cpu_ns\": \(processor), \"guest_insns_per_s\": \(Int(perSecond))"
    }

    private static func quantiles(_ lengths: DurationHistogram) -> String {
        "{\"p50\": \(micro(lengths.quantile(0.5))), \"p99\": \(micro(lengths.quantile(0.99))), "
            + "\"max\": \(micro(lengths.longest))}"
    }

    private static func micro(_ nanoseconds: UInt64) -> Double { Double(nanoseconds / 10) / 100 }

    private static func ratio(_ bytes: Int, _ instructions: Int) -> Double {
        instructions == 0 ? 0 : Double(bytes * 100 / instructions) / 100
    }
}
