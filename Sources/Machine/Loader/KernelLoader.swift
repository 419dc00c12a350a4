import Support

/// Bytes that go to guest memory before the first instruction, and again at each reset.
package struct Blob: Sendable {
    /// The guest physical address.
    package let base: UInt64
    /// What is copied.
    package let bytes: ArraySlice<UInt8>
    /// How much memory it takes, at least its bytes; the rest is zero.
    package let size: UInt64
}

/// What the loader made of the user's files: where everything goes and how processor 0 starts.
package struct BootImage: Sendable {
    /// What is copied into RAM.
    package var blobs: [Blob] = []
    /// The pc of processor 0 after reset.
    package var entry: UInt64
    /// Its X0.
    package var deviceTree: UInt64
}

/// Places kernel, initial RAM disk and device tree in RAM.
///
/// The places are QEMU's, which guests have come to expect:
/// * an ELF kernel goes where its segments say; the device tree to the start of RAM if it fits below them, as bare-metal
///   programs look for it there, and behind them otherwise;
/// * an arm64 Image goes to its text offset above a 2 MiB boundary; a flat binary 512 KiB into RAM;
/// * the RAM disk goes to the middle of RAM, at most 128 MiB into it, and behind the kernel; the device tree to the next
///   2 MiB boundary.
///
/// Source of the Image format and what registers hold: Linux, Documentation/arch/arm64/booting.rst.
package struct KernelLoader {
    /// All RAM there is.
    let ram: PhysicalRange
    /// The board's tree, or the user's, without the loader's additions.
    let deviceTree: [UInt8]
    let configuration: MachineConfiguration

    /// A loader of what `configuration` names into `ram`, with `deviceTree` to start from.
    package init(ram: PhysicalRange, deviceTree: [UInt8], configuration: MachineConfiguration) {
        self.ram = ram
        self.deviceTree = deviceTree
        self.configuration = configuration
    }

    private static let deviceTreeAlignment: UInt64 = 2 << 20
    private static let flatOffset: UInt64 = 0x8_0000

    /// Reads the files and places them.
    ///
    /// - Throws: `MachineError`, one line that names the option and the file.
    package func load() throws(MachineError) -> BootImage {
        if let program = configuration.program { return try place(loaded(program), prefersLow: false) }
        guard let kernel = configuration.kernel else {
            throw MachineError("-kernel: missing; name an ELF, an arm64 Image or a flat binary to run")
        }
        let bytes = try readHostFile(kernel, option: "-kernel")
        guard !bytes.isEmpty else { throw .file("-kernel", kernel, "is empty") }
        if bytes.starts(with: [0x1f, 0x8b]) {
            throw .file("-kernel", kernel, "is compressed; unpack it first (gunzip)")
        }
        if ELFImage.hasMagic(bytes) { return try place(elf(bytes, kernel), prefersLow: true) }
        return try place(flat(bytes, kernel), prefersLow: false)
    }

    // MARK: Kernels

    private func loaded(_ program: MachineConfiguration.Program) throws(MachineError) -> BootImage {
        let size = max(program.size, UInt64(program.bytes.count))
        try check(PhysicalRange(program.base, size), "a program in memory")
        let blob = Blob(base: program.base, bytes: program.bytes[...], size: size)
        return BootImage(blobs: [blob], entry: program.base, deviceTree: 0)
    }

    private func elf(_ bytes: [UInt8], _ path: String) throws(MachineError) -> BootImage {
        let image: ELFImage
        do { image = try ELFImage(bytes) } catch { throw .file("-kernel", path, error.reason) }
        for segment in image.segments { try check(segment.memory, path) }
        let blobs = image.segments.map { Blob(base: $0.memory.base, bytes: bytes[$0.file], size: $0.memory.size) }
        return BootImage(blobs: blobs, entry: image.entry, deviceTree: 0)
    }

    /// An arm64 Image, which says where it wants to go and how much it needs, or any other code.
    private func flat(_ bytes: [UInt8], _ path: String) throws(MachineError) -> BootImage {
        let header = ByteReader(bytes: bytes)
        var offset = Self.flatOffset
        var size = UInt64(bytes.count)
        if header.read(56, as: UInt32.self) == 0x644d_5241, let needs = header.read(16, as: UInt64.self), needs != 0 {
            guard let flags = header.read(24, as: UInt64.self), flags & 1 == 0 else {
                throw .file("-kernel", path, "is a big-endian Image; this machine runs little-endian ones")
            }
            // Text offsets below a page would leave no room for what a boot loader keeps at the start of RAM.
            let text = header.read(8, as: UInt64.self) ?? 0
            offset = text < 4096 ? text + (2 << 20) : text
            size = max(size, needs)
        }
        let (base, overflow) = ram.base.addingReportingOverflow(offset)
        let range = PhysicalRange(overflow ? .max - size : base, size)
        try check(range, path)
        return BootImage(
            blobs: [Blob(base: range.base, bytes: bytes[...], size: size)], entry: range.base, deviceTree: 0)
    }

    private func check(_ range: PhysicalRange, _ path: String) throws(MachineError) {
        guard range.size <= ram.size else {
            let needs = (range.size >> 20) + 1
            throw .file(
                "-kernel", path, "needs \(needs) MiB, but the machine has \(ram.size >> 20) MiB of RAM; raise -m")
        }
        guard range.base >= ram.base, range.base - ram.base <= ram.size - range.size else {
            throw .file(
                "-kernel", path,
                "wants \(hex(range.base))..\(hex(range.base &+ range.size)), outside of RAM \(hex(ram.base))..\(hex(ram.end))"
            )
        }
    }

    // MARK: RAM disk and device tree

    /// Adds RAM disk and device tree; `prefersLow` says that the tree should be at the start of RAM.
    private func place(_ kernel: BootImage, prefersLow: Bool) throws(MachineError) -> BootImage {
        var image = kernel
        let kernelEnd = kernel.blobs.map { $0.base + $0.size }.max() ?? ram.base
        var free = max(ram.base + min(ram.size / 2, 128 << 20), aligned(kernelEnd, 4096))
        var disk: PhysicalRange?
        if let path = configuration.initialRAMDisk {
            let bytes = try readHostFile(path, option: "-initrd")
            guard free < ram.end, UInt64(bytes.count) <= ram.end - free else {
                throw .file("-initrd", path, "does not fit behind the kernel; raise -m")
            }
            disk = PhysicalRange(free, UInt64(bytes.count))
            image.blobs.append(Blob(base: free, bytes: bytes[...], size: UInt64(bytes.count)))
            free += UInt64(bytes.count)
        }
        let tree = try finishTree(disk)
        let kernelStart = kernel.blobs.map(\.base).min() ?? ram.end
        let fitsLow = prefersLow && UInt64(tree.count) <= kernelStart - ram.base
        let base = fitsLow ? ram.base : aligned(free, Self.deviceTreeAlignment)
        guard base < ram.end, UInt64(tree.count) <= ram.end - base else {
            throw MachineError("-m: no room for the device tree behind the kernel; raise it")
        }
        image.blobs.append(Blob(base: base, bytes: tree[...], size: UInt64(tree.count)))
        image.deviceTree = base
        return image
    }

    /// Adds to /chosen what only the loader knows.
    func finishTree(_ disk: PhysicalRange?) throws(MachineError) -> [UInt8] {
        do {
            let spare = 1024 + configuration.commandLine.utf8.count
            let editor = try DeviceTreeEditor(deviceTree, spare: spare)
            // The host's random numbers, or those that the user's seed repeats.
            var random: any RandomNumberGenerator =
                configuration.seed.map { SplitMix64(seed: $0) } ?? SystemRandomNumberGenerator()
            try editor.set("/chosen", "rng-seed", bytes: (0..<32).map { _ in .random(in: 0...255, using: &random) })
            try editor.set("/chosen", "kaslr-seed", bytes: (0..<8).map { _ in .random(in: 0...255, using: &random) })
            if !configuration.commandLine.isEmpty {
                try editor.set("/chosen", "bootargs", configuration.commandLine)
            }
            if let disk {
                try editor.set("/chosen", "linux,initrd-start", cells: halves(disk.base))
                try editor.set("/chosen", "linux,initrd-end", cells: halves(disk.end))
            }
            return try editor.finish()
        } catch {
            throw .file("-dtb", configuration.deviceTree ?? "", "is no device tree that can be used: \(error)")
        }
    }

    private func aligned(_ address: UInt64, _ alignment: UInt64) -> UInt64 {
        (address + alignment - 1) & ~(alignment - 1)
    }

    private func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}
