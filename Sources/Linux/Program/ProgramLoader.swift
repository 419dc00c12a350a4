import Engine
import Glibc
import GuestA64
import Support

/// A program in memory: what the initial stack and the reports have to know.
struct LoadedProgram {
    /// Where execution begins: the interpreter's entry if there is one.
    let start: UInt64
    /// The program's own entry, program headers and load bias.
    let entry: UInt64
    let headers: UInt64
    let headerCount: Int
    let bias: UInt64
    /// Where the interpreter is; 0 without.
    let interpreterBase: UInt64
    let stackIsExecutable: Bool
    let end: UInt64
}

/// Why a program cannot be run: one line for the user, and what execve would say.
package struct LoadError: Error {
    package let message: String
    package let code: Int32
    init(_ message: String, _ code: Int32 = ENOEXEC) {
        self.message = message
        self.code = code
    }
}

/// Puts an executable and its interpreter into an address space, as the kernel's `binfmt_elf` does.
struct ProgramLoader {
    let space: AddressSpace
    let paths: PathPrefix

    /// Where position-independent programs go.
    private var programBase: UInt64 { (space.window.upperBound / 3 * 2) & ~0xffff_ffff }

    func load(_ file: HostFileReader, name: [UInt8]) throws(LoadError) -> LoadedProgram {
        let text = String(decoding: name, as: UTF8.self)
        let elf = try parse(file, text)
        let bias = elf.isPositionIndependent ? programBase - elf.extent.lowerBound & ~(elf.alignment - 1) : 0
        let interpreter = elf.interpreter(file)
        // A dynamic linker guards the pages of what it loads, the program included.
        try map(elf, file, bias, text, isGuarded: interpreter == nil && elf.hasLandings(file))
        var start = elf.entry + bias
        var interpreterBase: UInt64 = 0
        if let path = interpreter {
            (start, interpreterBase) = try loadInterpreter(path, of: text)
        }
        let end = elf.extent.upperBound + bias
        space.breakStart = end
        space.breakEnd = end
        return LoadedProgram(
            start: start, entry: elf.entry + bias, headers: elf.headerAddress + bias, headerCount: elf.headerCount,
            bias: bias, interpreterBase: interpreterBase,
            stackIsExecutable: elf.segments.first(where: \.isStack).map { $0.flags & 1 != 0 } ?? false, end: end)
    }

    private func parse(_ file: HostFileReader, _ name: String) throws(LoadError) -> ELFFile {
        do throws(ELFFile.Problem) {
            return try ELFFile(file)
        } catch {
            switch error {
            case .notELF: throw LoadError("\(name): not an ELF program")
            case .foreign(let what): throw LoadError("\(name): \(what)")
            case .damaged(let what): throw LoadError("\(name): damaged: \(what)")
            }
        }
    }

    private func loadInterpreter(_ path: [UInt8], of name: String) throws(LoadError) -> (UInt64, UInt64) {
        let text = String(decoding: path, as: UTF8.self)
        guard let file = HostFileReader(path: paths.existing(path)) else {
            throw LoadError(
                "\(name): its dynamic linker \(text) is not here; name the root of an arm64 system with -L", ENOENT)
        }
        let elf = try parse(file, text)
        var bias: UInt64 = 0
        if elf.isPositionIndependent {
            let size = elf.extent.upperBound - elf.extent.lowerBound
            guard let place = space.freePlace(size, alignment: elf.alignment) else {
                throw LoadError("\(text): no room for it", ENOMEM)
            }
            bias = place &- elf.extent.lowerBound
        }
        try map(elf, file, bias, text, isGuarded: elf.hasLandings(file))
        return (elf.entry &+ bias, elf.extent.lowerBound &+ bias)
    }

    private func map(
        _ elf: ELFFile, _ file: HostFileReader, _ bias: UInt64, _ name: String, isGuarded: Bool
    ) throws(LoadError) {
        let whole = elf.extent.lowerBound &+ bias..<elf.extent.upperBound &+ bias
        guard space.contains(whole), space.regions.withLock({ $0.isFree(whole) }) else {
            throw LoadError("\(name): its addresses are not free", ENOMEM)
        }
        for segment in elf.segments where segment.isLoaded && segment.memorySize > 0 {
            guard mapSegment(segment, file, bias, isGuarded: isGuarded) else {
                throw LoadError("\(name): cannot be mapped", ENOMEM)
            }
        }
    }

    private func mapSegment(
        _ segment: ELFFile.Segment, _ file: HostFileReader, _ bias: UInt64, isGuarded: Bool
    ) -> Bool {
        let guarded = isGuarded && segment.protection & 4 != 0 ? UInt64(Protection.guarded.rawValue) : 0
        let protection = segment.protection | guarded
        let address = segment.address &+ bias
        let start = address & ~AddressSpace.pageMask
        let inPage = address - start
        let fileEnd = address + segment.fileSize
        let filePages = AddressSpace.roundUp(fileEnd)
        let end = AddressSpace.roundUp(address + segment.memorySize)
        let fixed = MapFlags.fixed | 2
        if segment.fileSize > 0 {
            let result = space.map(
                start, filePages - start, protection, fixed, Int(file.descriptor), segment.offset - inPage, nil)
            guard result == Int(address: start) else { return false }
        }
        let zeroStart = segment.fileSize > 0 ? filePages : start
        if end > zeroStart {
            let flags = fixed | MapFlags.anonymous
            guard space.map(zeroStart, end - zeroStart, protection, flags, -1, 0, nil) > 0 else { return false }
        }
        // The rest of the last page of file data is the beginning of .bss.
        if segment.fileSize > 0 && segment.memorySize > segment.fileSize && fileEnd < filePages {
            guard segment.protection & 2 != 0, let rest = UnsafeMutableRawPointer(bitPattern: UInt(fileEnd)) else {
                return segment.protection & 2 == 0
            }
            memset(rest, 0, Int(filePages - fileEnd))
        }
        return true
    }
}
