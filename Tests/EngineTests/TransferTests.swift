import Engine
import Guest
import Memory
import Testing

/// Copies and fills of guest memory, as long as they please.
struct TransferTests {
    private static let base: UInt64 = 0x1000_0000
    private static let size: UInt64 = 1 << 17

    private func machine() throws -> (FlatMachine, [UInt8]) {
        let machine = try FlatMachine(size: Self.size)
        let bytes = (0..<Self.size).map { UInt8(truncatingIfNeeded: ($0 &* 0x9e37_79b9) >> 11) }
        try machine.memory.copyIn(bytes, at: Self.base)
        return (machine, bytes)
    }

    @Test("Copies arrive whole in either direction, whatever pages they cross and where they overlap")
    func copies() throws {
        let (machine, bytes) = try machine()
        var expected = bytes
        var generator = SystemRandomNumberGenerator()
        for turn in 0..<200 {
            let count = UInt64.random(in: 0...(turn % 4 == 0 ? 40_000 : 300), using: &generator)
            let from = UInt64.random(in: 0...Self.size - count, using: &generator)
            let to = UInt64.random(in: 0...Self.size - count, using: &generator)
            let transfer = MemoryTransfer(
                .copy(Self.base + from), to: Self.base + to, count: count, isDownwards: from < to)
            #expect(machine.vcpus[0].transfer(transfer) == MemoryTransfer.Outcome(count: count))
            let piece = Array(expected[Int(from)..<Int(from + count)])
            expected.replaceSubrange(Int(to)..<Int(to + count), with: piece)
        }
        #expect(try machine.memory.copyOut(Int(Self.size), at: Self.base).elementsEqual(expected))
    }

    @Test("Fills", arguments: [false, true])
    func fills(isDownwards: Bool) throws {
        var (machine, expected) = try machine()
        for (to, count) in [(0, 1), (4095, 2), (8190, 10_000), (70_000, 0)] {
            let transfer = MemoryTransfer(
                .fill(0x5a), to: Self.base + UInt64(to), count: UInt64(count), isDownwards: isDownwards)
            #expect(machine.vcpus[0].transfer(transfer) == MemoryTransfer.Outcome(count: UInt64(count)))
            for index in to..<to + count { expected[index] = 0x5a }
        }
        #expect(try machine.memory.copyOut(Int(Self.size), at: Self.base).elementsEqual(expected))
    }

    @Test("Where there is no memory they end, with all before it done")
    func faults() throws {
        let (machine, bytes) = try machine()
        let end = Self.base + Self.size
        let vcpu = machine.vcpus[0]
        let upwards = vcpu.transfer(MemoryTransfer(.copy(Self.base), to: end - 5000, count: 9000))
        #expect(upwards.count == 5000)
        #expect(upwards.fault == MemoryFault(address: end, access: .write, cause: .external))
        let reading = vcpu.transfer(MemoryTransfer(.copy(end - 1), to: Self.base + 100, count: 2))
        #expect(reading.count == 1)
        #expect(reading.fault == MemoryFault(address: end, access: .read, cause: .external))
        let downwards = vcpu.transfer(MemoryTransfer(.fill(1), to: Self.base - 7, count: 10, isDownwards: true))
        #expect(downwards.count == 3)
        #expect(downwards.fault == MemoryFault(address: Self.base - 1, access: .write, cause: .external))
        #expect(try machine.memory.copyOut(5000, at: end - 5000).elementsEqual(bytes[..<5000]))
        #expect(try machine.memory.copyOut(4, at: Self.base).elementsEqual([1, 1, 1, bytes[3]]))
    }
}
