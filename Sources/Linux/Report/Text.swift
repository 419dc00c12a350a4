import Glibc

/// Numbers as reports and traces show them.
func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

/// Lines on standard error, each in one piece.
enum StandardError {
    static func write(_ text: String) { write(Array(text.utf8), to: STDERR_FILENO) }

    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes {
                hostCall(.write, Int(descriptor), Int(address: $0.baseAddress), $0.count)
            }
            if written == -Int(EINTR) { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}
