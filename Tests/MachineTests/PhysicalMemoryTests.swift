import Memory
import Testing

@Suite struct PhysicalMemoryTests {
    @Test func `Bytes come back from where they went, and RAM begins as zero`() throws {
        let memory = try PhysicalMemory(base: 0x4000_0000, size: 1 << 20)
        #expect(try memory.copyOut(4, at: 0x4000_0000) == [0, 0, 0, 0])
        try memory.copyIn([1, 2, 3], at: 0x400f_fffd)
        #expect(try memory.copyOut(4, at: 0x400f_fffc) == [0, 1, 2, 3])
        memory.clear()
        #expect(try memory.copyOut(4, at: 0x400f_fffc) == [0, 0, 0, 0])
    }

    @Test(arguments: [
        (0x3fff_ffff as UInt64, 1), (0x4010_0000, 1), (0x400f_ffff, 2), (.max, 1), (.max, 2), (0, 0),
        (0x4000_0000, 0x10_0001),
    ])
    func `What is not RAM cannot be reached`(address: UInt64, count: Int) throws {
        let memory = try PhysicalMemory(base: 0x4000_0000, size: 1 << 20)
        #expect(memory.hostPointer(to: address, count: UInt64(count)) == nil)
        #expect(throws: PhysicalMemoryError.outside(address: address, count: count)) {
            try memory.copyOut(count, at: address)
        }
        let bytes = Array(repeating: 1 as UInt8, count: count)
        #expect(throws: PhysicalMemoryError.self) { try memory.copyIn(bytes, at: address) }
    }

    @Test(arguments: [0, 100, 4097, .max] as [UInt64])
    func `A size that cannot be is refused`(size: UInt64) {
        #expect(throws: PhysicalMemoryError.badSize(size)) { try PhysicalMemory(base: 0x4000_0000, size: size) }
    }
}
