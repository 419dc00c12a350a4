extension GICv3 {
    /// The distributor: GICD_CTLR, and the SPIs with their routes.
    package struct SharedInterrupts: Sendable, Equatable {
        /// GICD_CTLR.EnableGrp0 and EnableGrp1.
        package var groups: GroupEnables = []
        /// Interrupts 32 to 63, 64 to 95, ...
        package var banks: [InterruptBank]
        /// GICD_IROUTER of each SPI: the affinity of the one processor that it goes to.
        package private(set) var routes: [UInt64]
        /// What `routes` means: a processor's index, or -1 when none has that affinity.
        private var targets: [Int16]
        private let affinities: [UInt64]

        init(banks: Int, affinities: [UInt64]) {
            self.banks = Array(repeating: InterruptBank(), count: banks)
            self.affinities = affinities
            routes = []
            targets = []
            clearRoutes(banks * 32)
        }

        private mutating func clearRoutes(_ count: Int) {
            routes = Array(repeating: 0, count: count)
            targets = Array(repeating: Int16(affinities.firstIndex(of: 0) ?? -1), count: count)
        }

        mutating func reset() {
            groups = []
            for index in banks.indices {
                let level = banks[index].level
                banks[index] = InterruptBank()
                banks[index].level = level
            }
            clearRoutes(routes.count)
        }

        /// The processor that shared interrupt `spi` goes to.
        func target(_ spi: Int) -> Int? { targets[spi] < 0 ? nil : Int(targets[spi]) }

        /// Writes GICD_IROUTER of `spi`. Interrupts for any processor (bit 31) are not supported, as GICD_TYPER says.
        mutating func setRoute(_ spi: Int, _ value: UInt64) {
            routes[spi] = value & 0xff_00ff_ffff
            targets[spi] = Int16(affinities.firstIndex(of: routes[spi]) ?? -1)
        }

        /// The most urgent shared interrupt that may be forwarded to `cpu`.
        func best(for cpu: Int) -> PendingInterrupt {
            var best = PendingInterrupt.none
            for index in banks.indices {
                let candidates = banks[index].candidates(groups)
                if candidates == 0 { continue }
                let mine = routed(to: cpu, bank: index, among: candidates)
                best = min(best, banks[index].best(of: mine, first: UInt32(32 * (index + 1))))
            }
            return best
        }

        /// Those of the interrupts `among` of a bank that go to `cpu`.
        private func routed(to cpu: Int, bank: Int, among: UInt32) -> UInt32 {
            var rest = among
            var result: UInt32 = 0
            while rest != 0 {
                let index = rest.trailingZeroBitCount
                rest &= rest &- 1
                if Int(targets[32 * bank + index]) == cpu { result |= 1 << UInt32(index) }
            }
            return result
        }
    }
}
