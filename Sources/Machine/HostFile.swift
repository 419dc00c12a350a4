import Glibc

/// Reads a whole file of the host.
///
/// - Throws: `MachineError` that names `option` and the file, with the host's reason.
func readHostFile(_ path: String, option: String) throws(MachineError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(option, path, hostError()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .file(option, path, hostError()) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw .file(option, path, "is a directory") }
    var bytes = [UInt8](repeating: 0, count: max(Int(status.st_size), 0))
    var filled = 0
    while true {
        if filled == bytes.count { bytes.append(contentsOf: repeatElement(0, count: 1 << 16)) }
        let count = bytes.withUnsafeMutableBytes { buffer in
            read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
        }
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw .file(option, path, hostError()) }
        if count == 0 { break }
        filled += count
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
}

/// The host's message for what just failed.
func hostError() -> String { String(cString: strerror(errno)) }

/// Writes a whole file of the host, in place of what it held.
///
/// - Throws: `MachineError` that names `option` and the file, with the host's reason.
package func writeHostFile(_ path: String, _ bytes: [UInt8], option: String) throws(MachineError) {
    let descriptor = try createHostFile(path, option: option)
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { throw .file(option, path, hostError()) }
        rest = rest.dropFirst(count)
    }
}

/// Makes file `path`, empty, and opens it for writing; the caller closes it.
///
/// - Throws: `MachineError` as `writeHostFile` does.
package func createHostFile(_ path: String, option: String) throws(MachineError) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .file(option, path, hostError()) }
    return descriptor
}
