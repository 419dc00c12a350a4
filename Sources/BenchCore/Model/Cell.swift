/// What is measured: one point of the matrix. Host and commit, the other two dimensions, are columns of every row.
package struct Cell: Hashable, Sendable {
    package var workload: String
    package var variant: String
    package var guest: String
    package var tier: Tier
    /// Whether the guest runs with its MMU on; nil for host code, which has no say in it.
    package var mmu: Bool?
    package var smp: Int

    package init(workload: String, variant: String, guest: String = "aarch64", tier: Tier, mmu: Bool?, smp: Int) {
        self.workload = workload
        self.variant = variant
        self.guest = guest
        self.tier = tier
        self.mmu = mmu
        self.smp = smp
    }

    /// `barrier/sense-acqrel-wfe-100k`, or the workload alone when it has one variant only.
    package var subject: String { variant.isEmpty ? workload : "\(workload)/\(variant)" }

    /// The cell in one word, as formats with one name per result need it.
    package var path: String {
        let parts = [
            workload, variant.isEmpty ? nil : "variant=\(variant)", "guest=\(guest)", "tier=\(tier.rawValue)",
            mmu.map { "mmu=\($0 ? "on" : "off")" }, "smp=\(smp)",
        ]
        return parts.compactMap(\.self).joined(separator: "/")
    }

    package func with(tier: Tier) -> Cell {
        var copy = self
        copy.tier = tier
        return copy
    }

    package func with(smp: Int) -> Cell {
        var copy = self
        copy.smp = smp
        return copy
    }
}
