/// A few A64 instructions, put together by hand, so that a machine can be run without any tool.
struct TestProgram {
    private(set) var words: [UInt32] = []

    /// The words as a flat binary, which a machine loads 512 KiB into RAM.
    var bytes: [UInt8] { words.flatMap { little($0) } }
    /// Where a flat binary runs.
    static let base: UInt64 = 0x4008_0000
    /// The address of the next instruction.
    var here: UInt64 { TestProgram.base + UInt64(4 * words.count) }

    /// Any instruction.
    mutating func word(_ word: UInt32) { words.append(word) }

    /// MOVZ and as many MOVK as `value` needs.
    mutating func move(_ register: UInt32, _ value: UInt64) {
        word(0xd280_0000 | UInt32(value & 0xffff) << 5 | register)
        for part: UInt32 in 1..<4 where value >> (16 * UInt64(part)) & 0xffff != 0 {
            word(0xf280_0000 | part << 21 | UInt32(value >> (16 * UInt64(part)) & 0xffff) << 5 | register)
        }
    }

    /// STR of 32 bits; uses X9 and X10.
    mutating func store(_ address: UInt64, _ value: UInt64) {
        move(9, address)
        move(10, value)
        word(0xb900_0000 | 9 << 5 | 10)
    }

    /// LDR of 32 bits into `register`; uses X9.
    mutating func load(_ register: UInt32, _ address: UInt64) {
        move(9, address)
        word(0xb940_0000 | 9 << 5 | register)
    }

    /// Writes to the serial port.
    mutating func say(_ text: String) {
        for byte in text.utf8 { store(0x0900_0000, UInt64(byte)) }
    }

    /// A PSCI call by HVC, or by SMC.
    mutating func call(_ function: UInt64, _ arguments: UInt64..., byMonitor: Bool = false) {
        move(0, function)
        for (index, value) in arguments.enumerated() { move(UInt32(index + 1), value) }
        word(byMonitor ? 0xd400_0003 : 0xd400_0002)
    }

    mutating func powerOff() { call(0x8400_0008) }
    mutating func reset() { call(0x8400_0009) }
    mutating func waitForInterrupt() { word(0xd503_207f) }
    mutating func loopForEver() { word(0x1400_0000) }
    mutating func branch(to address: UInt64) {
        move(9, address)
        word(0xd61f_0000 | 9 << 5)
    }

    /// MSR to op0 3, op1 3 (the timers), from X10.
    mutating func setTimer(crm: UInt32, op2: UInt32, _ value: UInt64) {
        move(10, value)
        word(0xd51b_e000 | crm << 8 | op2 << 5 | 10)
    }

    /// Skips the next `count` instructions when the 32 bits of `register` are not zero.
    mutating func skip(_ count: UInt32, ifNotZero register: UInt32) {
        word(0x3500_0000 | (count + 1) << 5 | register)
    }
}
