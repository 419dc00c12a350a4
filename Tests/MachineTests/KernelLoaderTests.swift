import Devices
import Machine
import Testing

@Suite struct KernelLoaderTests {
    private let ram = PhysicalRange(0x4000_0000, 512 << 20)

    private func load(_ kernel: [UInt8], disk: [UInt8]? = nil, ram: PhysicalRange? = nil) throws -> BootImage {
        let file = try TemporaryFile(kernel)
        let diskFile = try disk.map { try TemporaryFile($0) }
        var configuration = MachineConfiguration()
        let tree = try Machine.deviceTree(configuration)
        configuration.kernel = file.path
        configuration.initialRAMDisk = diskFile?.path
        return try withExtendedLifetime((file, diskFile)) {
            try KernelLoader(ram: ram ?? self.ram, deviceTree: tree, configuration: configuration).load()
        }
    }

    /// An arm64 Image of one page with this header.
    private func image(text: UInt64 = 0, size: UInt64 = 0x20_0000, flags: UInt64 = 0xa) -> [UInt8] {
        var bytes = little(0x1400_0010 as UInt32) + little(0 as UInt32) + little(text) + little(size) + little(flags)
        bytes += Array(repeating: 0, count: 56 - bytes.count) + little(0x644d_5241 as UInt32)
        return bytes + Array(repeating: 0, count: 4096 - bytes.count)
    }

    private func tree(_ image: BootImage) throws -> TreeReader {
        let blob = try #require(image.blobs.first { $0.base == image.deviceTree })
        return TreeReader(bytes: Array(blob.bytes))
    }

    // MARK: Places

    @Test func `An ELF goes where its segments say, and the tree below it to the start of RAM`() throws {
        let image = try load(TestELF().bytes)
        #expect(image.entry == 0x4010_0000)
        #expect(image.deviceTree == 0x4000_0000)
        #expect(image.blobs.map(\.base) == [0x4010_0000, 0x4000_0000])
        #expect(Array(image.blobs[0].bytes) == [1, 2, 3, 4])
        #expect(try tree(image).has("/cpus"))
    }

    @Test func `An ELF at the start of RAM has the tree behind it`() throws {
        var elf = TestELF()
        elf.entry = 0x4000_0000
        elf.segments = [.init(virtual: 0x4000_0000, physical: 0x4000_0000, bytes: [1, 2, 3, 4])]
        #expect(try load(elf.bytes).deviceTree == 0x4000_0000 + 128 << 20)
    }

    @Test func `An Image goes to its text offset, moved up when that would be the start of RAM`() throws {
        #expect(try load(image(text: 0)).entry == 0x4020_0000)
        #expect(try load(image(text: 0x8_0000)).entry == 0x4008_0000)
        let behind = try load(image(text: 0, size: 300 << 20)).deviceTree
        #expect(behind == 0x4000_0000 + 302 << 20, "behind the memory that the Image needs")
    }

    @Test func `An Image without a size is placed as a flat binary, 512 KiB into RAM`() throws {
        #expect(try load(image(size: 0)).entry == 0x4008_0000)
        #expect(try load([0x00, 0x00, 0x00, 0x14]).entry == 0x4008_0000)
    }

    @Test func `The RAM disk goes 128 MiB into RAM, the tree to the next 2 MiB behind it, and says where`() throws {
        let disk = Array(repeating: 7 as UInt8, count: 5000)
        let image = try load(image(), disk: disk)
        let start: UInt32 = 0x4800_0000
        let blob = try #require(image.blobs.first { $0.base == UInt64(start) })
        #expect(Array(blob.bytes) == disk)
        #expect(image.deviceTree == UInt64(start) + 2 << 20)
        #expect(try tree(image).cells("/chosen", "linux,initrd-start") == [0, start])
        #expect(try tree(image).cells("/chosen", "linux,initrd-end") == [0, start + 5000])
    }

    @Test func `In little RAM the disk goes to the middle`() throws {
        let image = try load(image(), disk: [1], ram: PhysicalRange(0x4000_0000, 64 << 20))
        #expect(image.blobs.contains { $0.base == 0x4200_0000 })
    }

    // MARK: Bad input

    /// What is wrong with a kernel, and the words that the one line about it must have.
    private static let refused: [(what: String, bytes: [UInt8], words: [String])] = [
        ("empty", [], ["is empty"]),
        ("gzip", [0x1f, 0x8b, 8], ["compressed", "gunzip"]),
        ("truncated", Array(TestELF().bytes.prefix(100)), ["truncated"]),
        ("32-bit", changed { $0.elfClass = 1 }, ["32-bit", "AArch64"]),
        ("big-endian", changed { $0.order = 2 }, ["big-endian"]),
        ("for another processor", changed { $0.machine = 62 }, ["x86-64", "AArch64"]),
        ("an object file", changed { $0.type = 1 }, ["no ELF executable", "link it"]),
        ("without segments", changed { $0.segments = [] }, ["nothing to load"]),
        ("program headers too small", changed { $0.headerSize = 8 }, ["damaged"]),
        ("below RAM", changed { $0.segments[0].physical = 0x1000 }, ["outside of RAM", "0x1000"]),
        ("beyond RAM", changed { $0.segments[0].physical = 0x6000_0000 }, ["outside of RAM", "0x60000000"]),
        ("across the end of RAM", changed { $0.segments[0].physical = 0x5fff_fffe }, ["outside of RAM"]),
        ("larger than RAM", changed { $0.segments[0].memorySize = 600 << 20 }, ["601 MiB", "512 MiB", "raise -m"]),
        ("wrapping", changed { $0.segments[0].memorySize = .max }, ["damaged"]),
        ("less memory than file", changed { $0.segments[0].memorySize = 1 }, ["damaged"]),
    ]

    private static func changed(_ change: (inout TestELF) -> Void) -> [UInt8] {
        var elf = TestELF()
        change(&elf)
        return elf.bytes
    }

    @Test func `Each kernel that cannot be loaded is refused in one line that says why`() {
        for (what, bytes, words) in Self.refused {
            let line = failure { _ = try load(bytes) }
            #expect(line.hasPrefix("-kernel "), "\(what): \(line)")
            #expect(words.allSatisfy(line.contains), "\(what): \(line)")
            #expect(!line.contains("\n"), "\(what)")
        }
    }

    @Test func `An Image that needs too much, or lies about its offset, is refused`() {
        #expect(failure { _ = try load(image(size: 4 << 30)) }.contains("raise -m"))
        #expect(failure { _ = try load(image(text: .max)) }.contains("outside of RAM"))
        #expect(failure { _ = try load(image(text: 600 << 20)) }.contains("outside of RAM"))
        #expect(failure { _ = try load(image(flags: 1)) }.contains("big-endian"))
    }

    @Test func `A RAM disk that does not fit, and a tree that does not, are refused`() {
        let small = PhysicalRange(0x4000_0000, 8 << 20)
        let disk = Array(repeating: 0 as UInt8, count: 5 << 20)
        #expect(failure { _ = try load(image(), disk: disk, ram: small) }.contains("-initrd"))
        let tight = PhysicalRange(0x4000_0000, 1 << 20)
        #expect(failure { _ = try load([0, 0, 0, 0x14], ram: tight) }.contains("no room for the device tree"))
    }

    @Test func `Files that are not there, and directories, are refused by name`() {
        var configuration = MachineConfiguration()
        for (path, reason) in [("/nonexistent/kernel", "No such file"), ("/tmp", "is a directory")] {
            configuration.kernel = path
            let line = failure { _ = try Machine(configuration, sink: NullSink()) }
            #expect(line.hasPrefix("-kernel \(path): \(reason)"), "\(line)")
        }
        configuration.kernel = nil
        #expect(failure { _ = try Machine(configuration, sink: NullSink()) }.hasPrefix("-kernel: missing"))
    }
}
