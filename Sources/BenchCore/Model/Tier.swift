/// Who runs the guest code of a cell.
package enum Tier: String, CaseIterable, Sendable {
    /// Our threaded-code interpreter.
    case interp
    /// Our native tier.
    case native
    /// Ours, promoting hot code from the first to the second.
    case auto
    /// The peer: the same ELF under qemu-system-aarch64.
    case qemu
    /// No emulator: the same C source built for this machine.
    case host

    package var isOurs: Bool { self == .interp || self == .native || self == .auto }

    /// Whether the number of blocks executed is the same in each run: when native code takes the place of a block that another
    /// thread compiles is a matter of time.
    var repeatsBlocks: Bool { self != .auto }

    /// How tables and plots call it.
    package var title: String {
        switch self {
        case .interp: "interp"
        case .native: "native tier"
        case .auto: "auto"
        case .qemu: "QEMU"
        case .host: "host native"
        }
    }
}
