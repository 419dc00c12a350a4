/// Where things lie in the guest program that runs fuzz programs. The file is one run of pages without holes, so that
/// every emulator's loader leaves the same addresses unmapped.
struct HarnessLayout {
    let programs: UInt64
    /// What the window holds before each run.
    let master: UInt64
    let states: UInt64

    init(programBytes: Int, programs count: Int) {
        programs = Self.code + Self.codeBytes
        master = (programs + UInt64(programBytes * count) + 0xfff) & ~0xfff
        states = master + Self.windowBytes
    }

    /// The harness's own code.
    static let code: UInt64 = 0x1000_0000
    static let codeBytes: UInt64 = 0x2000
    /// The page that programs load from and store to; nothing is mapped around it.
    static let window: UInt64 = 0x2000_0000
    static let windowBytes: UInt64 = 0x1000
    /// The harness's own data, far from all that programs hold addresses of.
    static let data: UInt64 = 0x6f_0000_0000
    static let dataBytes: UInt64 = 0x1_0000

    // Offsets into the data.

    static let resultBytes: UInt32 = 848
    static let memorySum: UInt32 = 280
    static let signalCount: UInt32 = 288
    static let signals: UInt32 = 296
    static let signalBytes = 40
    static let index: UInt32 = 0x800
    static let stackTop: UInt64 = 0x8000
    static let signalStack: UInt64 = 0x8000

    /// The byte of the window at `offset` before each run.
    static func masterByte(_ offset: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: ((window + offset) &* 0x9E37_79B1) >> 24)
    }
}
