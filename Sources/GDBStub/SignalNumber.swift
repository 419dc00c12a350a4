/// GDB's numbers of signals are its own (`gdb/signals.def`, documented as stop reasons in the GDB manual, appendix E.3).
enum SignalNumber {
    /// By Linux's number, 0 to 31.
    private static let common: [UInt8] = [
        0, 1, 2, 3, 4, 5, 6, 10, 8, 9, 30, 11, 31, 13, 14, 15, 143, 20, 19, 17, 18, 21, 22, 16, 24, 25, 26, 27, 28, 23,
        32,
        12,
    ]
    static let interrupt: UInt8 = 2
    static let trap: UInt8 = 5
    private static let unknown: UInt8 = 143

    static func debugger(_ linux: Int32) -> UInt8 {
        switch linux {
        case 0..<32: common[Int(linux)]
        case 32: 77
        case 33..<64: UInt8(linux) + 12
        case 64: 78
        default: unknown
        }
    }

    /// Linux's number; nil for one that Linux does not have.
    static func linux(_ debugger: UInt8) -> Int32? {
        (0...64).first { self.debugger($0) == debugger && $0 != 16 }
    }
}
