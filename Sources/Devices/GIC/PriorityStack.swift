/// The priorities that one processor is handling, and the rule by which a new interrupt may break in. Common to both
/// versions of the architecture (IHI 0048B section 3.3, IHI 0069 section 4.8), with five priority bits.
package struct PriorityStack: Sendable, Equatable {
    /// Five priority bits, 32 levels.
    static let implemented: UInt8 = 0xf8
    /// With five priority bits no binary point below 2 can split them.
    static let minimumBinaryPoint: UInt32 = 2
    /// What `running` says of an idle processor: less urgent than any priority.
    static let idle: UInt32 = 256

    /// Active priorities of group 0 and of group 1, one bit for each of the 32 levels (APR).
    package var active: SIMD2<UInt32> = [0, 0]
    /// BPR of group 0, and of group 1, which counts one higher.
    package var binaryPoint0 = minimumBinaryPoint
    package var binaryPoint1 = minimumBinaryPoint + 1
    /// Group 1 goes by the binary point of group 0 (CBPR).
    package var isCommon = false

    /// The priority of what the processor is handling.
    var running: UInt32 {
        let all = active[0] | active[1]
        return all == 0 ? Self.idle : UInt32(all.trailingZeroBitCount) << 3
    }

    /// The part of the priority that decides about preemption.
    private func group(_ interrupt: PendingInterrupt) -> UInt32 {
        let point = interrupt.isGroup1 && !isCommon ? binaryPoint1 - 1 : binaryPoint0
        return UInt32(interrupt.priority) & (0xff << (point + 1))
    }

    /// Whether `interrupt` is more urgent than what runs.
    func admits(_ interrupt: PendingInterrupt) -> Bool { group(interrupt) < running }

    /// The processor begins to handle `interrupt`.
    mutating func push(_ interrupt: PendingInterrupt) {
        active[interrupt.isGroup1 ? 1 : 0] |= 1 << (group(interrupt) >> 3)
    }

    /// The processor is done with the most urgent active priority of a group; false when there is none.
    mutating func pop(isGroup1: Bool) -> Bool {
        let mask = active[isGroup1 ? 1 : 0]
        active[isGroup1 ? 1 : 0] = mask & (mask &- 1)
        return mask != 0
    }

    /// Whether the most urgent active priority is one of group 1; nil when none is active.
    var runsGroup1: Bool? {
        if active[0] | active[1] == 0 { return nil }
        return active[1].trailingZeroBitCount < active[0].trailingZeroBitCount
    }
}
