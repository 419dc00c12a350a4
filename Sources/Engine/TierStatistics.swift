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

    private struct NativeFigures {
        var regions = 0
        var guestInstructions = 0
        var bytes = 0
        var inlineBytes = 0
        var failed = 0
        var times = WorkTimes()
    }

    package init() {}

    /// Of `vcpus`, none of which may run.
    package init(_ vcpus: [Processor]) {
        for vcpu in vcpus { add(vcpu) }
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
        native.regions += vcpu.nativeBlocks
        native.guestInstructions += vcpu.nativeGuestInstructions
        native.bytes += vcpu.nativeBytes
        native.inlineBytes += vcpu.nativeInlineBytes
        native.failed += vcpu.failedPromotions
        native.times.add(vcpu.promotionTimes)
        for count in NativeCount.allCases { counts[count.rawValue] &+= vcpu.nativeCount(count) }
    }

    /// The fields of a JSON object, one a line, as `Docs/NativeTier.md` explains them.
    package var fields: [String] {
        let translating = Self.speed(translatedGuestInstructions, translationTimes)
        let compiling = Self.speed(native.guestInstructions, native.times)
        var fields = [
            "\"interpreter\": {\"blocks\": \(interpretedBlocks), \"translated_blocks\": \(translatedBlocks), "
                + "\"translated_guest_insns\": \(translatedGuestInstructions), \(translating)}",
            "\"native\": {\"promotions\": \(native.regions), \"failed_promotions\": \(native.failed), "
                + "\"compiled_guest_insns\": \(native.guestInstructions), \"bytes\": \(native.bytes), "
                + "\"inline_bytes\": \(native.inlineBytes), "
                + "\"bytes_per_guest_insn\": \(Self.ratio(native.bytes, native.guestInstructions)), "
                + "\"inline_bytes_per_guest_insn\": \(Self.ratio(native.inlineBytes, native.guestInstructions)), "
                + "\(compiling)}",
            "\"stall_us\": {\"p50\": \(Self.micro(native.times.lengths.quantile(0.5))), "
                + "\"p99\": \(Self.micro(native.times.lengths.quantile(0.99))), \"max\": \(Self.micro(native.times.lengths.longest))}",
            "\"flushes\": \(flushes)",
        ]
        if storedBlocks > 0 {
            fields.append("\"cache\": {\"blocks\": \(storedBlocks), \"regions\": \(storedRegions)}")
        }
        if self[.blocks] > 0 { fields.append(nativeRuns) }
        return fields
    }

    private subscript(count: NativeCount) -> UInt64 { counts[count.rawValue] }

    private var nativeRuns: String {
        // What was entered neither from outside nor through the jump cache came by a jump from other native code.
        let found = self[.cachedJumps] &- min(self[.cacheMisses], self[.cachedJumps])
        let chained = self[.regions] &- min(self[.regions], self[.enters] &+ found)
        let hits = self[.accesses] &- min(self[.slowAccesses], self[.accesses])
        return "\"native_runs\": {\"guest_insns\": \(self[.guestInstructions]), \"blocks\": \(self[.blocks]), "
            + "\"regions\": \(self[.regions]), \"enters\": \(self[.enters]), \"chain_hits\": \(chained), "
            + "\"jump_cache_hits\": \(found), \"jump_cache_misses\": \(self[.cacheMisses]), "
            + "\"return_hits\": \(self[.returns] &- min(self[.returnMisses], self[.returns])), "
            + "\"return_misses\": \(self[.returnMisses]), "
            + "\"tlb_hits\": \(hits), \"tlb_misses\": \(self[.slowAccesses])}"
    }

    private static func speed(_ instructions: Int, _ times: WorkTimes) -> String {
        let perSecond = times.processor == 0 ? 0 : Double(instructions) * 1e9 / Double(times.processor)
        return "\"translation_cpu_ns\": \(times.processor), \"guest_insns_per_s\": \(Int(perSecond))"
    }

    private static func micro(_ nanoseconds: UInt64) -> Double { Double(nanoseconds / 10) / 100 }

    private static func ratio(_ bytes: Int, _ instructions: Int) -> Double {
        instructions == 0 ? 0 : Double(bytes * 100 / instructions) / 100
    }
}
