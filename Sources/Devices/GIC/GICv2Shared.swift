extension GICv2 {
    /// The shared part of the distributor: GICD_CTLR, and the SPIs with their targets.
    package struct SharedInterrupts: Sendable, Equatable {
        /// GICD_CTLR.
        package var groups: GroupEnables = []
        /// Interrupts 32 to 63, 64 to 95, ...
        package var banks: [InterruptBank]
        /// GICD_ITARGETSR for each SPI: the mask of processors. A lone processor is not written down.
        package var targetMasks: [UInt8]
        /// The mask of all processors that exist.
        package let allProcessors: UInt8

        init(banks: Int, processors: Int) {
            self.banks = Array(repeating: InterruptBank(), count: banks)
            targetMasks = Array(repeating: 0, count: banks * 32)
            allProcessors = UInt8(truncatingIfNeeded: 1 << processors - 1)
        }

        mutating func reset() {
            groups = []
            for index in banks.indices {
                let level = banks[index].level
                banks[index] = InterruptBank()
                banks[index].level = level
            }
            targetMasks = Array(repeating: 0, count: targetMasks.count)
        }

        /// The processors that shared interrupt `spi` goes to.
        func targets(_ spi: Int) -> UInt8 { allProcessors == 1 ? 1 : targetMasks[spi] }

        /// The most urgent shared interrupt that may be forwarded to `cpu`.
        func best(for cpu: Int) -> PendingInterrupt {
            var best = PendingInterrupt.none
            for index in banks.indices {
                let candidates = banks[index].candidates(groups)
                if candidates == 0 { continue }
                let mine = allProcessors == 1 ? candidates : candidates & aimed(at: cpu, bank: index, among: candidates)
                best = min(best, banks[index].best(of: mine, first: UInt32(32 * (index + 1))))
            }
            return best
        }

        /// Those of the interrupts `among` of a bank that go to `cpu`.
        private func aimed(at cpu: Int, bank: Int, among: UInt32) -> UInt32 {
            var rest = among
            var result: UInt32 = 0
            while rest != 0 {
                let index = rest.trailingZeroBitCount
                rest &= rest &- 1
                if targetMasks[32 * bank + index] >> UInt8(cpu) & 1 != 0 { result |= 1 << UInt32(index) }
            }
            return result
        }
    }
}
