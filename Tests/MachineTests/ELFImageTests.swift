import Machine
import Testing

@Suite struct ELFImageTests {
    @Test func `Segments, sizes and entry come out of a well-formed file`() throws {
        var elf = TestELF()
        elf.segments = [
            .init(virtual: 0x4020_0000, physical: 0x4020_0000, bytes: [9], memorySize: 0x1000),
            .init(virtual: 0x4010_0000, physical: 0x4010_0000, bytes: [1, 2, 3, 4]),
            .init(type: 4, virtual: 0, physical: 0, bytes: [7]),
        ]
        let bytes = elf.bytes
        let image = try ELFImage(bytes)
        #expect(image.entry == 0x4010_0000)
        #expect(image.segments.map(\.memory) == [PhysicalRange(0x4010_0000, 4), PhysicalRange(0x4020_0000, 0x1000)])
        #expect(image.segments.map { Array(bytes[$0.file]) } == [[1, 2, 3, 4], [9]])
    }

    @Test func `An entry at a virtual address is moved to where its segment is`() throws {
        var elf = TestELF()
        elf.entry = 0xffff_8000_0000_0004
        elf.segments = [.init(virtual: 0xffff_8000_0000_0000, physical: 0x4008_0000, bytes: Array(0..<16))]
        #expect(try ELFImage(elf.bytes).entry == 0x4008_0004)
    }

    @Test func `Cut anywhere, a file is refused and never read beyond its end`() throws {
        var elf = TestELF()
        elf.segments.append(.init(virtual: 0x4020_0000, physical: 0x4020_0000, bytes: [5, 6]))
        let whole = elf.bytes
        for length in 4..<whole.count {
            let cut = Array(whole[..<length])
            #expect(throws: ELFImage.Malformed.self, "\(length) bytes") { try ELFImage(cut) }
        }
        #expect(try ELFImage(whole).segments.count == 2)
    }

    @Test func `Random damage never does worse than an error`() {
        var generator = SystemRandomNumberGenerator()
        let whole = TestELF().bytes
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                bytes[Int.random(in: 4..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            guard let image = try? ELFImage(bytes) else { continue }
            #expect(image.segments.allSatisfy { $0.file.upperBound <= bytes.count }, "\(bytes)")
            #expect(image.segments.allSatisfy { UInt64($0.file.count) <= $0.memory.size }, "\(bytes)")
        }
    }
}
