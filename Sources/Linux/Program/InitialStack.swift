import Glibc
import GuestA64

/// What a program finds on its stack at the start: argc, argv, envp and the auxiliary vector (System V ABI for AArch64;
/// the kernel's `create_elf_tables`).
struct InitialStack {
    /// Keys of the auxiliary vector (`uapi/linux/auxvec.h`).
    enum Key: UInt64 {
        case end = 0, headers = 3, headerSize = 4, headerCount = 5, pageSize = 6, base = 7, flags = 8, entry = 9
        case userID = 11, effectiveUserID = 12, groupID = 13, effectiveGroupID = 14, platform = 15
        case hardwareCapabilities = 16, clockTicks = 17, secure = 23, random = 25, hardwareCapabilities2 = 26
        case executableName = 31, virtualLibrary = 33, minimumSignalStack = 51
    }

    let arguments: [[UInt8]]
    let environment: [[UInt8]]
    let executable: [UInt8]
    let program: LoadedProgram
    let model: CPUModel
    let random: [UInt8]
    /// Where the vDSO is.
    let virtualLibrary: UInt64

    /// Bytes that a signal frame takes (AT_MINSIGSTKSZ).
    static let minimumSignalStack: UInt64 = 4720

    /// Writes it below `top`; the stack pointer, the auxiliary vector, and where the arguments' text lies. nil when it
    /// does not fit into `room` bytes.
    func write(below top: UInt64, room: UInt64) -> (pointer: UInt64, vector: [UInt64], text: Range<UInt64>)? {
        let strings = arguments + environment
        let size = strings.reduce(0) { $0 + $1.count + 1 } + executable.count + 64
        let words = arguments.count + environment.count + 64
        guard UInt64(size + words * 8) < room else { return nil }
        var next = top - 16
        func push(_ bytes: [UInt8]) -> UInt64 {
            next -= UInt64(bytes.count + 1)
            if let place = UnsafeMutableRawPointer(bitPattern: UInt(next)) {
                place.copyMemory(from: bytes + [0], byteCount: bytes.count + 1)
            }
            return next
        }
        let name = push(executable)
        let textEnd = next
        let places = Array(strings.reversed().map(push).reversed())
        let textStart = next
        let platform = push(Array("aarch64".utf8))
        next &= ~15
        let seed = push(random)
        let vector = auxiliaryVector(name: name, platform: platform, random: seed)
        var table = [UInt64(arguments.count)]
        table += places.prefix(arguments.count) + [0] + places.dropFirst(arguments.count) + [0]
        table += vector
        let pointer = (next - UInt64(table.count * 8)) & ~15
        guard let place = UnsafeMutableRawPointer(bitPattern: UInt(pointer)) else { return nil }
        place.copyMemory(from: table, byteCount: table.count * 8)
        return (pointer, vector, textStart..<textEnd)
    }

    private func auxiliaryVector(name: UInt64, platform: UInt64, random: UInt64) -> [UInt64] {
        let secure: UInt64 = getuid() == geteuid() && getgid() == getegid() ? 0 : 1
        let entries: [(Key, UInt64)] = [
            (.virtualLibrary, virtualLibrary), (.minimumSignalStack, Self.minimumSignalStack),
            (.hardwareCapabilities, model.hardwareCapabilities),
            (.pageSize, 4096), (.clockTicks, 100), (.headers, program.headers), (.headerSize, 56),
            (.headerCount, UInt64(program.headerCount)), (.base, program.interpreterBase), (.flags, 0),
            (.entry, program.entry), (.userID, UInt64(getuid())), (.effectiveUserID, UInt64(geteuid())),
            (.groupID, UInt64(getgid())), (.effectiveGroupID, UInt64(getegid())), (.secure, secure), (.random, random),
            (.hardwareCapabilities2, model.hardwareCapabilities2), (.executableName, name), (.platform, platform),
            (.end, 0),
        ]
        return entries.flatMap { [$0.rawValue, $1] }
    }
}
