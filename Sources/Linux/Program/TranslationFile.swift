import Engine
import Glibc
import GuestA64
import Support

/// The file of `--cache DIR` in which a program's translations wait for its next run.
///
/// Its name is of the emulator's build with its options, and of the program's file; its head repeats both with the size and
/// the times of the program's file, so that a changed program begins anew. What is read is checked (`StoreImage`,
/// `TranslationStore`) and must belong to the user, or to root, and be writable by nobody else: it holds machine code. A
/// new file takes the place of the old one as a whole, so that others always find one or the other.
struct TranslationFile {
    private let directory: [UInt8]
    private let path: [UInt8]
    let key: StoreImage.Key
    private let explains: Bool

    /// nil when the program's file or our own build cannot be told from others; or there is no directory, which is said.
    init?(_ options: ProgramOptions, program: Int32) {
        var status = stat()
        guard let directory = options.cache, let build = BuildIdentity.words, fstat(program, &status) == 0 else {
            return nil
        }
        self.directory = directory
        explains = options.explains
        let file = [UInt64(status.st_dev), UInt64(status.st_ino)]
        let times = [status.st_mtim, status.st_ctim].flatMap { [$0.tv_sec, $0.tv_nsec] }
        let text = Array("\(options.vcpu.storeDescription) \(options.model)".utf8).map(UInt64.init)
        key = StoreImage.Key(
            emulator: build + text,
            program: file + [UInt64(bitPattern: Int64(status.st_size))] + times.map { UInt64(bitPattern: Int64($0)) })
        let name = [key.emulatorNumber, WordHash.of(file)].map { Self.digits($0) }.joined(separator: "-")
        path = directory + Array("/\(name).emu".utf8)
        if mkdir(Self.string(directory), 0o700) != 0 && errno != EEXIST {
            say(String(cString: strerror(errno)), directory)
            return nil
        }
    }

    private static func digits(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }

    private static func string(_ path: [UInt8]) -> [CChar] { (path + [0]).map { CChar(bitPattern: $0) } }

    private func say(_ problem: String, _ path: [UInt8]) {
        guard explains else { return }
        StandardError.write("emu-aarch64: --cache \(String(decoding: path, as: UTF8.self)): \(problem)\n")
    }

    // MARK: Reading

    /// What earlier runs have left; nil when there is nothing of use, and why if it was not that there is none.
    func read() -> StoreImage? {
        let file = open(Self.string(path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else {
            if errno != ENOENT { say(String(cString: strerror(errno)) + ", not used", path) }
            return nil
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_uid == geteuid() || status.st_uid == 0, status.st_mode & 0o022 == 0
        else {
            say("others could have written it, not used", path)
            return nil
        }
        do throws(StoreImage.Problem) {
            guard status.st_size % 8 == 0 else { throw .damaged }
            return try StoreImage(file: file, count: Int(status.st_size) / 8, key: key)
        } catch .damaged {
            say("not a file of translations, not used", path)
        } catch {
            // The program has changed: a new file will take its place.
        }
        return nil
    }

    // MARK: Writing

    /// Makes `image` what the next run finds. What goes wrong is no concern of the program's: then there is none.
    func write(_ image: StoreImage) {
        let temporary = Self.string(path + Array(".\(getpid())".utf8))
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return }
        var rest = image.bytes[...]
        while !rest.isEmpty {
            let count =
                UnsafeRawBufferPointer(rebasing: rest).baseAddress.map { Glibc.write(file, $0, rest.count) } ?? -1
            if count <= 0 { break }
            rest = rest.dropFirst(count)
        }
        close(file)
        if !rest.isEmpty || rename(temporary, Self.string(path)) != 0 { unlink(temporary) }
    }
}

/// Which build of the emulator this is: the note that the linker puts into every executable.
enum BuildIdentity {
    @_extern(c, "getauxval") private static func auxiliaryValue(_ key: UInt) -> UInt

    // AT_PHDR and AT_PHNUM; PT_PHDR and PT_NOTE; NT_GNU_BUILD_ID.
    private static let headers: UInt = 3
    private static let headerCount: UInt = 5
    private static let ownHeader: UInt32 = 6
    private static let note: UInt32 = 4
    private static let buildNote: UInt32 = 3
    private static let headerSize = 56

    /// nil when the executable does not say.
    static var words: [UInt64]? {
        guard let table = UnsafeRawPointer(bitPattern: auxiliaryValue(headers)) else { return nil }
        let count = Int(auxiliaryValue(headerCount))
        var load = 0
        for index in 0..<count where type(table, index) == ownHeader {
            load = Int(bitPattern: table) - address(table, index)
        }
        for index in 0..<count where type(table, index) == note {
            guard let start = UnsafeRawPointer(bitPattern: load + address(table, index)) else { continue }
            let size = (table + index * headerSize).loadUnaligned(fromByteOffset: 40, as: Int.self)
            if let words = identity(UnsafeRawBufferPointer(start: start, count: size)) { return words }
        }
        return nil
    }

    private static func type(_ table: UnsafeRawPointer, _ index: Int) -> UInt32 {
        (table + index * headerSize).loadUnaligned(as: UInt32.self)
    }
    private static func address(_ table: UnsafeRawPointer, _ index: Int) -> Int {
        (table + index * headerSize).loadUnaligned(fromByteOffset: 16, as: Int.self)
    }

    /// Notes are |size of the name|size of the rest|type| in 32 bits each, then name and rest, each filled up to four bytes.
    private static func identity(_ notes: UnsafeRawBufferPointer) -> [UInt64]? {
        var next = 0
        while next + 12 <= notes.count {
            func word(_ index: Int) -> Int {
                Int(notes.loadUnaligned(fromByteOffset: next + index * 4, as: UInt32.self))
            }
            let (name, size) = (word(0), word(1))
            let start = next + 12 + (name + 3) & ~3
            guard start + size <= notes.count else { return nil }
            if word(2) == Int(buildNote) { return notes[start..<start + size].map(UInt64.init) }
            next = start + (size + 3) & ~3
        }
        return nil
    }
}
