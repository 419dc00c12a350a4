import Glibc
import Support

// Files that must show the guest's program instead of the emulator: /proc/self and what is in it.

extension LinuxProcess {
    /// What is left to do before the process ends or becomes another one.

    /// Writes a line of `-strace` or `-d`.
    func log(_ text: String) { StandardError.write(Array(text.utf8), to: options.logDescriptor) }

    /// Whether `path` is a name of the running program, such as /proc/self/exe.
    func isOwnExecutable(_ path: [UInt8]) -> Bool { ownFile(path) == Array("exe".utf8) }

    /// The rest of `path` behind /proc/self/, or behind /proc/PID/ and so on.
    private func ownFile(_ path: [UInt8]) -> [UInt8]? {
        guard path.starts(with: Self.procPrefix) else { return nil }
        var parts = path.dropFirst(Self.procPrefix.count).split(separator: UInt8(ascii: "/"))[...]
        guard let owner = parts.popFirst() else { return nil }
        let names = [Array("self".utf8), Array("thread-self".utf8), Array("\(hostCall(.getpid))".utf8)]
        guard names.contains(Array(owner)) else { return nil }
        return Array(parts.joined(separator: [UInt8(ascii: "/")]))
    }

    private static let procPrefix = Array("/proc/".utf8)

    /// Opens a file of /proc/self that the host's kernel would fill with the emulator's facts; nil for any other.
    func openOwn(_ path: [UInt8], flags: UInt64) -> Int? {
        guard path.starts(with: Self.procPrefix), let name = ownFile(path) else { return nil }
        let close = Int(address: flags) & Int(O_CLOEXEC)
        switch String(decoding: name, as: UTF8.self) {
        case "exe":
            return (paths.existing(executable) + [0]).withUnsafeBytes {
                hostCall(.openat, Int(AT_FDCWD), Int(address: $0.baseAddress), Int(address: flags))
            }
        case "maps", "task/\(hostCall(.gettid))/maps": return contents(mapsText, close)
        case "auxv":
            return contents(auxiliaryVector.withUnsafeBytes { Array($0) }, close)
        case "cmdline": return contents(arguments.flatMap { $0 + [0] }, close)
        case "stat": return contents(statText, close)
        default: return nil
        }
    }

    /// A file in memory with `bytes`.
    private func contents(_ bytes: [UInt8], _ closeOnExec: Int) -> Int {
        let name = Array("proc".utf8) + [0]
        let descriptor = name.withUnsafeBytes {
            hostCall(.memfdCreate, Int(address: $0.baseAddress), closeOnExec != 0 ? 1 : 0)
        }
        guard descriptor >= 0 else { return descriptor }
        StandardError.write(bytes, to: Int32(descriptor))
        _ = lseek(Int32(descriptor), 0, SEEK_SET)
        return descriptor
    }

    /// /proc/self/maps with the guest's mappings and protections only.
    private var mapsText: [UInt8] {
        var text: [UInt8] = []
        let regions = space.regions.withLock { $0 }
        for line in HostMaps.lines() {
            guard let map = HostMaps.Line(line), map.range.lowerBound < space.window.upperBound else { continue }
            for region in regions.pieces(in: map.range) {
                let offset = map.offset + (region.start - map.range.lowerBound)
                text += Array("\(pad(region.start, 8))-\(pad(region.end, 8)) \(rights(region)) ".utf8)
                let isFile = map.path.first == UInt8(ascii: "/")
                let rest = map.tail.drop { $0 != UInt8(ascii: " ") }
                text += Array(pad(isFile ? offset : 0, 8).utf8) + tail(region, rest, map) + [UInt8(ascii: "\n")]
            }
        }
        return text
    }

    private func tail(_ region: Region, _ rest: ArraySlice<UInt8>, _ map: HostMaps.Line) -> [UInt8] {
        let plain = Array(" 00:00 0".utf8)
        func named(_ name: String) -> [UInt8] { plain + Array("                          [\(name)]".utf8) }
        if region.start == virtualLibrary { return named("vdso") }
        if region.end == virtualLibrary { return named("vvar") }
        if map.path.first == UInt8(ascii: "/") {
            let start = rest.count - map.path.count
            return Array(rest.prefix(start)) + paths.guestPath(map.path)
        }
        if region.end == stack.upperBound { return named("stack") }
        if region.start >= space.breakStart && region.start < space.breakEnd { return named("heap") }
        return plain
    }

    private func rights(_ region: Region) -> String {
        let protection = region.protection
        return (protection.contains(.read) ? "r" : "-") + (protection.contains(.write) ? "w" : "-")
            + (protection.contains(.execute) ? "x" : "-") + (region.isShared ? "s" : "p")
    }

    private func pad(_ value: UInt64, _ width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// /proc/self/stat with the guest's stack start in field 28, which garbage collectors look up.
    private var statText: [UInt8] {
        guard let file = HostFileReader(path: Array("/proc/self/stat".utf8)) else { return [] }
        let bytes = file.bytes(at: 0, count: 4096)
        guard let close = bytes.lastIndex(of: UInt8(ascii: ")")) else { return bytes }
        var fields = String(decoding: bytes[(close + 1)...], as: UTF8.self).split(separator: " ").map(String.init)
        // The first of them is field 3.
        if fields.count > 25 { fields[25] = "\(initialStackPointer)" }
        return Array(bytes[...close]) + Array((" " + fields.joined(separator: " ") + "\n").utf8)
    }
}
