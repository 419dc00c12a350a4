import Engine
import Foundation
import Guest
import GuestA64
import Interp
import JIT
import Support
import Testing

/// What profilers and statistics are told about native code.
@Suite(.serialized) struct ProfileTests {
    /// mov x0, #1000; 1: subs x0, x0, #1; ldr x2, [x1]; b.ne 1b; brk
    private static let loop: [UInt32] = [0xd280_7d00, 0xf100_0400, 0xf940_0022, 0x54ff_ffc1, 0xd420_0000]

    private func run(_ change: (inout VCPUOptions) -> Void) throws -> FlatMachine {
        var options = TierUnderTest.native.options
        change(&options)
        let machine = try FlatMachine(options: options)
        try machine.load(Self.loop)
        machine.vcpus[0].pc = 0x1000_0000
        machine.vcpus[0].state[A64State.x(1)] = 0x1000_8000
        machine.vcpus[0].run()
        return machine
    }

    private final class Copies: NativeObserver, @unchecked Sendable {
        var regions: [(pc: UInt64, code: [UInt8], address: UInt64)] = []
        var shared: [String] = []
        func compiled(pc: UInt64, code: [UInt8], at address: UInt64, vcpu: Int) { regions.append((pc, code, address)) }
        func shared(_ name: String, code: [UInt8], at address: UInt64, vcpu: Int) { shared.append(name) }
    }

    @Test("The dump for perf inject holds each region with its bytes")
    func dump() throws {
        let copies = Copies()
        let dump = try JITDump()
        let path = "/tmp/jit-\(getpid()).dump"
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try run { $0.nativeObserver = NativeObservers([copies, dump]) }
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        func word(_ at: Int, _ count: Int) -> UInt64 {
            (0..<count).reduce(0) { $0 | UInt64(bytes[at + $1]) << (8 * UInt64($1)) }
        }
        // "JiTD", version 1, 40 bytes of header, EM_X86_64.
        try #require(bytes.count > 40)
        #expect([word(0, 4), word(4, 4), word(8, 4), word(12, 4)] == [0x4a69_5444, 1, 40, 62])
        var at = 40
        var found: [String: (address: UInt64, code: [UInt8])] = [:]
        var time = word(24, 8)
        while at < bytes.count {
            let size = Int(word(at + 4, 4))
            try #require(word(at, 4) == 0 && size > 56 && at + size <= bytes.count)
            #expect(word(at + 8, 8) >= time)
            time = word(at + 8, 8)
            let name = bytes[(at + 56)...].prefix { $0 != 0 }
            let code = Array(bytes[(at + 56 + name.count + 1)..<(at + size)])
            #expect(word(at + 40, 8) == UInt64(code.count))
            found[String(decoding: name, as: UTF8.self)] = (word(at + 32, 8), code)
            at += size
        }
        #expect(copies.regions.count >= 2)
        for region in copies.regions {
            let record = try #require(found["guest_" + String(region.pc, radix: 16)])
            #expect(record.code == region.code && record.address == region.address)
        }
        #expect(copies.shared.contains("leave") && found["emu_leave"] != nil)
    }

    @Test("The map for perf names each region")
    func map() throws {
        let copies = Copies()
        let map = try PerfMap()
        let path = "/tmp/perf-\(getpid()).map"
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try run { $0.nativeObserver = NativeObservers([copies, map]) }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        for region in copies.regions {
            let place = "\(String(region.address, radix: 16)) \(String(region.code.count, radix: 16))"
            #expect(lines.contains("\(place) guest_\(String(region.pc, radix: 16))"))
        }
    }

    @Test("Counts of native code add up")
    func counts() throws {
        let machine = try run {
            $0.native?.counts = true
            $0.timesTranslations = true
        }
        let vcpu = machine.vcpus[0]
        // The whole of each block, also where it is left on the way.
        #expect(
            vcpu.nativeCount(.guestInstructions) >= 2900
                && vcpu.nativeCount(.guestInstructions) <= vcpu.guestInstructions + 4)
        // A block a turn, with one access each, of which the first few at most miss.
        #expect(vcpu.nativeCount(.blocks) >= 990 && vcpu.nativeCount(.blocks) <= 1002)
        #expect(vcpu.nativeCount(.accesses) >= 990 && vcpu.nativeCount(.accesses) <= 1000)
        #expect(vcpu.nativeCount(.slowAccesses) <= 2)
        #expect(vcpu.nativeCount(.enters) >= 1 && vcpu.nativeCount(.regions) >= vcpu.nativeCount(.enters))
        #expect(vcpu.promotionTimes.lengths.count == vcpu.nativeBlocks + vcpu.failedPromotions)
        #expect(vcpu.promotionTimes.processorLengths.count == vcpu.promotionTimes.lengths.count)
        #expect(vcpu.promotionTimes.lengths.total > 0 && vcpu.promotionTimes.processor > 0)
        #expect(vcpu.translationTimes.lengths.count >= vcpu.translatedBlocks)
        let text = TierStatistics(machine.vcpus).fields.joined(separator: "\n")
        #expect(text.contains("\"native_runs\"") && text.contains("\"stall_us\""))
    }

    @Test("Nothing is counted and no time taken unless somebody asks")
    func noCounts() throws {
        let vcpu = try run { _ in }.vcpus[0]
        #expect(vcpu.nativeBlocks > 0)
        #expect(vcpu.nativeCount(.blocks) == 0)
        #expect(vcpu.promotionTimes.lengths.count == 0)
        #expect(!TierStatistics([vcpu]).fields.joined().contains("native_runs"))
    }

    @Test("Quantiles of durations are at most a sixteenth too long")
    func quantiles() {
        var histogram = DurationHistogram()
        #expect(histogram.quantile(0.5) == 0)
        for length in 1...100_000 as ClosedRange<UInt64> { histogram.add(length) }
        for share in [0.01, 0.5, 0.9, 0.99, 0.999] {
            let exact = UInt64(share * 100_000)
            let found = histogram.quantile(share)
            #expect(found >= exact && found <= exact + exact / 16 + 1, "\(share): \(found)")
        }
        #expect(histogram.quantile(1) == 100_000 && histogram.longest == 100_000)
        #expect(histogram.total == 5_000_050_000 && histogram.count == 100_000)
        var twice = histogram
        twice.add(histogram)
        #expect(twice.count == 200_000 && twice.quantile(0.5) == histogram.quantile(0.5))
    }
}
