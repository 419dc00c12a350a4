/// Little-endian numbers out of an untrusted file; what lies outside reads as nil.
struct ByteReader {
    let bytes: [UInt8]

    /// The `T` at `offset`.
    func read<T: FixedWidthInteger & UnsignedInteger>(_ offset: UInt64, as type: T.Type = T.self) -> T? {
        let size = UInt64(T.bitWidth / 8)
        guard let range = range(offset, size) else { return nil }
        return bytes[range].reversed().reduce(0) { $0 << 8 | T($1) }
    }

    /// The indices of `count` bytes at `offset`.
    func range(_ offset: UInt64, _ count: UInt64) -> Range<Int>? {
        let (end, overflow) = offset.addingReportingOverflow(count)
        guard !overflow, end <= UInt64(bytes.count) else { return nil }
        return Int(offset)..<Int(end)
    }
}
