import Engine
import Guest
import GuestA64
import Support
import Testing

/// A program of A64: a checksum over x0 rounds of a loop with calls, in x1.
enum ChecksumLoop {
    static let program: [UInt32] = [
        0xd280_0001,  // mov x1, #0
        0x9400_0004,  // 1: bl 2f
        0xf100_0400, 0x54ff_ffc1,  // subs x0, x0, #1; b.ne 1b
        0xd420_0000,  // brk
        0x8b00_0021, 0xca41_1c21,  // 2: add x1, x1, x0; eor x1, x1, x1, lsr #7
        0x9b01_7c02, 0x8b02_3421,  // mul x2, x0, x1; add x1, x1, x2, lsl #13
        0xd65f_03c0,  // ret
    ]

    static func checksum(_ rounds: UInt64) -> UInt64 {
        var sum: UInt64 = 0
        for count in stride(from: rounds, to: 0, by: -1) {
            sum &+= count
            sum ^= sum >> 7
            sum &+= (count &* sum) << 13
        }
        return sum
    }

    /// Runs the program, which every one of `vcpus` has at 0x1000_0000, on threads of their own, and checks what they sum up.
    static func run(_ vcpus: some Collection<VCPU<FlatA64>>, rounds: UInt64) {
        for vcpu in vcpus {
            vcpu.pc = 0x1000_0000
            vcpu.state[A64State.x(0)] = rounds
        }
        let threads = vcpus.map { vcpu in HostThread(name: "test vCPU") { vcpu.run() } }
        for thread in threads { thread?.join() }
        for vcpu in vcpus { #expect(vcpu.state[A64State.x(1)] == checksum(rounds)) }
    }
}
