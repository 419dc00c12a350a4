/// Which registers of a thread belong to the test and which are left for the harness around it.
struct ThreadRegisters: Sendable {
    /// Registers that the harness takes from each thread.
    static let needed = 9

    /// Set to an address before each iteration, from the script.
    let addresses: [(register: Int, location: Int)]
    /// Set to a number before each iteration; zero where the test says nothing.
    let constants: [(register: Int, value: UInt64)]
    /// Stored to the log after each iteration.
    let logged: [Int]
    /// The harness's own.
    let free: [Int]

    /// - Throws: `LitmusError` if the thread leaves too few.
    init(_ test: LitmusTest, thread: Int) throws(LitmusError) {
        let program = test.threads[thread]
        logged = test.observed.compactMap { observable in
            guard case .register(thread, let number) = observable else { return nil }
            return number
        }
        var used = Set(program.registers.keys).union(logged)
        for statement in program.statements { used.formUnion(Self.registers(in: statement.text ?? "")) }
        var addresses: [(Int, Int)] = []
        var constants: [(Int, UInt64)] = []
        for register in used.sorted() {
            switch program.registers[register] ?? .number(0) {
            case .address(let location): addresses.append((register, location))
            case .number(let value): constants.append((register, program.types[register]?.normalized(value) ?? value))
            }
        }
        self.addresses = addresses
        self.constants = constants
        free = (0...30).reversed().filter { !used.contains($0) }
        guard free.count >= Self.needed else {
            throw LitmusError(
                test.file, program.statements.first?.line ?? 1,
                "P\(thread) uses \(used.count) registers; \(31 - Self.needed) are the most, the harness needs the rest")
        }
    }

    /// The general registers that an instruction names.
    private static func registers(in text: String) -> [Int] {
        text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.compactMap { TestBuilder.register(String($0)) }
    }
}
