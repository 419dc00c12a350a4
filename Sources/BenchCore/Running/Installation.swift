/// Where the programs that a run needs are.
package struct Installation: Sendable {
    /// Our emulator.
    package var emulator: String
    /// `<workload>.elf`, built by Scripts/build-guests.
    package var guests: String
    /// `<workload>`, the same sources for this host.
    package var native: String
    /// The lists of workloads and of their checksums.
    package var sources: String
    /// The A64 encodings and what is known of each.
    package let instructions: String
    /// The peer, by name or path.
    package var qemu: String
    /// `--suite linux`: our emulator of programs, the peer's, and the root of the arm64 system.
    package var userEmulator: String
    package var userQEMU = "qemu-aarch64"
    package var linuxRoot: String
    /// Workloads as programs of AArch64 Linux, built by Scripts/build-guests --linux.
    package var linuxWorkloads: String

    /// Everything relative to an executable that SwiftPM built: the emulator beside it, guests in `.build` above it.
    ///
    /// - Parameter executable: the path of `emu-bench` itself.
    package init(executable: String) {
        var directories = executable.split(separator: "/").dropLast().map(String.init)
        emulator = "/" + (directories + ["emu-system-aarch64"]).joined(separator: "/")
        userEmulator = "/" + (directories + ["emu-aarch64"]).joined(separator: "/")
        qemu = "qemu-system-aarch64"
        while !directories.isEmpty, !FileText.exists("/" + (directories + ["Package.swift"]).joined(separator: "/")) {
            directories.removeLast()
        }
        // An executable that was copied out of its tree works from the tree's own directory.
        let root = directories.isEmpty ? "." : "/" + directories.joined(separator: "/")
        guests = root + "/.build/guests"
        native = root + "/.build/native"
        sources = root + "/Guests"
        instructions = root + "/results/instructions.csv"
        linuxRoot = root + "/.build/linux-root"
        linuxWorkloads = root + "/.build/linux"
    }

    /// Says what is missing for these cells, before anything is measured.
    ///
    /// - Throws: ``BenchError`` with what to do.
    package func check(for cells: [Cell]) throws {
        for tier in Tier.allCases where cells.contains(where: { $0.tier == tier }) {
            switch tier {
            case .interp, .native, .auto:
                guard Search.isExecutable(emulator) else {
                    throw BenchError("\(emulator): missing; run: swift build -c release --static-swift-stdlib")
                }
            case .qemu:
                guard Search.program(qemu) != nil else {
                    throw BenchError("--peer qemu: \(qemu) is not installed; run: Scripts/setup --peer")
                }
            case .host: break
            }
        }
        for cell in cells {
            let file = program(for: cell)
            guard FileText.exists(file) else {
                let option = cell.tier == .host ? " --native" : ""
                throw BenchError("\(file): missing; run: Scripts/build-guests\(option)")
            }
        }
    }

    /// The guest's ELF, or the host's own program.
    package func program(for cell: Cell) -> String {
        cell.tier == .host ? "\(native)/\(cell.workload)" : "\(guests)/\(cell.workload).elf"
    }
}
