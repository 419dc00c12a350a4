import Testing

/// The programs of `Guests/linux`, each at fixed addresses and position-independent.
@Suite(.serialized) struct ProgramTests {
    static let cases: [(name: String, status: Int32)] = [
        ("clock", 0), ("delivery", 0), ("hello", 0), ("files", 7), ("keys", 0), ("memory", 0), ("moves", 0),
        ("processes", 0),
        ("signals", 0),
        ("release", 0), ("stress", 0), ("threads", 0),
    ]

    @Test("Prints what is expected of it", arguments: cases, ["", "-pie"])
    func prints(_ program: (name: String, status: Int32), _ kind: String) throws {
        let run = try Program.run([Program.path(program.name + kind)])
        #expect(run.output == (try Program.expected(program.name)))
        #expect(run.error == "")
        #expect(run.status == program.status)
    }
}
