/// Where things lie in the guest program that runs fuzz programs.
enum HarnessLayout {
    /// The harness's own code.
    static let code: UInt64 = 0x1000_0000
    static let programs: UInt64 = 0x1100_0000
    /// What the window holds before each program.
    static let master: UInt64 = 0x1700_0000
    static let states: UInt64 = 0x1800_0000
    /// The page that programs load from and store to; nothing is mapped around it.
    static let window: UInt64 = 0x2000_0000
    static let windowBytes: UInt64 = 0x1000
    /// The harness's own data, far from all that programs hold addresses of. Mapped at the start.
    static let data: UInt64 = 0x6f_0000_0000
    static let dataBytes: UInt64 = 0x1_0000

    // Offsets into the data.

    static let result: UInt32 = 0
    static let resultBytes: UInt32 = 848
    static let memorySum: UInt32 = 280
    static let signalCount: UInt32 = 288
    static let signals: UInt32 = 296
    static let index: UInt32 = 0x800
    static let stackTop: UInt64 = 0x8000
    static let signalStack: UInt64 = 0x8000

    /// The byte of the window at `offset` before each program.
    static func masterByte(_ offset: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: ((window + offset) &* 0x9E37_79B1) >> 24)
    }
}
