import Support

/// `--suite linux`: what users of `emu-aarch64` wait for, beside the peer's emulator of programs and native code.
///
/// * `program`: programs of Debian for arm64 (`Guests/linux/programs.txt`), from `Scripts/fetch-linux-guests`; natively the
///   host's own of the same names.
/// * `kernel`, `float`, `vector`: the workloads of the bare machine that need no machine, as programs with a C library.
/// * `cost`: starting, threads, processes, signals, calls (`Guests/costs.txt`).
package struct LinuxSuite: Sendable {
    package struct Program: Equatable, Sendable {
        package let name: String
        package let words: [String]
    }

    package let programs: [Program]
    /// What reports itself as the workloads of the bare machine do.
    private let workloads: [Catalog.Workload]
    private let installation: Installation
    private let qemu: String
    /// Root of the arm64 system.
    private var root: String { installation.linuxRoot }

    /// Classes of workloads that run in one process alone.
    private static let classes = ["kernel", "float", "vector", "cost"]
    private static let programClass = "program"

    /// - Throws: ``BenchError`` when a line is malformed.
    package init(_ installation: Installation) throws {
        self.installation = installation
        qemu = Search.program(installation.userQEMU) ?? installation.userQEMU
        programs = try Self.read(installation.sources + "/linux/programs.txt", Self.parse)
        let catalogs = try ["/workloads.txt", "/costs.txt"].map { name in
            try Self.read(installation.sources + name) { try Catalog(parsing: $0, from: $1).workloads }
        }
        workloads = catalogs.joined().filter { Self.classes.contains($0.kind) }
    }

    private static func read<Content>(_ file: String, _ parse: (String, String) throws -> Content) throws -> Content {
        try parse(try FileText.read(file), file)
    }

    /// The class of a workload: `program` or the catalogue's.
    package func kind(_ workload: String) -> String {
        workloads.first { $0.name == workload }?.kind ?? Self.programClass
    }

    /// The classes, in the order of tables and drawings.
    package static let kinds = [programClass] + classes

    /// The table of `--list`.
    package var table: TextTable {
        var table = TextTable(header: ["workload", "class", "variants", "what it does"], leftColumns: 4)
        for program in programs {
            table.add([program.name, Self.programClass, "", program.words.joined(separator: " ")])
        }
        for workload in workloads {
            table.add([workload.name, workload.kind, workload.variants.joined(separator: " "), workload.summary])
        }
        return table
    }

    /// - Throws: ``BenchError`` when a line is malformed.
    package static func parse(_ text: String, from what: String) throws -> [Program] {
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

    /// A cell for each program, and for each variant of a workload, of a list of names and classes separated by commas; nil
    /// for all.
    ///
    /// - Throws: ``BenchError`` naming what does not exist.
    package func subjects(_ names: String?, variants patterns: String?) throws -> [Cell] {
        let wanted = (names ?? "all").split(separator: ",").map { String($0.trimmed) }
        let known = Set(programs.map(\.name) + workloads.map(\.name) + Self.kinds + ["all"])
        if let unknown = wanted.first(where: { !known.contains($0) }) {
            throw BenchError("--workload: no '\(unknown)' in the linux suite; see emu-bench --suite linux --list")
        }
        func isWanted(_ name: String, _ kind: String) -> Bool {
            wanted.contains("all") || wanted.contains(name) || wanted.contains(kind)
        }
        func cell(_ name: String, _ variant: String) -> Cell {
            Cell(workload: name, variant: variant, guest: Self.guest, tier: .interp, mmu: nil, smp: 1)
        }
        let chosen = programs.filter { isWanted($0.name, Self.programClass) }.map { cell($0.name, "") }
        return chosen
            + workloads.filter { isWanted($0.name, $0.kind) }.flatMap { workload in
                workload.variants(matching: patterns).map { cell(workload.name, $0) }
            }
    }

    /// Says what is missing for these cells, before anything is measured.
    ///
    /// - Throws: ``BenchError`` with what to do.
    package func check(for cells: [Cell]) throws {
        guard cells.allSatisfy({ !$0.tier.isOurs }) || Search.isExecutable(installation.userEmulator) else {
            throw BenchError("\(installation.userEmulator): missing; run: Scripts/build")
        }
        guard cells.allSatisfy({ $0.tier != .qemu }) || Search.isExecutable(qemu) else {
            throw BenchError("--peer qemu: \(qemu) is not installed; run: Scripts/setup --peer")
        }
        if cells.contains(where: isProgram) {
            guard FileText.exists(root + "/usr/bin/bash") else {
                throw BenchError("\(root): no arm64 programs there; run: Scripts/fetch-linux-guests")
            }
            try makeInputs()
        }
        for cell in cells where !isProgram(cell) && !Search.isExecutable(file(cell)) {
            throw BenchError("\(file(cell)): missing; run: Scripts/build-guests --native --linux")
        }
    }

    /// Whether the cell's program tells nothing of itself.
    func isProgram(_ cell: Cell) -> Bool { kind(cell.workload) == Self.programClass }

    private func file(_ cell: Cell) -> String {
        (cell.tier == .host ? installation.native : installation.linuxWorkloads) + "/" + cell.workload
    }

    /// What runs a cell; `scale` is the work of a workload, in permille.
    ///
    /// - Throws: ``BenchError`` when the host has no program of that name.
    func command(_ cell: Cell, scale: Int) throws -> (program: String, arguments: [String]) {
        guard let program = programs.first(where: { $0.name == cell.workload }) else {
            return emulated(cell, file(cell), ["variant=\(cell.variant)", "scale=\(scale)"])
        }
        let words = program.words.map(expand)
        if cell.tier == .host {
            guard let own = Search.program(words[0]) else { throw BenchError("this machine has no \(words[0])") }
            return (own, Array(words.dropFirst()))
        }
        return emulated(cell, root + "/usr/bin/" + words[0], Array(words.dropFirst()))
    }

    private func emulated(_ cell: Cell, _ program: String, _ words: [String]) -> (String, [String]) {
        switch cell.tier {
        case .host: (program, words)
        case .qemu: (qemu, ["-L", root, program] + words)
        case .interp, .native, .auto:
            (installation.userEmulator, ["-accel", cell.tier.rawValue, "-L", root, program] + words)
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

    /// In a directory that no arm64 root has: of one that it has, programs that open the directory first would see that.
    private var inputs: String { "\(temporaryDirectory())/emu-bench-inputs" }
    private func input(_ size: Int) -> String { "\(inputs)/words-\(size)" }

    private func expand(_ word: String) -> String {
        switch word {
        case "{text}": input(Self.textSize)
        case "{small}": input(Self.smallSize)
        default: word
        }
    }

    /// Lines of words and numbers, the same on every machine.
    private func makeInputs() throws {
        try FileText.makeWritableDirectory(inputs, option: "the inputs' directory")
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
