import Glibc

/// The last system calls of a thread, for the report of an abnormal end.
struct CallTrace {
    private struct Entry {
        var number: UInt64 = 0
        var first: UInt64 = 0
        var second: UInt64 = 0
        var result: Int?
    }

    private static let depth = 8
    /// A ring; `calls` have been entered, the last one before place `calls % depth`.
    private var entries = InlineArray<8, Entry>(repeating: Entry())
    private var calls = 0

    mutating func begin(_ number: UInt64, _ arguments: SyscallArguments) {
        entries[calls & (Self.depth - 1)] = Entry(
            number: number, first: arguments.a, second: arguments.b, result: nil)
        calls &+= 1
    }

    mutating func end(_ result: Int) { entries[(calls &- 1) & (Self.depth - 1)].result = result }

    /// Oldest first.
    var last: [String] {
        (max(calls - Self.depth, 0)..<calls).map { call in
            let entry = entries[call & (Self.depth - 1)]
            let name = SyscallTable.shared[entry.number].map { "\($0.name)" } ?? "call \(entry.number)"
            let result = entry.result.map { " = \(CallText.result($0))" } ?? ""
            return "\(name)(\(hexadecimal(entry.first)), \(hexadecimal(entry.second)), ...)\(result)"
        }
    }
}

/// System calls as text, for `-strace`.
enum CallText {
    static func result(_ value: Int) -> String {
        switch value {
        case Restart.none: return "?"
        case Restart.system, Restart.withoutHandler, Restart.always: return "? (interrupted)"
        case -4095..<0:
            let name = String(cString: strerror(Int32(-value)))
            return "-1 errno=\(-value) (\(name))"
        default:
            return value >= 0 && value < 1 << 16 ? "\(value)" : hexadecimal(UInt64(bitPattern: Int64(value)))
        }
    }
}

extension GuestThread {
    /// One line of `-strace`.
    func traceCall(_ number: UInt64, _ arguments: SyscallArguments, _ result: Int) {
        guard let call = SyscallTable.shared[number] else {
            return traceLine("call_\(number)() = \(CallText.result(result))")
        }
        let words = (0..<call.arguments.utf8CodeUnitCount).map { index in
            text(arguments[index], call.arguments.utf8Start[index])
        }
        traceLine("\(call.name)(\(words.joined(separator: ","))) = \(CallText.result(result))")
    }

    func traceSignal(_ name: String, _ info: [UInt64]) {
        traceLine("--- \(name) {si_code=\(Int32(truncatingIfNeeded: info[1])), \(hexadecimal(info[2]))} ---")
    }

    func traceLine(_ line: String) { process.log("\(threadID) \(line)\n") }

    private func text(_ value: UInt64, _ kind: UInt8) -> String {
        switch kind {
        case UInt8(ascii: "f"), UInt8(ascii: "d"):
            let number = Int32(truncatingIfNeeded: value)
            return kind == UInt8(ascii: "f") && number == AT_FDCWD ? "AT_FDCWD" : "\(number)"
        case UInt8(ascii: "u"): return "\(UInt32(truncatingIfNeeded: value))"
        case UInt8(ascii: "l"): return "\(Int64(bitPattern: value))"
        case UInt8(ascii: "o"): return "0" + String(value, radix: 8)
        case UInt8(ascii: "S"):
            let number = Int32(truncatingIfNeeded: value)
            return SignalNames.name(number) ?? "\(number)"
        case UInt8(ascii: "p"), UInt8(ascii: "s"), UInt8(ascii: "n"):
            guard value != 0, let bytes = space.string(value, limit: Self.longestPath) else { return pointer(value) }
            return "\"\(String(decoding: bytes, as: UTF8.self))\""
        case UInt8(ascii: "b"): return pointer(value)
        default: return hexadecimal(value)
        }
    }

    private func pointer(_ value: UInt64) -> String { value == 0 ? "NULL" : hexadecimal(value) }
}
