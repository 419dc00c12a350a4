/// `--suite linux`: programs of Debian for arm64 as the Linux emulators run them, and the host's own as native code.
///
/// The list is `Guests/linux/programs.txt`; the programs come from `Scripts/fetch-linux-guests`.
package struct LinuxSuite: Sendable {
    package struct Program: Equatable, Sendable {
        package let name: String
        package let words: [String]
    }

    package let programs: [Program]
    /// Root of the arm64 system.
    let root: String
    let emulator: String
    let qemu: String

    /// - Throws: ``BenchError`` when a line is malformed or something is missing.
    package init(_ installation: Installation) throws {
        let file = installation.sources + "/linux/programs.txt"
        root = installation.linuxRoot
        emulator = installation.userEmulator
        qemu = Search.program(installation.userQEMU) ?? installation.userQEMU
        programs = try Self.parse(try FileText.read(file), from: file)
        guard FileText.exists(root + "/usr/bin/bash") else {
            throw BenchError("\(root): no arm64 programs there; run: Scripts/fetch-linux-guests")
        }
        guard Search.isExecutable(emulator) else { throw BenchError("\(emulator): missing; run: Scripts/build") }
        try makeInputs()
    }

    static func parse(_ text: String, from what: String) throws -> [Program] {
        var programs: [Program] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let first = line.trimmed.first, first != "#" else { continue }
            guard let words = words(line), words.count >= 2 else {
                throw BenchError("\(what):\(number + 1): needs a name and a command; a quote may be open")
            }
            programs.append(Program(name: words[0], words: Array(words.dropFirst())))
        }
        return programs
    }

    /// Words separated by blanks; '...' keeps one together. nil when a quote is not closed.
    private static func words(_ line: Substring) -> [String]? {
        var words: [String] = []
        var word: String?
        var isQuoted = false
        for character in line {
            if character == "'" {
                isQuoted.toggle()
                word = word ?? ""
            } else if character.isWhitespace && !isQuoted {
                if let complete = word { words.append(complete) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let complete = word { words.append(complete) }
        return isQuoted ? nil : words
    }

    // MARK: Cells

    static let guest = "aarch64-linux"

    /// One cell per program of a list of names separated by commas; nil for all.
    package func subjects(_ names: String?) throws -> [Cell] {
        let wanted = names.map { $0.split(separator: ",").map { String($0.trimmed) } }
        let chosen = programs.filter { program in
            wanted.map { $0.contains("all") || $0.contains(program.name) } ?? true
        }
        if let unknown = wanted?.first(where: { name in name != "all" && !programs.contains { $0.name == name } }) {
            throw BenchError("--workload: no program '\(unknown)' in the linux suite")
        }
        return chosen.map { Cell(workload: $0.name, variant: "", guest: Self.guest, tier: .interp, mmu: nil, smp: 1) }
    }

    /// What runs a cell.
    func command(_ cell: Cell) throws -> (program: String, arguments: [String]) {
        guard let program = programs.first(where: { $0.name == cell.workload }) else {
            throw BenchError("no program \(cell.workload)")
        }
        let words = program.words.map(expand)
        switch cell.tier {
        case .host:
            guard let own = Search.program(words[0]) else { throw BenchError("this machine has no \(words[0])") }
            return (own, Array(words.dropFirst()))
        case .qemu: return (qemu, ["-L", root, root + "/usr/bin/" + words[0]] + words.dropFirst())
        case .interp, .native, .auto:
            return (emulator, ["-L", root, root + "/usr/bin/" + words[0]] + words.dropFirst())
        }
    }

    /// Programs of one name whose output was not the same everywhere, one line each.
    package func disagreements(_ rows: [Row]) -> [String] {
        programs.compactMap { program in
            let own = rows.filter { $0.cell.workload == program.name }
            guard Set(own.compactMap(\.checksum)).count > 1 else { return nil }
            let outputs = own.map { "\($0.cell.tier.rawValue) \($0.checksum ?? "none")" }
            return "\(program.name): the tiers print different things: \(Set(outputs).sorted().joined(separator: ", "))"
        }
    }

    // MARK: Inputs

    private static let textSize = 2 << 20
    private static let smallSize = 64 << 10

    private func input(_ size: Int) -> String { "\(temporaryDirectory())/emu-bench-words-\(size)" }

    private func expand(_ word: String) -> String {
        switch word {
        case "{text}": input(Self.textSize)
        case "{small}": input(Self.smallSize)
        default: word
        }
    }

    /// Lines of words and numbers, the same on every machine.
    private func makeInputs() throws {
        for size in [Self.textSize, Self.smallSize] where !FileText.exists(input(size)) {
            var generator = SplitMix64(seed: 1)
            var text = ""
            while text.utf8.count < size {
                let word = Self.word(&generator)
                text += word + (generator.next() % 8 == 0 ? " \(generator.next() % 100_000)\n" : " ")
            }
            try FileText.write(text + "\n", to: input(size))
        }
    }

    private static func word(_ generator: inout SplitMix64) -> String {
        // Few syllables, so that words repeat.
        let syllables = ["ab", "cd", "en", "or", "ti", "ka", "lu", "mo", "sy", "ve"]
        let count = 1 + Int(generator.next() % 3)
        return (0..<count).map { _ in syllables[Int(generator.next() % 10)] }.joined()
    }
}
