/// Places where the peer, qemu-aarch64 10.0.2, is wrong by the manual; Docs/KnownDifferences.md tells of each.
package struct KnownDifference: Equatable, Sendable {
    package let title: String

    /// The one that explains what became of `program`, if any does.
    static func of(_ program: FuzzProgram, _ differences: [String]) -> KnownDifference? {
        nil
    }
}
